"""The entry and the field that are open while the lines of a Markdown document are read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.extraction.entries import Entry
from policylint.extraction.markdown_lines import NO_HEADING
from policylint.extraction.regions import Region
from policylint.facts import EntryField

if TYPE_CHECKING:
    from policylint.documents.document import Extent
    from policylint.identifiers import Identifier

_NEW_PARAGRAPH = re.compile(r"(?![ \t>]|[-*+][ \t]|[0-9]{1,9}[.)][ \t])")


class OpenField:
    """A field while its value is being read; the value is one stretch of the text."""

    __slots__ = ("canonical", "end", "is_continued", "is_section", "key", "link", "name", "start")

    def __init__(
        self, name: str, meaning: tuple[str, str | None], key: Extent, start: int, end: int, *, is_section: bool = False
    ) -> None:
        self.name = name
        self.canonical, self.link = meaning
        self.key = key
        self.start = start
        self.end = end
        self.is_section = is_section
        self.is_continued = False

    def ends_before(self, line: str) -> bool:
        """Whether a line after a blank one is no part of the value any more."""
        return self.end > self.start and not self.is_section and _NEW_PARAGRAPH.match(line) is not None


class OpenEntry:
    """An entry while its lines are being read; it is detached after text of its own that may not belong to it."""

    __slots__ = (
        "end",
        "field",
        "fields",
        "header",
        "identifier",
        "indent",
        "is_bulleted",
        "is_detached",
        "is_item",
        "is_loose",
        "is_underlined",
        "level",
        "sections",
        "start",
        "title",
    )

    def __init__(
        self, identifier: Identifier, title: str, header: Extent, line: Extent, level: int, *, is_item: bool = False
    ) -> None:
        self.identifier = identifier
        self.title = title
        self.header = header
        self.start, self.end = line
        self.level = level
        self.is_item = is_item
        self.fields: dict[str, EntryField] = {}
        self.field: OpenField | None = None
        self.sections: list[tuple[int, OpenField]] = []
        self.is_bulleted: bool | None = None
        self.is_detached = False
        # Whether its heading may only speak of the ID.
        self.is_loose = False
        self.is_underlined = False
        # How far its fields are indented, once that is known.
        self.indent = 0

    @property
    def is_bare(self) -> bool:
        """Whether nothing but its header has been read so far."""
        return self.field is None and not self.fields

    @property
    def has_one_line_value(self) -> bool:
        """Whether the field that is open is complete on its line."""
        return self.field is not None and self.field.end > self.field.start and not self.field.is_continued

    def take(self, line: str, end: int, *, is_after_blank: bool) -> bool:
        """Let the entry and its field go on with this line, if it is part of them; true if the field ends before it."""
        field = self.field
        # What a field says ends with its paragraph and the lists below it; prose of its own follows.
        is_over = field is not None and is_after_blank and field.ends_before(line)
        if field is not None and not is_over:
            field.end = end
            field.is_continued = True
        elif self.level == NO_HEADING:
            self.is_detached = self.is_detached or is_after_blank or (self.is_item and line[0] not in " \t")
        if not self.is_detached:
            self.end = end
        return is_over

    def take_code(self, end: int) -> None:
        """Let the field go on with a code block that ends here: a section, or a field that says nothing else."""
        field = self.field
        if field is not None and (field.is_section or field.end <= field.start):
            field.end = self.end = end
            field.is_continued = True

    def open_field(self, field: OpenField, end: int, text: str) -> Region | None:
        """Close the field before, as `close_field` does, and open another, whose line ends at `end`."""
        region = None if self.field is None else self.close_field(text)
        self.field = field
        self.end = end
        self.is_detached = False
        return region

    def close_field(self, text: str) -> Region | None:
        """Add the field that is open, whose value is part of the text; gives the region of its links, if it has any."""
        field, self.field = self.field, None
        if field is None:
            return None
        start, end = field.start, field.end
        value = written = text[start:end]
        if written[:1].isspace() or written[-1:].isspace():
            value = written.strip()
            start = end - len(written.lstrip())
        extent = (start, end) if value else field.key
        if field.canonical not in self.fields:
            self.fields[field.canonical] = EntryField(field.name, value, field.key, extent)
        if field.link is None or not value:
            return None
        return Region(start, end, str(self.identifier), field.link)

    def close_sections(self, level: int, text: str, end: int) -> None:
        """End the sections at this level and below; one without text of its own says what its parts say."""
        while self.sections and self.sections[-1][0] >= level:
            section = self.sections.pop()[1]
            field = self.fields.get(section.canonical)
            value = text[section.start : end].strip()
            if field is not None and field.key == section.key and not field.value and value:
                start = text.index(value, section.start)
                self.fields[section.canonical] = field._replace(value=value, extent=(start, start + len(value)))

    def entry(self, rank: int) -> Entry:
        """The entry as read so far, which defines its ID as explicitly as that."""
        extent = self.start, self.end
        return Entry(self.identifier, self.title, self.header, extent, self.fields, rank)
