"""equals: the value reads exactly as expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.operators.operator import Failure, Traits, shown, text_of
from policylint.selectors import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Predicate, Scope, Value

TRAITS = Traits(needs_project=False, answers_by_value=True)
Options = str | int | bool | None


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Values are compared as written, so that `1.10` is not 1.1; `True` and `true` read the same."""
    del scope
    if value.is_missing:
        yield Failure(f"is missing, expected {shown(options)}")
    elif not reads_as(value.value, options):
        yield Failure(f"is {shown(value.value)}, expected {shown(options)}")


def predicate(options: Options) -> Predicate:
    """What tells whether `check` finds nothing."""
    return lambda value, _scope: value.value is not MISSING and reads_as(value.value, options)


def reads_as(value: object, expected: object) -> bool:
    """Whether a value is the expected one; words for true and false may be capitalised."""
    text, wanted = text_of(value), text_of(expected)
    return text == wanted or (isinstance(expected, bool) and text.lower() == wanted)
