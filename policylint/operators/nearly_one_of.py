"""nearly_one_of: the value's first word is one of those listed, but for a slip of one letter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.operators.operator import Failure, Traits, shown
from policylint.selectors import MISSING
from policylint.suggestions import one_step_away

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Predicate, Scope, Value

TRAITS = Traits(needs_project=False, answers_by_value=True)
Options = list[str]

_FIRST_WORD = re.compile(r"\W*([A-Za-z]+(?:-[A-Za-z]+)*)(?![A-Za-z0-9_])")
# One letter for another makes another word of a short one: a stop is no step.
_LONG = 5


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Case counts for nothing, and so do marks before the word and whatever follows it."""
    del scope
    if value.is_missing:
        yield Failure("is missing")
    elif not _is_near(value.text, options):
        yield Failure(f"is {shown(value.value)}, which is not nearly {' or '.join(map(shown, options))}")


def predicate(options: Options) -> Predicate:
    """What tells whether `check` finds nothing."""
    return lambda value, _scope: value.value is not MISSING and _is_near(value.text, options)


def _is_near(text: str, options: Options) -> bool:
    match = _FIRST_WORD.match(text)
    word = match[1].lower() if match else ""
    meant = one_step_away(word, options).lower() if word else ""
    return bool(meant) and (word == meant or len(meant) >= _LONG or len(word) != len(meant))
