"""jsonschema's validator as it is used here: patterns are RE2, and an error stands at the key or value at fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policylint import schemas
from policylint.patterns import is_found

if TYPE_CHECKING:
    from collections.abc import Iterator


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
