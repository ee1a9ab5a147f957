"""Kinds of documents that a repository defines: what they see in a file, and what is told of slips in them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import Runner
from tests.own_rules import mistakes

Write = Callable[[Mapping[str, str | bytes]], Path]

MARKDOWN = "a path into Markdown starts with one of body, elements, frontmatter, lines"


def bar_rule(kind: str, field: str, assertion: str) -> str:
    """A rule that asks something of each line `bar` of a kind."""
    return f"""\
id: ops/{kind}-bar
title: A bar is wrong
severity: warning
rationale: Bars hold things.
fix: Mend the bar.
references: [our handbook]
given: {{document: {kind}, select: 'lines.bar[*]'}}
then: {{field: {field}, {assertion}, message: "{kind} has a wrong bar {{{field}}}"}}
examples:
  valid:
    - title: none
      files: {{a.txt: ""}}
  invalid:
    - title: one
      files: {{a.txt: ""}}
      expect: ["a.txt:1:1: wrong"]
"""


def bars(kind: str, pattern: str, has: str) -> str:
    return f"""\
[kinds.{kind}]
title = "Something with bars"
format = "markdown"
paths = ["bars/*.md"]
has = ["{has}"]
lines = {{ bar = {{ pattern = '{pattern}' }} }}
"""


@pytest.mark.parametrize("assertion", ["matches: '^x$'", "file: {path: 'none/{name}', contains: x}"])
def test_a_document_of_two_kinds_gives_each_of_them_its_own_lines(
    run: Runner, repository: Write, assertion: str
) -> None:
    kinds = bars("first", "^# (?P<name>.*)$", "body") + bars("second", "^- (?P<name>.*)$", "body")
    folder = repository(
        {
            "policylint.toml": f'rules = ["policy"]\n{kinds}',
            "policy/ops/first-bar.yaml": bar_rule("first", "name", assertion),
            "policy/ops/second-bar.yaml": bar_rule("second", "name", assertion),
            "bars/one.md": "text\n# head\n- item\n",
        }
    )
    outcome = run("check", "--select", "first-bar,second-bar", "--output-format", "concise", cwd=folder)
    assert outcome.lines[:2] == [
        "bars/one.md:2:3: warning[ops/first-bar] first has a wrong bar head",
        "bars/one.md:3:3: warning[ops/second-bar] second has a wrong bar item",
    ]


def test_a_kind_that_a_document_is_not_of_takes_no_lines_from_the_others(run: Runner, repository: Write) -> None:
    kinds = bars("first", "^# (?P<name>.*)$", "frontmatter.first") + bars("second", "^- (?P<name>.*)$", "lines.bar")
    folder = repository(
        {
            "policylint.toml": f'rules = ["policy"]\n{kinds}',
            "policy/ops/second-bar.yaml": bar_rule("second", "name", "matches: '^x$'"),
            "bars/one.md": "# head\n- item\n",
            "bars/without.md": "# head\n",
        }
    )
    outcome = run("check", "--select", "second-bar", "--output-format", "concise", cwd=folder)
    assert outcome.lines[0] == "bars/one.md:2:3: warning[ops/second-bar] second has a wrong bar item"
    assert outcome.lines[1].startswith("Checked 1 file with ")


def test_a_kind_of_markdown_that_no_document_can_be_of(run: Runner, repository: Write) -> None:
    also = '[[kinds.runbook.also]]\npaths = ["*-runbook.md"]\nhas = ["body", "titel"]\n'
    folder = repository({"policylint.toml": kind('has = ["frontmater.service"]') + also})
    assert mistakes(run, folder) == [
        ("policylint.toml:5:8", "no Markdown document has the key 'frontmater'", "did you mean 'frontmatter'?"),
        ("policylint.toml:8:16", "no Markdown document has the key 'titel'", MARKDOWN),
    ]


def kind(rest: str, format_name: str = "markdown") -> str:
    """The configuration of a kind; what follows starts at line 5."""
    return f'[kinds.runbook]\ntitle = "Runbook"\nformat = "{format_name}"\npaths = ["runbooks/*"]\n{rest}\n'


STEPS = "step = { pattern = '^## (?P<number>[0-9]+)' }"
NOT_DATA = "'contexts' is for documents of the formats json, toml, yaml, and this one is markdown"
CONTEXTS = 'always = ["a"]\nbranch = "a"'
CLOSED = '{"additionalProperties": false, "properties": {"build": {}, "context": {}}}'


@pytest.mark.parametrize(
    ("rest", "place", "message", "hint"),
    [
        ('has = "frontmatter..a"', "5:7", "path 'frontmatter..a' cannot be read at '.a'", ""),
        ('has = ["body", "a."]', "5:16", "path 'a.' ends with a dot", ""),
        ('[[kinds.runbook.also]]\npaths = ["a"]\nhas = "body."', "7:7", "path 'body.' ends with a dot", ""),
        (
            f"[kinds.runbook.lines]\n{STEPS}\nowner = {{ within = 'stpe', pattern = '^Owner' }}",
            "7:20",
            "no line is named 'stpe'",
            "did you mean 'step'?",
        ),
        (
            "line_parts = { who = '[A-Z]+' }\n[kinds.runbook.lines]\na = { pattern = 'by (?&whom)(?&who)' }",
            "7:17",
            "no part of lines is named 'whom'",
            "",
        ),
        (
            "line_parts = { who = '[A-Z]+' }\n[kinds.runbook.lines]\na = { pattern = 'by' }",
            "1:1",
            "no line has the part 'who'",
            "",
        ),
        (
            "[kinds.runbook.lines]\na = { within = 'b', pattern = 'a' }\nb = { within = 'a', pattern = 'b' }",
            "6:16",
            "line 'a' stands only within itself",
            "",
        ),
        (
            "[kinds.runbook.lines.owner]\npattern = '^Owners: (?P<names>.*)'\nlists = { nmaes = '[A-Z]+' }",
            "7:11",
            "no group of the pattern is named 'nmaes'",
            "did you mean 'names'?",
        ),
        (
            'elements = { document = ["step"], step = ["check"] }\nelement_lists = ["chek"]',
            "6:18",
            "no element is named 'chek'",
            "did you mean 'check'?",
        ),
        (
            'elements = { document = ["step"], stpe = ["check"] }',
            "5:35",
            "element 'stpe' may stand nowhere",
            "did you mean 'step'?",
        ),
        (
            'elements = { docment = ["step"] }',
            "5:14",
            "element 'docment' may stand nowhere",
            "did you mean 'document'?",
        ),
        (
            'elements = { step = ["step"] }',
            "5:1",
            "'elements' lets none stand in 'document'",
            "name under 'document' those that need no other around them",
        ),
        (
            "called = '/RB-[0-9]+'",
            "5:10",
            "'called' names no group of its pattern, and so no document",
            "mark the part of the path that is the name, as in '(?P<id>[0-9]+)'",
        ),
        (f'[kinds.runbook.contexts]\ntable = "a"\n{CONTEXTS}', "5:16", NOT_DATA, ""),
    ],
)
def test_a_slip_in_a_kind_is_told_once_and_at_its_place(
    run: Runner, repository: Write, rest: str, place: str, message: str, hint: str
) -> None:
    folder = repository({"policylint.toml": kind(rest)})
    assert mistakes(run, folder) == [(f"policylint.toml:{place}", message, hint)]


@pytest.mark.parametrize(
    ("rest", "place", "key"),
    [
        (f"[kinds.runbook.lines]\n{STEPS}", "5:16", "lines"),
        ('elements = { document = ["step"] }', "5:1", "elements"),
        ('element_lists = ["step"]', "5:1", "element_lists"),
    ],
)
def test_only_the_text_of_markdown_has_elements_and_lines(
    run: Runner, repository: Write, rest: str, place: str, key: str
) -> None:
    folder = repository({"policylint.toml": kind(rest, "yaml")})
    message = f"'{key}' is for documents of the format markdown, and this one is yaml"
    assert mistakes(run, folder) == [(f"policylint.toml:{place}", message, "")]


def test_contexts_stand_at_a_key_that_the_schema_allows(run: Runner, repository: Write) -> None:
    rest = f'schema = "runbook.json"\n[kinds.runbook.contexts]\n{CONTEXTS}\ntable = "contexts"\ninto = "build"'
    folder = repository({"policylint.toml": kind(rest, "yaml"), "runbook.json": CLOSED})
    message = "the schema of the kind allows no key 'contexts'"
    assert mistakes(run, folder) == [("policylint.toml:9:9", message, "did you mean 'context'?")]
    right = kind(rest.replace('"contexts"', '"context"'), "yaml")
    (folder / "policylint.toml").write_text(right, encoding="utf-8")
    assert run("rules", "ids", cwd=folder).code == 0


def test_patterns_of_lines_share_parts(run: Runner, repository: Write) -> None:
    configuration = """\
rules = ["policy"]
[kinds.runbook]
title = "Runbook"
format = "markdown"
paths = ["runbooks/*.md"]
line_parts = { who = '(?:[A-Z]|nobody)' }
lines.owner = { pattern = '^Owner: (?P<name>(?&who))$' }
lines.pair = { pattern = '^Pair: (?P<first>(?&who)) and (?P<second>(?&who))$', lists = { second = '(?&who)' } }
"""
    rule = bar_rule("runbook", "name | second", "equals: A").replace("lines.bar[*]", "lines.(owner | pair)[*]")
    text = "Owner: A\nOwner: nobody\nOwner: B2\nPair: B and A\nPair: A and B\n"
    folder = repository({"policylint.toml": configuration, "policy/ops/runbook-bar.yaml": rule, "runbooks/a.md": text})
    outcome = run("check", "--select", "ops", "--output-format", "concise", cwd=folder)
    assert [line.partition(" ")[0] for line in outcome.lines] == [
        "runbooks/a.md:2:8:",
        "runbooks/a.md:5:13:",
        "Checked",
    ]


def test_what_elements_and_lines_may_say_is_no_mistake(run: Runner, repository: Write) -> None:
    rest = """\
called = '/(?P<id>RB-[0-9]+)'
elements = { document = ["step"], step = ["check", "step"] }
element_lists = ["check"]
[kinds.runbook.lines]
owner = { within = "step", pattern = '^Owners: (?P<names>.*)', lists = { names = "[A-Z]+" } }
later = { pattern = "^## Later" }
step = { within = "later", pattern = "^### " }
"""
    folder = repository({"policylint.toml": kind(rest)})
    assert run("rules", "ids", cwd=folder).code == 0


@pytest.mark.parametrize(
    ("format_name", "before", "after"),
    [
        (
            "toml",
            'enabled = "false"\nenv = "Production"\nregoin = "x"\n',
            'enabled = false\nenv = "production"\nregion = "x"\n',
        ),
        ("yaml", 'enabled: "false"\nenv: Production\nregoin: x\n', "enabled: false\nenv: production\nregion: x\n"),
    ],
)
def test_what_breaks_the_schema_of_an_own_kind_is_mended(
    run: Runner, repository: Write, format_name: str, before: str, after: str
) -> None:
    schema = {
        "properties": {"enabled": {"type": "boolean"}, "env": {"enum": ["production", "staging"]}, "region": {}},
        "additionalProperties": False,
    }
    configuration = f'[kinds.flag]\ntitle = "a"\nformat = "{format_name}"\npaths = ["flags.x"]\nschema = "flag.json"\n'
    folder = repository({"policylint.toml": configuration, "flag.json": json.dumps(schema), "flags.x": before})
    assert run("check", ".", "--fix", "--unsafe-fixes", cwd=folder).code == 0
    assert (folder / "flags.x").read_text() == after


@pytest.mark.parametrize(
    ("written", "is_number"),
    [("0.5", True), ("1e3", True), ("0xFF", True), ("7", True), ("'7'", False), ("v1", False), ("true", False)],
)
def test_a_decimal_of_yaml_is_of_the_type_number(run: Runner, repository: Write, written: str, is_number: bool) -> None:
    rule = bar_rule("x", "tier", "of_type: [number]").replace("lines.bar[*]", "$").replace("x-bar", "tier")
    configuration = 'rules = ["policy"]\n[kinds.x]\ntitle = "a"\nformat = "yaml"\npaths = ["x.yaml"]\n'
    files = {"policylint.toml": configuration, "policy/ops/tier.yaml": rule, "x.yaml": f"tier: {written}\n"}
    folder = repository(files)
    found = run("check", ".", "--select", "ops", "--output-format", "concise", cwd=folder)
    assert ("has a wrong bar" not in found.stdout) == is_number


PARTS = """\
[kinds.book]
title = "Runbook"
format = "markdown"
paths = ["books/*.md"]
elements = { document = ["step"], step = ["check"] }
lines = { owner = { pattern = '^Owner: (?P<name>.+)$' } }
"""


@pytest.mark.parametrize(
    ("path", "key", "hint"),
    [
        ("lines.ownr[*]", "ownr", "did you mean 'owner'?"),
        ("lines.heading[*]", "heading", "its lines are owner"),
        ("elements.stepp[*]", "stepp", "did you mean 'step'?"),
        ("elements.title[*]", "title", "its elements are check, step"),
    ],
)
def test_a_rule_about_parts_that_its_kind_does_not_have(
    run: Runner, repository: Write, path: str, key: str, hint: str
) -> None:
    rule = bar_rule("book", "name", "exists: true").replace("lines.bar[*]", path)
    folder = repository({"policylint.toml": f'rules = ["policy"]\n{PARTS}', "policy/ops/book-bar.yaml": rule})
    [(place, message, told)] = mistakes(run, folder)
    assert (place.partition(":")[0], told) == ("policy/ops/book-bar.yaml", hint)
    assert message == f"no document of kind 'book' may have the key '{key}' there"


@pytest.mark.parametrize("path", ["lines.owner[*]", "elements.check[*]", "elements.*"])
def test_a_rule_about_parts_that_its_kind_has(run: Runner, repository: Write, path: str) -> None:
    rule = bar_rule("book", "name", "exists: true").replace("lines.bar[*]", path)
    folder = repository({"policylint.toml": f'rules = ["policy"]\n{PARTS}', "policy/ops/book-bar.yaml": rule})
    assert run("rules", "book-bar", cwd=folder).code == 0
