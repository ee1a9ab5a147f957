"""matches: the value's text contains what an RE2 pattern describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.operators.operator import Failure, shown, text_of
from policylint.patterns import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

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
    elif not compile_pattern(options).search(text_of(value.value)):
        yield Failure(f"is {shown(value.value)}, which does not match '{options}'")
