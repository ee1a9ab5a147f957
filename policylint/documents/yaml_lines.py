"""YAML in its plainest form, read line by line: a mapping at the margin of scalars, texts and lists of scalars.

Thousands of entries are written in it, one a file. It is read without libyaml and without a node for each part, in a
third of the time; a text with anything else in it is left to libyaml (`yaml`), which says the same of these.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.documents.document import Document, Extent, Place
from policylint.documents.yaml_values import plain_value

if TYPE_CHECKING:
    from policylint.documents.document import Limits
    from policylint.documents.source import Source
    from policylint.edits import Edit, TextEdit
    from policylint.selectors import Path

# A line of text: what is beyond ASCII is looked at once for the whole text, since large sets are slow to compile.
_LINE = r"[^\x00-\x1f\x7f]"
# What YAML forbids and what some reader takes for the end of a line.
_ODD = "[\x80-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
# Plain scalars that start with a hyphen or a colon are left to libyaml; so are those that end with blanks.
_PLAIN_START = r"[A-Za-z0-9$()+./;<=\\^_~]"
_PLAIN = rf"{_PLAIN_START}(?:[^\x00-\x20:\x7f]++|:(?![ \n]|\Z)|[ ]++(?![#\n]|\Z))*+"
_IN_DOUBLE, _IN_SINGLE = r"[^\x00-\x1f\"\\\x7f]*+", r"[^\x00-\x1f'\x7f]*+"
_SCALAR = rf"""(?:"({_IN_DOUBLE})"|'({_IN_SINGLE})'|({_PLAIN}))"""
_ANY_SCALAR = rf"""(?:"{_IN_DOUBLE}"|'{_IN_SINGLE}'|{_PLAIN})"""
# A key; its value in double quotes, in single quotes, plain, as lines of text or as a list.
_PAIR = re.compile(
    rf"([A-Za-z](?:[A-Za-z0-9_ -]{{0,60}}[A-Za-z0-9_-])?):(?:[ ]++(?:{_SCALAR}(?:\n|\Z)"
    rf"|(\|\n([ ]++)[^\x00-\x20\x7f]{_LINE}*+\n(?:\6[ ]*+[^\x00-\x20\x7f]{_LINE}*+\n)*+))"
    rf"|\n(([ ]*+)-[ ]++{_ANY_SCALAR}(?:\n|\Z)(?:\8-[ ]++{_ANY_SCALAR}(?:\n|\Z))*+))"
)
_KEY, _BARE, _TEXT, _INDENTATION, _LIST = 1, 4, 5, 6, 7
_BARE_ITEM = 3
_ITEM = re.compile(rf"[ ]*+-[ ]++{_SCALAR}\n?")
_OPENING = "---\n"
# A list in the mapping: what nests deeper is not read here.
_DEPTH = 2


class LinesDocument(Document):
    """The mapping of a text, by the match of each pair; places come from the matches."""

    def __init__(self, source: Source, data: dict[str, object], pairs: dict[str, re.Match[str]]) -> None:
        super().__init__(source, data)
        self._pairs = pairs

    def find(self, path: Path) -> Place | None:
        """The place of a path, which has at most two steps."""
        if not path:
            return Place(None, self._extent_of_all())
        pair = self._pairs.get(str(path[0]))
        if pair is None:
            return None
        if len(path) == 1:
            return Place(pair.span(_KEY), _extent(pair))
        return _find_item(pair, path[1]) if len(path) == _DEPTH else None

    def edited(self, edit: Edit) -> list[TextEdit] | None:
        """Scalars and keys are replaced; nothing else is edited."""
        from policylint.documents.scalar_edits import yaml_edited

        return yaml_edited(self, edit)

    def _extent_of_all(self) -> Extent:
        pairs = [*self._pairs.values()]
        return pairs[0].start(), _extent(pairs[-1])[1]


def read(source: Source, text: str, limits: Limits) -> LinesDocument | None:
    """The document that a leading part of the source's text is; None for what has another form, or a key twice."""
    if limits.depth < _DEPTH or len(text) > 2 * limits.nodes:
        return None
    if not text.isascii() and re.search(_ODD, text):
        return None
    data: dict[str, object] = {}
    pairs: dict[str, re.Match[str]] = {}
    position, end = len(_OPENING) if text.startswith(_OPENING) else 0, len(text)
    while position < end:
        pair = _PAIR.match(text, position)
        if pair is None:
            return None
        key, position = pair[_KEY], pair.end()
        if key in pairs:
            return None
        pairs[key] = pair
        data[key] = _value(pair)
    return LinesDocument(source, data, pairs) if pairs else None


def _value(pair: re.Match[str]) -> object:
    form = pair.lastindex or _BARE
    if form == _BARE:
        return plain_value(pair[_BARE])
    if form == _TEXT:
        indentation = pair[_INDENTATION]
        return pair[_TEXT][len("|\n") + len(indentation) :].replace(f"\n{indentation}", "\n")
    if form == _LIST:
        return [_item(item) for item in _items(pair)]
    return pair[form]


def _items(pair: re.Match[str]) -> list[re.Match[str]]:
    return [*_ITEM.finditer(pair.string, *pair.span(_LIST))]


def _item(item: re.Match[str]) -> object:
    form = item.lastindex or _BARE_ITEM
    return plain_value(item[form]) if form == _BARE_ITEM else item[form]


def _find_item(pair: re.Match[str], step: str | int) -> Place | None:
    if pair.lastindex != _LIST or not isinstance(step, int):
        return None
    items = _items(pair)
    return Place(None, _scalar_extent(items[step], _BARE_ITEM)) if 0 <= step < len(items) else None


def _extent(pair: re.Match[str]) -> Extent:
    form = pair.lastindex
    if form == _TEXT:
        # The end of its last line is not part of a value.
        return pair.start(_TEXT), pair.end(_TEXT) - 1
    if form == _LIST:
        end = pair.end(_LIST)
        return pair.end(_LIST + 1), end - pair.string.endswith("\n", 0, end)
    return _scalar_extent(pair, _BARE)


def _scalar_extent(match: re.Match[str], bare: int) -> Extent:
    """The extent of a scalar with its quotes; `bare` is the group of one without."""
    form = match.lastindex or bare
    start, end = match.span(form)
    return (start, end) if form == bare else (start - 1, end + 1)
