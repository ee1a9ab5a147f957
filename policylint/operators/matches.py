"""matches: the value's text contains what an RE2 pattern describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.operators.operator import Failure, shown
from policylint.patterns import compile_pattern, is_found, searcher
from policylint.selectors import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Predicate, Scope, Value

NEEDS_PROJECT = False
Options = str


def validate(options: Options) -> None:
    """Raise PatternError when the pattern cannot be compiled."""
    compile_pattern(options)


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """The pattern may match anywhere in the text; anchor it to match the whole."""
    del scope
    if value.is_missing:
        yield Failure("is missing")
    elif not is_found(options, value.text):
        yield Failure(f"is {shown(value.value)}, which does not match '{options}'")


def predicate(options: Options) -> Predicate:
    """What tells whether `check` finds nothing."""
    # Compiled when there is something to search: of most documents no rule asks so much.
    return lambda value, _scope: value.value is not MISSING and searcher(options)(value.text.encode()) is not None
