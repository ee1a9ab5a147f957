"""Plain text documents: one string, with `#` comments that stand alone on a line."""

from __future__ import annotations

import re

from policylint.documents.document import Comment, Document, Limits, Loaded, Place
from policylint.documents.source import Source
from policylint.selectors import Path

_COMMENT_LINE = re.compile(r"(?:(?<![^\r\n]))[ \t]*#([^\r\n]*)")


class TextDocument(Document):
    """A file without structure; its data is its text."""

    def find(self, path: Path) -> Place | None:
        """Only the text as a whole has a place."""
        return None if path else Place(None, (0, len(self.source.text)))

    def comments(self) -> list[Comment]:
        """Lines that start with `#`."""
        return [Comment(m.group(1).strip(), *m.span()) for m in _COMMENT_LINE.finditer(self.source.text)]


def load(source: Source, limits: Limits) -> Loaded:
    """One document that holds the text."""
    del limits
    return Loaded((TextDocument(source, source.text),), ())
