"""YAML in its plainest form, read line by line: a mapping at the margin of scalars, texts, lists and tables, which
hold scalars, with comments between them and behind them.

Thousands of entries are written in it, one a file. It is read without libyaml and without a node for each part, in half
of the time; a text with anything else in it is left to libyaml (`yaml`), which says the same of these.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.documents import yaml_pairs
from policylint.documents.document import Document, Place
from policylint.documents.yaml_places import comments_outside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.documents.document import Comment, Extent, Limits
    from policylint.documents.source import Source
    from policylint.edits import Edit, TextEdit
    from policylint.selectors import Path

# What YAML forbids and what some reader takes for the end of a line.
_ODD = "[\x80-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
_OPENING = re.compile(rf"{yaml_pairs.GAP}(?:---\n{yaml_pairs.GAP})?+")
# A list or table in the mapping: what nests deeper is not read here.
_DEPTH = 2

_Pairs = dict[str, re.Match[str]]


class LinesDocument(Document):
    """The mapping of a text, by the match of each pair; places and comments come from the matches."""

    comment_mark = "#"

    def __init__(self, source: Source, data: dict[str, object], text: str, pairs: _Pairs) -> None:
        super().__init__(source, data)
        self._text = text
        self._pairs = pairs
        self._places: dict[str, dict[str | int, Place]] = {}
        self._comments: list[Comment] | None = None

    def find(self, path: Path) -> Place | None:
        """The place of a path, which has at most two steps."""
        if not path:
            return Place(None, self._extent_of_all())
        pair = self._pairs.get(str(path[0]))
        if pair is None:
            return None
        if len(path) == 1:
            return Place(pair.span(yaml_pairs.KEY), self._extent(pair))
        return self._members(pair).get(path[1]) if len(path) == _DEPTH else None

    def comments(self) -> list[Comment]:
        """The comments of the text."""
        if self._comments is None:
            self._comments = comments_outside(self._text, [*self._marked_scalars()]) if "#" in self._text else []
        return self._comments

    def edited(self, edit: Edit) -> list[TextEdit] | None:
        """Scalars and keys are replaced; nothing else is edited."""
        from policylint.documents.scalar_edits import yaml_edited

        return yaml_edited(self, edit)

    def _members(self, pair: re.Match[str]) -> dict[str | int, Place]:
        """The places of the members of a pair, looked for once: a rule may report many of a long list."""
        key = pair[yaml_pairs.KEY]
        if key not in self._places:
            self._places[key] = yaml_pairs.members(pair)
        return self._places[key]

    def _extent(self, pair: re.Match[str]) -> Extent:
        return yaml_pairs.extent(pair, self._members(pair))

    def _extent_of_all(self) -> Extent:
        last = next(reversed(self._pairs.values()))
        return next(iter(self._pairs.values())).start(), self._extent(last)[1]

    def _marked_scalars(self) -> Iterator[Extent]:
        """The scalars that may hold a `#`, in order."""
        for pair in self._pairs.values():
            if self._text.find("#", *pair.span()) >= 0:
                places = self._members(pair)
                yield from (place.value for place in places.values()) if places else (self._extent(pair),)


def read(source: Source, text: str, limits: Limits) -> LinesDocument | None:
    """The document that a leading part of the source's text is; None for what has another form, or a key twice."""
    if limits.depth < _DEPTH or len(text) > 2 * limits.nodes:
        return None
    if not text.isascii() and re.search(_ODD, text):
        return None
    pairs = _pairs(text)
    if not pairs:
        return None
    try:
        data = {key: yaml_pairs.value(pair) for key, pair in pairs.items()}
    except yaml_pairs.KeyTwice:
        return None
    return LinesDocument(source, data, text, pairs)


def _pairs(text: str) -> _Pairs | None:
    """The pairs of a text by key; None where a part of it is none, or has the key of another."""
    pairs: _Pairs = {}
    opening = _OPENING.match(text)
    position, end = opening.end() if opening else 0, len(text)
    while position < end:
        pair = yaml_pairs.PAIR.match(text, position)
        if pair is None or pair[1] in pairs:
            return None
        pairs[pair[1]] = pair
        position = pair.end()
    return pairs
