"""quantity: a text states a quantity that can be measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from policylint.operators.operator import Failure, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value
    from policylint.quantities import Quantity

TRAITS = Traits(needs_project=False, answers_by_value=True)


class Options(TypedDict, total=False):
    """`limit`: a number that is no time window, `compared`: one with a comparator, `over_time`: a time window.

    `above_baseline`: more than the baseline that the text names.
    """

    limit: bool
    compared: bool
    over_time: bool
    above_baseline: bool


def validate(options: Options) -> None:
    """Raise ValueError when nothing is asked."""
    if not any(options.values()):
        raise ValueError("asks for nothing: set compared, over_time or above_baseline")


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """What is missing of what is asked for; a text without a baseline is above it."""
    del scope
    from policylint.quantities import baseline, quantities

    text = value.text
    found = quantities(text)
    limits = [each for each in found if not each.is_window]
    if options.get("limit") and not limits:
        yield Failure("states no number but a time window" if found else "states no number")
    if options.get("compared") and not any(each.comparator for each in limits):
        yield Failure("states no number to compare with")
    if options.get("over_time") and not any(each.is_window for each in found):
        yield Failure("states no time window")
    usual = baseline(text)
    if options.get("above_baseline") and usual is not None:
        yield from _not_above(limits, usual)


def _not_above(limits: list[Quantity], usual: Quantity) -> Iterator[Failure]:
    for limit in limits:
        if limit.comparator in (">", ">=") and limit.unit == usual.unit and limit.number <= usual.number:
            amount = f"{limit.number:g}{limit.unit}"
            yield Failure(f"fires at {amount}, which is not above the baseline of {usual.number:g}{usual.unit}")
