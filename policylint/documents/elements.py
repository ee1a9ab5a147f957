"""Elements in Markdown such as `<task type="auto">…</task>`, as far as a kind of document says which may stand where.

Only what the grammar allows inside the element that is open counts as a tag: prose may speak of `<name>` as it likes.
Tags in fenced code, code spans and comments are no tags. What was opened and never closed, and what closes nothing, is
a fault at its tag; the element then ends where its parent does.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from policylint.documents.blanking import blanked
from policylint.documents.document import ROOT, ElementGrammar, Extent, Fault
from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

Attribute = tuple[str, Extent]

_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
_SPAN = re.compile(r"``[^\n]*?``|`[^`\n]+`")
_ATTRIBUTE = re.compile(
    r"""(?P<name>[A-Za-z_][\w:.-]*+)(?:\s*+=\s*+(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'=`/]++)))?"""
)
_BULLET = re.compile(r"(?:[-*+]|\d+[.)])[ \t]+")
# What follows an item after a blank: `src/a.ts (new)`, `src/a.ts — the model`.
_NOTE = re.compile(r"[ \t]+(?:[(—–#]|-[ \t]|→).*", re.DOTALL)
_QUOTES = "`'\""


class Element:
    """One element: where its opening tag and its content stand, its attributes, and the elements inside it."""

    def __init__(self, name: str, opening: Extent, attributes: dict[str, Attribute]) -> None:
        self.name = name
        self.opening = opening
        self.attributes = attributes
        self.inner: Extent = (opening[1], opening[1])
        self.outer_end = opening[1]
        self.is_closed = True
        self.children: dict[str, list[Element]] = {}
        self.data: dict[str, object] | None = None
        self._items: list[Extent] | None = None

    def add(self, child: Element) -> None:
        """Put an element inside this one."""
        self.children.setdefault(child.name, []).append(child)

    def close(self, start: int, end: int) -> None:
        """End it with the tag that stands there."""
        self.inner = (self.opening[1], max(start, self.opening[1]))
        self.outer_end = max(end, self.opening[1])

    def items(self, text: str) -> list[Extent]:
        """The items of a list: separated by commas or line ends, without bullets, quotes and the notes behind them."""
        if self._items is None:
            self._items = _item_extents(text, *self.inner)
        return self._items

    def text_extent(self, text: str) -> Extent:
        """Where its content stands without blanks around it; its opening tag when there is none."""
        start, end = self.inner
        content = text[start:end]
        if not content.strip():
            return self.opening
        return start + len(content) - len(content.lstrip()), start + len(content.rstrip())


class Elements(NamedTuple):
    """All elements of a text by name, in order, and what is wrong with their tags."""

    by_name: dict[str, list[Element]]
    faults: list[Fault]


def read(text: str, visible: str, start: int, grammar: ElementGrammar, depth: int) -> Elements:
    """The elements of a text from an offset on. `visible` is the text with comments blanked, offset for offset.

    Where they are nested more than `depth` levels deep reading ends, which is a fault.
    """
    if "<" not in text:
        return Elements({}, [])
    reading = _Reading(text, grammar)
    for match in _tag_pattern(tuple(sorted(_names(grammar)))).finditer(_without_code(visible, start), start):
        reading.take(match)
        if reading.depth > depth:
            message = f"elements are nested more than {depth} levels deep, and those beyond are not read"
            return Elements(reading.found, [*reading.faults, Fault("limit-exceeded", message, *match.span())])
    reading.finish()
    return Elements(reading.found, reading.faults)


def _names(grammar: ElementGrammar) -> set[str]:
    return {name for names in grammar.holds.values() for name in names}


@lru_cache(maxsize=16)
def _tag_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    alternatives = "|".join(map(re.escape, names))
    return re.compile(rf"<(/?)({alternatives})(?=[\s/>])([^<>]*+)>")


class _Reading:
    """Takes the tags one by one; `_open` are the elements that wait for their closing tags, outermost first."""

    def __init__(self, text: str, grammar: ElementGrammar) -> None:
        self._text = text
        self._grammar = grammar
        self._open: list[Element] = []
        # How many opening tags of a name were text outside all elements, and are not closed yet.
        self._as_text: dict[str, int] = {}
        self.found: dict[str, list[Element]] = {}
        self.faults: list[Fault] = []

    @property
    def depth(self) -> int:
        """How many elements are open."""
        return len(self._open)

    def take(self, match: re.Match[str]) -> None:
        if match[1]:
            self._take_closing(match)
        else:
            self._take_opening(match)

    def _allowed(self, depth: int) -> list[str]:
        return self._grammar.holds.get(self._open[depth - 1].name if depth else ROOT, [])

    def _take_opening(self, match: re.Match[str]) -> None:
        """A tag that fits only further out says that what is open there was never closed; inside a text it is text."""
        name, depth = match[2], len(self._open)
        while name not in self._allowed(depth):
            if not depth or not self._allowed(depth):
                if not self._open and not match[3].endswith("/"):
                    self._as_text[name] = self._as_text.get(name, 0) + 1
                return
            depth -= 1
        self._abandon(depth, match.start())
        element = Element(name, match.span(), dict(_attributes(match[3], match.start(3))))
        if self._open:
            self._open[-1].add(element)
        self.found.setdefault(name, []).append(element)
        if not match[3].endswith("/"):
            self._open.append(element)

    def _take_closing(self, match: re.Match[str]) -> None:
        name, depth = match[2], len(self._open)
        while depth and self._open[depth - 1].name != name:
            depth -= 1
        if depth:
            self._abandon(depth, match.start())
            self._open.pop().close(match.start(), match.end())
        elif not self._open and self._as_text.get(name):
            # So is what closes a tag that is text.
            self._as_text[name] -= 1
        elif name in self._allowed(len(self._open)) or (not self._open and name in _names(self._grammar)):
            self.faults.append(Fault(FAULT, f"</{name}> closes nothing", *match.span()))

    def _abandon(self, depth: int, end: int) -> None:
        """End what is open below a depth where something else makes it end."""
        for element in self._open[depth:]:
            element.close(end, end)
            element.is_closed = False
            self.faults.append(Fault(FAULT, f"<{element.name}> is never closed", *element.opening))
        del self._open[depth:]

    def finish(self) -> None:
        self._abandon(0, len(self._text))
        self.faults.sort(key=lambda fault: fault.start)


FAULT = "unbalanced-element"


def _attributes(text: str, start: int) -> Iterator[tuple[str, Attribute]]:
    for match in _ATTRIBUTE.finditer(text):
        group = match.lastgroup or "name"
        value = "" if group == "name" else decoded(match[group])
        yield match["name"], (value, (start + match.start(group), start + match.end(group)))


def decoded(text: str) -> str:
    """A text with the references of XML (`&amp;`) replaced; those of HTML may be what a page is to hold (`&ldquo;`)."""
    return _REFERENCE.sub(lambda match: _REFERENCES[match[1]], text) if "&" in text else text


_REFERENCES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "#34": '"', "#39": "'"}
_REFERENCE = re.compile(f"&({'|'.join(_REFERENCES)});")


# Code


def _without_code(text: str, start: int) -> str:
    """The text with fenced code and code spans blanked out. CommonMark takes a fence below a tag for plain text."""
    # Blocks are whole lines and spans parts of one, so that what is left has the spans that the text has.
    text = blanked(text, _fenced(text, start))
    return _SPAN.sub(lambda match: " " * len(match[0]), text) if "`" in text else text


def _fenced(text: str, start: int) -> Iterator[Extent]:
    """Fenced blocks; a fence that nothing closes is text."""
    opening: re.Match[str] | None = None
    for match in _FENCE.finditer(text, start):
        if opening is None:
            opening = match if "`" not in match[2] else None
        elif match[1].startswith(opening[1]) and not match[2].strip():
            yield opening.start(), match.end()
            opening = None


# Data


def data_of(element: Element, text: str, grammar: ElementGrammar) -> dict[str, object]:
    """An element as data: `attributes`, its own `text`, the `items` of a list, and the elements inside it by name.

    `unclosed` are the names of those inside it that were never closed, and may have swallowed what follows them. It is
    made once, since it is a part of the data of each element around it.
    """
    if element.data is None:
        element.data = _data_of(element, text, grammar)
    return element.data


def _data_of(element: Element, text: str, grammar: ElementGrammar) -> dict[str, object]:
    data: dict[str, object] = {
        "attributes": {name: value for name, (value, _) in element.attributes.items()},
        "text": decoded(own_text(element, text)).strip(),
    }
    if element.name in grammar.lists:
        data["items"] = [decoded(text[start:end]) for start, end in element.items(text)]
    for name, children in element.children.items():
        data[name] = [data_of(child, text, grammar) for child in children]
    unclosed = [name for name, children in element.children.items() if not all(child.is_closed for child in children)]
    return {**data, "unclosed": unclosed} if unclosed else data


def own_text(element: Element, text: str) -> str:
    """What stands in an element and in none of those inside it."""
    position, end = element.inner
    pieces = []
    inside = sorted((child.opening[0], child.outer_end) for each in element.children.values() for child in each)
    for child_start, child_end in inside:
        pieces.append(text[position:child_start])
        position = child_end
    return "".join([*pieces, text[position:end]])


def _item_extents(text: str, start: int, end: int) -> list[Extent]:
    extents = (_trimmed(text, *piece) for piece in _pieces(text, start, end))
    return [extent for extent in extents if extent[0] < extent[1]]


def _pieces(text: str, start: int, end: int) -> Iterator[Extent]:
    """A comma in brackets separates nothing: `{a,b}.ts`, `a.ts (new, empty)`."""
    depth, position = 0, start
    for offset in range(start, end):
        character = text[offset]
        if character in "\r\n" or (character == "," and depth == 0):
            yield position, offset
            depth, position = (0 if character != "," else depth), offset + 1
        elif character in "({[":
            depth += 1
        elif character in ")}]":
            depth = max(0, depth - 1)
    yield position, end


def _trimmed(text: str, start: int, end: int) -> Extent:
    piece = text[start:end]
    stripped = piece.strip()
    start += len(piece) - len(piece.lstrip())
    bullet = _BULLET.match(stripped)
    if bullet:
        start += bullet.end()
        stripped = stripped[bullet.end() :]
    note = _NOTE.search(stripped)
    if note:
        stripped = stripped[: note.start()]
    inner = stripped.strip(_QUOTES)
    offset = stripped.find(inner) if inner else 0
    return start + offset, start + offset + len(inner)
