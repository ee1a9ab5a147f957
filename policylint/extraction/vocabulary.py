"""The names of the settings in the form that extraction looks them up in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.extraction.regions import DEFINITION
from policylint.field_names import normalise

if TYPE_CHECKING:
    from policylint.pack import EntrySettings


class Vocabulary:
    """What names of fields and words for relations mean; `prefixes` are the known ones of IDs."""

    def __init__(self, settings: EntrySettings) -> None:
        self._aliases = settings.aliases
        self._meanings: dict[str, tuple[str, str | None]] = {}
        self._id_fields = frozenset(settings.id_fields)
        self.title_fields = settings.title_fields
        self.prefixes = frozenset(prefix for kind in settings.kinds for prefix in kind.prefixes)
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
            normalised = normalise(name)
            canonical = self._aliases.get(normalised, normalised)
            link = DEFINITION if canonical in self._id_fields else self._links.get(canonical)
            known = self._meanings[name] = canonical, link
        return known

    def is_id(self, name: str) -> bool:
        """Whether a field with this name, as written, holds the ID of its entry."""
        return self.meaning(name)[1] == DEFINITION
