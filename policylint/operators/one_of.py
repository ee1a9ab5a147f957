"""one_of: the value is among those listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.operators.equals import reads_as
from policylint.operators.operator import Failure, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

NEEDS_PROJECT = False
Options = list[str | int | bool | None]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Compares like `equals`; the message lists what is allowed."""
    del scope
    expected = " or ".join(shown(option) for option in options)
    if value.is_missing:
        yield Failure(f"is missing, expected {expected}")
    elif not any(reads_as(value.value, option) for option in options):
        yield Failure(f"is {shown(value.value)}, expected {expected}")


def holds(value: Value, options: Options, scope: Scope) -> bool:
    """Whether `check` finds nothing."""
    del scope
    return not value.is_missing and any(reads_as(value.value, option) for option in options)
