"""expands: a range of IDs can be told member by member."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from policylint.operators.operator import Failure, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.facts import ReferenceFact
    from policylint.operators.operator import Scope, Value

TRAITS = Traits(needs_project=False, subject="reference", asks_each_target=True)
Options = Literal[True]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """What is wrong with the range is told by the grammar: it runs backwards, mixes prefixes or is too long."""
    del options, scope
    reference = cast("ReferenceFact", value.value)
    if reference.fault:
        yield Failure(f"'{reference.text}' {reference.fault}", is_sentence=True)
