"""JSON Schemas: reading them, what they name, and whether data conforms to one, which jsonschema-rs decides."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from policylint import schema_engine
from policylint.compiled_parts import unpacked
from policylint.field_names import normalise
from policylint.patterns import is_found
from policylint.regular_files import read_regular_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policylint.selectors import Steps

_LARGEST_SCHEMA = 4 * 1024 * 1024


@lru_cache(maxsize=64)
def read_schema(path: str) -> Any:
    """The data of a schema file. Raises OSError and ValueError."""
    known = _parsed.get(path)
    if known is not None:
        return unpacked(known)
    import json

    return json.loads(read_regular_file(path, _LARGEST_SCHEMA))


# By the absolute paths of files that have not changed since.
_parsed: dict[str, bytes] = {}


def know(parsed: Mapping[str, bytes]) -> None:
    """Take schemas, by path, from what was packed of them: that is read without the JSON module, and sooner."""
    _parsed.update(parsed)


@lru_cache(maxsize=64)
def _validity(path: str) -> Any:
    return fast_validator(read_schema(path))


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
        needed = _needed(schema, sorted(keys))
        partial[keys] = fast_validator(needed) if needed is not None else _validity(path)
    return partial[keys]


def _needed(schema: dict[str, Any], keys: list[str]) -> dict[str, Any] | None:
    """What a schema says of documents with these of its properties; None where it refers to more than definitions."""
    definitions = {holder: schema[holder] for holder in _HOLDERS if holder in schema}
    needed: dict[str, Any] = {**schema, "properties": {key: schema["properties"][key] for key in keys}}
    needed |= {holder: {} for holder in definitions}
    # The schema has a name of its own at its top, where it moves no reference.
    pending: list[object] = [{key: each for key, each in needed.items() if key not in ("$id", "id", *_HOLDERS)}]
    while pending:
        part = pending.pop()
        if isinstance(part, list):
            pending += part
        elif isinstance(part, dict):
            if any(isinstance(part[keyword], str) for keyword in _MOVING & part.keys()):
                return None
            reference = part.get("$ref")
            if isinstance(reference, str):
                _, holder, name, *_ = [*reference.split("/"), "", ""]
                if name not in definitions.get(holder, ()):
                    return None
                if name not in needed[holder]:
                    needed[holder][name] = definitions[holder][name]
                    pending.append(definitions[holder][name])
            pending += part.values()
    return needed


# Where the definitions of a schema stand, and keywords by which a reference may lead to another place.
_HOLDERS = ("definitions", "$defs")
_MOVING = frozenset(("$id", "id", "$dynamicRef", "$recursiveRef"))
_MANY_PROPERTIES = 10
_MOST_PARTIAL = 3
_partial: dict[str, dict[frozenset[str], Any]] = {}


def fast_validator(schema: Any, registry: Any = None) -> Any:
    """What decides whether data conforms to a schema, which may refer to those of a registry."""
    # Its own default for patterns backtracks; `regex` takes linear time. Nothing is ever fetched.
    jsonschema_rs = schema_engine.load()
    options = jsonschema_rs.RegexOptions()
    return jsonschema_rs.validator_for(schema, offline=True, pattern_options=options, registry=registry)


class Parts:
    """What decides about the parts of a schema, each compiled when it is first asked for."""

    def __init__(self, schema: Any) -> None:
        # Its own name would be another base for its references.
        root = {key: value for key, value in schema.items() if key != "$id"} if isinstance(schema, dict) else schema
        self._schema = schema
        self._dialect = {"$schema": root["$schema"]} if isinstance(root, dict) and "$schema" in root else {}
        self._registry = schema_engine.load().Registry([(_WHOLE, root)])
        self._pointers = dict(_pointers(schema))
        self._known: dict[int, Any] = {}

    def is_valid(self, part: Any, data: object) -> bool | None:
        """Whether data conforms to a part, which is known by its identity; None if it is no part of the schema."""
        pointer = self._pointers.get(id(part))
        if pointer is None:
            return None
        known = self._known.get(id(part))
        if known is None:
            from urllib.parse import quote

            reference = {**self._dialect, "$ref": f"{_WHOLE}#{quote(pointer)}"}
            known = self._known[id(part)] = fast_validator(reference, self._registry)
        return bool(known.is_valid(data))


_WHOLE = "urn:policylint:schema"


def _pointers(schema: Any) -> Iterator[tuple[int, str]]:
    """The JSON pointer of each table in a schema, by its identity."""
    pending = [(schema, "")]
    while pending:
        value, pointer = pending.pop()
        if isinstance(value, dict):
            yield id(value), pointer
            pending += [(each, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}") for key, each in value.items()]
        elif isinstance(value, list):
            pending += [(each, f"{pointer}/{index}") for index, each in enumerate(value)]


def is_additional(key: str, schema: dict[str, Any]) -> bool:
    """Whether a key is neither among the properties of a schema nor fits one of its patterns."""
    patterns = schema.get("patternProperties", {})
    return key not in schema.get("properties", {}) and not any(is_found(each, key) for each in patterns)


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


def is_valid(path: str, data: object) -> bool:
    """Whether data conforms to the schema in a file."""
    if _Verdict.data is not data or _Verdict.path != path:
        told = bool(_validity_for(path, data).is_valid(data))
        _Verdict.path, _Verdict.data, _Verdict.is_valid = path, data, told
    return _Verdict.is_valid
