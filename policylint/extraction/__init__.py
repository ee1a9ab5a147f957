"""Extraction: what a document holds beyond its format: entries and references. It serves any kind that asks."""

from __future__ import annotations

import bisect
import re
from itertools import islice
from typing import TYPE_CHECKING

from policylint.documents.blanking import blanked
from policylint.extraction import references, regions
from policylint.extraction.entries import Extracted
from policylint.extraction.misspelling import misspellings_in
from policylint.extraction.regions import Region
from policylint.extraction.structured_entries import StructuredReader
from policylint.extraction.vocabulary import Vocabulary
from policylint.facts import ITEM, MENTION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.documents.document import Comment, Document, Extent, Fault
    from policylint.documents.markdown import MarkdownDocument
    from policylint.extraction.entries import Entry
    from policylint.identifiers import Grammar
    from policylint.pack import EntrySettings
    from policylint.selectors import Path

_PADDING = 10_000


class Extractor:
    """Extracts from documents one after the other; holds what the settings say in the form it is looked up in."""

    def __init__(self, grammar: Grammar, settings: EntrySettings) -> None:
        self._grammar = grammar
        self._vocabulary = Vocabulary(settings)

    def extract(self, document: Document, most: int) -> Extracted:
        """All entries and references of a document: those of its data, then, in Markdown, those of its body.

        Of either no more than `most` references and one are looked at.
        """
        from policylint.documents.markdown import FRONT_MATTER, MarkdownDocument

        if not isinstance(document, MarkdownDocument):
            return self._from_data(document, (), most)
        body = self._from_body(document, most)
        if document.front_matter is None:
            return body
        data = self._from_data(document.front_matter, (FRONT_MATTER,), most)
        entries = _joined(data.entries, body.entries)
        return Extracted(entries, data.references + body.references, data.faults + body.faults)

    def _from_body(self, document: MarkdownDocument, most: int) -> Extracted:
        from policylint.extraction.markdown_entries import MarkdownReader

        reader = MarkdownReader(document, self._grammar, self._vocabulary)
        reader.read()
        places = [*regions.of_entries(reader.entries), *reader.regions]
        silent = [*_examples(document, places), *_struck(document.prose)]
        places += [Region(*block, "", regions.DEFINITION) for block in silent]
        grammar, vocabulary = self._grammar, self._vocabulary
        found = references.find(document.prose, 0, places, grammar, vocabulary, reader.rows, everywhere=True)
        faults = [*reader.faults, *self._misspelt_links(document.prose, 0, places)]
        return Extracted(reader.entries, list(islice(found, most + 1)), faults)

    def _from_data(self, document: Document, base: Path, most: int) -> Extracted:
        reader = StructuredReader(document, self._vocabulary, base)
        reader.read()
        places = [*regions.of_entries(reader.entries), *reader.regions]
        if not places:
            return Extracted([], [], reader.faults)
        # Of a stream with many documents each is read once: not the whole text for each.
        start, end = min(place.start for place in places), max(place.end for place in places)
        text = document.source.text
        comments = document.comments() if text.find(document.comment_mark, start, end) >= 0 else []
        statements = _statements(text, comments, start, end)
        if start < _PADDING:
            # Blanks in front are cheaper than moving every reference.
            statements, start = " " * start + statements, 0
        found = references.find(statements, start, places, self._grammar, self._vocabulary, {}, everywhere=False)
        faults = [*reader.faults, *self._misspelt_links(statements, start, places)]
        return Extracted(reader.entries, list(islice(found, most + 1)), faults)

    def _misspelt_links(self, text: str, offset: int, places: list[Region]) -> Iterator[Fault]:
        """What a field of links names in a way that is no ID; the text starts at the offset of its document."""
        for place in places:
            if place.link not in (MENTION, regions.DEFINITION):
                for fault in misspellings_in(text, place.start - offset, place.end - offset, self._vocabulary.prefixes):
                    yield fault._replace(start=fault.start + offset, end=fault.end + offset)


def _joined(front_matter: list[Entry], body: list[Entry]) -> list[Entry]:
    """The entries of a Markdown file: what its front matter and a heading with the same ID say is one entry."""
    if len(front_matter) != 1:
        return front_matter + body
    (whole,) = front_matter
    same = next((each for each in body if each.identifier == whole.identifier and each.rank != ITEM), None)
    if same is None:
        return front_matter + body
    joined = whole._replace(title=whole.title or same.title, fields={**same.fields, **whole.fields})
    return [joined, *(each for each in body if each is not same)]


def _examples(document: MarkdownDocument, places: list[Region]) -> Iterator[Extent]:
    """Indented code, in which IDs refer to nothing, unless it is how the value of a field of links is set."""
    blocks = document.indented_code
    # Fields do not overlap: those that start earlier end earlier.
    links = sorted(place for place in places if place.link not in (MENTION, regions.DEFINITION)) if blocks else []
    for start, end in blocks:
        before = bisect.bisect_left(links, end, key=_region_start)
        if not before or links[before - 1].end <= start:
            yield start, end


# `~~TEST-004~~`, on one line.
_STRUCK = r"~~(?=\S)[^~\r\n]*(?<=\S)~~"


def _struck(text: str) -> Iterator[Extent]:
    """What is struck out: IDs in it refer to nothing any more."""
    return (match.span() for match in re.finditer(_STRUCK, text)) if "~~" in text else iter(())


def _region_start(region: Region) -> int:
    return region.start


def _statements(text: str, comments: list[Comment], start: int, end: int) -> str:
    """A stretch of a document's text with its comments blanked out, offset for offset."""
    first = bisect.bisect_left(comments, start, key=_comment_start)
    last = bisect.bisect_left(comments, end, key=_comment_start)
    return blanked(text, ((comment.start, comment.end) for comment in comments[first:last]), start, end)


def _comment_start(comment: Comment) -> int:
    return comment.start
