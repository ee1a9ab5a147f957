"""differs_from: a value says something else than another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.field_names import normalise
from policylint.operators.operator import Failure, names_in, render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

NEEDS_PROJECT = False
Options = str


def validate(options: Options) -> None:
    """Raise ValueError when the template names nothing to differ from."""
    if not names_in(options):
        raise ValueError("takes a template such as '{title}'")


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Case, blanks and punctuation count for nothing."""
    other = render(options, scope.names)
    if not value.is_missing and normalise(value.text) == normalise(other):
        yield Failure(f"only repeats the {names_in(options)[0]}")
