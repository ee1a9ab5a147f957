"""Markdown documents: front matter as data with places, the body as text, and what CommonMark says is code.

`data` is `{"frontmatter": …, "body": text}`; a file without front matter has no `frontmatter` key. Where the kind of
document has elements or lines with a meaning, `elements` and `lines` have a list of them for each name.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from policylint.documents.blanking import blanked
from policylint.documents.document import Comment, Document, Extent, Fault, Limits, Loaded, Place
from policylint.documents.source import Source
from policylint.named_tuple import NamedTuple
from policylint.selectors import Path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policylint.documents.document import ElementGrammar, LinePattern, Parts
    from policylint.documents.elements import Element
    from policylint.documents.lines import Lines
    from policylint.edits import Edit, TextEdit

FRONT_MATTER = "frontmatter"
BODY = "body"
ELEMENTS = "elements"
LINES = "lines"

_OPENING = re.compile(r"---[ \t]*(?:\r\n|\n|\r)")
_CLOSING = re.compile(r"(?<=[\r\n])(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)")
# What front matter begins with, be it broken further on: a key, or a list or table in brackets.
_FIRST_OF_DATA = re.compile(
    r"(?:[ \t]*#[^\r\n]*(?:\r\n|\n|\r))*[ \t]*(?:[\"']?[\w$][\w $./-]{0,80}[\"']?[ \t]*:(?=\s|\Z)|[{\[-])"
)
_FENCES = ("```", "~~~")
_LINE = re.compile(r"[^\r\n]+")
# Where a block of indented code may begin: below a blank line.
_INDENTED = ("\n\n    ", "\n\n\t")
_INDENTED_AFTER_RETURN = tuple(f"{eol}{eol}{indent}" for eol in ("\r\n", "\r") for indent in ("    ", "\t"))
_COMMENT_OPENING = "<!--"
_COMMENT_CLOSING = "-->"


class MarkdownDocument(Document):
    """A Markdown file; `front_matter` is the document that its first block holds, if any."""

    def __init__(
        self, source: Source, front_matter: Document | None, body_start: int, *, is_unreadable: bool = False
    ) -> None:
        data: dict[str, object] = {BODY: source.text[body_start:]}
        if front_matter is not None:
            data[FRONT_MATTER] = front_matter.data
        super().__init__(source, data)
        self._data = data
        self.is_unreadable = is_unreadable
        self.body_start = body_start
        self.front_matter = front_matter
        self._code: list[_Code] | None = None
        self._body_comments: list[Comment] | None = None
        self._elements: dict[str, list[Element]] = {}
        self._lines: Lines = {}
        # Whether what stands in fences counts as if it stood beside them.
        self.has_open_fences = False

    @property
    def unread(self) -> str:
        """The front matter, or the whole text where nobody can tell where it ends."""
        return self.source.text[: self.body_start or None] if self.is_unreadable else ""

    def with_open_fences(self) -> Document:
        """Another document of the same text, in which of fenced code only the fences themselves are code."""
        read = MarkdownDocument(self.source, self.front_matter, self.body_start, is_unreadable=self.is_unreadable)
        read.has_open_fences = True
        return read

    def with_parts(self, parts: Parts, limits: Limits) -> tuple[Document, list[Fault]]:
        """Another document of the same text, with elements and lines of its body, outside code and comments."""
        read = MarkdownDocument(self.source, self.front_matter, self.body_start, is_unreadable=self.is_unreadable)
        faults: list[Fault] = []
        if parts.elements.holds:
            faults += read._add_elements(self.statements, parts.elements, limits.element_depth)
        if parts.lines:
            faults += read._add_lines(self.prose, parts.lines, limits.lines)
        return read, faults

    def _add_elements(self, visible: str, grammar: ElementGrammar, depth: int) -> list[Fault]:
        from policylint.documents.elements import data_of, read

        text = self.source.text
        self._elements, faults = read(text, visible, self.body_start, grammar, depth)
        self._data[ELEMENTS] = {
            name: [data_of(element, text, grammar) for element in elements] for name, elements in self._elements.items()
        }
        return faults

    def _add_lines(self, prose: str, patterns: Mapping[str, LinePattern], limit: int) -> list[Fault]:
        from policylint.documents.lines import data_of, read

        self._lines, faults = read(prose, self.body_start, patterns, limit)
        self._data[LINES] = data_of(self._lines, self.source.text)
        return faults

    def find(self, path: Path) -> Place | None:
        """Places below `frontmatter` are those of its YAML; the body is placed at its first line of text."""
        if not path:
            return Place(None, self._first_text_line())
        if path[0] == FRONT_MATTER and self.front_matter is not None:
            return self.front_matter.find(path[1:]) if len(path) > 1 else Place(None, (0, 3))
        if path == (BODY,):
            return Place(None, self._first_text_line())
        if path[0] == LINES:
            return self._find_line(path[1:])
        return self._find_element(path[1:]) if path[0] == ELEMENTS else None

    def _written(self, path: Path) -> Extent | None:
        """The body is placed at one line, and written on all."""
        return (self.body_start, len(self.source.text)) if path == (BODY,) else super()._written(path)

    def _text_at(self, path: Path) -> str:
        """The body is the text as it stands, with what comments say."""
        return self.source.text if path == (BODY,) else super()._text_at(path)

    def _find_line(self, path: Path) -> Place | None:
        from policylint.documents.lines import find

        extent = find(self._lines, path)
        return Place(None, extent) if extent else None

    def _find_element(self, path: Path) -> Place | None:
        """An element is placed at its opening tag, its text at what stands in it."""
        level, element, steps = self._elements, None, path
        while len(steps) > 1 and steps[0] in level and isinstance(steps[1], int) and steps[1] < len(level[steps[0]]):
            element, steps = level[steps[0]][steps[1]], steps[2:]
            level = element.children
        if element is None:
            return None
        return Place(None, element.opening) if not steps else self._find_in_element(element, steps)

    def _find_in_element(self, element: Element, steps: Path) -> Place | None:
        part, *rest = steps
        if part == "text" and not rest:
            return Place(None, element.text_extent(self.source.text))
        if part == "attributes" and len(rest) == 1 and rest[0] in element.attributes:
            return Place(None, element.attributes[str(rest[0])][1])
        extents = element.items(self.source.text) if part == "items" else []
        if len(rest) == 1 and isinstance(rest[0], int) and rest[0] < len(extents):
            return Place(None, extents[rest[0]])
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
        return [code.extent for code in self._all_code() if not code.is_indented]

    @property
    def code_blocks(self) -> list[Extent]:
        """The extents of fenced code blocks in the body, in order."""
        if not any(fence in self.source.text for fence in _FENCES):
            return []
        blocks = [code.extent for code in self._all_code() if code.is_block]
        return [fence for block in blocks for fence in self._fences(*block)] if self.has_open_fences else blocks

    @property
    def indented_code(self) -> list[Extent]:
        """The extents of code blocks without fences in the body, in order."""
        if not self._may_be_indented():
            return []
        return [code.extent for code in self._all_code() if code.is_indented]

    def _may_be_indented(self) -> bool:
        text = self.source.text
        starts = (*_INDENTED, *_INDENTED_AFTER_RETURN) if "\r" in text else _INDENTED
        return any(start in text for start in starts)

    def _fences(self, start: int, end: int) -> Iterator[Extent]:
        """The first line of a fenced block, and the last one if it closes it."""
        lines = list(_LINE.finditer(self.source.text, start, end))
        yield lines[0].span()
        if len(lines) > 1 and lines[-1][0].lstrip(" >\t").startswith(_FENCES):
            yield lines[-1].span()

    @cached_property
    def prose(self) -> str:
        """The statements of the body with fenced code and what is before the body blanked out, offset for offset."""
        text, start, blocks = self.statements, self.body_start, self.code_blocks
        return " " * start + blanked(text, blocks, start) if start or blocks else text

    def _all_code(self) -> list[_Code]:
        if self._code is None:
            has_code = any(mark in self.source.text for mark in ("`", *_FENCES)) or self._may_be_indented()
            self._code = list(_code(self.source.text, self.body_start)) if has_code else []
        return self._code

    def label(self, path: Path) -> str:
        """A path without the `frontmatter`, `elements` or `lines` that every one of them would start with."""
        return super().label(path[1:] if len(path) > 1 and path[0] in (FRONT_MATTER, ELEMENTS, LINES) else path)

    def comments(self) -> list[Comment]:
        """HTML comments of the body that are not code, after the comments of the front matter."""
        front_matter = self.front_matter.comments() if self.front_matter is not None else []
        return [*front_matter, *self._comments_of_body()]

    def edited(self, edit: Edit) -> list[TextEdit] | None:
        """Front matter is edited as the document that it is; text is not."""
        if self.front_matter is None or len(edit.path) < 2 or edit.path[0] != FRONT_MATTER:  # noqa: PLR2004 - a key in it
            return None
        return self.front_matter.edited(edit._replace(path=edit.path[1:]))

    def _comments_of_body(self) -> list[Comment]:
        if self._body_comments is None:
            has_comments = _COMMENT_OPENING in self.source.text
            self._body_comments = list(_comments(self.source.text, self.body_start, self.code)) if has_comments else []
        return self._body_comments


def load(source: Source, limits: Limits) -> Loaded:
    """One document; front matter that is not YAML is a fault, and the body is still there to be checked."""
    block = _front_matter_block(source.text)
    if block is None:
        faults = _unclosed(source.text)
        return Loaded((MarkdownDocument(source, None, 0, is_unreadable=bool(faults)),), faults)
    # libyaml costs twenty milliseconds to import: only for files that have front matter.
    from policylint.documents import yaml

    loaded = yaml.load_text(source, source.text[: block[0]], limits)
    if _is_prose(source.text, loaded):
        return Loaded((MarkdownDocument(source, None, 0),), ())
    front_matter = loaded.documents[0] if loaded.documents else None
    is_unreadable = front_matter is None and bool(loaded.faults)
    return Loaded((MarkdownDocument(source, front_matter, block[1], is_unreadable=is_unreadable),), loaded.faults)


def _front_matter_block(text: str) -> Extent | None:
    """Where the closing fence starts and where the body starts; the opening `---` is YAML's own document mark."""
    opening = _OPENING.match(text)
    closing = _CLOSING.search(text, opening.end()) if opening else None
    return (closing.start(), closing.end()) if closing else None


def _is_prose(text: str, loaded: Loaded) -> bool:
    """Whether what stands between two `---` is text between two thematic breaks."""
    data = loaded.documents[0].data if loaded.documents else None
    if data is not None:
        return not isinstance(data, dict)
    opening = _OPENING.match(text)
    return bool(loaded.faults and opening and not _FIRST_OF_DATA.match(text, opening.end()))


def _unclosed(text: str) -> tuple[Fault, ...]:
    # A thematic break also opens with `---`: only a key right below it says that front matter was meant.
    opening = _OPENING.match(text)
    if opening and re.match(r"[A-Za-z_][\w-]*:[ \t\r\n]", text[opening.end() : opening.end() + 200]):
        fix = "write '---' on a line of its own below the last key of the front matter"
        return (Fault("syntax-error", "the front matter has no closing '---'", 0, 3, fix=fix),)
    return ()


def _comments(text: str, start: int, code: list[Extent]) -> Iterator[Comment]:
    index = 0
    while (start := text.find(_COMMENT_OPENING, start)) >= 0:
        while index < len(code) and code[index][1] <= start:
            index += 1
        if index < len(code) and code[index][0] <= start:
            start = code[index][1]
            continue
        # `<!-->` is a whole comment.
        closing = text.find(_COMMENT_CLOSING, start + 2)
        if closing < 0:
            return
        inner = text[start + len(_COMMENT_OPENING) : closing].strip()
        end = closing + len(_COMMENT_CLOSING)
        yield Comment(inner, start, end)
        start = end


class _Code(NamedTuple):
    """A fenced code block, an indented one or a code span."""

    extent: Extent
    is_block: bool
    is_indented: bool = False


def _code(text: str, start: int) -> Iterator[_Code]:
    from pyromark import Markdown

    body = text[start:]
    to_offset = _byte_offsets(body)
    for event, extent in Markdown().events_with_range(body):
        if isinstance(event, dict) and ("Code" in event or _is_fenced_block(event)):
            is_block = "Code" not in event
            yield _Code((start + to_offset(extent["start"]), start + to_offset(extent["end"])), is_block)
        elif isinstance(event, dict) and _block_of(event) == "Indented":
            yield _Code((start + to_offset(extent["start"]), start + to_offset(extent["end"])), False, True)


def _is_fenced_block(event: object) -> bool:
    block = _block_of(event)
    return isinstance(block, dict) and "Fenced" in block


def _block_of(event: object) -> object:
    opening = event.get("Start") if isinstance(event, dict) else None
    return opening.get("CodeBlock") if isinstance(opening, dict) else None


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
