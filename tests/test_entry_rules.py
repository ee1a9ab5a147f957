"""Rules about entries: what is remembered of other entries with the same words makes no difference to any of them."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from policylint import engine
from policylint.filetree import MemoryTree
from policylint.settings import Settings
from policylint.workspace import Workspace
from tests.own_rules import workspace_of

if TYPE_CHECKING:
    from policylint.diagnostics import Diagnostic

OWN_RULES = {
    "named": ("", "{field: Owner | Team, exists: true}"),
    "not-shared": ("", "{field: Owner, not: {matches: '(?i)team|all'}, message: is shared}"),
    "strict": (
        "where: {Type: Criteria}",
        "{any: [{field: Owner, equals: 1}, {field: Blocker, equals: true}, {field: Priority, one_of: [1, x]}]}",
    ),
    "when-owned": (
        "where: {State | Status: {exists: true}}",
        "{when: {Owner: {exists: true}}, field: Stage, matches: eploy}",
    ),
    "titled": ("where: {entry.title: {matches: 'a'}}", "{field: entry.title, not: {matches: '^a+$'}, message: is a}"),
    "in-place": ("", "{field: entry.path, matches: '00[0-3]'}"),
    "unlike-its-title": ("where: {Owner: {exists: true}}", "{field: Owner, differs_from: '{title}'}"),
    "other-than-its-team": ("", "{field: Owner, other_than: '{Team}'}"),
    "says-little": ("where: {Blocker: {exists: false}}", "{not: {matches: 'team'}, message: says it}"),
    "counted-once": ("where: {Count: 1, Type: {exists: true}}", "{field: Owner, equals: Dana}"),
    "counted-truly": ("where: {Count: true}", "{field: Owner, equals: Dana}"),
    "formed": ("", "{field: Owner, conforms: {to: schema}}"),
    "planned": ("where: {Description: {exists: true}}", "{field: entry.dialect, equals: plan}"),
}

WORDS = st.sampled_from(
    [
        "a",
        "b",
        "**a**",
        "`",
        "",
        " ",
        "Criteria",
        "Rollback",
        "Pre-deploy",
        "team",
        "Dana",
        "active",
        "x" * 61,
        "1",
        "TBD",
    ]
)
VALUES = WORDS | st.sampled_from([1, True, None, [], ["a"], {"team": "a"}, ["team", "b" * 70]])
NAMES = [
    "Type",
    "Stage",
    "Owner",
    "Team",
    "owner",
    "State",
    "Status",
    "Blocker",
    "Priority",
    "Description",
    "Requirement",
    "Count",
]
FIELDS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6)
ENTRIES = st.lists(st.tuples(WORDS, FIELDS), min_size=2, max_size=8)


@cache
def workspace() -> Workspace:
    rows = OWN_RULES.items()
    return workspace_of({name: (f"{{entry: '*', missing: skip, {where}}}", then) for name, (where, then) in rows})


def found(files: dict[str, str]) -> list[Diagnostic]:
    """What rules that need no other file say of the entries."""
    pack = workspace().pack
    alone = [rule.name for rule in pack.rules if rule.subject == "entry" and not rule.needs_project]
    return list(engine.check(MemoryTree(files), pack, Settings(alone)).diagnostics)


def written(number: int, title: str, fields: dict[str, object]) -> str:
    lines = [f"{name}: {json.dumps(value)}" for name, value in fields.items()]
    return "\n".join([f"ID: DEP-{number:03}", f"Title: {json.dumps(title)}", *lines, ""])


@settings(max_examples=60)
@given(ENTRIES)
def test_an_entry_is_judged_among_others_as_it_is_alone(entries: list[tuple[str, dict[str, object]]]) -> None:
    files = {f"release/dep/DEP-{number:03}.yaml": written(number, *entry) for number, entry in enumerate(entries)}
    alone = [each for path, text in files.items() for each in found({path: text})]
    assert found(files) == alone


def test_all_own_rules_of_this_module_find_something() -> None:
    odd = {
        "Owner": "a",
        "Team": "a",
        "State": "active",
        "Type": "Criteria",
        "Stage": "b",
        "Description": "a",
        "Count": 1,
    }
    files = {
        "release/dep/DEP-005.yaml": written(5, "a", odd),
        "release/dep/DEP-006.yaml": written(6, "b", {"Owner": "team", "Count": True}),
        "release/dep/DEP-007.yaml": written(7, "b", {"Type": "Release", "Strategy": "Rolling", "Status": "active"}),
    }
    names = {each.rule for each in found(files)}
    assert {f"ops/{name}" for name in OWN_RULES} - names == set()


def test_a_condition_on_one_is_not_the_condition_on_true() -> None:
    files = {
        "release/dep/DEP-001.yaml": written(1, "a", {"Type": "Criteria", "Count": 1}),
        "release/dep/DEP-002.yaml": written(2, "a", {"Type": "Criteria", "Count": True}),
    }
    counted = [(each.path[-8:], each.rule) for each in found(files) if "counted" in each.rule]
    assert counted == [("001.yaml", "ops/counted-once"), ("002.yaml", "ops/counted-truly")]


ANY_OWNER = "{field: Owner, exists: true}"
RETIRED = "DEP-001: a [RETIRED]\nType: Step\n\nDEP-002: b\nType: Step\nStatus: Superseded\n"


def broken(given_entries: dict[str, str], text: str) -> list[tuple[str, int]]:
    """The rule, by its short name, and the line of each violation."""
    chosen = workspace_of({name: (given, ANY_OWNER) for name, given in given_entries.items()}).pack
    settings = Settings([f"ops/{name}" for name in given_entries])
    report = engine.check(MemoryTree({"docs/deployment.md": text}), chosen, settings)
    return [(each.rule.removeprefix("ops/"), each.span.start.line) for each in report.diagnostics]


def test_entries_that_are_out_of_force_are_for_rules_that_ask_for_their_state_and_for_those_about_any() -> None:
    rules = {
        "of-a-kind": "{entry: deployment, missing: skip}",
        "of-a-state": "{entry: deployment, missing: skip, where: {entry.state: deprecated}}",
        "in-force": "{entry: deployment, missing: skip, where: {entry.state: {not: deprecated}}}",
        "of-any-kind": "{entry: '*', missing: skip}",
    }
    text = f"{RETIRED}\nDEP-003: c\nType: Step\n"
    assert broken(rules, text) == [
        ("of-a-state", 1),
        ("of-any-kind", 1),
        ("of-a-state", 4),
        ("of-any-kind", 4),
        ("in-force", 8),
        ("of-a-kind", 8),
        ("of-any-kind", 8),
    ]


def test_where_all_are_out_of_force_nothing_is_missing() -> None:
    rules = {"of-a-kind": "{entry: deployment}", "steps": "{entry: deployment, where: {Type: Criteria}}"}
    assert broken(rules, RETIRED) == []
    assert broken(rules, f"{RETIRED}\nDEP-003: c\nType: Step\nOwner: x\n") == [("steps", 8)]
