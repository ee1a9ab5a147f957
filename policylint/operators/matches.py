"""matches: the value's text contains what an RE2 pattern describes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from policylint.operators.operator import Failure, shown
from policylint.patterns import compile_pattern, is_found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

NEEDS_PROJECT = False
Options = str

_SHORT = 60


def validate(options: Options) -> None:
    """Raise PatternError when the pattern cannot be compiled."""
    compile_pattern(options)


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """The pattern may match anywhere in the text; anchor it to match the whole."""
    del scope
    if value.is_missing:
        yield Failure("is missing")
    elif not _found(options, value.text):
        yield Failure(f"is {shown(value.value)}, which does not match '{options}'")


def holds(value: Value, options: Options, scope: Scope) -> bool:
    """Whether `check` finds nothing."""
    del scope
    return not value.is_missing and _found(options, value.text)


def _found(pattern: str, text: str) -> bool:
    return _found_in_short(pattern, text) if len(text) <= _SHORT else is_found(pattern, text)


@lru_cache(maxsize=4096)
def _found_in_short(pattern: str, text: str) -> bool:
    """Remembered, since thousands of entries share a few words such as their type."""
    return is_found(pattern, text)
