"""JSON Schemas: jsonschema-rs decides validity, jsonschema explains what is wrong with the few that fail.

The two engines agree on every document that the tests try; the fast one is 170 times faster
(docs/performance.md), the other has the error tree that messages are made from.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema.exceptions import ValidationError


class SchemaError(NamedTuple):
    """One thing wrong: the schema keyword and what it asks, the value at fault, its path, and its own schema."""

    keyword: str
    expected: Any
    value: Any
    path: tuple[str | int, ...]
    schema: dict[str, Any]
    message: str


@lru_cache(maxsize=64)
def _schema(path: str) -> Any:
    with open(path, encoding="utf-8") as file:
        return json.load(file)


@lru_cache(maxsize=64)
def _validity(path: str) -> Any:
    import jsonschema_rs

    return jsonschema_rs.validator_for(_schema(path), offline=True)


def is_valid(path: str, data: object) -> bool:
    """Whether data conforms to the schema in a file."""
    return bool(_validity(path).is_valid(data))


def errors(path: str, data: Any) -> Iterator[SchemaError]:
    """What is wrong, one error for each place a person would mend."""
    from jsonschema.validators import validator_for

    schema = _schema(path)
    validator = validator_for(schema)(schema)
    for error in validator.iter_errors(data):
        for each in _flatten(error):
            schema_at = each.schema if isinstance(each.schema, dict) else {}
            place = tuple(each.absolute_path)
            yield SchemaError(str(each.validator), each.validator_value, each.instance, place, schema_at, each.message)


def _flatten(error: ValidationError) -> Iterator[ValidationError]:
    """Replace the failure of a choice by the failures of the branch that was most likely meant."""
    if error.validator not in ("anyOf", "oneOf") or not error.context:
        yield error
        return
    branches: dict[object, list[ValidationError]] = {}
    for child in error.context:
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
