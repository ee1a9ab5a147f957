"""agrees_with: the value says the same as a template, leading zeros and case aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.catalogue import plain
from policylint.operators.operator import Failure, Traits, render, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

TRAITS = Traits(needs_project=False)
Options = list[str]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """One of the templates is enough; a missing value disagrees with nothing."""
    expected = [render(template, scope.names) for template in options]
    if not value.is_missing and plain(value.text) not in map(plain, expected):
        yield Failure(f"is {shown(value.value)}, expected {' or '.join(map(shown, expected))}")
