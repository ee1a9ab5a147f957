"""Where a rule finds a phrase in a longer value: at the phrase, whatever form the value is written in."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from policylint import engine
from policylint.filetree import MemoryTree
from policylint.settings import Settings
from tests.own_rules import workspace_of

if TYPE_CHECKING:
    from policylint.workspace import Workspace

MESSAGE = "message: \"has '{found}'\""
SAYS = f"{{free_of: {{matches: 'really +fine|fine', ignore: [Notes]}}, {MESSAGE}}}"
OWN_RULES = {
    "entry": ("{entry: deployment}", SAYS),
    "field": ("{entry: deployment}", f"{{field: Steps, free_of: {{matches: 'do (?P<at>it)'}}, {MESSAGE}}}"),
    "line": ("{entry: deployment}", f"{{field: Steps, free_of: {{matches: '^last$'}}, {MESSAGE}}}"),
    "key": (
        "{entry: deployment}",
        "{field: Steps, free_of: {matches: '(?P<name>[A-Z]+): none$'}, message: '{name} is none'}",
    ),
    "unless": ("{entry: deployment}", f"{{free_of: {{matches: '(not )?good', unless: '^not'}}, {MESSAGE}}}"),
    "body": (
        "{document: incident-log, select: body, missing: skip}",
        f"{{free_of: {{matches: 'fine'}}, {MESSAGE}}}",
    ),
    "deferred": (
        "{document: incident-log, select: body, missing: skip}",
        f"{{all: [{{file: {{path: incident-log.md, beside: true}}}}, {{free_of: {{matches: 'later'}}, {MESSAGE}}}]}}",
    ),
}


@cache
def own() -> Workspace:
    return workspace_of(OWN_RULES)


def found(text: str, path: str = "docs/deployment.md") -> list[str]:
    report = engine.check(MemoryTree({path: text}), own().pack, Settings(select=["ops"]))
    spans = [(each.span.start, each.span.end, each.message) for each in report.diagnostics]
    return [f"{start.line}:{start.column}-{end.column} {message}" for start, end, message in spans]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Type: Step\nDescription: it is fine\n", ["3:20-24 has 'fine'"]),
        ("Type: Step\nDescription: **fine**\n", ["3:16-20 has 'fine'"]),
        ("Type: Step\nDescription: fine, fine\n", ["3:14-18 has 'fine'", "3:20-24 has 'fine'"]),
        ("Type: Step\nDescription: a fine <!-- fine --> fine\n", ["3:16-20 has 'fine'", "3:35-39 has 'fine'"]),
        ("Type: Step\nDescription: fine\nNotes: fine\n", ["3:14-18 has 'fine'"]),
        ("Type: Step\nSteps:\n1. look\n2. do it\n", ["5:7-9 has 'it'"]),
        ("Type: Step\nSteps:\nfirst\nlast\n", ["5:1-5 has 'last'"]),
        ("Type: Step\nDescription: not good, good, not good\n", ["3:24-28 has 'good'"]),
        ("Type: Step\nDescription: not good\n", []),
    ],
)
def test_a_phrase_in_a_field_in_markdown(text: str, expected: list[str]) -> None:
    assert found(f"DEP-001: a\n{text}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("description: it is fine # fine\n", ["3:20-24 has 'fine'"]),
        ('description: "it is fine"\n', ["3:21-25 has 'fine'"]),
        ("steps:\n  - look\n  - {name: x, then: do it}\n", ["5:24-26 has 'it'"]),
        ("steps: {OWNER: none}\n", ["3:16-20 OWNER is none"]),
        ("description: >-\n  all is\n  fine\n", ["5:3-7 has 'fine'"]),
    ],
)
def test_a_phrase_in_a_field_in_yaml(text: str, expected: list[str]) -> None:
    assert found(f"id: DEP-001\ntype: Step\n{text}", "release/dep/DEP-001.yaml") == expected


def test_a_phrase_that_is_written_with_escapes_is_reported_at_the_whole_value() -> None:
    text = 'id: DEP-001\ntype: Step\ndescription: "all is f\\u0069ne"\n'
    assert found(text, "release/dep/DEP-001.yaml") == ["3:14-32 has 'fine'"]


def test_a_phrase_over_a_line_end_is_reported_where_it_starts() -> None:
    text = "id: DEP-001\ntype: Step\ndescription: >-\n  it is really\n  fine\n"
    assert found(text, "release/dep/DEP-001.yaml") == ["4:9-7 has 'really fine'"]


def test_a_phrase_in_the_body_of_a_document() -> None:
    text = "# Incident log\n\nAll fine.\n\nAgain, fine, later.\n"
    expected = ["3:5-9 has 'fine'", "5:8-12 has 'fine'", "5:14-19 has 'later'"]
    assert found(text, "docs/incident-log.md") == expected


def test_a_phrase_in_a_comment_of_the_body_is_one_among_the_others() -> None:
    text = "# Incident log\n\n<!-- fine -->\n\nAll fine. <!-- policylint: ignore[ops/body] as agreed -->\n\nfine\n"
    assert found(text, "docs/incident-log.md") == ["3:6-10 has 'fine'", "7:1-5 has 'fine'"]


def test_a_comment_on_the_line_of_the_phrase_suppresses_it() -> None:
    steps = "Type: Step\nSteps:\n- do it\n- do it <!-- policylint: ignore[ops/field] as agreed -->\n"
    assert found(f"DEP-001: a\n{steps}") == ["4:6-8 has 'it'"]
