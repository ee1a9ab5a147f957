"""`NamedTuple` as in `typing`, defined in a tenth of the time.

For type checkers it is the one of `typing`. Defining one of those evaluates source text and checks every annotation,
a quarter of a millisecond; a cold check imports some forty, a sixth of its time, and uses few (docs/performance.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import NamedTuple
else:
    from collections import _tuplegetter

    class _NamedTupleType(type):
        def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> type:
            fields = tuple(namespace.get("__annotations__", ()))
            defaults = {field: namespace.pop(field) for field in fields if field in namespace}
            namespace |= {field: _tuplegetter(index, None) for index, field in enumerate(fields)}
            known = {"_fields": fields, "_field_defaults": defaults, "__match_args__": fields, "__slots__": ()}
            known["_places"] = {field: place for place, field in enumerate(fields)}
            return super().__new__(cls, name, bases, namespace | known)

    class NamedTuple(tuple, metaclass=_NamedTupleType):
        """A subclass annotates its fields, in order, and may give the last of them defaults."""

        def __new__(cls, *values: Any, **named: Any) -> NamedTuple:
            """The first values of a class; if more come, it gets a constructor that knows its fields."""
            _made[cls] = made = _made.get(cls, 0) + 1
            if made > _FEW:
                cls.__new__ = _constructor(cls)
            fields = cls._fields
            if len(values) == len(fields) and not named:
                return tuple.__new__(cls, values)
            complete = {**cls._field_defaults, **dict(zip(fields, values, strict=False)), **named}
            is_unclear = len(values) > len(fields) or not named.keys().isdisjoint(fields[: len(values)])
            if is_unclear or complete.keys() != cls._places.keys():
                # It says what is wrong in the words of Python.
                return _constructor(cls)(cls, *values, **named)
            return tuple.__new__(cls, map(complete.__getitem__, fields))

        def _replace(self, **changes: Any) -> NamedTuple:
            values, places = [*self], self._places
            for field, value in changes.items():
                if field not in places:
                    raise TypeError(f"{type(self).__name__} has no field '{field}'")
                values[places[field]] = value
            return tuple.__new__(type(self), values)

        def _asdict(self) -> dict[str, Any]:
            return dict(zip(self._fields, self, strict=True))

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)

        def __repr__(self) -> str:
            shown = (f"{field}={value!r}" for field, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({', '.join(shown)})"

    # A constructor takes as long to make as twenty values without one; of most classes a check makes fewer.
    _FEW = 16
    _made: dict[type, int] = {}

    def _constructor(cls: type[NamedTuple]) -> Any:
        """As fast as that of `typing`, and made as it is: the fields are those that a module of ours annotates."""
        names = "".join(f", {field}" for field in cls._fields)
        made = eval(f"lambda _cls{names}: _new(_cls, ({names[2:]},))", {"_new": tuple.__new__})  # noqa: S307
        made.__name__, made.__qualname__ = "__new__", f"{cls.__qualname__}.__new__"
        made.__defaults__ = tuple(cls._field_defaults.values())
        return made


__all__ = ["NamedTuple"]
