"""of_type: the value is of one of the types of data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from policylint.operators.operator import Failure, Traits, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value

TRAITS = Traits(needs_project=False, answers_by_value=True)
Options = list[Literal["text", "number", "boolean", "table", "list", "null"]]


def validate(options: Options) -> None:
    """Raise ValueError when no type is listed."""
    if not options:
        raise ValueError("needs at least one type")


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """A missing value has no type."""
    del scope
    if value.is_missing:
        yield Failure("is missing")
    elif _type(value.value) not in options and not ("number" in options and _is_decimal(value.value)):
        kind = _type(value.value)
        what = f"the {kind} {shown(value.value)}" if kind in ("text", "number", "boolean") else kind
        yield Failure(f"is {what}, expected {' or '.join(options)}")


def _is_decimal(value: object) -> bool:
    """Whether a text is a number that YAML keeps as it is written, so that 1.10 is not 1.1."""
    if not isinstance(value, str) or value.isdecimal():
        return False
    from policylint.documents.numbers import number

    return number(value) is not None


def _type(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, dict):
        return "table"
    return "list" if isinstance(value, list) else "null"
