"""differs_from: a value says something else than another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.operators.operator import Failure, Traits, names_in, render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

TRAITS = Traits(needs_project=False)
Options = str

# A text that is longer than another by more than this says more.
_PUNCTUATION = 40


def validate(options: Options) -> None:
    """Raise ValueError when the template names nothing to differ from."""
    if not names_in(options):
        raise ValueError("takes a template such as '{title}'")


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Case, blanks and punctuation count for nothing."""
    if value.is_missing:
        return
    other = render(options, scope.names)
    is_as_long = len(value.text) <= len(other) + _PUNCTUATION
    if is_as_long and _letters(value.text) == _letters(other):
        yield Failure(f"only repeats the {names_in(options)[0]}")


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()
