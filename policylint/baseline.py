"""A baseline: findings that a team starts with, known by what they say and not by where. Pure.

Lines move, so a finding is known by rule, path, subject and message; equal ones of a file are counted.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from policylint.diagnostics import Diagnostic, Report

    Path = tuple[str | int, ...]

_VERSION = 1
_LARGEST_COUNT = 1_000_000


class Known(NamedTuple):
    """What a finding is known by."""

    rule: str
    path: str
    subject: str
    message: str


# How many equal findings there are.
Findings = dict[Known, int]


class FormFault(Exception):  # noqa: N818 - a fault of the text, for the reader of the file to place
    """A text is no baseline; `path` leads to what is wrong with its data, if it can be read at all."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.message = message


def findings_of(report: Report, never: Collection[str]) -> Findings:
    """What a report finds, but for the rules that are never covered."""
    found: Findings = {}
    for each in report.diagnostics:
        if each.rule not in never:
            found[_known_by(each)] = found.get(_known_by(each), 0) + 1
    return found


def applied(report: Report, findings: Findings, never: Collection[str], in_reach: Callable[[Known], bool]) -> Report:
    """The report without the findings that are covered; what is in its reach and was not found is stale."""
    left = dict(findings)
    kept: list[Diagnostic] = []
    covered: list[Diagnostic] = []
    for each in report.diagnostics:
        known = _known_by(each)
        is_covered = each.rule not in never and left.get(known, 0) > 0
        (covered if is_covered else kept).append(each)
        if is_covered:
            left[known] -= 1
    stale = sum(count for known, count in left.items() if count and in_reach(known))
    return report._replace(diagnostics=tuple(kept), covered=tuple(covered), stale=stale)


def _known_by(diagnostic: Diagnostic) -> Known:
    return Known(diagnostic.rule, diagnostic.path, diagnostic.subject, diagnostic.message)


def text_of(findings: Mapping[Known, int]) -> str:
    """The file: JSON, ASCII only, sorted by path, with a line for each finding, so that differences can be read."""
    rows = sorted(findings.items(), key=lambda row: (row[0].path, row[0]))
    lines = ",\n".join(f"    {json.dumps(_row(known, count))}" for known, count in rows)
    listed = f"[\n{lines}\n  ]" if rows else "[]"
    return f'{{\n  "version": {_VERSION},\n  "findings": {listed}\n}}\n'


def _row(known: Known, count: int) -> dict[str, str | int]:
    row: dict[str, str | int] = known._asdict()
    return {**row, "count": count} if count > 1 else row


def read(text: str) -> Findings:
    """The findings of a file's text. Raises FormFault; the text comes from the linted repository."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise FormFault((), "the baseline is not JSON that can be read") from None
    if not isinstance(data, dict) or data.keys() != {"version", "findings"}:
        raise FormFault((), "the baseline should be an object with 'version' and 'findings'")
    if type(data["version"]) is not int or data["version"] != _VERSION:
        raise FormFault(("version",), f"the version of the baseline should be {_VERSION}")
    if not isinstance(data["findings"], list):
        raise FormFault(("findings",), "'findings' should be a list")
    return dict(_rows(data["findings"]))


def _rows(rows: list[Any]) -> Iterator[tuple[Known, int]]:
    known_already: set[Known] = set()
    for index, row in enumerate(rows):
        place = ("findings", index)
        if not isinstance(row, dict) or row.keys() - {"count"} != {*Known._fields}:
            raise FormFault(place, f"a finding should have {', '.join(Known._fields)}, and may have count")
        values = [row[field] for field in Known._fields]
        wrong = next((f for f, value in zip(Known._fields, values, strict=True) if not isinstance(value, str)), "")
        if wrong:
            raise FormFault((*place, wrong), f"'{wrong}' should be text")
        count = row.get("count", 1)
        if type(count) is not int or not 1 <= count <= _LARGEST_COUNT:
            raise FormFault((*place, "count"), f"'count' should be a whole number from 1 to {_LARGEST_COUNT}")
        known = Known(*values)
        if known in known_already:
            raise FormFault(place, "the finding is listed twice; say how many there are with 'count'")
        known_already.add(known)
        yield known, count
