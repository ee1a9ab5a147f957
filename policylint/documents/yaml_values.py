"""Values of YAML nodes: text kept as written, aliases counted, merge keys applied, duplicate keys noticed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yaml import MappingNode, Node, ScalarNode, SequenceNode

if TYPE_CHECKING:
    from policylint.documents.document import Limits

# The resolver's only two answers: whether a scalar's text may be read as something else than text.
PLAIN = "plain"
QUOTED = "quoted"

_MERGE_KEY = "<<"

# A plain scalar is read as a value only where writing the value back gives the same text, so that versions,
# commit hashes, plan numbers and dates stay as written. `~` and nothing are the other spellings of null.
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_INTEGER_STARTS = frozenset("-0123456789")
_WORDS: dict[str, object] = {"true": True, "false": False, "null": None, "~": None, "": None}


class LimitHit(Exception):  # noqa: N818 - control flow between the YAML modules
    """A document asks for more than it may; the offset is where the limit was passed."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def too_deep(limit: int) -> str:
    """The message for a document that nests deeper than the limit."""
    return f"the document is nested more than {limit} levels deep"


class Construction:
    """Builds plain data from nodes: collects odd keys, counts what aliases expand to, applies merge keys.

    An odd key is a mapping with the number of the pair and, for a repeated key, that of the first pair that has it.
    """

    def __init__(self, limits: Limits, *, shares_nodes: bool) -> None:
        self.odd_keys: list[tuple[MappingNode, int, int | None]] = []
        self._limits = limits
        self._shares_nodes = shares_nodes
        self._built: dict[int, tuple[object, int]] = {}
        self._open: set[int] = set()
        self._count = 0

    def value(self, node: Node, depth: int) -> object:
        """The data of a node. Raises LimitHit for depth, and for aliases that multiply or contain themselves."""
        if isinstance(node, ScalarNode):
            self._count += 1
            return scalar(node)
        if depth >= self._limits.depth:
            raise LimitHit(too_deep(self._limits.depth), node.start_mark.index)
        if not self._shares_nodes:
            return self._collection(node, depth)
        return self._shared(node, depth)

    def _shared(self, node: Node, depth: int) -> object:
        identity = id(node)
        if identity in self._open:
            raise LimitHit("an alias refers to the value that contains it", node.start_mark.index)
        if identity not in self._built:
            before = self._count
            self._open.add(identity)
            data = self._collection(node, depth)
            self._open.discard(identity)
            self._built[identity] = (data, self._count - before)
            return data
        data, size = self._built[identity]
        self._count += size
        if self._count > self._limits.alias_nodes:
            raise LimitHit(f"aliases expand to more than {self._limits.alias_nodes} values", node.start_mark.index)
        return data

    def _collection(self, node: Node, depth: int) -> object:
        self._count += 1
        if isinstance(node, SequenceNode):
            return [self.value(item, depth + 1) for item in node.value]
        return self._mapping(node, depth) if isinstance(node, MappingNode) else None

    def _mapping(self, node: MappingNode, depth: int) -> dict[str, object]:
        data: dict[str, object] = {}
        seen: dict[str, int] = {}
        merged: list[object] = []
        for index, (key_node, value_node) in enumerate(node.value):
            value = self.value(value_node, depth + 1)
            if not isinstance(key_node, ScalarNode):
                self.odd_keys.append((node, index, None))
            elif is_merge(key_node):
                merged.extend(value if isinstance(value, list) else [value])
            else:
                first = seen.setdefault(key_node.value, index)
                if first != index:
                    self.odd_keys.append((node, index, first))
                data[key_node.value] = value
        for mapping in merged:
            if isinstance(mapping, dict):
                for key, value in mapping.items():
                    data.setdefault(key, value)
        return data


def is_merge(node: ScalarNode) -> bool:
    """Whether a key is the merge key `<<`, unquoted."""
    return bool(node.value == _MERGE_KEY and node.tag == PLAIN)


def scalar(node: ScalarNode) -> object:
    """The value of a scalar node: int, bool or null where the text says exactly that, else the text."""
    text: str = node.value
    return plain_value(text) if node.tag == PLAIN else text


def plain_value(text: str) -> object:
    """The value of a plain scalar."""
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if text[0] in _INTEGER_STARTS and _INTEGER.fullmatch(text) else text
