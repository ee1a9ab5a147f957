"""Regions: stretches of a text that say what a reference in them means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.facts import ITEM, MENTION
from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policylint.documents.document import Extent
    from policylint.extraction.entries import Entry

# What stands for an entry's own ID is a definition, not a link.
DEFINITION = ""


class Region(NamedTuple):
    """A stretch of the text: references in it are links of the source, unless `link` is DEFINITION."""

    start: int
    end: int
    source: str
    link: str


def of_entries(entries: Iterable[Entry]) -> Iterator[Region]:
    """The regions of the entries themselves, in which IDs are mentions, and of their headers.

    What may only repeat or speak of what is defined elsewhere has an ID that is a mention as well.
    """
    for entry in entries:
        source = str(entry.identifier)
        yield Region(*entry.extent, source, MENTION)
        if entry.rank < ITEM:
            yield Region(*entry.header, source, DEFINITION)


class Innermost:
    """Answers for ascending positions which region, of those that nest properly, holds each."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self._waiting = sorted(regions, key=_outer_first)
        self._waiting.reverse()
        self._open: list[Region] = []

    def at(self, position: int) -> Region | None:
        """The smallest region around the position, which is not before any asked for earlier."""
        waiting, opened = self._waiting, self._open
        while waiting and waiting[-1].start <= position:
            opened.append(waiting.pop())
        while opened and opened[-1].end <= position:
            opened.pop()
        return opened[-1] if opened else None


def _outer_first(region: Region) -> Extent:
    return region.start, -region.end
