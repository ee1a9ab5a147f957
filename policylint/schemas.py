"""JSON Schemas: jsonschema-rs decides validity, jsonschema explains what is wrong with the few that fail.

The two engines agree on every document that the tests try; the fast one is some hundred times faster
(docs/performance.md), the other has the error tree that messages are made from.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from policylint import schema_engine
from policylint.field_names import normalise
from policylint.named_tuple import NamedTuple
from policylint.patterns import PatternError, compile_pattern, is_found
from policylint.regular_files import read_regular_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema.exceptions import ValidationError

    from policylint.selectors import Steps

_LARGEST_SCHEMA = 4 * 1024 * 1024

NOT_A_SCHEMA = "is not a schema"
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


class SchemaError(NamedTuple):
    """One thing wrong: the schema keyword and what it asks, the value at fault, its path, and its own schema."""

    keyword: str
    expected: Any
    value: Any
    path: tuple[str | int, ...]
    schema: dict[str, Any]
    message: str


@lru_cache(maxsize=64)
def read_schema(path: str) -> Any:
    """The data of a schema file. Raises OSError and ValueError."""
    return json.loads(read_regular_file(path, _LARGEST_SCHEMA))


@lru_cache(maxsize=64)
def _validity(path: str) -> Any:
    return _fast_validator(read_schema(path))


def _validity_for(path: str, data: object) -> Any:
    """What decides about the data.

    Of a schema with many properties only those are compiled that the first documents have: all those of
    netlify.schema.json take longer than the rest of a check (docs/performance.md).
    """
    schema = read_schema(path)
    properties = schema.get("properties", {}) if isinstance(schema, dict) else {}
    if not isinstance(data, dict) or len(properties) < _MANY_PROPERTIES:
        return _validity(path)
    keys = frozenset(properties.keys() & data.keys())
    partial = _partial.setdefault(path, {})
    if keys not in partial:
        if len(partial) >= _MOST_PARTIAL:
            return _validity(path)
        partial[keys] = _fast_validator({**schema, "properties": {key: properties[key] for key in sorted(keys)}})
    return partial[keys]


_MANY_PROPERTIES = 10
_MOST_PARTIAL = 3
_partial: dict[str, dict[frozenset[str], Any]] = {}


def _fast_validator(schema: Any) -> Any:
    # Its own default for patterns backtracks; `regex` takes linear time. Nothing is ever fetched.
    jsonschema_rs = schema_engine.load()
    return jsonschema_rs.validator_for(schema, offline=True, pattern_options=jsonschema_rs.RegexOptions())


def fault_of(path: str) -> str:
    """What is wrong with a schema file, empty for a usable one: it need not come from someone we trust."""
    from policylint import schema_cost

    try:
        schema = read_schema(path)
        explaining_validator(schema).check_schema(schema)
        _fast_validator(schema)
        for pattern in _patterns(schema):
            compile_pattern(pattern)
        costly = schema_cost.fault_of(schema)
    except PatternError as error:
        return f"has a pattern that {error}"
    except OSError as error:
        return f"cannot be read: {(error.strerror or str(error)).lower()}"
    except RecursionError:
        return "is nested too deeply"
    except Exception as error:  # two engines, each with errors of its own
        return f"{NOT_A_SCHEMA}: {str(error).splitlines()[0][:100]}"
    outside = next((each for each in _references(schema) if not each.startswith("#")), None)
    return f"refers to '{outside}', outside itself" if outside else costly


def _references(schema: Any) -> Iterator[str]:
    return (each["$ref"] for each in _tables(schema) if isinstance(each.get("$ref"), str))


def _patterns(schema: Any) -> Iterator[str]:
    for each in _tables(schema):
        if isinstance(each.get("pattern"), str):
            yield each["pattern"]
        if isinstance(each.get("patternProperties"), dict):
            yield from each["patternProperties"]


def _tables(schema: Any) -> Iterator[dict[str, Any]]:
    """Every table in a schema, itself included; not recursively, since it may be nested deeply."""
    pending = [schema]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            yield each
            pending.extend(each.values())
        elif isinstance(each, list):
            pending.extend(each)


def explaining_validator(schema: Any) -> Any:
    """jsonschema's validator, with patterns matched by RE2 as everywhere else."""
    from jsonschema.validators import extend, validator_for

    keywords = {
        "additionalProperties": _additional_properties,
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "propertyNames": _property_names,
    }
    return extend(validator_for(schema), keywords)  # type: ignore[no-untyped-call]


def _pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    if isinstance(instance, str) and not is_found(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _additional_properties(validator: Any, allowed: Any, instance: Any, schema: Any) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    extra = [key for key in instance if is_additional(key, schema)] if isinstance(instance, dict) else []
    if isinstance(allowed, dict):
        for key in extra:
            yield from validator.descend(instance[key], allowed, path=key)
    elif not allowed and extra:
        yield ValidationError(f"additional properties: {', '.join(extra)}")


def is_additional(key: str, schema: dict[str, Any]) -> bool:
    """Whether a key is neither among the properties of a schema nor fits one of its patterns."""
    patterns = schema.get("patternProperties", {})
    return key not in schema.get("properties", {}) and not any(is_found(each, key) for each in patterns)


def _pattern_properties(validator: Any, patterns: dict[str, Any], instance: Any, _schema: Any) -> Iterator[Any]:
    if not isinstance(instance, dict):
        return
    for pattern, schema in patterns.items():
        for key, value in instance.items():
            if is_found(pattern, key):
                yield from validator.descend(value, schema, path=key, schema_path=pattern)


def _property_names(validator: Any, names: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    """One error for each key, at the key: jsonschema reports the table, and each reason by itself."""
    from jsonschema.exceptions import ValidationError

    for key in instance if isinstance(instance, dict) else ():
        if next(validator.descend(instance=key, schema=names), None) is not None:
            yield ValidationError(f"{key!r} is no name", path=(key,), instance=key)


@lru_cache(maxsize=64)
def property_names(path: str) -> dict[str, str]:
    """The names of the schema's own properties by their normalised form."""
    return {normalise(name): name for name in read_schema(path).get("properties", {})}


def refused_key(path: str, steps: Steps) -> tuple[str, list[str]] | None:
    """The first key on a way into data that the schema in a file allows nowhere, with those that it allows there.

    None where every key may be there, or where that cannot be told: a table may allow what it does not name.
    """
    root = read_schema(path)
    node = root
    for step in steps:
        node = _resolved(root, node)
        if not isinstance(node, dict):
            return None
        properties = node.get("properties", {})
        others = node.get("additionalProperties")
        if not isinstance(step, str):
            node = node.get("items", others)
        elif step in properties:
            node = properties[step]
        elif others is False and "patternProperties" not in node:
            return step, list(properties)
        else:
            node = others
    return None


def _resolved(root: Any, node: Any) -> Any:
    """A part of a schema behind the references within the schema that lead to it; None behind any other."""
    for _ in range(_LONGEST_CHAIN):
        reference = node.get("$ref") if isinstance(node, dict) else None
        if reference is None:
            return node
        node = root
        for name in reference.removeprefix("#/").split("/") if str(reference).startswith("#/") else ("",):
            node = node.get(name) if isinstance(node, dict) else None
    return None


_LONGEST_CHAIN = 10


class _Verdict:
    """What was last found about data: several rules ask about the same data, one after the other."""

    path = ""
    data: object = None
    is_valid = False
    errors: list[SchemaError] | None = None


def is_valid(path: str, data: object) -> bool:
    """Whether data conforms to the schema in a file."""
    if _Verdict.data is not data or _Verdict.path != path:
        told = bool(_validity_for(path, data).is_valid(data))
        _Verdict.path, _Verdict.data, _Verdict.errors, _Verdict.is_valid = path, data, None, told
    return _Verdict.is_valid


def errors(path: str, data: Any) -> list[SchemaError]:
    """What is wrong, one error for each place a person would mend."""
    if is_valid(path, data):
        return []
    if _Verdict.errors is None:
        _Verdict.errors = list(_explained(path, data))
    return _Verdict.errors


@lru_cache(maxsize=64)
def _explainer(path: str) -> Any:
    schema = read_schema(path)
    return explaining_validator(schema)(schema)


def _explained(path: str, data: Any) -> Iterator[SchemaError]:
    for error in _explainer(path).iter_errors(data):
        for each in _flatten(error):
            schema_at = each.schema if isinstance(each.schema, dict) else {}
            place = tuple(each.absolute_path)
            yield SchemaError(str(each.validator), each.validator_value, each.instance, place, schema_at, each.message)


def _flatten(error: ValidationError) -> Iterator[ValidationError]:
    """Replace the failure of a choice by the failures of the branch that was most likely meant."""
    is_choice = error.validator in ("anyOf", "oneOf") and error.context
    if not is_choice or (isinstance(error.schema, dict) and (MESSAGE in error.schema or EXPECTED in error.schema)):
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
