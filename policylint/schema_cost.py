"""What a JSON Schema may cost: one of a few hundred bytes can take longer than the universe has, on a tiny document.

Each `$ref` costs nothing to write and is followed every time, so that forty definitions which each refer to the one
before twice are evaluated 2**40 times. No engine counts while it validates; here it is counted before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policylint.documents.document import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

# Evaluations along one path through a document: schemas that people write need some hundreds.
EVALUATION_LIMIT = 5_000

_SAME_VALUE = ("not", "if", "then", "else")
_SAME_VALUE_LISTS = ("allOf", "anyOf", "oneOf")
_SAME_VALUE_MAPS = ("dependentSchemas", "dependencies")
_COMPARED = ("enum", "required")
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
# By the type of value: of the first keywords one applies to a given child, of the second all may.
_CHILDREN = (
    (("properties", "additionalProperties", "unevaluatedProperties"), ("patternProperties",)),
    (("prefixItems", "items", "additionalItems", "unevaluatedItems"), ("contains",)),
)


def fault_of(schema: Any) -> str:
    """Why a schema is too costly to be used; empty when it is not."""
    costs = _Costs(schema)
    previous: dict[int, int] = {}
    for _ in range(Limits().depth):
        found = costs.one_level_deeper(previous)
        if costs.is_endless:
            return "refers to itself without end"
        if max(found.values(), default=0) > EVALUATION_LIMIT:
            return f"may take more than {EVALUATION_LIMIT} evaluations for one value"
        if found == previous:
            break
        previous = found
    return ""


class _Costs:
    """How many schemas are evaluated for a value that nests so many levels deep, by the identity of the schema."""

    def __init__(self, schema: Any) -> None:
        self.is_endless = False
        self._root = schema
        self._anchors = {
            each[name]: each for each in tables(schema) for name in _ANCHORS if isinstance(each.get(name), str)
        }
        self._schemas = list(tables(schema))
        self._same = {id(each): list(self._of_same_value(each)) for each in self._schemas}

    def one_level_deeper(self, below: dict[int, int]) -> dict[int, int]:
        """The costs when a value's children cost `below`."""
        found: dict[int, int] = {}
        for each in self._schemas:
            self._cost(each, below, found, set())
        return found

    def _cost(self, schema: dict[str, Any], below: dict[int, int], found: dict[int, int], waiting: set[int]) -> int:
        key = id(schema)
        if key in waiting:
            self.is_endless = True
            return 0
        if key not in found:
            waiting.add(key)
            same = sum(self._cost(each, below, found, waiting) for each in self._same.get(key, ()))
            waiting.discard(key)
            own = 1 + _names_asked(schema)
            found[key] = min(own + same + _cost_of_children(schema, below), EVALUATION_LIMIT + 1)
        return found[key]

    def _of_same_value(self, schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The schemas that are evaluated for the same value as this one."""
        parts = [schema.get(name) for name in _SAME_VALUE]
        for name in _SAME_VALUE_LISTS:
            parts += _list(schema.get(name))
        for name in _SAME_VALUE_MAPS:
            parts += _values(schema.get(name))
        parts += [self._target(schema[name]) for name in _REFERENCES if isinstance(schema.get(name), str)]
        yield from (each for each in parts if isinstance(each, dict))

    def _target(self, reference: str) -> Any:
        """What a reference leads to; None for one that leads nowhere, which the validators refuse."""
        name = reference.removeprefix("#")
        if name in self._anchors:
            return self._anchors[name]
        found = self._root
        for step in name.split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            if isinstance(found, list):
                found = found[int(key)] if key.isdecimal() and int(key) < len(found) else None
            else:
                found = found.get(key) if isinstance(found, dict) else None
        return found


def _names_asked(schema: dict[str, Any]) -> int:
    """How many values of keywords a value is compared with: each may be compared with each."""
    listed = sum(len(_list(schema.get(name))) for name in _COMPARED)
    dependent = schema.get("dependentRequired")
    return listed + sum(len(_list(each)) for each in _values(dependent))


_ANCHORS = ("$anchor", "$dynamicAnchor")


def _cost_of_children(schema: dict[str, Any], below: dict[int, int]) -> int:
    costs = [0]
    for one, each in _CHILDREN:
        alternatives = [below.get(id(child), 0) for name in one for child in _below(schema.get(name))]
        together = [below.get(id(child), 0) for name in each for child in _below(schema.get(name))]
        costs.append(max(alternatives, default=0) + sum(together))
    return max(costs)


def _below(value: Any) -> list[Any]:
    """What may be schemas below a keyword: it holds one, or a list or a mapping of some."""
    return [value, *_values(value), *_list(value)]


def tables(schema: Any) -> Iterator[dict[str, Any]]:
    """Every table in a schema, itself included; not recursively, since it may be nested deeply."""
    pending = [schema]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            yield each
            pending.extend(each.values())
        elif isinstance(each, list):
            pending.extend(each)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _values(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else []
