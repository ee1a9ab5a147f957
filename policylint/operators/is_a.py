"""is_a: the value has a shape: a mapping, a list, or a single text, number or word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from policylint.operators.operator import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

NEEDS_PROJECT = False
Options = Literal["mapping", "list", "scalar"]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """A missing value has no shape."""
    del scope
    found = "mapping" if isinstance(value.value, dict) else "list" if isinstance(value.value, list) else "scalar"
    if value.is_missing or found != options:
        yield Failure(f"is {'missing' if value.is_missing else f'a {found}'}, expected a {options}")
