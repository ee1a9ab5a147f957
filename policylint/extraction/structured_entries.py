"""Entries in data: a mapping with an ID field, a list of such mappings, or a mapping from IDs to mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.extraction.entries import Entry
from policylint.extraction.misspelling import misspelling_of
from policylint.extraction.placeholders import unnumbered
from policylint.extraction.regions import Region
from policylint.facts import EXPLICIT, LOOSE, MENTIONING, EntryField
from policylint.identifiers import Identifier

if TYPE_CHECKING:
    from policylint.documents.document import Document, Extent, Fault
    from policylint.extraction.vocabulary import Shape, Vocabulary
    from policylint.selectors import Path

# Entries lie at the top or inside lists and mappings; deeper nesting is some other tool's file.
_SEARCH_DEPTH = 4

# The file itself, or the elements of a list that it is.
_OUTERMOST = 1

# The extents of fields in data, which are found by path when something is reported.
_NOWHERE = (0, 0)


class StructuredReader:
    """Collects the entries of a document's data, the regions of their links, and IDs that are written wrongly.

    `base` leads to the data from the document that the fields' paths start at.
    """

    def __init__(self, document: Document, vocabulary: Vocabulary, base: Path) -> None:
        self.entries: list[Entry] = []
        self.regions: list[Region] = []
        self.faults: list[Fault] = []
        self._document = document
        self._vocabulary = vocabulary
        self._base = base

    def read(self) -> None:
        """Every entry, in order; an entry's own fields are not searched for further entries."""
        self._search(self._document.data, (), _SEARCH_DEPTH)

    def _search(self, data: object, path: Path, depth: int) -> None:
        if depth == 0:
            return
        if isinstance(data, list):
            for index, item in enumerate(data):
                self._search(item, (*path, index), depth - 1)
        elif isinstance(data, dict) and not self._has_own_id(data, path):
            for key, value in data.items():
                if not (isinstance(value, dict) and self._is_id_key(key, value, (*path, key))):
                    self._search(value, (*path, key), depth - 1)

    def _has_own_id(self, data: dict[str, object], path: Path) -> bool:
        shape = self._vocabulary.shape(tuple(data))
        for key in shape.ids:
            value = data[key]
            if isinstance(value, str):
                identifier = Identifier.parse(value)
                if identifier is not None:
                    self._add(identifier, self._extent((*path, key)), data, shape, path, key)
                    return True
                if len(data) > 1:
                    self._report(value, self._extent((*path, key)), path)
        return False

    def _report(self, value: str, extent: Extent, at: Path) -> None:
        wrong = misspelling_of(value, self._vocabulary.prefixes)
        if wrong is None:
            path, is_outermost = self._document.source.path, len(at) <= _OUTERMOST
            fault = unnumbered(value, extent, path, self._vocabulary, may_be_word=is_outermost)
            self.faults += [fault] if fault else []
        else:
            start = self._document.source.text.find(value, *extent)
            self.faults.append(wrong.fault(*extent) if start < 0 else wrong.fault(start, start + len(value)))

    def _is_id_key(self, key: str, value: dict[str, object], path: Path) -> bool:
        identifier = Identifier.parse(key)
        if identifier is None:
            wrong = misspelling_of(key, self._vocabulary.prefixes)
            if wrong is not None and wrong.is_name:
                self._report(key, self._key_extent(path), path)
            return False
        self._add(identifier, self._key_extent(path), value, self._vocabulary.shape(tuple(value)), path)
        return True

    def _add(
        self,
        identifier: Identifier,
        header: Extent,
        data: dict[str, object],
        shape: Shape,
        path: Path,
        id_key: str | None = None,
    ) -> None:
        """Add an entry and the regions of its links; `id_key` is that of its ID if its header is the value there."""
        whole, source = (*self._base, *path), str(identifier)
        fields = {name: EntryField(key, data[key], _NOWHERE, _NOWHERE, (*whole, key)) for name, key in shape.fields}
        for key, link in shape.links:
            if key != id_key:
                self.regions.append(Region(*self._extent((*path, key)), source, link))
        title = None if shape.title is None else data[shape.title]
        title = str(title) if isinstance(title, str | int) else ""
        rank = EXPLICIT if title or len(path) <= _OUTERMOST else self._rank_inside(identifier, fields)
        self.entries.append(Entry(identifier, title, header, self._extent(path), fields, rank))

    def _rank_inside(self, identifier: Identifier, fields: dict[str, EntryField]) -> int:
        """The rank of what has no title inside a document: it may be what a report says of an entry."""
        if self._vocabulary.is_home(identifier.prefix, self._document.source.path):
            return EXPLICIT
        return LOOSE if self._vocabulary.is_any_asked_for(fields) else MENTIONING

    def _extent(self, path: Path) -> Extent:
        place = self._document.find(path)
        return (0, 0) if place is None else place.value

    def _key_extent(self, path: Path) -> Extent:
        place = self._document.find(path)
        return (0, 0) if place is None else place.key or place.value
