"""JSON documents: values from the standard library, and places from an own scan of text it has accepted."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from policylint.documents.document import Document, Extent, Fault, Limits, Loaded, Place
from policylint.documents.source import Source
from policylint.selectors import Path

if TYPE_CHECKING:
    from policylint.edits import Edit, TextEdit

# Every string pattern also matches an unterminated string, up to the end of the text: a pattern that could fail
# there would be tried again from every later quote, which is quadratic on hostile text.
_STRING = re.compile(r'"[^"\\]*(?:\\[\s\S]?[^"\\]*)*"?')
_LEXEME = re.compile(_STRING.pattern + r"|[\[\]{}]")
_SCALAR = re.compile(_STRING.pattern + r"|[^\s,\]}]+")
_SPACE = re.compile(r"[ \t\r\n]*")

# What json.loads reads or refuses without saying where: constants, and integers of over 4300 digits.
_UNPLACED = re.compile(_STRING.pattern + r"|(NaN|-?Infinity|(?<![0-9.eE+\-])-?[0-9]{4301,}(?![0-9.eE]))")
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Node:
    """The place of a value and the nodes below it; a tree, since a path per place would be quadratic in depth."""

    __slots__ = ("children", "key", "value")

    def __init__(self, start: int, end: int) -> None:
        self.key: Extent | None = None
        self.value: Extent = (start, end)
        self.children: dict[str | int, _Node] = {}


class _Scan:
    """One pass over accepted text; `faults` holds the duplicate keys."""

    def __init__(self, text: str) -> None:
        self.faults: list[Fault] = []
        self._text = text
        self.root = self._value(self._skip(0))

    def _skip(self, position: int) -> int:
        match = _SPACE.match(self._text, position)
        return match.end() if match else position

    def _value(self, start: int) -> _Node:
        if self._text[start] == "{":
            return self._object(start)
        if self._text[start] == "[":
            return self._array(start)
        return _Node(start, self._scalar_end(start))

    def _scalar_end(self, start: int) -> int:
        match = _SCALAR.match(self._text, start)
        return match.end() if match else start

    def _object(self, start: int) -> _Node:
        node = _Node(start, start)
        first: dict[str, Extent] = {}
        position = self._skip(start + 1)
        while self._text[position] != "}":
            extent = (position, self._scalar_end(position))
            child = self._value(self._skip(self._skip(extent[1]) + len(":")))
            child.key = extent
            key = self._decoded(extent)
            node.children[key] = child
            self._report_duplicate(key, first.setdefault(key, extent), extent)
            position = self._after_comma(child)
        node.value = (start, position + 1)
        return node

    def _array(self, start: int) -> _Node:
        node = _Node(start, start)
        position = self._skip(start + 1)
        while self._text[position] != "]":
            child = self._value(position)
            node.children[len(node.children)] = child
            position = self._after_comma(child)
        node.value = (start, position + 1)
        return node

    def _after_comma(self, child: _Node) -> int:
        position = self._skip(child.value[1])
        return self._skip(position + 1) if self._text[position] == "," else position

    def _decoded(self, extent: Extent) -> str:
        text = self._text[extent[0] : extent[1]]
        return str(json.loads(text)) if "\\" in text else text[1:-1]

    def _report_duplicate(self, key: str, first: Extent, second: Extent) -> None:
        if first != second:
            related = (*first, "first defined here")
            self.faults.append(Fault("duplicate-key", f"key '{key}' is defined twice", *second, (related,)))


class JsonDocument(Document):
    """A JSON text; it is scanned for places when the first one is asked for."""

    def __init__(self, source: Source, data: object) -> None:
        super().__init__(source, data)
        self._scan: _Scan | None = None

    def find(self, path: Path) -> Place | None:
        """The place of a path; of a key that is defined twice, the last, whose value counts."""
        node = self._scanned().root
        for step in path:
            child = node.children.get(step)
            if child is None:
                return None
            node = child
        return Place(node.key, node.value)

    def duplicates(self) -> list[Fault]:
        """A fault for each key that its object already has."""
        return self._scanned().faults

    def edited(self, edit: Edit) -> list[TextEdit] | None:
        """Scalars and keys are replaced; nothing else is edited."""
        from policylint.documents.scalar_edits import json_edited

        return json_edited(self, edit)

    def _scanned(self) -> _Scan:
        if self._scan is None:
            self._scan = _Scan(self.source.text)
        return self._scan


def load(source: Source, limits: Limits) -> Loaded:
    """The one document of a JSON text; duplicate keys are reported, and the last value is the one that counts."""
    text = source.text
    refusal = _empty(text) or _too_deep(text, limits.depth)
    if refusal:
        return Loaded((), (refusal,))
    pairs = _Pairs()
    try:
        data = json.loads(text, object_pairs_hook=pairs, parse_float=_float, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        return Loaded((), (_syntax_fault(error, text),))
    except RecursionError:
        return Loaded((), (_depth_fault(limits.depth, 0),))
    except ValueError:
        return Loaded((), (_unplaced_fault(text),))
    surrogate = _lone_surrogate(text)
    if surrogate:
        return Loaded((), (surrogate,))
    document = JsonDocument(source, data)
    return Loaded((document,), tuple(document.duplicates()) if pairs.repeated else ())


class _Pairs:
    """Makes dicts for json.loads and notes whether any key was lost in doing so."""

    repeated = False

    def __call__(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        data = dict(pairs)
        if len(data) != len(pairs):
            self.repeated = True
        return data


def _float(text: str) -> float | str:
    # 1e999 would become an infinity, which cannot be written as JSON again.
    value = float(text)
    return text if value in (float("inf"), float("-inf")) else value


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def _empty(text: str) -> Fault | None:
    return None if text.strip(" \t\r\n") else Fault("syntax-error", "the file is empty")


def _too_deep(text: str, limit: int) -> Fault | None:
    if text.count("[") + text.count("{") <= limit:
        return None
    level = 0
    for match in _LEXEME.finditer(text):
        mark = text[match.start()]
        if mark in "[{":
            level += 1
            if level > limit:
                return _depth_fault(limit, match.start())
        elif mark != '"':
            level -= 1
    return None


def _depth_fault(limit: int, offset: int) -> Fault:
    return Fault("limit-exceeded", f"the document is nested more than {limit} levels deep", offset, offset + 1)


def _syntax_fault(error: json.JSONDecodeError, text: str) -> Fault:
    message = error.msg.removesuffix(" starting at").removesuffix(" at").rstrip(": ")
    return Fault("syntax-error", message[:1].lower() + message[1:], error.pos, min(error.pos + 1, len(text)))


def _unplaced_fault(text: str) -> Fault:
    for match in _UNPLACED.finditer(text):
        found = match.group(1)
        if found:
            message = "the number has too many digits" if found[-1].isdigit() else f"{found} is not a JSON value"
            return Fault("syntax-error", message, *match.span())
    return Fault("syntax-error", "the text is not JSON")


def _lone_surrogate(text: str) -> Fault | None:
    # Such a text is a Python string that no output and no regular expression engine can encode.
    if not _SURROGATE_ESCAPE.search(text):
        return None
    for match in _STRING.finditer(text):
        if _SURROGATE.search(json.loads(match.group())):
            return Fault("syntax-error", "the string holds half of a surrogate pair", *match.span())
    return None
