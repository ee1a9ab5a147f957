"""exists: the value is there and says something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.operators.operator import Failure, Traits, is_empty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Predicate, Scope, Value

TRAITS = Traits(needs_project=False, answers_by_value=True, answers_by_emptiness=True)
Options = bool


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """With `true`, an empty value does not exist; with `false`, the value must be missing or empty."""
    del scope
    if options and is_empty(value.value):
        yield Failure("is missing" if value.is_missing else "is empty")
    elif not options and not is_empty(value.value):
        yield Failure("must not be set")


def predicate(options: Options) -> Predicate:
    """What tells whether `check` finds nothing."""
    return lambda value, _scope: options != is_empty(value.value)
