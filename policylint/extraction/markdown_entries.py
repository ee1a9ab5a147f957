"""Entries in Markdown, read line by line: `DEP-001: Title` and `Key: value` lines, with or without headings, and rows.

CommonMark structure does not help here: in the plain form an entry is one paragraph, and the `---` between two
entries turns that paragraph into a heading.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.extraction.markdown_lines import (
    DASHED_HEADER,
    FIELD,
    FIELD_DIVIDER,
    HEADING,
    LOWER_CASE_FIELD,
    NO_HEADING,
    THEMATIC_BREAK,
    UNDERLINE,
    Header,
    dashed_header,
    header_of,
    lines_outside_code,
    whole_identifier,
    without_attributes,
)
from policylint.extraction.markdown_state import OpenEntry, OpenField
from policylint.extraction.markdown_tables import FieldTable, Table, is_delimiter_row
from policylint.extraction.misspelling import misspelling_of
from policylint.extraction.placeholders import is_form_title, unnumbered
from policylint.facts import EXPLICIT, ITEM, LOOSE, MENTIONING

if TYPE_CHECKING:
    from policylint.documents.document import Extent, Fault
    from policylint.documents.markdown import MarkdownDocument
    from policylint.extraction.entries import Entry
    from policylint.extraction.markdown_tables import BoxedRow
    from policylint.extraction.regions import Region
    from policylint.extraction.vocabulary import Vocabulary
    from policylint.identifiers import Grammar, Identifier

_MARKS = " \t*_`[]"
_BREAK_STARTS = "-*_"
# What a line starts with that a paragraph may follow directly: nothing, as before the first one, or a heading.
_BEFORE_PARAGRAPHS = ("", "#")
_AFTER_COLON = ("", " ", "\t")


class MarkdownReader:
    """Turns lines into entries: a header opens one; the next header, a heading above or a break closes it.

    Collects the regions of the entries' links, the IDs that are written wrongly, and the rows that have a box as well.
    """

    def __init__(self, document: MarkdownDocument, grammar: Grammar, vocabulary: Vocabulary) -> None:
        self.entries: list[Entry] = []
        self.regions: list[Region] = []
        self.faults: list[Fault] = []
        self.rows: dict[int, BoxedRow] = {}
        self._document = document
        self._text = document.statements
        self._grammar = grammar
        self._vocabulary = vocabulary
        self._entry: OpenEntry | None = None
        self._is_after_blank = False
        # The nearest heading above that no entry has taken: its text and its level.
        self._heading: tuple[str, int] | None = None
        self._line_before: tuple[str, int] = "", 0
        self._table: Table | FieldTable | None = None
        # A line `DEP-001 — Title` at the start of a paragraph: a header if the next line is a field.
        self._dashed: tuple[str, int] | None = None
        # Names of plain fields that were seen: what stands before the colon shows that a line is no header.
        self._field_names: set[str] = set()

    def read(self) -> None:
        """Every entry of the body, in order; what stands in a code block or a comment is no entry."""
        for line, start in lines_outside_code(self._document):
            if line is None:
                if self._entry is not None:
                    self._entry.take_code(start)
                if self._document.has_open_fences:
                    self._end_at_fence()
            elif not line or line.isspace():
                self._is_after_blank = True
                self._table = None
            else:
                self._read_line(line, start)
                self._is_after_blank = False
                self._line_before = line, start
        self._close()
        self.entries.sort(key=_by_place)

    def _read_line(self, line: str, start: int) -> None:
        is_in_table = "|" in line and self._is_in_table(line, start)
        if not is_in_table:
            self._table = None
            if self._is_understood(line, start):
                return
        entry, end = self._entry, start + len(line.rstrip())
        if (self._is_after_blank or self._line_before[0][:1] in _BEFORE_PARAGRAPHS) and DASHED_HEADER.match(line):
            self._dashed = line, start
        if entry is not None and entry.take(line, end, is_after_blank=self._is_after_blank):
            self._close_field(entry)

    def _is_understood(self, line: str, start: int) -> bool:
        """Whether a line is a header, a heading, a break or a field; its first character tells most others."""
        first = line[0]
        if first.isalpha():
            name, colon, rest = line.partition(":")
            if name in self._field_names and rest[:1] in _AFTER_COLON:
                value = start + len(line) - len(rest.lstrip(" \t"))
                end = start + len(line.rstrip())
                return self._begin_field(name, start, value, end, is_bulleted=False)
            return (colon != "" or "：" in line) and (self._opens_entry(line, start) or self._opens_field(line, start))
        if first == " ":
            return (
                self._opens_entry(line, start)
                or self._is_heading(line, start)
                or self._is_break(line)
                or self._opens_indented_field(line, start)
            )
        if first == "#":
            return self._opens_entry(line, start) or self._is_heading(line, start)
        # A break has no letters, so it is no header.
        return first in ">*-+_`[0123456789=" and (
            (first in _BREAK_STARTS and self._is_break(line))
            or (first == "=" and self._underlines_header(line))
            or self._opens_entry(line, start)
            or self._opens_field(line, start)
        )

    # Entries

    def _opens_entry(self, line: str, start: int) -> bool:
        entry = self._entry
        # A list item at the margin is the next one; one below an item is part of it.
        is_next_item = entry is not None and entry.is_item and line[0] != " "
        is_in_field = entry is not None and entry.field is not None and not is_next_item
        header = header_of(line, self._grammar, self._vocabulary.prefixes, is_in_field=is_in_field)
        if header is None:
            return False
        extent = start + header.start, start + header.end
        if header.identifier is None:
            # A template's own header ends the entry above it and opens none; so does one with a wrong ID.
            self._close()
            self._heading = None
            if header.misspelling is not None:
                self.faults.append(header.misspelling.fault(*extent))
            else:
                self._report_placeholder(header, line, extent)
        else:
            self._open_headed(header, header.identifier, line, start)
        return True

    def _open_headed(self, header: Header, identifier: Identifier, line: str, start: int) -> None:
        extent, whole = (start + header.start, start + header.end), (start, start + len(line.rstrip()))
        is_loose = header.is_loose and not self._vocabulary.is_home(identifier.prefix, self._document.source.path)
        opened = OpenEntry(identifier, header.title, extent, whole, header.level, is_item=header.is_item)
        opened.is_loose = is_loose
        self._open(opened)

    def _report_placeholder(self, header: Header, line: str, extent: Extent) -> None:
        """An entry that has everything but its number, where entries live; a form has no title of its own."""
        if not header.is_item and not is_form_title(header.title, self._vocabulary):
            self._report_unnumbered(line[header.start : header.end], extent)

    def _report_unnumbered(self, written: str, extent: Extent) -> None:
        fault = unnumbered(written, extent, self._document.source.path, self._vocabulary)
        self.faults += [fault] if fault else []

    def _open(self, entry: OpenEntry) -> None:
        self._close()
        self._entry = entry
        self._heading = None

    def _close(self) -> None:
        """End the open entry, if any."""
        entry = self._entry
        if entry is not None:
            self._close_field(entry)
            entry.close_sections(0, self._text, entry.end)
            self.entries.append(entry.entry(self._rank(entry)))
        self._entry = None

    def _rank(self, entry: OpenEntry) -> int:
        if entry.is_item:
            return ITEM
        if not entry.is_loose:
            return EXPLICIT
        return LOOSE if self._vocabulary.is_any_asked_for(entry.fields) else MENTIONING

    def _end_at_fence(self) -> None:
        """What stands in a fence that is read as text ends with it, unless it is the fields of a header above."""
        self._is_after_blank, entry = True, self._entry
        if entry is not None and entry.level == NO_HEADING and not entry.is_bare:
            self._close()
        elif entry is not None:
            self._close_field(entry)

    def _is_break(self, line: str) -> bool:
        is_break = THEMATIC_BREAK.match(line) is not None
        if is_break and self._entry is not None and self._entry.level == NO_HEADING:
            # Below a heading a break parts the entry; it ends at the next heading of its level.
            if not self._underlines_header(line):
                self._close()
        elif is_break and self._entry is not None and self._entry.is_underlined and not self._is_after_blank:
            # Another heading of its kind, or the end of what is written below it.
            self._close()
        elif is_break and self._entry is not None:
            self._close_field(self._entry)
        return is_break

    def _underlines_header(self, line: str) -> bool:
        """Whether the line makes a heading of the header above it."""
        entry = self._entry
        if self._is_after_blank or entry is None or self._line_before[1] != entry.start:
            return False
        underline = None if entry.is_item or entry.level != NO_HEADING else UNDERLINE.match(line)
        if underline is not None:
            entry.level, entry.is_underlined = 1 if underline["sign"] == "=" else 2, True
        return underline is not None

    def _is_heading(self, line: str, start: int) -> bool:
        heading = HEADING.match(line)
        if heading is None:
            return False
        level, text = len(heading["marks"]), without_attributes(line[heading.end() :].strip(" \t#*"))
        entry = self._entry
        self._heading = text, level
        if entry is not None and level <= entry.level:
            self._close()
        elif entry is not None:
            # A heading below the entry's own is a field whose value is the section.
            key, end = start + line.find(text, heading.end()), start + len(line.rstrip())
            extent, value = (key, key + len(text)), start + len(line)
            field = OpenField(text, self._vocabulary.meaning(text), extent, value, value, is_section=True)
            region = entry.open_field(field, end, self._text)
            self.regions += [region] if region is not None else []
            entry.close_sections(level, self._text, start)
            entry.sections.append((level, field))
        return True

    # Fields

    def _opens_field(self, line: str, start: int) -> bool:
        match = FIELD.match(line) or self._lower_case_field(line)
        if match is None:
            return False
        bullet, bold, name, *closings = match.groups()
        if bold and not any(closings):
            return False
        if self._vocabulary.is_id(name):
            self._read_id(line, match, start)
        elif match.start("key") == 0:
            self._field_names.add(name)
        key, value = start + match.start("key"), start + match.end()
        is_bulleted = bullet is not None
        if bold and line.find(bold, match.end()) >= 0 and (divider := FIELD_DIVIDER.search(line, match.end())):
            return self._begin_fields(match, divider, line, start)
        return self._begin_field(name, key, value, start + len(line.rstrip()), is_bulleted=is_bulleted)

    def _begin_fields(self, match: re.Match[str] | None, divider: re.Match[str] | None, line: str, start: int) -> bool:
        """`**Type**: Step | **Stage**: Deploy`: several fields that share a line."""
        is_bulleted, has_begun = bool(match and match["bullet"]), False
        whole = start + len(line.rstrip())
        while match is not None:
            # No blank stands before a divider. A line may hold a hundred thousand fields: none of them copies it.
            end = start + divider.start() if divider else whole
            key, value = start + match.start("key"), start + match.end()
            if not self._begin_field(match["key"], key, value, end, is_bulleted=is_bulleted):
                return has_begun
            has_begun = True
            match = FIELD.match(line, divider.end()) if divider else None
            divider = FIELD_DIVIDER.search(line, match.end()) if match else None
        return has_begun

    def _lower_case_field(self, line: str) -> re.Match[str] | None:
        """A field whose name is in small letters, which prose may be as well unless the name is known."""
        may_be = self._entry is not None or self._document.has_open_fences
        match = LOWER_CASE_FIELD.match(line) if may_be else None
        return match if match and self._vocabulary.is_asked_for(match["key"]) else None

    def _opens_indented_field(self, line: str, start: int) -> bool:
        """The fields of a list item are lines or list items below it, indented; those of a plain line may be."""
        entry, indented = self._entry, len(line) - len(line.lstrip(" "))
        if entry is None or indented <= 1:
            return False
        if entry.is_item:
            return self._opens_field(line[indented:], start + indented)
        if entry.is_bare and self._line_before[1] == entry.start and not self._is_after_blank:
            field = FIELD.match(line, indented)
            entry.indent = indented if field and self._vocabulary.is_asked_for(field["key"]) else 0
        return entry.indent == indented and self._opens_field(line[indented:], start + indented)

    def _begin_field(self, name: str, key: int, value: int, end: int, *, is_bulleted: bool) -> bool:
        """Open a field, if one of this form belongs to the entry that is open: where its name and its value start, and
        where what its line says of it ends.
        """
        if self._dashed is not None:
            self._open_dashed(name)
        entry = self._entry
        if entry is None or (
            is_bulleted is not entry.is_bulleted and not self._is_field(entry, is_bulleted=is_bulleted)
        ):
            return False
        meaning = self._vocabulary.meaning(name)
        field = OpenField(name, meaning, (key, key + len(name)), value, end if end > value else value)
        region = entry.open_field(field, end, self._text)
        if region is not None:
            self.regions.append(region)
        return True

    def _open_dashed(self, name: str) -> None:
        """Let the line before be the header `DEP-001 — Title`, if a known field follows it directly."""
        dashed, self._dashed = self._dashed, None
        if dashed is None or dashed != self._line_before or self._is_after_blank:
            return
        header = dashed_header(dashed[0], self._grammar) if self._vocabulary.is_asked_for(name) else None
        if header is not None and header.identifier is not None:
            self._open_headed(header, header.identifier, *dashed)

    def _read_id(self, line: str, match: re.Match[str], start: int) -> None:
        """`**ID**: DEP-001` opens an entry, unless it is a field of the entry that is open."""
        end = len(line.rstrip())
        found = whole_identifier(line, match.end(), end, self._grammar)
        entry = self._entry
        if found is None:
            self._report(line[:end], match.end(), start)
        elif entry is None or (entry.identifier != found[0] and not (match["bullet"] and self._is_in_links(entry))):
            title, level = self._heading or ("", NO_HEADING)
            if self._grammar.references(title):
                title = ""
            header = start + found[1], start + found[2]
            self._open(OpenEntry(found[0], title, header, (start, start + end), level))

    def _report(self, line: str, position: int, start: int) -> None:
        value = line[position:]
        position += len(value) - len(value.lstrip(_MARKS))
        value = value.strip(_MARKS)
        wrong = misspelling_of(value, self._vocabulary.prefixes)
        extent = start + position, start + position + len(value)
        if wrong is not None:
            self.faults.append(wrong.fault(*extent))
        elif self._heading is not None and not is_form_title(self._heading[0], self._vocabulary):
            self._report_unnumbered(value, extent)

    def _is_field(self, entry: OpenEntry, *, is_bulleted: bool) -> bool:
        if entry.is_bulleted is None:
            if is_bulleted and entry.field is not None:
                return False
            entry.is_bulleted = is_bulleted
        # The first field decides: where fields are plain lines, a bullet with a colon belongs to the value above,
        # unless that value is already complete on its line.
        return is_bulleted == entry.is_bulleted or (is_bulleted and entry.has_one_line_value)

    def _is_in_links(self, entry: OpenEntry) -> bool:
        return entry.field is not None and bool(entry.field.link)

    def _link_table(self, entry: OpenEntry, table: Table) -> None:
        """A table in a field of links defines what it links only in some fields."""
        if entry.field is not None and entry.field.link and entry.field.canonical in self._vocabulary.lists:
            table.linked_by = str(entry.identifier), entry.field.link
        else:
            table.defines = False

    def _close_field(self, entry: OpenEntry) -> None:
        region = entry.close_field(self._text)
        if region is not None:
            self.regions.append(region)

    # Tables

    def _is_in_table(self, line: str, start: int) -> bool:
        if isinstance(self._table, FieldTable):
            self._read_field_row(self._table, line, start)
            return True
        if self._table is not None:
            found = self._table.read_row(line, start, self._grammar, self.regions, self.faults)
            self.entries += [found] if found is not None else []
            return True
        if self._is_after_blank or "|" not in self._line_before[0] or not is_delimiter_row(line):
            return False
        table = self._table = Table(*self._line_before, self._vocabulary, self.rows)
        entry = self._entry
        if entry is not None and self._is_in_links(entry):
            self._link_table(entry, table)
        elif entry is not None and entry.is_bare and not table.defines and table.width == FieldTable.WIDTH:
            self._table = FieldTable(self._vocabulary)
        return True

    def _read_field_row(self, table: FieldTable, line: str, start: int) -> None:
        """A row `| Type | Step |` below a header is a field of its entry."""
        entry, found = self._entry, table.read_row(line)
        if entry is not None and found is not None:
            name, key, (first, last) = found
            extent = start + key, start + key + len(name)
            field = OpenField(name, self._vocabulary.meaning(name), extent, start + first, start + last)
            region = entry.open_field(field, start + len(line.rstrip()), self._text)
            self.regions += [region] if region is not None else []
            self._close_field(entry)


def _by_place(entry: Entry) -> Extent:
    return entry.header
