"""Immutable values with named fields, for modules on the way of every check.

Defining a `typing.NamedTuple` takes a tenth of a millisecond and a dataclass twenty milliseconds with its import; a
run needs some forty such classes before it has read a file (docs/performance.md).
"""

from __future__ import annotations

from typing import Any, Self, dataclass_transform


@dataclass_transform(frozen_default=True)
class Record:
    """A subclass annotates its fields, in order; all must be given. Equal to another of its own class only."""

    def __init__(self, *values: Any, **named: Any) -> None:
        fields = self.__dict__
        fields.update(zip(type(self).__annotations__, values, strict=False), **named)
        if len(fields) != len(type(self).__annotations__):
            raise TypeError(f"{type(self).__name__} takes {', '.join(type(self).__annotations__)}")

    def replace(self, **changes: Any) -> Self:
        """The same value with other values for some fields."""
        return type(self)(**{**self.__dict__, **changes})

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be changed")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__dict__.items())})"
