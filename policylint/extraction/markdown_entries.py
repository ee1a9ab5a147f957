"""Entries in Markdown, read line by line: `DEP-001: Title` and `Key: value` lines, with or without headings.

CommonMark structure does not help here: in the plain form an entry is one paragraph, and the `---` between two
entries turns that paragraph into a heading.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.extraction.entries import Entry, Field
from policylint.field_names import normalise
from policylint.identifiers import Grammar, Identifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policylint.documents.document import Extent
    from policylint.documents.markdown import MarkdownDocument

_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+")
_HEADER_OPENING = re.compile(r" {0,3}(?:(?P<marks>#{1,6})[ \t]+)?(?P<bullet>[-*+][ \t]+)?(?P<open>[*_`\[]{0,4})")
_HEADER_CLOSING = re.compile(r"(?:-[A-Z][A-Z0-9-]*)?[*_`\]]{0,4}[ \t]*(?P<separator>:|—|–|\||-(?=[ \t]))?[*_]{0,2}")
_RANGE_WORD = re.compile(r"[ \t]*(?:(?:to|through)\b|\.\.|[–/][ \t]*[`\[]?(?:[A-Z][A-Z0-9]*-)?\d)")
_PLACEHOLDER = re.compile(
    r"[A-Z][A-Z0-9]*-(?:X{2,}|N{2,}|Y{2,}|#{2,}|\{[^}\r\n]*\}|<[^>\r\n]*>|\[[^\]\r\n]*\])(?![A-Za-z0-9])"
)
_NEW_PARAGRAPH = re.compile(r"(?![ \t>|]|[-*+][ \t]|[0-9]{1,9}[.)][ \t])")
_THEMATIC_BREAK = re.compile(r" {0,3}(?:-[ \t]*){3,}$|^ {0,3}(?:\*[ \t]*){3,}$|^ {0,3}(?:_[ \t]*){3,}$")
_FIELD = re.compile(
    r"(?P<indent>[ \t]*)(?:>[ \t]?)?(?P<bullet>[-*+][ \t]+)?(?P<bold>\*\*|__)?"
    r"(?P<key>[A-Z][A-Za-z0-9 /()&'-]{0,48}?)(?:(?P<a>\*\*|__)?:(?P<b>\*\*|__)?)(?:[ \t]+|$)"
)


def extract(document: MarkdownDocument, grammar: Grammar, aliases: Mapping[str, str]) -> Iterator[Entry]:
    """Every entry of the body, in order; what stands in a code block or a comment is no entry."""
    reader = _Reader(document.statements, grammar, aliases)
    for start, end in _lines_outside_code(document):
        reader.read(start, end)
    reader.close()
    yield from reader.entries


def _lines_outside_code(document: MarkdownDocument) -> Iterator[Extent]:
    text, position, index = document.source.text, document.body_start, 0
    blocks = document.code_blocks
    while position < len(text):
        match = _LINE.match(text, position)
        if match is None:
            return
        while index < len(blocks) and blocks[index][1] <= match.start():
            index += 1
        if index >= len(blocks) or match.end(1) <= blocks[index][0]:
            yield match.span(1)
        position = match.end() if match.end() > position else len(text)


class _OpenField:
    """A field while its value is being read; the value is one stretch of the text."""

    __slots__ = ("end", "is_section", "key", "name", "start")

    def __init__(self, name: str, key: Extent, start: int, end: int, *, is_section: bool = False) -> None:
        self.name = name
        self.key = key
        self.start = start
        self.end = end
        self.is_section = is_section


class _OpenEntry:
    """An entry while its lines are being read."""

    __slots__ = ("field", "fields", "header", "identifier", "is_bulleted", "level", "title")

    def __init__(self, identifier: Identifier, title: str, header: Extent, level: int) -> None:
        self.identifier = identifier
        self.title = title
        self.header = header
        self.level = level
        self.fields: dict[str, Field] = {}
        self.field: _OpenField | None = None
        self.is_bulleted: bool | None = None


class _Reader:
    """Turns lines into entries: a header opens one; the next header, a heading above or a break closes it."""

    def __init__(self, text: str, grammar: Grammar, aliases: Mapping[str, str]) -> None:
        self.entries: list[Entry] = []
        self._text = text
        self._grammar = grammar
        self._aliases = aliases
        self._entry: _OpenEntry | None = None
        self._is_after_blank = False

    def read(self, start: int, end: int) -> None:
        """Take the next line, given by its extent."""
        line = self._text[start:end]
        is_after_blank, self._is_after_blank = self._is_after_blank, not line.strip()
        if self._opens_entry(line, start) or self._entry is None or self._is_after_blank:
            return
        heading = _HEADING.match(line)
        if heading:
            self._read_heading(line, heading, start)
        elif _THEMATIC_BREAK.match(line):
            self.close()
        elif not self._opens_field(line, start, end):
            self._continue_field(line, end, is_after_blank=is_after_blank)

    def close(self) -> None:
        """End the open entry, if any."""
        entry = self._entry
        if entry is not None:
            self._close_field()
            self.entries.append(Entry(entry.identifier, entry.title, entry.header, entry.fields))
        self._entry = None

    def _opens_entry(self, line: str, start: int) -> bool:
        opening = _HEADER_OPENING.match(line)
        if opening is None:
            return False
        placeholder = _PLACEHOLDER.match(line, opening.end())
        if placeholder:
            # A template's own header ends the entry above it and opens none.
            is_header = self._is_header(line, opening, placeholder.end())
            if is_header:
                self.close()
            return is_header
        found = self._grammar.identifier_at(line, opening.end())
        if found is None or not self._is_header(line, opening, found[1]):
            return False
        identifier, end = found
        closing = _HEADER_CLOSING.match(line, end)
        title = line[closing.end() if closing else end :].strip(" \t*_#")
        self.close()
        header = start + opening.end(), start + end
        self._entry = _OpenEntry(identifier, title, header, len(opening["marks"] or "") or 7)
        return True

    def _is_header(self, line: str, opening: re.Match[str], end: int) -> bool:
        if _RANGE_WORD.match(line, end):
            return False
        closing = _HEADER_CLOSING.match(line, end)
        separator = closing["separator"] if closing else None
        if opening["marks"]:
            return True
        is_marked = opening["open"][:2] in ("**", "__")
        if opening["bullet"]:
            # Inside a field of links a bullet names a target; elsewhere only a marked one defines something.
            return is_marked and separator is not None and not self._in_open_field()
        return separator == ":" or (is_marked and (separator is not None or not line[end:].strip("*_ \t")))

    def _in_open_field(self) -> bool:
        return self._entry is not None and self._entry.field is not None

    def _read_heading(self, line: str, heading: re.Match[str], start: int) -> None:
        entry = self._entry
        if entry is None:
            return
        if len(heading[1]) <= entry.level:
            self.close()
            return
        # A heading below the entry's own is a field whose value is the section.
        self._close_field()
        name = line[heading.end() :].strip(" \t#*")
        key = start + heading.end(), start + len(line.rstrip())
        entry.field = _OpenField(name, key, start + len(line), start + len(line), is_section=True)

    def _opens_field(self, line: str, start: int, end: int) -> bool:
        entry = self._entry
        match = _FIELD.match(line)
        if match is None or entry is None or not self._is_field(match, entry):
            return False
        self._close_field()
        value_start = start + match.end()
        key = start + match.start("key"), start + match.end("key")
        entry.field = _OpenField(match["key"], key, value_start, max(value_start, start + len(line.rstrip())))
        del end
        return True

    def _is_field(self, match: re.Match[str], entry: _OpenEntry) -> bool:
        is_bulleted = bool(match["bullet"])
        if (match["bold"] and not (match["a"] or match["b"])) or match["indent"]:
            return False
        if entry.is_bulleted is None:
            if is_bulleted and entry.field is not None:
                return False
            entry.is_bulleted = is_bulleted
        # The first field decides: where fields are plain lines, a bullet with a colon belongs to the value above,
        # unless that value is already complete on its line.
        return is_bulleted == entry.is_bulleted or (is_bulleted and self._has_one_line_value(entry))

    def _has_one_line_value(self, entry: _OpenEntry) -> bool:
        value = self._text[entry.field.start : entry.field.end] if entry.field else ""
        return bool(value.strip()) and "\n" not in value and "\r" not in value

    def _continue_field(self, line: str, end: int, *, is_after_blank: bool) -> None:
        field = self._entry.field if self._entry else None
        if field is None:
            return
        has_value = field.end > field.start
        if is_after_blank and has_value and not field.is_section and _NEW_PARAGRAPH.match(line):
            # What a field says ends with its paragraph and the lists below it; prose of its own follows.
            self._close_field()
        else:
            field.end = end - (len(line) - len(line.rstrip()))

    def _close_field(self) -> None:
        entry = self._entry
        if entry is None or entry.field is None:
            return
        field, entry.field = entry.field, None
        name = normalise(field.name)
        value = self._text[field.start : field.end]
        extent = field.start + len(value) - len(value.lstrip()), field.end
        entry.fields.setdefault(
            self._aliases.get(name, name),
            Field(field.name, value.strip(), field.key, extent if value.strip() else field.key),
        )
