"""Entries: things with an ID, a title and fields, whatever form their document gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.documents.document import Extent, Fault
from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from policylint.facts import EntryField
    from policylint.identifiers import Identifier, Reference


class Entry(NamedTuple):
    """One entry; `fields` are keyed by canonical normalised name, `header` is the extent of the ID, `extent` of all.

    An item is a table row or a list item: it defines its ID only where nothing more explicit does.
    """

    identifier: Identifier
    title: str
    header: Extent
    extent: Extent
    fields: dict[str, EntryField]
    is_item: bool = False


class FoundReference(NamedTuple):
    """A reference at its place in the document, with what it means (the names are those of `policylint.facts`)."""

    reference: Reference
    link: str
    form: str
    place: str
    source: str
    box: str


class Extracted(NamedTuple):
    """What a document yields: its entries and its references, in order, and IDs that are written wrongly."""

    entries: list[Entry]
    references: list[FoundReference]
    faults: list[Fault]
