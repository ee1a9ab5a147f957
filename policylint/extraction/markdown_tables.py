"""Pipe tables of Markdown: rows of cells, and the entry that a row is where the table has a column for IDs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.extraction.entries import Entry
from policylint.extraction.markdown_lines import titled_identifier, whole_identifier
from policylint.extraction.misspelling import misspelling_of
from policylint.extraction.regions import DEFINITION, Region
from policylint.facts import ITEM, EntryField
from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.documents.document import Extent, Fault
    from policylint.extraction.vocabulary import Vocabulary
    from policylint.identifiers import Grammar

_DELIMITERS = re.compile(r" {0,3}\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+")
_TOKEN = re.compile(r"\\.|`++|\|")
_MARKS = " \t*_`"


def is_delimiter_row(line: str) -> bool:
    """Whether the line is what stands between the header of a table and its rows: `| --- | :-: |`."""
    return "|" in line and "-" in line and _DELIMITERS.fullmatch(line) is not None


def cells(line: str) -> list[Extent]:
    """The extents of a row's cells without outer blanks; a pipe after a backslash or in a code span is text."""
    found: list[Extent] = []
    start = len(line) - len(line.lstrip(" \t"))
    start += line.startswith("|", start)
    for pipe in _pipes(line, start):
        found.append(_trimmed(line, start, pipe))
        start = pipe + 1
    if line[start:].strip():
        found.append(_trimmed(line, start, len(line)))
    return found


def _pipes(line: str, start: int) -> Iterator[int]:
    """Where the pipes between cells stand."""
    tokens = [(match.start(), match[0]) for match in _TOKEN.finditer(line, start)]
    closing = _closing_runs(tokens)
    index = 0
    while index < len(tokens):
        position, text = tokens[index]
        if text == "|":
            yield position
        index = closing.get(index, index) + 1


def _closing_runs(tokens: list[tuple[int, str]]) -> dict[int, int]:
    """Which later run of backticks closes the code span that each run opens, if any does."""
    closing: dict[int, int] = {}
    nearest: dict[int, int] = {}
    for index in range(len(tokens) - 1, -1, -1):
        token = tokens[index][1]
        if token[0] == "`":
            if len(token) in nearest:
                closing[index] = nearest[len(token)]
            nearest[len(token)] = index
    return closing


def _trimmed(line: str, start: int, end: int, marks: str = " \t") -> Extent:
    text = line[start:end]
    inner = text.lstrip(marks)
    if not inner:
        return end, end
    return end - len(inner), start + len(text.rstrip(marks))


class FieldTable:
    """A table of two columns directly below the header of an entry: names of fields and their values.

    The first row decides: a name that nothing asks for makes it a table like any other.
    """

    WIDTH = 2

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._holds_fields: bool | None = None

    def read_row(self, line: str) -> tuple[str, int, Extent] | None:
        """The name of the field that a row is, where it starts, and the extent of the value."""
        row = cells(line)
        if self._holds_fields is False or len(row) != self.WIDTH:
            return None
        first, last = _trimmed(line, *row[0], _MARKS + ":")
        name = line[first:last]
        if self._holds_fields is None:
            self._holds_fields = self._vocabulary.is_asked_for(name)
        return (name, first, row[1]) if self._holds_fields and name else None


class BoxedRow(NamedTuple):
    """What the boxes of a line say of the IDs from `start`, where a cell or the text of an item starts, to `end`."""

    start: int
    end: int
    box: str


class Table:
    """A table whose header has been read; `defines` says whether each row with an ID is an entry.

    `rows` takes those that have a box, by where they start.
    `linked_by` is the entry that links what the rows define, and the type of that link, if the table stands in one.
    """

    def __init__(self, header: str, start: int, vocabulary: Vocabulary, rows: dict[int, BoxedRow]) -> None:
        # Each column's name as written and its extent in the document.
        self._columns: list[tuple[str, Extent]] = []
        self._vocabulary = vocabulary
        self._rows = rows
        for extent in cells(header):
            first, last = _trimmed(header, *extent, _MARKS)
            self._columns.append((header[first:last], (start + first, start + last)))
        self._boxes = [vocabulary.boxes.is_column(name) for name, _ in self._columns]
        self._id_column = next((i for i, column in enumerate(self._columns) if vocabulary.is_id(column[0])), -1)
        self.defines = self._id_column >= 0
        self.linked_by: tuple[str, str] | None = None
        self.width = len(self._columns)

    def read_row(
        self, line: str, start: int, grammar: Grammar, regions: list[Region], faults: list[Fault]
    ) -> Entry | None:
        """The entry that a row is, if its cell for the ID holds one; its regions and a wrong ID are added."""
        row = cells(line)
        box = self._box(line, start, row, grammar)
        if not self.defines or self._id_column >= len(row):
            return None
        first, last = row[self._id_column]
        found = whole_identifier(line, first, last, grammar)
        headed = None if found else titled_identifier(line, first, last, grammar)
        if headed is not None:
            found, last = headed[:3], headed[3]
        if found is None:
            first, last = _trimmed(line, first, last, _MARKS + "[]")
            wrong = misspelling_of(line[first:last], self._vocabulary.prefixes)
            if wrong is not None:
                faults.append(wrong.fault(start + first, start + last))
            return None
        identifier, id_start, id_end = found
        fields = self._fields(line, start, row)
        for field in fields.values():
            link = self._vocabulary.meaning(field.name)[1]
            # What stands beside a box is said of the ID, which may be defined elsewhere.
            if link is not None and not (box and link == DEFINITION):
                regions.append(Region(*field.extent, str(identifier), link))
        if self.linked_by is not None:
            # Of two regions with the same extent the later one counts.
            regions.append(Region(start + id_start, start + id_end, *self.linked_by))
        titles = [str(fields[name].value).strip(_MARKS) for name in self._vocabulary.title_fields if name in fields]
        extent = start, start + len(line.rstrip())
        title = titles[0] if titles else line[last : row[self._id_column][1]].strip(_MARKS) if headed else ""
        return Entry(identifier, title, (start + id_start, start + id_end), extent, fields, ITEM)

    def _box(self, line: str, start: int, row: list[Extent], grammar: Grammar) -> str:
        """What the boxes of a row say; noted up to the end of the first cell with an ID, of which they say it."""
        texts = [(line[first:last], is_box) for (first, last), is_box in zip(row, self._boxes, strict=False)]
        box = self._vocabulary.boxes.of_row(texts)
        if box:
            cell = next(((first, last) for first, last in row if grammar.references(line[first:last])), None)
            if cell is not None:
                self._rows[start] = BoxedRow(start + cell[0], start + cell[1], box)
        return box

    def _fields(self, line: str, start: int, row: list[Extent]) -> dict[str, EntryField]:
        """The fields of a row: a cell that is empty, a dash or `n/a` says that the entry has no such field."""
        fields: dict[str, EntryField] = {}
        for (name, key), (first, last) in zip(self._columns, row, strict=False):
            canonical = self._vocabulary.meaning(name)[0]
            value = line[first:last].replace("\\|", "|")
            if canonical and not self._vocabulary.is_empty(value.strip(_MARKS)):
                fields.setdefault(canonical, EntryField(name, value, key, (start + first, start + last)))
        return fields
