"""What subjects share: where a failure stands in a document, what an edit of it is an edit of, names of the file."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policylint.diagnostics import Span
    from policylint.documents.document import Document
    from policylint.facts import Origin
    from policylint.fix_offers import Place
    from policylint.operators.operator import Failure
    from policylint.selectors import Path

FILE_PREFIX = "file."


def place_of(origin: Origin, path: Path, value: object) -> Place:
    """The place that an edit of a value is an edit of."""
    from policylint.fix_offers import Place

    return Place(origin.format, origin.document, path, value)


def span_of(document: Document, path: Path, failure: Failure) -> Span:
    """The key at fault, the part of a text, or the whole value at the path."""
    if failure.at_key:
        return document.key_span(path)
    return document.part_span(path, *failure.part) if failure.part else document.span(path)


def file_names(path: str) -> dict[str, object]:
    """The names for templates that a path tells."""
    return {
        "file.path": path,
        "file.folder": posixpath.dirname(path) or ".",
        "file.name": posixpath.basename(path),
    }
