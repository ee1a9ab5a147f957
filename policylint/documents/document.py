"""The common shape of a loaded document: data, and the place of every key and value in its text."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from policylint import selectors
from policylint.diagnostics import Span
from policylint.documents.source import Source
from policylint.named_tuple import NamedTuple
from policylint.record import Record
from policylint.selectors import Path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylint.edits import Edit, TextEdit

Extent = tuple[int, int]


class Limits(NamedTuple):
    """What a file may ask for; past a limit the file is reported and not read further.

    `alias_nodes` are the values that aliases expand to, `nodes` the keys and values of a YAML or TOML file, `documents`
    those of its stream, `entries` and `contexts` those of a document, `context_values` what is merged for the latter,
    `references` those of a file. `findings` are those of one rule, beyond which they are left out; `places` those that
    one rule judges with other files in mind. `searched` are the characters of other files that a file may have
    searched, `lines` those of a document that are read for a meaning, `element_depth` the levels of elements in it,
    `judgements` the assertions that are asked of its places by all rules together. `all_findings` are those of all
    files of a run that are told before files are judged together, and as many again after; `all_places` those of all
    files that are judged with other files in mind, `compared` the names that wrong ones in all files are compared
    with. A file of more than `fixable` characters is not fixed; `tried` are those of all texts that a run judges to try
    fixes.
    """

    file_bytes: int = 2 * 1024 * 1024
    depth: int = 100
    alias_nodes: int = 100_000
    contexts: int = 100
    context_values: int = 50_000
    findings: int = 500
    nodes: int = 250_000
    entries: int = 10_000
    references: int = 50_000
    documents: int = 10_000
    places: int = 5_000
    searched: int = 50_000_000
    lines: int = 20_000
    element_depth: int = 20
    judgements: int = 500_000
    fixable: int = 128 * 1024
    tried: int = 768 * 1024
    all_findings: int = 20_000
    all_places: int = 150_000
    compared: int = 1_000_000


# The key of a grammar under which the elements stand that need no other around them.
ROOT = "document"


class ElementGrammar(Record):
    """Which elements may stand in which (ROOT: in none), and which of them hold a list."""

    holds: dict[str, list[str]]
    lists: list[str]


class LinePattern(Record):
    """`pattern` (RE2) reads a line, below one of the kind `within` if that is not empty.

    `lists` has patterns for groups that hold several values: each match in the group's text is one.
    """

    pattern: str
    within: str
    lists: dict[str, str]


class Parts(NamedTuple):
    """What in the text of a document has a meaning for a kind: elements by their grammar, lines by their patterns."""

    elements: ElementGrammar
    lines: Mapping[str, LinePattern]


class Fault(NamedTuple):
    """Something wrong with the text itself: `name` is the fault's name in the rule pack, offsets are characters.

    `fix` replaces the fix of its rule.
    """

    name: str
    message: str
    start: int = 0
    end: int = 0
    related: tuple[tuple[int, int, str], ...] = ()
    fix: str = ""


class Comment(NamedTuple):
    """A comment's text without its marks, and its extent with them."""

    text: str
    start: int
    end: int


class Place(NamedTuple):
    """Where one key and its value stand; an element of a sequence has no key."""

    key: Extent | None
    value: Extent


class Document:
    """Data of one document of a file. A format's subclass knows how to find places and comments.

    It is unreadable where a fault kept its structured data from being read, and only its text is there. Without its
    `comment_mark` a text has no comments; an empty mark leaves that open.
    """

    comment_mark = ""
    is_unreadable = False

    def __init__(self, source: Source, data: object) -> None:
        self.source = source
        self.data = data

    @property
    def unread(self) -> str:
        """The part of the text that a fault kept from being read."""
        return ""

    def find(self, path: Path) -> Place | None:
        """The place of exactly this path, or None when the text has no such key or element."""
        raise NotImplementedError

    def with_parts(self, parts: Parts, limits: Limits) -> tuple[Document, list[Fault]]:
        """The document with these parts of its text among its data, and what is wrong with them."""
        del parts, limits
        return self, []

    def with_open_fences(self) -> Document:
        """The document with what stands in fenced code read as text; formats without it have nothing to read."""
        return self

    def comments(self) -> list[Comment]:
        """All comments in the file's own syntax, in order."""
        return []

    def outline(self) -> list[Path]:
        """The paths of tables inside tables or arrays of tables, in the order in which the text opens them.

        Empty where the format has no headers of tables, or the text fewer than two such: then they have no order.
        """
        return []

    def edited(self, edit: Edit) -> list[TextEdit] | None:
        """The edits of the text that make an edit of the data; None where that cannot be done with certainty."""
        del edit
        return None

    @cached_property
    def statements(self) -> str:
        """The source's text with comments blanked out, offset for offset: what a comment says is not in force."""
        comments = self.comments()
        if not comments:
            return self.source.text
        from policylint.documents.blanking import blanked

        return blanked(self.source.text, ((comment.start, comment.end) for comment in comments))

    def number_at(self, path: Path) -> int | float | None:
        """The number that is written at a path where the data has its text; None where none is, or a text in quotes."""
        place = self.find(path)
        if place is None:
            return None
        from policylint.documents.numbers import number

        return number(self.source.text[slice(*place.value)])

    def label(self, path: Path) -> str:
        """A path as messages name it."""
        return selectors.label(path)

    def span(self, path: Path) -> Span:
        """The span of a value; a missing one is reported at its nearest existing ancestor."""
        place = self.find(path)
        if place is not None:
            return self.source.span(*place.value)
        return self._ancestor_span(path)

    def key_span(self, path: Path) -> Span:
        """The span of a key, for reports about the key itself; a sequence element gives its value."""
        place = self.find(path)
        if place is None:
            return self._ancestor_span(path)
        return self.source.span(*(place.key or place.value))

    def part_span(self, path: Path, said: str, number: int) -> Span:
        """The span of a part of the text at a path: of those that say the same the one of a number, from 0."""
        written = self._written(path)
        if written is None:
            return self.span(path)
        return self.source.span(*_part_of(self._text_at(path), written, said, number))

    def part_extent(self, extent: Extent, said: str, number: int) -> Extent:
        """The same within an extent of the source; all of it where the part is written in another way."""
        return _part_of(self.statements, extent, said, number)

    def _text_at(self, path: Path) -> str:
        """The source as the value at a path is read from it: mostly without comments."""
        del path
        return self.statements

    def _written(self, path: Path) -> Extent | None:
        """Where the whole text of a value stands."""
        place = self.find(path)
        return place.value if place else None

    def _ancestor_span(self, path: Path) -> Span:
        for length in range(len(path) - 1, 0, -1):
            place = self.find(path[:length])
            if place is not None:
                return self.source.span(*(place.key or self._first_line(place.value)))
        return self.source.span(*self._first_line(self._whole()))

    def _whole(self) -> Extent:
        root = self.find(())
        return root.value if root is not None else (0, len(self.source.text))

    def _first_line(self, extent: Extent) -> Extent:
        text = self.source.text[extent[0] : extent[1]]
        first = text.partition("\n")[0].partition("\r")[0]
        return extent[0], extent[0] + len(first.rstrip())


def _part_of(text: str, extent: Extent, said: str, number: int) -> Extent:
    words = r"\s+".join(map(re.escape, said.split()))
    parts = re.compile(words).finditer(text, *extent) if words else iter(())
    part = next(islice(parts, number, None), None)
    return part.span() if part else extent


class Loaded(NamedTuple):
    """What a file's text gave: no document when it cannot be read, several for a YAML stream."""

    documents: tuple[Document, ...]
    faults: tuple[Fault, ...]

    @property
    def is_incomplete(self) -> bool:
        """Whether a fault kept part of the text from being read; a key that is defined twice need not."""
        return not self.documents or any(fault.name != "duplicate-key" for fault in self.faults)
