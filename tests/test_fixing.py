"""Fixing: a fault put into a text is taken out again, and nothing else changes."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache

import pytest
import tomlkit
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from policylint import engine
from policylint.diagnostics import Report
from policylint.documents.document import Limits
from policylint.filetree import MemoryTree
from policylint.fixing import Outcome, fix
from policylint.settings import Settings
from tests.rules.shipped import pack
from tests.strategies.netlify_files import all_texts

PATH = "netlify.toml"
SETTINGS = Settings(today="2026-11-21")


def report(files: dict[str, str]) -> Report:
    return engine.check(MemoryTree(files), pack(), SETTINGS)


def fixed(files: dict[str, str], *, unsafe: bool = True) -> Outcome:
    return fix(MemoryTree(files), pack(), SETTINGS, sorted(files), report(files), unsafe=unsafe)


def fixed_text(text: str, *, unsafe: bool = True) -> str:
    """A netlify.toml after all that can be fixed in it."""
    changes = fixed({PATH: text}, unsafe=unsafe).changes
    return changes[PATH].after if changes else text


def violations(text: str) -> Counter[str]:
    """How much each rule has to say."""
    return Counter(each.rule for each in report({PATH: text}).diagnostics)


@cache
def texts() -> dict[str, str]:
    """The texts that can be read and in which nothing is to be fixed: what is put in is then the only such thing."""
    readable = {name: text for name, text in all_texts().items() if _is_toml(text)}
    return {name: text for name, text in readable.items() if not any(_offers(text))}


def _offers(text: str) -> list[bool]:
    return [each.fix_edit is not None for each in report({PATH: text}).diagnostics]


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


_KEYS = "command|publish|base|ignore|from|status|force|values|package|inputs"
_TABLES = "build|redirects|headers|plugins|context"
_SECONDS = re.compile(r"(?m)^([ \t]*)(" + _KEYS + r")([ \t]*=)")
_NUMBERS = re.compile(r"(?m)^([ \t]*(?:status|force)[ \t]*=[ \t]*)([0-9]+|true|false)(?=[ \t\r]*(?:#.*)?$)")


@st.composite
def misspelt_keys(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and the same with one letter of a key doubled."""
    text = texts()[draw(st.sampled_from(sorted(texts())))]
    found = list(_SECONDS.finditer(text))
    assume(found)
    match = draw(st.sampled_from(found))
    name = match[2]
    at = match.start(2) + draw(st.integers(1, len(name) - 1))
    return text, text[:at] + text[at - 1] + text[at:]


def assert_taken_out(text: str, faulty: str) -> None:
    """The fixed text is the old one, byte for byte, and fixing it again changes nothing.

    Where the fault hides what another rule says of the old text, taking it out would add a violation: it stays.
    """
    assume(faulty != text and _is_toml(faulty) and violations(faulty) - violations(text))
    outcome = fixed({PATH: faulty})
    if violations(text) - violations(faulty):
        assert outcome.changes == {}
        return
    assert outcome.changes[PATH].after == text
    assert outcome.changes[PATH].before == faulty
    assert outcome.report == report({PATH: text})
    assert fixed({PATH: text}).changes == {}


@settings(max_examples=30)
@given(case=misspelt_keys())
def test_a_misspelt_key_is_renamed(case: tuple[str, str]) -> None:
    assert_taken_out(*case)


@settings(max_examples=30)
@given(name=st.sampled_from(sorted(all_texts())), table=st.sampled_from(_TABLES.split("|")), at=st.integers(1, 4))
def test_a_misspelt_table_is_renamed_in_all_its_headers(name: str, table: str, at: int) -> None:
    assume(name in texts())
    text = texts()[name]
    wrong = table[:at] + table[at - 1] + table[at:]
    faulty = re.sub(rf"(?m)^([ \t]*(?:\[\[?[ \t]*)?){table}(?=[.\]])", rf"\g<1>{wrong}", text)
    assert_taken_out(text, faulty)


@settings(max_examples=30)
@given(name=st.sampled_from(sorted(all_texts())), data=st.data())
def test_a_number_in_quotes_loses_them_safely(name: str, data: st.DataObject) -> None:
    assume(name in texts())
    text = texts()[name]
    found = list(_NUMBERS.finditer(text))
    assume(found)
    match = data.draw(st.sampled_from(found))
    quote = data.draw(st.sampled_from("\"'"))
    faulty = text[: match.start(2)] + quote + match[2] + quote + text[match.end(2) :]
    assert_taken_out(text, faulty)
    assert fixed_text(faulty, unsafe=False) == text


@given(name=st.sampled_from(sorted(all_texts())), number=st.sampled_from(["1", "18.10", "0x1F", "1_000", "true", "-0"]))
def test_a_number_where_text_is_wanted_is_quoted_as_it_is_written(name: str, number: str) -> None:
    assume(name in texts())
    text = texts()[name]
    line = re.search(r"(?m)^[ \t]*publish[ \t]*=[ \t]*([\"'][^\"'\r\n]*[\"'])", text)
    assume(line)
    assert line is not None
    faulty = text[: line.start(1)] + number + text[line.end(1) :]
    assume(violations(faulty) - violations(text))
    expected = text[: line.start(1)] + f'"{number}"' + text[line.end(1) :]
    assert fixed_text(faulty, unsafe=False) == expected


LISTS_OF_ONE = [
    (name, table)
    for name, text in sorted(all_texts().items())
    for table in ("redirects", "headers", "plugins")
    if len(re.findall(rf"(?m)^[ \t]*\[\[{table}\]\]", text)) == 1
]


@given(st.sampled_from(LISTS_OF_ONE))
def test_the_only_table_of_a_list_gets_its_second_brackets_back(list_of_one: tuple[str, str]) -> None:
    name, table = list_of_one
    assume(name in texts())
    text = texts()[name]
    faulty = re.sub(rf"(?m)^([ \t]*)\[\[({table})\]\]", r"\1[\2]", text)
    assume(_is_toml(faulty))
    # What would come to light and cannot be mended stays in the dark.
    hides = violations(text) - violations(faulty)
    assert fixed_text(faulty, unsafe=False) == (faulty if hides else text)


@given(name=st.sampled_from(sorted(all_texts())))
def test_fixing_only_ever_takes_violations_away(name: str) -> None:
    text = all_texts()[name]
    once = fixed_text(text)
    assert violations(once) <= violations(text)
    assert fixed_text(once) == once
    if _is_toml(text):
        assert tomlkit.parse(once.replace("\r\n", "\n")).unwrap() == tomllib.loads(once)
    if violations(once) == violations(text):
        assert once == text


FAULTY = '[build]\ncommand = "npm test && npm run build"\npublish = 1\n'


def test_many_faults_of_one_file_are_fixed_together() -> None:
    count = 400
    rules = "".join(f'[[redirects]]\nfrom = "/{n}"\nto = "/x"\nstatus = "301"\n' for n in range(count))
    outcome = fixed({PATH: FAULTY + rules}, unsafe=False)
    assert len(outcome.changes[PATH].fixed) == count + 1
    assert outcome.changes[PATH].after.count("status = 301\n") == count
    assert outcome.report.diagnostics == ()


class TestWithoutEnd:
    @staticmethod
    def limited(files: dict[str, str], **limits: int) -> Outcome:
        tree, settings = MemoryTree(files), SETTINGS._replace(limits=Limits(**limits))
        return fix(tree, pack(), settings, sorted(files), engine.check(tree, pack(), settings), unsafe=True)

    def test_a_file_that_is_too_long_is_left_and_named(self) -> None:
        outcome = self.limited({PATH: FAULTY, f"b/{PATH}": FAULTY + "# long" * 20}, fixable=100)
        assert list(outcome.changes) == [PATH]
        assert outcome.left == {f"b/{PATH}": "it has more than 100 characters"}
        [remaining] = outcome.report.diagnostics
        assert remaining.path == f"b/{PATH}"
        assert remaining.fix_edit is not None
        assert remaining.fix_edit.applicability == "safe"

    def test_files_for_which_no_characters_are_left_are_left_and_named(self) -> None:
        files = {f"{name}/{PATH}": FAULTY for name in "abcdef"}
        outcome = self.limited(files, tried=1_500)
        said = "in one run fixes are tried on 1500 characters of text; name the file by itself, or run again"
        assert outcome.left
        assert outcome.left == dict.fromkeys(sorted(outcome.left), said)
        assert {each.path for each in outcome.report.diagnostics} == set(outcome.left)
        assert not outcome.changes.keys() & outcome.left.keys()

    def test_what_was_tried_before_the_end_is_kept(self) -> None:
        moves = "".join(f"[context.c{n}.environment]\ncommand = 'npm test'\n" for n in range(10))
        outcome = self.limited({PATH: FAULTY + moves}, tried=4_000)
        assert 0 < len(outcome.changes[PATH].fixed) < 10
        assert list(outcome.left) == [PATH]
        left = [each.fix_edit.applicability for each in outcome.report.diagnostics if each.fix_edit]
        assert len(outcome.changes[PATH].fixed) + len(left) == 11

    def test_of_more_than_a_run_tells_what_is_told_is_fixed_and_what_comes_into_view_is_offered(self) -> None:
        files = {f"{name}/{PATH}": FAULTY for name in "abcd"}
        outcome = self.limited(files, all_findings=2)
        assert list(outcome.changes) == [f"a/{PATH}", f"b/{PATH}"]
        offered = [(each.path, each.fix_edit.applicability) for each in outcome.report.diagnostics if each.fix_edit]
        assert offered == [(f"c/{PATH}", "safe"), (f"d/{PATH}", "safe")]

    def test_beyond_what_a_run_tells_an_edit_that_does_not_help_is_no_better(self) -> None:
        hopeless = '[build]\ncommannd = "npm test && npm run build"\ncommmand = "npm test"\n'
        files = {f"{name}/{PATH}": hopeless for name in "abc"}
        outcome = self.limited(files, all_findings=6)
        assert {path: change.after for path, change in outcome.changes.items()} == dict.fromkeys(
            outcome.changes, fixed_text(hopeless)
        )


def test_a_fault_in_one_of_many_files_keeps_none_of_the_others_from_being_fixed() -> None:
    hopeless = '[build]\ncommannd = "npm test && npm run build"\ncommmand = "npm test"\npublish = 1\n'
    files = {f"{name}/{PATH}": hopeless if name == "c" else FAULTY for name in "abcde"}
    alone = fixed_text(hopeless)
    after = {path: change.after for path, change in fixed(files).changes.items()}
    assert after == {path: alone if text == hopeless else fixed_text(text) for path, text in files.items()}


def test_a_hopeless_fault_does_not_keep_the_others_from_being_fixed() -> None:
    # Two keys that are to have the same name: the first gets it, the second cannot.
    text = '[build]\ncommannd = "npm test && npm run build"\ncommmand = "npm test"\npublish = 1\n'
    after = fixed_text(text)
    assert after == '[build]\ncommand = "npm test && npm run build"\ncommmand = "npm test"\npublish = "1"\n'


def test_a_misspelt_table_takes_what_is_wrong_in_it_along() -> None:
    assert fixed_text('[biuld]\ncomand = "npm test && npm run build"\npublish = 1\n') == FAULTY.replace("1", '"1"')


def test_a_misspelt_table_stays_while_something_in_it_cannot_be_fixed() -> None:
    text = '[biuld]\nnothing_like_it = "npm test && npm run build"\n'
    assert fixed_text(text) == text


def test_safe_fixes_leave_what_is_a_guess() -> None:
    text = FAULTY.replace("command", "comand")
    assert fixed_text(text, unsafe=False) == text.replace("1", '"1"')


def test_what_is_suppressed_is_not_fixed() -> None:
    text = FAULTY.replace("= 1", "= 1  # policylint: ignore[netlify/invalid-value] the tests of our linter")
    assert fixed_text(text) == text


def test_json_keeps_its_form() -> None:
    text = '{\n\t"name": "x", "scripts" : {"test": 1,\n"build": "vite build"}}'
    outcome = fixed({"package.json": text})
    assert outcome.changes["package.json"].after == text.replace(": 1,", ': "1",')


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("must_haves:\n  artifacts:\n    - path: 1 # c\n", 'must_haves:\n  artifacts:\n    - path: "1" # c\n'),
        ("must_haves:\n  artifacts: [{path: &a 1}, {path: *a}]\n", None),
    ],
)
def test_front_matter_keeps_its_form(before: str, after: str | None) -> None:
    path = ".planning/phases/01-a/01-01-PLAN.md"
    text = f"---\n{before}---\n# Plan\n"
    outcome = fixed({path: text})
    assert (outcome.changes[path].after if outcome.changes else None) == (
        f"---\n{after}---\n# Plan\n" if after else None
    )
