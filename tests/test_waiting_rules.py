"""A rule says the same of a document whether or not it has to wait for the other files."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pytest

from policylint import engine
from policylint.diagnostics import Diagnostic, Severity
from policylint.filetree import MemoryTree
from policylint.settings import Settings
from policylint.workspace import Workspace
from tests.own_rules import workspace_of

NETLIFY = """\
\ufeff[build]
command = "make"
publish = "TBD"
base = 3
[[redirects]]
from = "/a"
to = "/a"
status = "many"
[[redirects]]
from = "/b"
to = "/c"
[headers.x.values]
a = 1
[headers.x]
[context.deploy-preview.build]
publish = "--"
base = 4
[context.staging]
command = "make"
"""
FILES = {"netlify.toml": NETLIFY, "there.txt": "text"}
WHOLE = "{document: netlify}"
EACH_CONTEXT = "{document: netlify, contexts: '*'}"
REDIRECTS = "{document: netlify, select: 'redirects[*]'}"
BUILD = "{document: netlify, contexts: '*', select: 'build', missing: skip}"

FORM = (
    "4:8: build.base is 3, expected text",
    "8:10: redirects[0].status is 'many', expected a status code",
    "12:1: headers is a table of keys, expected a list",
    "17:8: context.deploy-preview.build.base is 4, expected text",
)
PLACEHOLDER = "3:11: build.publish is the placeholder 'TBD'"
NOT_LISTED = ("2:11: 'make' is not listed", "19:11: 'make' is not listed")
OTHERS = "11:6: redirects[1].to is '/c', expected '/b' or 'TBD'"
LATE = "14:1: headers.x is opened after [headers.x.values], which lies inside it"

# What is asked, and what the answer is.
ASKED: list[tuple[str, str, tuple[str, ...]]] = [
    (WHOLE, "conforms: {to: schema}", FORM),
    (WHOLE, "conforms: {to: schema, only: [form]}", FORM),
    (EACH_CONTEXT, "conforms: {to: schema}", FORM),
    (WHOLE, "byte_order_mark: false", ("1:1: the file starts with a byte order mark",)),
    (WHOLE, "tables_in_order: true", (LATE,)),
    (WHOLE, "filled_in: {}", (PLACEHOLDER,)),
    (BUILD, "filled_in: {}", (PLACEHOLDER,)),
    (REDIRECTS, "field: to, listed_in: {paths: 'redirects[*].from'}", ("11:6: '/c' is not listed",)),
    (EACH_CONTEXT, "field: build.command, listed_in: {paths: 'build.publish'}", NOT_LISTED),
    (REDIRECTS, "field: to, other_than: '{from}'", ("7:6: redirects[0].to is '/a', the same as 'from'",)),
    (REDIRECTS, "field: to, differs_from: '{from}'", ("7:6: redirects[0].to only repeats the from",)),
    (REDIRECTS, "field: to, agrees_with: ['{from}', '{document.build.publish}']", (OTHERS,)),
    (REDIRECTS, "keys: {among: [from, to]}", ("8:1: redirects[0] has 'status'",)),
    (WHOLE, "field: redirects, distinct: {by: [from, to]}", ()),
]
# Holds, and can be told only with the other files at hand.
HELD = "{file: {path: there.txt}}"
WAITING = {
    "alone": "{ASKED}",
    "beside": f"[{{ASKED}}, {HELD}]",
    "all": f"{{all: [{HELD}, {{ASKED}}]}}",
    "any": f"{{any: [{{ASKED}}, {{not: {HELD}, message: never}}]}}",
    "when": f"{{when: {{$: {HELD}}}, ASKED}}",
}


@cache
def workspace() -> Workspace:
    rules = {
        f"{way}-{number}": (given, then.replace("ASKED", asked))
        for number, (given, asked, _) in enumerate(ASKED)
        for way, then in WAITING.items()
    }
    return workspace_of(rules)


def found(name: str) -> list[Diagnostic]:
    """What a rule finds, under a name that all have in common."""
    report = engine.check(MemoryTree(FILES), workspace().pack, Settings([f"ops/{name}"]))
    return [each._replace(rule="ops/asked") for each in report.diagnostics]


NUMBERS = [pytest.param(number, id=f"{asked} of {given}") for number, (given, asked, _) in enumerate(ASKED)]


def shown(found: Iterable[Diagnostic]) -> list[str]:
    return [f"{each.span.start.line}:{each.span.start.column}: {each.message}" for each in found]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("way", ["beside", "all", "when"])
def test_what_needs_no_other_file_is_judged_beside_what_does(way: str, number: int) -> None:
    alone = found(f"alone-{number}")
    assert tuple(shown(alone)) == ASKED[number][2]
    assert found(f"{way}-{number}") == alone


@pytest.mark.parametrize("number", NUMBERS)
def test_of_alternatives_the_first_speaks_once_for_each_context(number: int) -> None:
    alone, told = found(f"alone-{number}"), found(f"any-{number}")
    assert bool(told) == bool(alone)
    assert set(told) <= set(alone)


def test_a_severity_that_depends_on_another_file_silences_nothing() -> None:
    graded = f"{{warning: {{$: {HELD}}}, info: {{}}}}"
    pack = workspace_of({"graded": (WHOLE, "{byte_order_mark: false}")}, graded).pack
    (told,) = engine.check(MemoryTree(FILES), pack, Settings(["ops/graded"])).diagnostics
    assert (told.message, told.severity) == ("the file starts with a byte order mark", Severity.WARNING)
