"""one_of: the value is among those listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.operators.equals import reads_as
from policylint.operators.operator import Failure, Traits, shown
from policylint.selectors import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Predicate, Scope, Value

TRAITS = Traits(needs_project=False, answers_by_value=True)
Options = list[str | int | bool | None]


def validate(options: Options) -> None:
    """Raise ValueError when no value is listed."""
    if not options:
        raise ValueError("needs at least one value")


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Compares like `equals`; the message lists what is allowed."""
    del scope
    expected = " or ".join(shown(option) for option in options)
    if value.is_missing:
        yield Failure(f"is missing, expected {expected}")
    elif not any(reads_as(value.value, option) for option in options):
        yield Failure(f"is {shown(value.value)}, expected {expected}")


def predicate(options: Options) -> Predicate:
    """What tells whether `check` finds nothing."""
    return lambda value, _scope: value.value is not MISSING and any(reads_as(value.value, each) for each in options)
