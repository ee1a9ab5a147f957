"""Lines of Markdown that a kind of document gives a meaning: a phase of a roadmap, a requirement, a decision.

Each is read by a pattern whose named groups are its values. A line below a heading of another kind of line belongs to
it, until a heading of the same level or a higher one ends that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.documents.document import Fault
from policylint.named_tuple import NamedTuple
from policylint.patterns import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policylint.documents.document import Extent, LinePattern

_LINE = re.compile(r"[^\r\n]+")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]")


class Line(NamedTuple):
    """One line: its extent, those of its values and of the items of its lists, and the lines that belong to it."""

    extent: Extent
    values: dict[str, Extent]
    items: dict[str, list[Extent]]
    inner: dict[str, list[Line]]


Lines = dict[str, list[Line]]


class LinesRead(NamedTuple):
    """The lines of a text by what they are, and what kept some from being read."""

    by_name: Lines
    faults: list[Fault]


def read(prose: str, start: int, patterns: Mapping[str, LinePattern], limit: int) -> LinesRead:
    """The lines of a text from an offset on; `prose` has code and comments blanked out, offset for offset.

    Of a text with more than `limit` lines that are not blank the others are left out, which is a fault.
    """
    reading = _Reading(prose, patterns)
    written = (match for match in _LINE.finditer(prose, start) if not match[0].isspace())
    for number, match in enumerate(written):
        if number == limit:
            message = f"the document has more than {limit} lines of text, and those beyond are not read"
            return LinesRead(reading.found, [Fault("limit-exceeded", message, *match.span())])
        reading.take(match[0], match.start())
    return LinesRead(reading.found, [])


class _Reading:
    """Takes lines one by one; `_open` has the headings that lines may still belong to, with their levels."""

    def __init__(self, prose: str, patterns: Mapping[str, LinePattern]) -> None:
        self._prose = prose
        # Looked up once: the patterns of a text may be more than are remembered.
        self._patterns = [(name, each, compile_pattern(each.pattern).search) for name, each in patterns.items()]
        self._open: dict[str, tuple[int, Line]] = {}
        self.found: Lines = {}

    def take(self, text: str, start: int) -> None:
        """The first pattern that reads a line decides what it is."""
        heading = _HEADING.match(text)
        level = len(heading[1]) if heading else 0
        if level:
            self._open = {name: each for name, each in self._open.items() if each[0] < level}
        for name, pattern, search in self._patterns:
            outer = self._open.get(pattern.within)
            match = search(text) if outer or not pattern.within else None
            if match is not None:
                line = _line(match, start, pattern)
                (outer[1].inner if outer else self.found).setdefault(name, []).append(line)
                self._open.update({name: (level, line)} if level else {})
                return


def _line(match: re.Match[str], start: int, pattern: LinePattern) -> Line:
    spans = {name: match.span(number) for name, number in match.re.groupindex.items() if match[number]}
    placed = {name: (start + first, start + end) for name, (first, end) in spans.items()}
    values = {name: extent for name, extent in placed.items() if name not in pattern.lists}
    items = {
        name: [(extent[0] + first, extent[0] + end) for first, end in _matches(match[name], pattern.lists[name])]
        for name, extent in placed.items()
        if name in pattern.lists
    }
    return Line((start + match.start(), start + match.end()), values, items, {})


def _matches(text: str, pattern: str) -> Iterator[Extent]:
    return (match.span() for match in compile_pattern(pattern).finditer(text))


def data_of(lines: Lines, text: str) -> dict[str, object]:
    """Lines as data: for each kind a list of tables with the values, the lists, and the lines that belong to each."""
    return {name: [_table(line, text) for line in found] for name, found in lines.items()}


def _table(line: Line, text: str) -> dict[str, object]:
    return {
        **{name: text[start:end] for name, (start, end) in line.values.items()},
        **{name: [text[start:end] for start, end in items] for name, items in line.items.items()},
        **data_of(line.inner, text),
    }


def find(lines: Lines, steps: tuple[str | int, ...]) -> Extent | None:
    """Where a line, one of its values or an item stands; None where the steps lead to none."""
    level, line, rest = lines, None, steps
    while len(rest) > 1 and rest[0] in level and isinstance(rest[1], int) and rest[1] < len(level[str(rest[0])]):
        line, rest = level[str(rest[0])][rest[1]], rest[2:]
        level = line.inner
    if line is None or not rest:
        return line.extent if line else None
    items = line.items.get(str(rest[0]), [])
    if len(rest) > 1:
        return items[rest[1]] if isinstance(rest[1], int) and rest[1] < len(items) else None
    return line.values.get(str(rest[0])) or (items[0] if items else None)
