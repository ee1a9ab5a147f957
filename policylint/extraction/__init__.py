"""Extraction: what a document holds beyond its format, such as entries. Each extractor serves any kind that asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policylint.documents.document import Document
    from policylint.extraction.entries import Entry
    from policylint.identifiers import Grammar


def extract_entries(document: Document, grammar: Grammar, aliases: dict[str, str]) -> list[Entry]:
    """All entries of a document: those of its data, then, in Markdown, those of its body."""
    from policylint.documents.markdown import FRONT_MATTER, MarkdownDocument
    from policylint.extraction import markdown_entries, structured_entries

    if isinstance(document, MarkdownDocument):
        front_matter = document.data.get(FRONT_MATTER) if isinstance(document.data, dict) else None
        found = list(structured_entries.extract(document, front_matter, (FRONT_MATTER,), aliases))
        return found + list(markdown_entries.extract(document, grammar, aliases))
    return list(structured_entries.extract(document, document.data, (), aliases))
