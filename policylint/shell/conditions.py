"""Evaluate the words of `test` and `[ ... ]` as far as they are known."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policylint.shell.expansion import Field

_TEXT_OPERATORS: dict[str, Callable[[str, str], bool]] = {"=": operator.eq, "==": operator.eq, "!=": operator.ne}
_NUMBER_OPERATORS: dict[str, Callable[[int, int], bool]] = {
    "-eq": operator.eq,
    "-ne": operator.ne,
    "-lt": operator.lt,
    "-le": operator.le,
    "-gt": operator.gt,
    "-ge": operator.ge,
}
_MAX_DIGITS = 9
_BINARY = 3


def evaluate(fields: Sequence[Field]) -> bool | None:
    """Whether the condition holds; None when it depends on something unknown."""
    if not all(field.known for field in fields):
        return None
    words = [field.text for field in fields]
    if len(words) > 1 and words[0] == "!":
        inner = evaluate(fields[1:]) if len(words) <= _BINARY + 1 else None
        return None if inner is None else not inner
    if len(words) == _BINARY:
        return _compare(*words)
    if len(words) == _BINARY - 1:
        return {"-n": words[1] != "", "-z": words[1] == ""}.get(words[0])
    if len(words) == 1:
        return words[0] != ""
    return None if words else False


def _compare(left: str, name: str, right: str) -> bool | None:
    if name in _TEXT_OPERATORS:
        return _TEXT_OPERATORS[name](left, right)
    if name in _NUMBER_OPERATORS and is_number(left) and is_number(right):
        return _NUMBER_OPERATORS[name](int(left), int(right))
    return None


def is_number(text: str) -> bool:
    """Whether bash and Python read the text as the same decimal integer."""
    digits = text.removeprefix("-")
    # A leading zero would make the number octal.
    is_decimal = digits.isascii() and digits.isdecimal() and (digits == "0" or digits[0] != "0")
    return is_decimal and len(digits) <= _MAX_DIGITS
