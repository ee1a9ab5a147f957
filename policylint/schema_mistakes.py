"""What is wrong with a schema: why it cannot be used, and its wrong keywords, each at its place."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from policylint import schema_cost, schemas
from policylint.named_tuple import NamedTuple
from policylint.patterns import PatternError, compile_pattern
from policylint.schema_validator import check_form, explaining_validator, is_of_known_draft
from policylint.suggestions import one_step_away

if TYPE_CHECKING:
    from collections.abc import Iterator

NOT_A_SCHEMA = "is not a schema"
# What a fault starts with that may have a place of its own in the file.
OF_CONTENT = (NOT_A_SCHEMA, "has a pattern", "refers to")
# The rule of a mistake that is a keyword which nobody knows.
UNKNOWN_KEYWORD = "unknown"
# Those of values that only we refuse.
PATTERN, REFERENCE, DRAFT = "RE2", "reference", "draft"

_MOST_MISTAKES = 20
_SHORTEST_KEYWORD = 4
# Keywords under which schemas stand: in lists, in tables by names of another kind, and alone.
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems", "items")
_TABLES = ("properties", "patternProperties", "definitions", "$defs", "dependentSchemas")
_VALUES = ("additionalProperties", "items", "contains", "not", "if", "then", "else", "propertyNames")


class SchemaMistake(NamedTuple):
    """A keyword of a schema that has a wrong value (`rule` and `expected` say why), or that nobody knows."""

    path: tuple[str | int, ...]
    value: Any
    rule: str
    expected: Any


def fault_of(path: str) -> str:
    """What is wrong with a schema file, empty for a usable one: it need not come from someone we trust."""
    try:
        schema = schemas.read_schema(path)
        check_form(schema)
        refused = next(filter(None, map(_refusal, _patterns(schema))), "")
        if refused:
            return f"has a pattern that {refused}"
        schemas.fast_validator(schema)
        costly = schema_cost.fault_of(schema)
    except OSError as error:
        return f"cannot be read: {(error.strerror or str(error)).lower()}"
    except RecursionError:
        return "is nested too deeply"
    except Exception as error:  # two engines, each with errors of its own
        return f"{NOT_A_SCHEMA}: {str(error).splitlines()[0][:100]}"
    outside = next((each for each in _references(schema) if not each.startswith("#")), None)
    return f"refers to '{outside}', outside itself" if outside else costly


def _references(schema: Any) -> Iterator[str]:
    return (each["$ref"] for each in schema_cost.tables(schema) if isinstance(each.get("$ref"), str))


def _patterns(schema: Any) -> Iterator[str]:
    for each in schema_cost.tables(schema):
        if isinstance(each.get("pattern"), str):
            yield each["pattern"]
        if isinstance(each.get("patternProperties"), dict):
            yield from each["patternProperties"]


def mistakes_of(path: str) -> list[SchemaMistake]:
    """What is wrong with the keywords of a schema file; the first few, none where it cannot be read at all."""
    try:
        schema = schemas.read_schema(path)
        validator = explaining_validator(schema)
        found = [
            *_wrong_values(schema, validator),
            *_unknown_keywords(schema, validator),
            *_unusable_values(schema),
        ]
    except (OSError, ValueError, TypeError, RecursionError):
        return []
    return list({each.path: each for each in reversed(found)}.values())[::-1][:_MOST_MISTAKES]


def _wrong_values(schema: Any, validator: Any) -> Iterator[SchemaMistake]:
    for error in islice(validator(validator.META_SCHEMA).iter_errors(schema), _MOST_MISTAKES):
        yield SchemaMistake(tuple(error.absolute_path), error.instance, str(error.validator), error.validator_value)


def _unknown_keywords(schema: Any, validator: Any) -> Iterator[SchemaMistake]:
    """Keywords that are a known one but for a slip: nothing else refuses them, and they would never say anything."""
    known = [each for each in validator.VALIDATORS if len(each) >= _SHORTEST_KEYWORD and each[0] != "$"]
    for path, node in _schemas_in(schema):
        for key in node:
            meant = "" if key in validator.VALIDATORS else one_step_away(key, known)
            if meant:
                yield SchemaMistake((*path, key), key, UNKNOWN_KEYWORD, meant)


def _unusable_values(schema: Any) -> Iterator[SchemaMistake]:
    """Patterns that are not RE2, references that lead nowhere, and a draft that there is not."""
    for path, node in _schemas_in(schema):
        patterns = [((*path, "pattern"), node.get("pattern"))]
        of_keys = node.get("patternProperties")
        patterns += [((*path, "patternProperties", key), key) for key in (of_keys if isinstance(of_keys, dict) else ())]
        for place, pattern in patterns:
            reason = _refusal(pattern) if isinstance(pattern, str) else ""
            if reason:
                yield SchemaMistake(place, pattern, PATTERN, reason)
        reference = node.get("$ref")
        if isinstance(reference, str) and not _leads_somewhere(schema, reference):
            yield SchemaMistake((*path, "$ref"), reference, REFERENCE, None)
    if isinstance(schema, dict) and isinstance(schema.get("$schema"), str) and not is_of_known_draft(schema):
        yield SchemaMistake(("$schema",), schema["$schema"], DRAFT, None)


def _refusal(pattern: str) -> str:
    """Why a pattern cannot be used; empty if it can."""
    try:
        compile_pattern(pattern)
    except PatternError as error:
        return str(error)
    # The engine that decides reads it as ECMAScript does, as a class and a bracket.
    return "has a class such as [:alpha:], which JSON Schema has not" if "[[:" in pattern else ""


def _leads_somewhere(schema: Any, reference: str) -> bool:
    """Whether a reference may lead to a part of the schema; only for pointers within it that can be told for sure."""
    from urllib.parse import unquote

    if not reference.startswith("#/"):
        return reference.startswith("#") or "$id" in schema or "id" in schema
    node = schema
    for step in unquote(reference[2:]).split("/"):
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, list):
            node = node[int(key)] if key.isdecimal() and int(key) < len(node) else None
        else:
            node = node.get(key) if isinstance(node, dict) else None
        if node is None:
            return False
    return True


def _schemas_in(schema: Any) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Every table of keywords, where it is one: what stands below `default` or `x-…` may have any keys."""
    pending: list[tuple[tuple[str | int, ...], Any]] = [((), schema)]
    while pending:
        path, node = pending.pop()
        if not isinstance(node, dict):
            continue
        yield path, node
        pending += [((*path, key), node[key]) for key in _VALUES if key in node]
        for key in _LISTS:
            children = node.get(key)
            pending += [
                ((*path, key, n), each) for n, each in enumerate(children if isinstance(children, list) else ())
            ]
        for key in _TABLES:
            table = node.get(key)
            pending += [((*path, key, name), each) for name, each in (table.items() if isinstance(table, dict) else ())]
