"""Extraction: what a document holds beyond its format: entries and references. It serves any kind that asks."""

from __future__ import annotations

import bisect
import re
from typing import TYPE_CHECKING

from policylint.extraction.entries import Extracted

if TYPE_CHECKING:
    from policylint.documents.document import Comment, Document
    from policylint.documents.markdown import MarkdownDocument
    from policylint.extraction.vocabulary import Vocabulary
    from policylint.identifiers import Grammar
    from policylint.pack import EntrySettings

_NOT_LINE_END = re.compile(r"[^\r\n]")


def extract(document: Document, grammar: Grammar, settings: EntrySettings) -> Extracted:
    """All entries and references of a document: those of its data, then, in Markdown, those of its body."""
    from policylint.documents.markdown import MarkdownDocument
    from policylint.extraction.vocabulary import Vocabulary

    vocabulary = Vocabulary(settings)
    if not isinstance(document, MarkdownDocument):
        return _from_data(document, grammar, vocabulary)
    body = _from_body(document, grammar, vocabulary)
    if document.front_matter is None:
        return body
    data = _from_data(document.front_matter, grammar, vocabulary)
    return Extracted(data.entries + body.entries, data.references + body.references, data.faults + body.faults)


def _from_body(document: MarkdownDocument, grammar: Grammar, vocabulary: Vocabulary) -> Extracted:
    from policylint.extraction import references, regions
    from policylint.extraction.markdown_entries import MarkdownReader

    reader = MarkdownReader(document, grammar, vocabulary)
    reader.read()
    places = [*regions.of_entries(reader.entries), *reader.regions]
    found = references.find(document.prose, 0, places, grammar, vocabulary, everywhere=True)
    return Extracted(reader.entries, list(found), reader.faults)


def _from_data(document: Document, grammar: Grammar, vocabulary: Vocabulary) -> Extracted:
    from policylint.extraction import references, regions
    from policylint.extraction.structured_entries import StructuredReader

    reader = StructuredReader(document, vocabulary)
    reader.read()
    places = [*regions.of_entries(reader.entries), *reader.regions]
    if not places:
        return Extracted([], [], reader.faults)
    # Of a stream with many documents each is read once: not the whole text for each.
    start, end = min(place.start for place in places), max(place.end for place in places)
    text = _statements(document.source.text, document.comments(), start, end)
    found = references.find(text, start, places, grammar, vocabulary, everywhere=False)
    return Extracted(reader.entries, list(found), reader.faults)


def _statements(text: str, comments: list[Comment], position: int, end: int) -> str:
    """A stretch of a document's text with its comments blanked out, offset for offset."""
    pieces: list[str] = []
    first = bisect.bisect_left(comments, position, key=_comment_start)
    for index in range(first, len(comments)):
        comment = comments[index]
        if comment.start >= end:
            break
        pieces += [text[position : comment.start], _NOT_LINE_END.sub(" ", text[comment.start : comment.end])]
        position = comment.end
    return "".join([*pieces, text[position:end]])


def _comment_start(comment: Comment) -> int:
    return comment.start
