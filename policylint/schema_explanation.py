"""What is wrong with data that does not conform to its schema, which jsonschema explains.

The two engines agree on every document that the tests try; the one that decides is some hundred times faster
(docs/performance.md), this one has the error tree that messages are made from.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from policylint import schemas, written_numbers
from policylint.named_tuple import NamedTuple
from policylint.schema_validator import explaining_validator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema.exceptions import ValidationError

    from policylint.written_numbers import NumberAt

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


# A number in its place may bring another part of the schema into force, with other numbers.
_MOST_ROUNDS = 3


def _explained(path: str, data: Any, number_at: NumberAt | None) -> Iterator[SchemaError]:
    explainer, work = (_explainer(path), _Work()) if _size(data, _SMALL) < _SMALL else _frugal_explainer(path)
    found, is_all = _found(explainer, work, data)
    for _ in range(_MOST_ROUNDS):
        wanted = dict(written_numbers.wanted(found, number_at)) if number_at is not None else {}
        if not wanted:
            break
        data = written_numbers.replaced(data, wanted)
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
    apart = [next((each for each in errors if _tells_apart(error, each)), None) for errors in fitting]
    named = [each for each in apart if each is not None]
    if len(named) == len(fitting) > 1 and len({tuple(each.path) for each in named}) == 1:
        yield _none_of(named)
        return
    # Whatever else is wrong, the branch that the document names is the one that is meant.
    meant, _ = min(zip(fitting, apart, strict=True), key=lambda pair: (pair[1] is not None, len(pair[0])))
    for child in meant:
        yield from _flatten(child)


def _tells_apart(parent: ValidationError, child: ValidationError) -> bool:
    """Whether a key says another constant than a branch has, such as the `type` that names each of several forms."""
    return len(child.absolute_path) == len(parent.absolute_path) + 1 and child.validator in ("const", "enum")


def _none_of(named: list[ValidationError]) -> ValidationError:
    """One error for a key that names none of the branches."""
    names = [name for each in named for name in _constants(each)]
    told: ValidationError = type(named[0]).create_from(named[0])
    told.validator, told.validator_value = "enum", names
    return told


def _constants(error: ValidationError) -> list[Any]:
    value: Any = error.validator_value
    return list(value) if error.validator == "enum" else [value]


def _rejects_whole(parent: ValidationError, child: ValidationError) -> bool:
    """Whether a branch fails because the value as a whole is of another type or another constant."""
    return len(child.absolute_path) == len(parent.absolute_path) and child.validator in ("type", "enum", "const")
