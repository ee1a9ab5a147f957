"""Entries: things with an ID, a title and fields, whatever form their document gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.documents.document import Extent, Fault
from policylint.facts import EXPLICIT
from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from policylint.facts import EntryField
    from policylint.identifiers import Identifier, Reference


class Entry(NamedTuple):
    """One entry; `fields` are keyed by canonical normalised name, `header` is the extent of the ID, `extent` of all.

    `rank` says how explicitly it defines its ID (`policylint.facts`).
    """

    identifier: Identifier
    title: str
    header: Extent
    extent: Extent
    fields: dict[str, EntryField]
    rank: int = EXPLICIT


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
