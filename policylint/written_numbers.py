"""Texts of data that are numbers as their file writes them, where a schema wants numbers.

YAML such as `1.10` is a text in data, since writing the number back would lose what was written (docs/architecture.md,
Decisions). To a schema that asks for a number it is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jsonschema.exceptions import ValidationError

    from policylint.selectors import Path

    NumberAt = Callable[[Path], int | float | None]


def wanted(found: Iterable[ValidationError], number_at: NumberAt) -> Iterator[tuple[Path, float]]:
    """The paths of texts that a schema refuses, with the numbers that it takes in their place."""
    pending = list(found)
    while pending:
        error = pending.pop()
        pending += error.context or ()
        if isinstance(error.instance, str) and error.validator in _OF_TYPES:
            path = tuple(error.absolute_path)
            number = number_at(path)
            if number is not None and _is_wanted(number, error):
                yield path, number


_OF_TYPES = ("type", "enum", "const")


def _is_wanted(number: float, error: ValidationError) -> bool:
    """Whether a schema that refuses the text takes the number, or at least a number."""
    expected: Any = error.validator_value
    if error.validator == "const":
        return bool(expected == number)
    if error.validator == "enum":
        return number in expected
    types = [expected] if isinstance(expected, str) else expected
    return "number" in types or ("integer" in types and number == number // 1)


def replaced(data: Any, values: Mapping[Path, float]) -> Any:
    """A copy of the data with other values at some paths."""
    copied: dict[Path, Any] = {(): _copy(data)}
    for path, value in values.items():
        for length in range(1, len(path)):
            if path[:length] not in copied:
                holder: Any = copied[path[: length - 1]]
                holder[path[length - 1]] = copied[path[:length]] = _copy(holder[path[length - 1]])
        if path:
            copied[path[:-1]][path[-1]] = value
        else:
            return value
    return copied[()]


def _copy(value: Any) -> Any:
    return value.copy() if isinstance(value, dict | list) else value
