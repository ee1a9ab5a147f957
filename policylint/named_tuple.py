"""`NamedTuple` as in `typing`, defined in a tenth of the time.

For type checkers it is the one of `typing`. Defining one of those evaluates source text and checks every annotation,
a quarter of a millisecond; a cold check needs some forty, a sixth of its time (docs/performance.md).
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
            own = {"_count": len(fields), "_last": tuple(defaults.values())}
            return super().__new__(cls, name, bases, {**namespace, **known, **own})

    class NamedTuple(tuple, metaclass=_NamedTupleType):
        """A subclass annotates its fields, in order, and may give the last of them defaults."""

        def __new__(cls, *values: Any, **named: Any) -> NamedTuple:
            """Raises TypeError for too many values, unknown names, names given twice and missing values."""
            if named or len(values) != cls._count:
                values = _completed(cls, values, named)
            return tuple.__new__(cls, values)

        def _replace(self, **changes: Any) -> NamedTuple:
            if unknown := changes.keys() - set(self._fields):
                raise TypeError(f"{type(self).__name__} has no field '{min(unknown)}'")
            return tuple.__new__(type(self), map(changes.pop, self._fields, self))

        def _asdict(self) -> dict[str, Any]:
            return dict(zip(self._fields, self, strict=True))

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)

        def __repr__(self) -> str:
            shown = (f"{field}={value!r}" for field, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({', '.join(shown)})"

    def _completed(cls: type[NamedTuple], values: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        given = len(values)
        missing = cls._count - given
        if not named and 0 < missing <= len(cls._last):
            return values + cls._last[-missing:]
        try:
            known = cls._field_defaults
            rest = [named.pop(name) if name in named else known[name] for name in cls._fields[given:]]
        except KeyError:
            rest = None
        if rest is None or named or missing < 0:
            raise TypeError(f"{cls.__name__} takes {', '.join(cls._fields)}")
        return (*values, *rest)


__all__ = ["NamedTuple"]
