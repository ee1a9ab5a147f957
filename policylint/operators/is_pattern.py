"""is_pattern: the value is a regular expression that RE2 accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from policylint.operators.operator import Failure, Traits, shown
from policylint.patterns import PatternError, compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

TRAITS = Traits(needs_project=False, answers_by_value=True)
Options = Literal[True]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """The failure says what RE2 refuses; a missing value is no pattern at fault."""
    del options, scope
    try:
        compile_pattern(value.text)
    except PatternError as error:
        fix = "write the pattern in RE2 syntax, without look-around and backreferences"
        yield Failure(f"pattern {shown(value.value)} {error}", is_sentence=True, fix=fix)
