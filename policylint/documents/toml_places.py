"""Where the keys and values of a TOML text stand, and what is wrong with a text that tomllib refuses.

A scan of its own, run only when something is reported or when the text is suspicious: tomllib has no positions.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from policylint.documents.document import Comment, Extent, Fault
from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.selectors import Path

# Every string pattern also matches an unterminated string, as far as it can reach: a pattern that could fail
# there would be tried again from every later quote, which is quadratic on hostile text.
_BASIC = r'"[^"\\\n]*(?:\\.?[^"\\\n]*)*"?'
_LITERAL = r"'[^'\n]*'?"
_LONG_BASIC = r'"""[^"\\]*(?:(?:\\[\s\S]?|"{1,2}(?!"))[^"\\]*)*(?:"{3,5}|\Z)'
_LONG_LITERAL = r"'''[\s\S]*?(?:'{3,5}|\Z)"
_STRING = f"{_LONG_BASIC}|{_LONG_LITERAL}|{_BASIC}|{_LITERAL}"
_COMMENT = r"#[^\r\n]*"

_LEXEME = re.compile(rf"{_STRING}|{_COMMENT}|[\[\]{{}}.=,\n]")
_SCALAR = re.compile(rf"{_STRING}|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}} [0-9]{{2}}:[^\s,\]}}#]*|[^\s,\]}}#]+")
_SEGMENT = re.compile(f"[A-Za-z0-9_-]+|{_BASIC}|{_LITERAL}")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_EQUALS = re.compile(r"[ \t]*=[ \t]*")
_OPEN_HEADER = re.compile(r"\[\[?[ \t]*")
_CLOSE_HEADER = re.compile(r"[ \t]*\]\]?")
_GAP = re.compile(rf"(?:[ \t\r\n]+|{_COMMENT})*")

_REDEFINITION = re.compile(r"Cannot (?:overwrite|declare|redefine|mutate)|Duplicate")
_COORDINATES = re.compile(r" \(at (?:line ([0-9]+), column ([0-9]+)|end of document)\)\Z")
_LONG_NUMBER = re.compile(rf"{_STRING}|{_COMMENT}|([0-9][0-9_]{{4300,}})")

VALUE = "value"
IMPLICIT = "implicit table"
TABLE = "table"
DOTTED = "table made by a dotted key"
ARRAY = "array of tables"


class _Segment(NamedTuple):
    """One part of a dotted key."""

    name: str
    extent: Extent


class Node:
    """The place of a value and the nodes below it; a tree, since a path per place would be quadratic in depth."""

    __slots__ = ("children", "key", "kind", "value")

    def __init__(self, kind: str, key: Extent | None, value: Extent) -> None:
        self.kind = kind
        self.key = key
        self.value = value
        self.children: dict[str | int, Node] = {}


class _RedefinitionFound(Exception):  # noqa: N818 - control flow inside this module
    def __init__(self, segment: _Segment, first: Node) -> None:
        super().__init__(segment.name)
        related = (*(first.key or first.value), "first defined here")
        message = f"key '{segment.name}' is defined twice"
        self.fault = Fault("duplicate-key", message, *segment.extent, (related,))


class _Unreadable(Exception):  # noqa: N818 - control flow inside this module
    """The text is not TOML from some place on; only met in text that tomllib refuses."""


class Scan:
    """One pass over the text; in refused text it ends at the first redefinition or the first thing not TOML."""

    def __init__(self, text: str) -> None:
        self.redefinition: Fault | None = None
        self.root = Node(TABLE, None, (0, len(text)))
        self.headers: list[Path] = []
        self._text = text
        self._table = self.root
        try:
            self._statements()
        except _RedefinitionFound as found:
            self.redefinition = found.fault
        except _Unreadable:
            pass

    def _statements(self) -> None:
        position = self._end(_GAP, 0)
        while position < len(self._text):
            is_header = self._text[position] == "["
            end = self._header(position) if is_header else self._pair(self._table, position)
            position = self._end(_GAP, end)

    def _end(self, pattern: re.Pattern[str], position: int) -> int:
        match = pattern.match(self._text, position)
        if match is None:
            raise _Unreadable
        return match.end()

    def _header(self, start: int) -> int:
        segments, position = self._key(self._end(_OPEN_HEADER, start))
        end = self._end(_CLOSE_HEADER, position)
        table = self.root
        path: list[str | int] = []
        for segment in segments[:-1]:
            path += _steps_into(table, segment, at_next=False)
            table = _super_table(table, segment, (start, end))
        is_element = self._text.startswith("[[", start)
        path += _steps_into(table, segments[-1], at_next=is_element)
        self._table = (_next_element if is_element else _open_table)(table, segments[-1], (start, end))
        self.headers.append(tuple(path))
        return end

    def _key(self, start: int) -> tuple[list[_Segment], int]:
        segments = []
        position = start
        while True:
            end = self._end(_SEGMENT, position)
            segments.append(_Segment(self._decoded(position, end), (position, end)))
            dot = _DOT.match(self._text, end)
            if dot is None:
                return segments, end
            position = dot.end()

    def _decoded(self, start: int, end: int) -> str:
        text = self._text[start:end]
        if text[0] not in "\"'":
            return text
        if text[0] == "'" or "\\" not in text:
            return text[1:-1]
        try:
            return str(tomllib.loads(f"key = {text}")["key"])
        except tomllib.TOMLDecodeError:
            raise _Unreadable from None

    def _pair(self, table: Node, start: int) -> int:
        segments, position = self._key(start)
        node = self._value(self._end(_EQUALS, position))
        end = node.value[1]
        for segment in segments[:-1]:
            table = _dotted_table(table, segment, (start, end))
        name, node.key = segments[-1]
        if name in table.children:
            raise _RedefinitionFound(segments[-1], table.children[name])
        table.children[name] = node
        return end

    def _value(self, start: int) -> Node:
        if self._text.startswith("[", start):
            return self._array(start)
        if self._text.startswith("{", start):
            return self._inline_table(start)
        return Node(VALUE, None, (start, self._end(_SCALAR, start)))

    def _array(self, start: int) -> Node:
        node = Node(VALUE, None, (start, start))
        position = self._end(_GAP, start + 1)
        while not self._text.startswith("]", position):
            child = self._value(position)
            node.children[len(node.children)] = child
            position = self._after_comma(child.value[1])
        node.value = (start, position + 1)
        return node

    def _inline_table(self, start: int) -> Node:
        node = Node(VALUE, None, (start, start))
        position = self._end(_GAP, start + 1)
        while not self._text.startswith("}", position):
            position = self._after_comma(self._pair(node, position))
        node.value = (start, position + 1)
        return node

    def _after_comma(self, position: int) -> int:
        position = self._end(_GAP, position)
        return self._end(_GAP, position + 1) if self._text.startswith(",", position) else position


def _steps_into(parent: Node, segment: _Segment, *, at_next: bool) -> list[str | int]:
    """The steps from a table to the one of a header's segment: of an array, into its last element or the next."""
    child = parent.children.get(segment.name)
    elements = len(child.children) if child is not None and child.kind is ARRAY else 0
    if at_next:
        return [segment.name, elements]
    return [segment.name, elements - 1] if elements else [segment.name]


def _super_table(parent: Node, segment: _Segment, header: Extent) -> Node:
    child = parent.children.get(segment.name)
    if child is None:
        child = parent.children[segment.name] = Node(IMPLICIT, segment.extent, header)
    elif child.kind is ARRAY:
        child = child.children[len(child.children) - 1]
    elif child.kind is VALUE:
        raise _RedefinitionFound(segment, child)
    return child


def _open_table(parent: Node, segment: _Segment, header: Extent) -> Node:
    child = parent.children.setdefault(segment.name, Node(IMPLICIT, segment.extent, header))
    if child.kind is not IMPLICIT:
        raise _RedefinitionFound(segment, child)
    child.kind, child.key, child.value = TABLE, segment.extent, header
    return child


def _next_element(parent: Node, segment: _Segment, header: Extent) -> Node:
    array = parent.children.setdefault(segment.name, Node(ARRAY, segment.extent, header))
    if array.kind is not ARRAY:
        raise _RedefinitionFound(segment, array)
    element = array.children[len(array.children)] = Node(TABLE, None, header)
    return element


def _dotted_table(parent: Node, segment: _Segment, pair: Extent) -> Node:
    child = parent.children.setdefault(segment.name, Node(DOTTED, segment.extent, pair))
    if child.kind is IMPLICIT:
        child.kind = DOTTED
    if child.kind is not DOTTED:
        raise _RedefinitionFound(segment, child)
    return child


def comments(text: str) -> list[Comment]:
    """All `#` comments that are not inside strings."""
    matches = [match for match in _LEXEME.finditer(text) if text[match.start()] == "#"]
    return [Comment(match.group()[1:].strip(), *match.span()) for match in matches]


def excess_at(text: str, depth: int, nodes: int) -> tuple[int | None, bool]:
    """Where a text nests too deep (true), by brackets and the dots of a key and its header, or says too much.

    The offset is None when it does neither. Keys and values are counted by the signs between them.
    """
    level = dots = header = found = 0
    before = "\n"
    for match in _LEXEME.finditer(text):
        mark = text[match.start()]
        if mark == "[" and before == "\n" and level <= 0:
            header = level = 0
        if mark in "[{":
            level += 1
        elif mark in "]}":
            level -= 1
        if mark == "]" and before == ".":
            header = dots
        found += _COUNTED.get(mark, 0) + (dots if mark in "=]" else 0)
        dots = dots + 1 if mark == "." else dots if mark in "\"'" else 0
        if level >= depth or dots + header > depth or found > nodes:
            return match.start(), found <= nodes
        before = before if mark in "#\"'" else mark
    return None, False


# How many keys and values stand before a sign, or come with it.
_COUNTED = {"=": 2, ",": 1, "[": 1, "{": 1}


def refusal(error: tomllib.TOMLDecodeError, text: str) -> Fault:
    """What is wrong with a text that tomllib refuses; a redefinition is reported at the second key."""
    message = str(error)
    if _REDEFINITION.match(message):
        redefinition = Scan(text).redefinition
        if redefinition:
            return redefinition
    offset = _error_offset(error, text)
    message = _COORDINATES.sub("", message)
    return Fault("syntax-error", message[:1].lower() + message[1:], offset, min(offset + 1, len(text)))


def _error_offset(error: tomllib.TOMLDecodeError, text: str) -> int:
    # The attributes are new in Python 3.14.
    line, column = getattr(error, "lineno", None), getattr(error, "colno", None)
    if line is None or column is None:
        coordinates = _COORDINATES.search(str(error))
        if coordinates is None or coordinates.group(1) is None:
            return len(text)
        line, column = int(coordinates.group(1)), int(coordinates.group(2))
    offset = 0
    # Not Source.offset: tomllib ends lines at line feeds only.
    for _ in range(line - 1):
        offset = text.find("\n", offset) + 1
    return min(offset + column - 1, len(text))


def long_number(text: str) -> Extent:
    """The first number with more digits than Python converts; the start of the text when there is none."""
    for match in _LONG_NUMBER.finditer(text):
        if match.group(1):
            return match.span()
    return 0, 0


class Statement(NamedTuple):
    """A header or a key with its value, by the path that it stands for; `names` are the parts of its key, with theirs.

    Elements of arrays of tables are steps of a path, but have no name.
    """

    path: Path
    names: tuple[tuple[Path, Extent], ...]
    start: int
    end: int
    is_header: bool


class Statements(Scan):
    """A scan that keeps the statements, in order; for accepted text only."""

    def __init__(self, text: str) -> None:
        self.statements: list[Statement] = []
        self._counts: dict[Path, int] = {}
        self._open: Path = ()
        super().__init__(text)

    def _header(self, start: int) -> int:
        segments, _ = self._key(self._end(_OPEN_HEADER, start))
        end = super()._header(start)
        names = list(self._named((), segments))
        path = names[-1][0]
        if self._text.startswith("[[", start):
            self._counts[path] = self._counts.get(path, -1) + 1
        self._open = self._entered(path)
        self.statements.append(Statement(self._open, tuple(names), start, end, is_header=True))
        return end

    def _pair(self, table: Node, start: int) -> int:
        end = super()._pair(table, start)
        if table is self._table:
            segments, _ = self._key(start)
            names = tuple(self._named(self._open, segments))
            self.statements.append(Statement(names[-1][0], names, start, end, is_header=False))
        return end

    def _named(self, path: Path, segments: list[_Segment]) -> Iterator[tuple[Path, Extent]]:
        for name, extent in segments:
            path = (*self._entered(path), name)
            yield path, extent

    def _entered(self, path: Path) -> Path:
        """The path of a table; of an array of tables that of its last element so far."""
        return (*path, self._counts[path]) if path in self._counts else path
