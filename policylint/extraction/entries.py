"""Entries: things with an ID, a title and fields, whatever form their document gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from policylint.documents.document import Extent

if TYPE_CHECKING:
    from policylint.identifiers import Identifier


class Field(NamedTuple):
    """One field of an entry: its value as data, and where the name and the value stand (character offsets)."""

    name: str
    value: object
    key: Extent
    extent: Extent


class Entry(NamedTuple):
    """One entry; `fields` are keyed by canonical normalised name, `header` is the extent of the ID."""

    identifier: Identifier
    title: str
    header: Extent
    fields: dict[str, Field]
