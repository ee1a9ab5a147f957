"""Reading a command line: the plain parser equals tree-sitter, and tree-sitter's misreadings are put right."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policylint.shell.parsing import parse, parse_plain
from policylint.shell.syntax import (
    AndOr,
    Negation,
    Pipeline,
    Sequence,
    Simple,
    Unparsable,
)
from policylint.shell.treesitter import parse_bash

PLAIN_WORDS = st.one_of(
    st.sampled_from(
        ["npm", "run", "test:run", "build", "if", "time", "export", "unset", "A=1", "-", "--x=y", "1", "a@2"]
    ),
    st.text("ab1_./:@=+,%-", min_size=1, max_size=5),
)
BLANKS = st.sampled_from([" ", "  ", "\t"])


@st.composite
def plain_texts(draw):
    commands = draw(st.lists(st.lists(PLAIN_WORDS, min_size=1, max_size=4), min_size=1, max_size=4))
    text = draw(BLANKS).join(draw(BLANKS).join(command) + draw(st.sampled_from(["", " && "])) for command in commands)
    return draw(st.sampled_from(["", " "])) + text.removesuffix(" && ")


@settings(max_examples=1000, derandomize=True, deadline=None, database=None)
@given(text=plain_texts())
def test_the_plain_parser_gives_the_same_nodes_as_tree_sitter(text):
    plain = parse_plain(text)
    if plain is not None:
        assert repr(plain) == repr(parse_bash(text))


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "npm run test:run && npm run build",
        " a  b\t&& c",
        "a&&b",
        "cross-env A=1 vitest run && hugo",
        "a && 1 && b.c",
    ],
)
def test_plain_commands_take_the_fast_path(text):
    assert repr(parse_plain(text)) == repr(parse_bash(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a &",
        "a & b",
        "a &&",
        "&& a",
        "a &&& b",
        "a && && b",
        "A=1 b",
        "time a",
        "export A",
        "a || b",
        "a\nb",
        "a 'b'",
    ],
)
def test_everything_else_is_left_to_tree_sitter(text):
    assert parse_plain(text) is None


def test_a_plain_command_does_not_load_tree_sitter():
    program = """
import sys
from policylint.shell.gate import Rehearsal, Surroundings, judge_gate
from policylint.shell.files import NoFiles
from policylint.shell.vocabulary import Commands, Vocabulary
lists = {name: [] for name in Commands.__annotations__}
tables = {"npm_scripts": {}, "package_commands": {}, "wrappers": {}, "idle_options": {}}
vocabulary = Vocabulary(Commands(**{**lists, **tables, "tests": ["npm test"]}))
print(judge_gate(Rehearsal("npm test && hugo", Surroundings(vocabulary, NoFiles()))).outcome)
print("tree_sitter" in sys.modules, "dataclasses" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "strict\nFalse False\n"


def words(node):
    assert isinstance(node, Simple)
    return [word.source for word in node.words]


def nodes(text):
    script = parse(text)
    assert isinstance(script, Sequence)
    return [item.node for item in script.items]


def test_a_list_is_put_together_by_the_precedence_of_bash():
    (node,) = nodes("a | b | c && d 2>x | e || f")
    assert isinstance(node, AndOr)
    assert [type(part) for part in (node.first, *(link.node for link in node.links))] == [Pipeline, Pipeline, Simple]
    assert [link.operator for link in node.links] == ["&&", "||"]
    assert node.links[-1].source == "f"


@pytest.mark.parametrize(
    "text",
    ["! a | b", "! { a; }", "! if a; then b; fi", "! { ! a; } > x", "!\ta", "! (a)", "! ! ! a"],
)
def test_an_exclamation_mark_negates_the_whole_pipeline(text):
    (node,) = nodes(text)
    assert isinstance(node, Negation)
    assert not isinstance(node.body, Negation)


def test_a_line_end_ends_the_command():
    first, second = nodes("a | b | c\n\\hugo d")
    assert isinstance(first, Pipeline)
    assert words(second) == ["\\hugo", "d"]


def test_words_after_a_redirection_are_arguments():
    (node,) = nodes("npm >log 2>&1 test")
    assert words(node) == ["npm", "test"]


def test_what_follows_a_here_document_on_its_line_is_part_of_the_list():
    first, second = nodes("a || cat <<EOF && b\ntext\nEOF\nc")
    assert isinstance(first, AndOr)
    assert [(link.operator, words(link.node)) for link in first.links] == [("||", ["cat"]), ("&&", ["b"])]
    assert words(second) == ["c"]


@pytest.mark.parametrize(
    "text",
    [
        "(a",
        "a)",
        "{ a;",
        "a && && b",
        "a ;; b",
        "a; ; b",
        "if a; then b",
        "a 'b",
        'a "b',
        "a $(b",
        "} a",
        "! \n a",
        "!(a)",
        "- A=1",
        "a | b | c # d\n\\hugo e",
        "a $'b",
        "cat <<EOF\na",
        "cat <<EOF\na\nEOF; b",
        "cat <<EOF\n`a`\nEOF",
        "cat <<EOF && a |\nb\nEOF\nc",
        "a `b \\`c\\``",
        "coproc a",
        "a\x00b",
        "a\x0bb",
        "a\u2003b",
        "a\ud800",
    ],
)
def test_what_bash_or_we_cannot_read_is_refused(text):
    with pytest.raises(Unparsable):
        parse(text)
