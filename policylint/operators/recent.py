"""recent: a date lies no more than a number of days back."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, cast

from policylint.operators.operator import Failure, Traits, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, answers_by_value=True)


class Options(TypedDict):
    """`days`: how old a date may be."""

    days: int


def validate(options: Options) -> None:
    """Raise ValueError for a number of days that no date is old."""
    if options["days"] < 0:
        raise ValueError("needs 'days' from 0")


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Dates are ISO 8601; the day of the run is given to the engine, so that a run can be repeated."""
    from datetime import date

    if value.is_missing:
        yield Failure("is missing")
        return
    try:
        written = date.fromisoformat(value.text.strip()[:10])
    except ValueError:
        yield Failure(f"is {shown(value.value)}, expected a date such as '2026-11-21'")
        return
    age = (date.fromisoformat(cast("Project", scope.project).today) - written).days
    if age > options["days"]:
        yield Failure(f"is {age} days old, more than {options['days']}")
