"""matches: the value's text contains what an RE2 pattern describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.operators.operator import SHORT, Failure, Traits, shown
from policylint.patterns import compile_pattern, is_found
from policylint.selectors import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Predicate, Scope, Value

TRAITS = Traits(needs_project=False, answers_by_value=True)
Options = str

# Of more short texts only the last are worth their place.
_MOST_KNOWN = 1_024


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
    """What tells whether `check` finds nothing; thousands of entries share a few words, which are searched once."""
    known: dict[str, bool] = {}

    def is_matched(value: Value, _scope: Scope) -> bool:
        if value.value is MISSING:
            return False
        text = value.text
        found = known.get(text)
        if found is None:
            found = is_found(options, text)
            if len(text) <= SHORT:
                _keep(known, text, found)
        return found

    return is_matched


def _keep(known: dict[str, bool], text: str, found: bool) -> None:
    if len(known) >= _MOST_KNOWN:
        known.clear()
    known[text] = found
