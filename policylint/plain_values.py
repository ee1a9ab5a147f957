"""Facts and diagnostics as plain values that `marshal` can carry between processes and runs, and back.

The form is read off the annotations of the classes, so that a field that comes or goes needs no change here; `shape`
tells one form from another. Values under `object` are data of documents and are carried as they are: one that is not
plain makes `marshal` raise ValueError.
"""

from __future__ import annotations

import enum
import types
import typing
from functools import lru_cache
from typing import Any

from policylint.named_tuple import NamedTuple
from policylint.record import Record

if typing.TYPE_CHECKING:
    from collections.abc import Callable

    Convert = Callable[[Any], Any]


class Form(NamedTuple):
    """How values of a type are made plain and whole again; None where they are plain as they are."""

    pack: Convert | None
    unpack: Convert | None


_AS_IT_IS = Form(None, None)


def pack(of_type: Any, value: Any) -> Any:
    """A value of a type as tuples, lists, dictionaries, texts and numbers."""
    convert = form(of_type).pack
    return convert(value) if convert else value


def unpack(of_type: Any, plain: Any) -> Any:
    """The value again. What was not packed with the same `shape` raises any of the errors of wrong types."""
    convert = form(of_type).unpack
    return convert(plain) if convert else plain


def shape(of_type: Any) -> str:
    """The type with all fields of all classes below it, as text."""
    told: dict[str, str] = {}
    _tell(of_type, told)
    return ";".join(f"{name}({fields})" for name, fields in told.items())


def _tell(of_type: Any, told: dict[str, str]) -> None:
    if _is_class_with_fields(of_type) and of_type.__qualname__ not in told:
        hints = _fields(of_type)
        told[of_type.__qualname__] = ",".join(f"{name}:{hint}" for name, hint in hints.items())
        for hint in hints.values():
            _tell(hint, told)
    for part in typing.get_args(of_type):
        _tell(part, told)


@lru_cache(maxsize=256)
def form(of_type: Any) -> Form:
    """How values of a type are converted."""
    if _is_class_with_fields(of_type):
        return _form_of_fields(of_type)
    if isinstance(of_type, type) and issubclass(of_type, enum.IntEnum):
        members = {int(member): member for member in of_type}
        return Form(int, members.__getitem__)
    parts = typing.get_args(of_type)
    origin = typing.get_origin(of_type)
    if origin is tuple:
        return _form_of_tuple(parts)
    if origin is dict:
        return _each(form(parts[1]), _values_converted)
    if origin in (types.UnionType, typing.Union):
        return _form_of_union(parts)
    return _AS_IT_IS


def _is_class_with_fields(of_type: Any) -> bool:
    return isinstance(of_type, type) and (issubclass(of_type, Record) or hasattr(of_type, "_fields"))


@lru_cache(maxsize=64)
def _fields(of_class: Any) -> dict[str, Any]:
    """The types of a class's fields, in order; those of other modules that it names only for annotations as well."""
    from policylint.edits import FixEdit

    hints = typing.get_type_hints(of_class, localns={"FixEdit": FixEdit})
    return {name: hints[name] for name in getattr(of_class, "_fields", of_class.__annotations__)}


def _form_of_fields(of_class: Any) -> Form:
    forms = [form(each) for each in _fields(of_class).values()]
    packing = [(place, each.pack) for place, each in enumerate(forms) if each.pack]
    unpacking = [(place, each.unpack) for place, each in enumerate(forms) if each.unpack]
    if issubclass(of_class, Record):
        names = tuple(_fields(of_class))
        return Form(
            lambda value: _converted([value.__dict__[name] for name in names], packing),
            lambda plain: of_class(*_converted(plain, unpacking)),
        )
    # One step for the many that are plain but for their class; `_make` takes twice as long.
    new = tuple.__new__
    if not packing:
        return Form(tuple, lambda plain: new(of_class, plain))
    return Form(
        lambda value: _converted(value, packing),
        lambda plain: new(of_class, _converted(plain, unpacking)),
    )


def _converted(values: Any, conversions: list[tuple[int, Convert]]) -> tuple[Any, ...]:
    changed = list(values)
    for place, convert in conversions:
        changed[place] = convert(changed[place])
    return tuple(changed)


def _form_of_tuple(parts: tuple[Any, ...]) -> Form:
    if parts[1:] == (Ellipsis,):
        return _each(form(parts[0]), _elements_converted)
    forms = [form(each) for each in parts]
    if all(each is _AS_IT_IS for each in forms):
        return _AS_IT_IS
    packing = [(place, each.pack) for place, each in enumerate(forms) if each.pack]
    unpacking = [(place, each.unpack) for place, each in enumerate(forms) if each.unpack]
    return Form(lambda value: _converted(value, packing), lambda plain: _converted(plain, unpacking))


def _each(inner: Form, through: Callable[[Convert], Convert]) -> Form:
    if inner.pack is None or inner.unpack is None:
        return _AS_IT_IS
    return Form(through(inner.pack), through(inner.unpack))


def _elements_converted(convert: Convert) -> Convert:
    return lambda values: tuple([convert(each) for each in values])


def _values_converted(convert: Convert) -> Convert:
    return lambda values: {key: convert(value) for key, value in values.items()}


def _form_of_union(parts: tuple[Any, ...]) -> Form:
    """`X | None`; in a union of several that need converting nobody could tell which one a plain value was."""
    forms = [form(each) for each in parts if each is not type(None)]
    converting = [each for each in forms if each.pack]
    if not converting:
        return _AS_IT_IS
    if len(forms) > 1:
        raise TypeError(f"the types {parts} cannot be told apart when they are plain")
    pack_one, unpack_one = typing.cast("tuple[Convert, Convert]", converting[0])
    return Form(
        lambda value: None if value is None else pack_one(value),
        lambda plain: None if plain is None else unpack_one(plain),
    )
