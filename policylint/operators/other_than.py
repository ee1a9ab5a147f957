"""other_than: a value is not the same as another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.operators.operator import Failure, Traits, names_in, render, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

TRAITS = Traits(needs_project=False)
Options = str


def validate(options: Options) -> None:
    """Raise ValueError when the template names nothing."""
    if not names_in(options):
        raise ValueError("takes a template such as '{from}'")


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Every character counts, unlike with `differs_from`."""
    if not value.is_missing and value.text == render(options, scope.names):
        yield Failure(f"is {shown(value.value)}, the same as '{names_in(options)[0]}'")
