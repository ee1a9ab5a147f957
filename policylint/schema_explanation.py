"""What is wrong with data that does not conform to its schema, which jsonschema explains.

The two engines agree on every document that the tests try; the one that decides is some hundred times faster
(docs/performance.md), this one has the error tree that messages are made from.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from policylint import schemas
from policylint.named_tuple import NamedTuple
from policylint.patterns import is_found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jsonschema.exceptions import ValidationError

    NumberAt = Callable[[tuple[str | int, ...]], int | float | None]

# The types of JSON Schema, as people call them.
TYPE_WORDS = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "nothing",
    "number": "a number",
    "object": "a table of keys",
    "string": "text",
}

# What a schema says of its own about a failure: a predicate, or what is expected. Then the branches of its choice are
# not what people should read.
MESSAGE = "x-message"
EXPECTED = "x-expected"


# Stands for the keyword where the schema of a value is `false`, which has none.
FORBIDDEN = "false"


# Stands for the keyword `oneOf` where more than one of its branches fits.
SEVERAL = "several of oneOf"


# Stands for the keyword where the data is wrong in more places than are told.
TOO_MANY = "too many"


class SchemaError(NamedTuple):
    """One thing wrong: the schema keyword and what it asks, the value at fault, its path, and its own schema.

    `message` is jsonschema's, which people are not shown: it tells apart what one keyword asks of several keys.
    """

    keyword: str
    expected: Any
    value: Any
    path: tuple[str | int, ...]
    schema: dict[str, Any]
    message: str


def explaining_validator(schema: Any) -> Any:
    """jsonschema's validator, with patterns matched by RE2 as everywhere else."""
    from jsonschema.validators import extend, validator_for

    keywords = {
        "additionalProperties": _additional_properties,
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "properties": _properties,
        "propertyNames": _property_names,
    }
    return extend(validator_for(schema), keywords)  # type: ignore[no-untyped-call]


def check_form(schema: Any) -> None:
    """Raise SchemaError (jsonschema) for what is no schema; patterns are ours to judge, and `format` says nothing."""
    from jsonschema import FormatChecker

    explaining_validator(schema).check_schema(schema, format_checker=FormatChecker(formats=()))


def is_of_known_draft(schema: dict[str, Any]) -> bool:
    """Whether its `$schema` names a draft that jsonschema knows."""
    from jsonschema.protocols import Validator
    from jsonschema.validators import validator_for

    return validator_for(schema, default=Validator) is not Validator


def _pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    if isinstance(instance, str) and not is_found(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _additional_properties(validator: Any, allowed: Any, instance: Any, schema: Any) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    extra = [key for key in instance if schemas.is_additional(key, schema)] if isinstance(instance, dict) else []
    if isinstance(allowed, dict):
        for key in extra:
            yield from validator.descend(instance[key], allowed, path=key)
    elif not allowed and extra:
        yield ValidationError(f"additional properties: {', '.join(extra)}")


def _pattern_properties(validator: Any, patterns: dict[str, Any], instance: Any, _schema: Any) -> Iterator[Any]:
    if not isinstance(instance, dict):
        return
    for pattern, schema in patterns.items():
        for key, value in instance.items():
            if is_found(pattern, key):
                yield from _below(validator, value, schema, key, pattern)


def _properties(validator: Any, properties: dict[str, Any], instance: Any, _schema: Any) -> Iterator[Any]:
    if not isinstance(instance, dict):
        return
    for key, schema in properties.items():
        if key in instance:
            yield from _below(validator, instance[key], schema, key, key)


def _below(validator: Any, value: Any, schema: Any, key: str, schema_key: str) -> Iterator[Any]:
    """What is wrong with the value of a key. Where its schema is `false`, jsonschema leaves the key out."""
    for error in validator.descend(value, schema, path=key, schema_path=schema_key):
        if schema is False:
            error.path.appendleft(key)
        yield error


def _property_names(validator: Any, names: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    """One error for each key, at the key: jsonschema reports the table, and each reason by itself."""
    from jsonschema.exceptions import ValidationError

    for key in instance if isinstance(instance, dict) else ():
        if next(validator.descend(instance=key, schema=names), None) is not None:
            yield ValidationError(f"{key!r} is no name", path=(key,), instance=key)


class _Found:
    """What was last found about data: several rules ask about the same data, one after the other."""

    path = ""
    data: object = None
    errors: list[SchemaError] = []


def errors(path: str, data: Any, number_at: NumberAt | None = None) -> list[SchemaError]:
    """What is wrong, one error for each place a person would mend.

    `number_at` gives the number that is written where the data has a text, such as 4.5: it is one to a schema that
    wants one.
    """
    if schemas.is_valid(path, data):
        return []
    if _Found.data is not data or _Found.path != path:
        _Found.path, _Found.data, _Found.errors = path, data, list(_first(_explained(path, data, number_at), data))
    return _Found.errors


# A table may lack thousands of keys in each of thousands of places.
_MOST_ERRORS = 10_000


def _first(found: Iterator[SchemaError], data: Any) -> Iterator[SchemaError]:
    """As many errors as can be told, and one that there are more."""
    yield from islice(found, _MOST_ERRORS)
    if next(found, None) is not None:
        yield SchemaError(TOO_MANY, None, data, (), {}, "")


@lru_cache(maxsize=64)
def _explainer(path: str) -> Any:
    schema = schemas.read_schema(path)
    return explaining_validator(schema)(schema)


# How large data may be that is explained as it stands: each value takes some 25 microseconds.
_SMALL = 10_000
# The work for larger data: a unit for each value that is wrong, and for each thousand values and characters in it.
_MOST_WORK = 20_000


class _Enough(Exception):  # noqa: N818 - control flow inside this module
    """The work is done, though the data is not."""


class _Work:
    """What may still be done for the data that is explained."""

    left = 0

    def take(self, data: object) -> None:
        self.left -= 1 + _size(data, 1_000 * max(self.left, 1)) // 1_000
        if self.left < 0:
            raise _Enough


def _size(data: object, most: int) -> int:
    """How many values and characters data holds; not counted on from `most`."""
    size = 0
    pending = [data]
    while pending and size < most:
        value = pending.pop()
        if isinstance(value, dict | list):
            size += len(value)
            pending.extend(value.values() if isinstance(value, dict) else value)
        else:
            size += len(value) if isinstance(value, str) else 1
    return size


@lru_cache(maxsize=64)
def _frugal_explainer(path: str) -> tuple[Any, _Work]:
    """An explainer that passes over what is right without a look at all values of it, and what it may do."""
    schema, work = schemas.read_schema(path), _Work()
    parts, kind = schemas.Parts(schema), explaining_validator(schema)
    plain_descend, plain_is_valid = kind.descend, kind.is_valid

    def descend(self: Any, instance: Any, schema: Any, *args: Any, **more: Any) -> Iterator[Any]:
        if not parts.is_valid(schema, instance):
            work.take(instance)
            yield from plain_descend(self, instance, schema, *args, **more)

    def is_valid(self: Any, instance: Any) -> bool:
        told = parts.is_valid(self.schema, instance)
        return bool(plain_is_valid(self, instance)) if told is None else told

    kind.descend, kind.is_valid = descend, is_valid
    return kind(schema), work


def _explained(path: str, data: Any, number_at: NumberAt | None) -> Iterator[SchemaError]:
    explainer, work = (_explainer(path), _Work()) if _size(data, _SMALL) < _SMALL else _frugal_explainer(path)
    found, is_all = _found(explainer, work, data)
    for _ in range(_MOST_ROUNDS):
        wanted = dict(_wanted_numbers(found, number_at)) if number_at is not None else {}
        if not wanted:
            break
        data = _replaced(data, wanted)
        found, is_all = _found(explainer, work, data)
    yield from (_told(each) for error in found for each in _flatten(error))
    if not is_all:
        yield SchemaError(TOO_MANY, None, data, (), {}, "")


def _found(explainer: Any, work: _Work, data: Any) -> tuple[list[ValidationError], bool]:
    """What the library finds, and whether that is all: there may be more than is told, or than there is time for."""
    work.left = _MOST_WORK
    found: list[ValidationError] = []
    try:
        found.extend(islice(explainer.iter_errors(data), _MOST_ERRORS + 1))
    except _Enough:
        return found, False
    return found, True


def _told(error: ValidationError) -> SchemaError:
    own: Any = error.schema
    schema_at = own if isinstance(own, dict) else {}
    place = tuple(error.absolute_path)
    return SchemaError(_keyword(error), error.validator_value, error.instance, place, schema_at, error.message)


# A number in its place may bring another part of the schema into force, with other numbers.
_MOST_ROUNDS = 3


def _wanted_numbers(
    found: Iterable[ValidationError], number_at: NumberAt
) -> Iterator[tuple[tuple[str | int, ...], float]]:
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
    wanted = [expected] if isinstance(expected, str) else expected
    return "number" in wanted or ("integer" in wanted and number == number // 1)


def _replaced(data: Any, values: Mapping[tuple[str | int, ...], float]) -> Any:
    """A copy of the data with other values at some paths."""
    copied: dict[tuple[str | int, ...], Any] = {(): _copy(data)}
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


def _keyword(error: ValidationError) -> str:
    if error.schema is False:
        return FORBIDDEN
    return SEVERAL if error.validator == "oneOf" and not error.context else str(error.validator)


def _flatten(error: ValidationError) -> Iterator[ValidationError]:
    """Replace the failure of a choice by the failures of the branch that was most likely meant."""
    is_choice = error.validator in ("anyOf", "oneOf") and error.context
    if not is_choice or (isinstance(error.schema, dict) and (MESSAGE in error.schema or EXPECTED in error.schema)):
        yield error
        return
    branches: dict[object, list[ValidationError]] = {}
    for child in error.context:
        # A branch that is `false` stands for itself, and nothing would mend what it finds.
        if child.schema_path:
            branches.setdefault(child.schema_path[0], []).append(child)
    fitting = [errors for errors in branches.values() if not any(_rejects_whole(error, each) for each in errors)]
    if not fitting:
        yield error
        return
    for child in min(fitting, key=len):
        yield from _flatten(child)


def _rejects_whole(parent: ValidationError, child: ValidationError) -> bool:
    """Whether a branch fails because the value as a whole is of another type or another constant."""
    return len(child.absolute_path) == len(parent.absolute_path) and child.validator in ("type", "enum", "const")
