"""Markdown documents: front matter as data with places, the body as text, and what CommonMark says is code.

`data` is `{"frontmatter": …, "body": text}`; a file without front matter has no `frontmatter` key.
"""

from __future__ import annotations

import re

from policylint.documents.document import Comment, Document, Extent, Fault, Limits, Loaded, Place
from policylint.documents.source import Source
from policylint.selectors import Path

FRONT_MATTER = "frontmatter"
BODY = "body"

_OPENING = re.compile(r"---[ \t]*(?:\r\n|\n|\r)")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)", re.MULTILINE)
_HTML_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)


class MarkdownDocument(Document):
    """A Markdown file; `front_matter` is the document that its first block holds, if any."""

    def __init__(self, source: Source, front_matter: Document | None, body_start: int) -> None:
        data: dict[str, object] = {BODY: source.text[body_start:]}
        if front_matter is not None:
            data[FRONT_MATTER] = front_matter.data
        super().__init__(source, data)
        self.body_start = body_start
        self._front_matter = front_matter
        self._code: list[Extent] | None = None

    def find(self, path: Path) -> Place | None:
        """Places below `frontmatter` are those of its YAML; the body is placed at its first line of text."""
        if not path:
            return Place(None, self._first_text_line())
        if path[0] == FRONT_MATTER and self._front_matter is not None:
            return self._front_matter.find(path[1:]) if len(path) > 1 else Place(None, (0, 3))
        if path == (BODY,):
            return Place(None, self._first_text_line())
        return None

    def _first_text_line(self) -> Extent:
        text = self.source.text
        start = self.body_start
        while start < len(text) and text[start] in "\r\n\t ":
            start += 1
        end = start
        while end < len(text) and text[end] not in "\r\n":
            end += 1
        return start, end

    @property
    def code(self) -> list[Extent]:
        """The extents of fenced code blocks and code spans in the body, in order."""
        if self._code is None:
            has_code = "`" in self.source.text or "~~~" in self.source.text
            self._code = _code_extents(self.source.text, self.body_start) if has_code else []
        return self._code

    def label(self, path: Path) -> str:
        """A path without the `frontmatter` that every one of them would start with."""
        return super().label(path[1:] if len(path) > 1 and path[0] == FRONT_MATTER else path)

    def comments(self) -> list[Comment]:
        """HTML comments of the body that are not code, after the comments of the front matter."""
        found = []
        if self._front_matter is not None:
            found = [comment for comment in self._front_matter.comments() if comment.start < self.body_start]
        for match in _HTML_COMMENT.finditer(self.source.text, self.body_start):
            if not any(start <= match.start() < end for start, end in self.code):
                found.append(Comment(match.group(1).strip(), *match.span()))
        return found


def load(source: Source, limits: Limits) -> Loaded:
    """One document; front matter that is not YAML is a fault, and the body is still there to be checked."""
    block = _front_matter_block(source.text)
    if block is None:
        return Loaded((MarkdownDocument(source, None, 0),), _unclosed(source.text))
    # libyaml costs twenty milliseconds to import: only for files that have front matter.
    from policylint.documents import yaml

    loaded = yaml.load_text(source, source.text[: block[0]], limits)
    front_matter = loaded.documents[0] if loaded.documents else None
    return Loaded((MarkdownDocument(source, front_matter, block[1]),), loaded.faults)


def _front_matter_block(text: str) -> Extent | None:
    """Where the closing fence starts and where the body starts; the opening `---` is YAML's own document mark."""
    opening = _OPENING.match(text)
    closing = _CLOSING.search(text, opening.end()) if opening else None
    return (closing.start(), closing.end()) if closing else None


def _unclosed(text: str) -> tuple[Fault, ...]:
    # A thematic break also opens with `---`: only a key right below it says that front matter was meant.
    opening = _OPENING.match(text)
    if opening and re.match(r"[A-Za-z_][\w-]*:[ \t\r\n]", text[opening.end() : opening.end() + 200]):
        return (Fault("syntax-error", "the front matter has no closing '---'", 0, 3),)
    return ()


def _code_extents(text: str, start: int) -> list[Extent]:
    from pyromark import Markdown

    body = text[start:]
    extents: list[Extent] = []
    to_offset = _byte_offsets(body)
    for event, extent in Markdown().events_with_range(body):
        if _is_code(event):
            extents.append((start + to_offset(extent["start"]), start + to_offset(extent["end"])))
    return extents


def _is_code(event: object) -> bool:
    if not isinstance(event, dict):
        return False
    opening = event.get("Start")
    if isinstance(opening, dict) and isinstance(opening.get("CodeBlock"), dict):
        return "Fenced" in opening["CodeBlock"]
    return "Code" in event


class _ByteOffsets:
    """Turns ascending byte offsets of a text's UTF-8 form into character offsets in one pass."""

    def __init__(self, text: str) -> None:
        self._bytes = text.encode("utf-8", "surrogatepass")
        self._byte = 0
        self._character = 0

    def __call__(self, byte: int) -> int:
        if byte < self._byte:
            self._byte = self._character = 0
        self._character += len(self._bytes[self._byte : byte].decode("utf-8", "surrogatepass"))
        self._byte = byte
        return self._character


def _byte_offsets(text: str) -> _ByteOffsets | type[int]:
    return int if text.isascii() else _ByteOffsets(text)
