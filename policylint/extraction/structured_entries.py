"""Entries in data: a mapping with an `id`, a list of such mappings, or a mapping from IDs to mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.extraction.entries import Entry, Field
from policylint.field_names import normalise
from policylint.identifiers import Identifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policylint.documents.document import Document, Extent
    from policylint.selectors import Path

# Entries lie at the top or inside lists and mappings; deeper nesting is some other tool's file.
_SEARCH_DEPTH = 4


def extract(document: Document, data: object, path: Path, aliases: Mapping[str, str]) -> Iterator[Entry]:
    """Every entry of the data, in order; an entry's own fields are not searched for further entries."""
    yield from _search(document, data, path, aliases, _SEARCH_DEPTH)


def _search(document: Document, data: object, path: Path, aliases: Mapping[str, str], depth: int) -> Iterator[Entry]:
    if depth == 0:
        return
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from _search(document, item, (*path, index), aliases, depth - 1)
    elif isinstance(data, dict):
        entry = _with_id_field(document, data, path, aliases)
        if entry is not None:
            yield entry
            return
        for key, value in data.items():
            identifier = Identifier.parse(key)
            if identifier is not None and isinstance(value, dict):
                yield _entry(document, identifier, _extent(document, (*path, key)), value, (*path, key), aliases)
            else:
                yield from _search(document, value, (*path, key), aliases, depth - 1)


def _with_id_field(document: Document, data: dict[str, object], path: Path, aliases: Mapping[str, str]) -> Entry | None:
    for key, value in data.items():
        if normalise(key) == "id" and isinstance(value, str):
            identifier = Identifier.parse(value)
            if identifier is not None:
                return _entry(document, identifier, _extent(document, (*path, key)), data, path, aliases)
    return None


def _entry(
    document: Document,
    identifier: Identifier,
    header: Extent,
    data: dict[str, object],
    path: Path,
    aliases: Mapping[str, str],
) -> Entry:
    fields: dict[str, Field] = {}
    for key, value in data.items():
        place = document.find((*path, key))
        if place is None:
            continue
        name = normalise(key)
        fields.setdefault(aliases.get(name, name), Field(key, value, place.key or place.value, place.value))
    title = fields.get("title") or fields.get("name")
    return Entry(identifier, str(title.value) if title else "", header, fields)


def _extent(document: Document, path: Path) -> Extent:
    """Where an ID stands: the value of an `id` field, or the key of a mapping from IDs."""
    place = document.find(path)
    if place is None:
        return 0, 0
    is_id_field = normalise(str(path[-1])) == "id"
    return place.value if is_id_field or place.key is None else place.key
