"""The names of the settings in the form that extraction looks them up in."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from policylint import globs
from policylint.extraction.boxes import Boxes
from policylint.extraction.regions import DEFINITION
from policylint.field_names import normalise
from policylint.named_tuple import NamedTuple
from policylint.patterns import is_found, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylint.facts import EntryField
    from policylint.pack import EntrySettings

# What is remembered is bounded, since files may be hostile: that many names or shapes, of at most so many keys.
_MOST_REMEMBERED = 1_000
_MOST_KEYS = 50


class Shape(NamedTuple):
    """What the keys of a mapping mean if it is an entry.

    `ids` are keys for its ID. `fields` are the keys that count, by canonical normalised name; `links` those in which
    IDs mean something, with what they are. `title` is the key of the title, None where there is none.
    """

    ids: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]
    title: str | None


class Vocabulary:
    """What names of fields and words for relations mean; `prefixes` are the known ones of IDs.

    `lists` are the canonical names of fields of links in which a table defines what it links.
    """

    def __init__(self, settings: EntrySettings) -> None:
        self._canonical = settings.canonical
        self._meanings: dict[str, tuple[str, str | None]] = {}
        self._shapes: dict[tuple[str, ...], Shape] = {}
        self._id_fields = frozenset(settings.id_fields)
        self.title_fields = settings.title_fields
        self._empty_cells = frozenset(["", *settings.empty_cells])
        self._field_names = frozenset(settings.field_names)
        self._homes = [(kind.prefixes, kind.home) for kind in settings.kinds if kind.home]
        self._placeholder = settings.placeholder
        self.prefixes = frozenset(prefix for kind in settings.kinds for prefix in kind.prefixes)
        self.boxes = Boxes(settings.boxes)
        self.lists = frozenset(field for link_type in settings.link_types for field in link_type.lists)
        self._links: dict[str, str] = {}
        self.relations: dict[str, str] = {}
        for link_type in settings.link_types:
            for field in link_type.fields:
                self._links.setdefault(field, link_type.name)
            for word in (link_type.name, link_type.title):
                self.relations.setdefault(normalise(word), link_type.name)

    def meaning(self, name: str) -> tuple[str, str | None]:
        """The canonical normalised name of a field as written, and what IDs in it are.

        They are links of a type, DEFINITION in a field for the entry's ID, or nothing in particular.
        """
        known = self._meanings.get(name)
        if known is None:
            canonical = self._canonical(name)
            link = DEFINITION if canonical in self._id_fields else self._links.get(canonical)
            if len(self._meanings) == _MOST_REMEMBERED:
                self._meanings.clear()
            known = self._meanings[name] = canonical, link
        return known

    def is_asked_for(self, name: str) -> bool:
        """Whether some rule, schema or link asks for a field with this name, as written."""
        return normalise(name) in self._field_names

    def is_any_asked_for(self, fields: Mapping[str, EntryField]) -> bool:
        """Whether some rule, schema or link asks for one of the fields besides the ID."""
        return any(self.is_asked_for(each.name) and not self.is_id(each.name) for each in fields.values())

    def is_home(self, prefix: str, path: str) -> bool:
        """Whether a file is where entries of the prefix live; those of any prefix if it is empty."""
        homes = (home for prefixes, home in self._homes if prefix in prefixes or not prefix)
        return any(globs.matches(home, path) for home in homes)

    def is_empty(self, cell: str) -> bool:
        """Whether a cell of a table, without emphasis, says that there is nothing to say."""
        return cell.lower() in self._empty_cells

    def is_placeholder(self, text: str) -> bool:
        """Whether a text is the whole of what was never filled in."""
        return bool(self._placeholder) and is_found(whole(self._placeholder), text)

    def is_id(self, name: str) -> bool:
        """Whether a field with this name, as written, holds the ID of its entry."""
        return self.meaning(name)[1] == DEFINITION

    def shape(self, keys: tuple[str, ...]) -> Shape:
        """What keys mean together, in their order."""
        known = self._shapes.get(keys)
        if known is None:
            known = self._shape(keys)
            if len(keys) <= _MOST_KEYS:
                if len(self._shapes) == _MOST_REMEMBERED:
                    self._shapes.clear()
                self._shapes[keys] = known
        return known

    def _shape(self, keys: tuple[str, ...]) -> Shape:
        fields: dict[str, str] = {}
        links: list[tuple[str, str]] = []
        for key in keys:
            name, link = self.meaning(key)
            fields.setdefault(name, sys.intern(key))
            if link is not None:
                links.append((key, link))
        ids = tuple([key for key, link in links if link == DEFINITION])
        titles = [fields[name] for name in self.title_fields if name in fields]
        return Shape(ids, tuple(fields.items()), tuple(links), titles[0] if titles else None)
