"""The plain forms of a pair in a YAML mapping, one pattern for all of them, and the value that each stands for."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from policylint.documents.document import Place
from policylint.documents.yaml_values import plain_value

if TYPE_CHECKING:
    from policylint.documents.document import Extent

# A character of a line, and the first one of a line of text. What is beyond ASCII is looked at once for the whole text
# (`yaml_lines`), since large sets are slow to compile.
_IN_LINE, _VISIBLE = r"[^\x00-\x1f\x7f]", r"[^\x00-\x20\x7f]"
# The rest of a line below its value, and lines that say nothing. Only a blank makes a `#` a comment.
_END = rf"(?:\n|[ ]++(?:#{_IN_LINE}*+)?+(?:\n|\Z)|\Z)"
GAP = rf"(?:[ ]*+(?:\n|#{_IN_LINE}*+(?:\n|\Z)))*+"

# Keys stay far below the 1,024 characters that YAML allows.
_KEY = r"[A-Za-z][A-Za-z0-9_-]{0,61}+(?:[ ]{1,4}+[A-Za-z0-9_-]{1,61}+){0,9}+"
# Plain scalars that start with a hyphen or a colon are left to libyaml.
_PLAIN_START = r"[A-Za-z0-9$()+./;<=\\^_~]"
_PLAIN = rf"{_PLAIN_START}(?:[^\x00-\x20:\x7f]++|:(?![ \n]|\Z)|[ ]++(?![#\n]|\Z))*+"
# In a list on one line: words, and no character that means something there.
_FLOW_PLAIN = r"[\w./][\w./+@-]*+(?:[ ]++[\w./+@-]++)*+"
_IN_DOUBLE, _IN_SINGLE = r"[^\x00-\x1f\"\\\x7f]*+", r"[^\x00-\x1f'\x7f]*+"


def _scalar(plain: str) -> str:
    return rf"""(?:"{_IN_DOUBLE}"|'{_IN_SINGLE}'|{plain})"""


_SCALAR, _ITEM = _scalar(_PLAIN), _scalar(_FLOW_PLAIN)


def _lines(mark: str, indentation: int, deeper: str) -> str:
    """Lines of text, the first of which gives the indentation (a group); no line below may belong to them."""
    line = rf"\{indentation}{deeper}{_VISIBLE}{_IN_LINE}*+\n"
    return rf"({mark}-?+\n(?=([ ]++))(?:{line})++)(?=\n*+(?![ ]))"


def _members(indented: str, indentation: int, mark: str) -> str:
    """Members of a list or table, each on a line; the first gives the indentation (a group)."""
    return rf"((?=({indented}))(?:{GAP}\{indentation}{mark}[ ]++{_SCALAR}{_END})++)"


_FLOW_LIST = rf"\[[ ]*+(?:{_ITEM}(?:[ ]*+,[ ]*+{_ITEM})*+[ ]*+)?+\]"
# The groups of a pair: its key, and its value, by form, which the last group of a match tells; the group after that of
# a form of several lines is their indentation.
KEY, SCALAR, FLOW_LIST, LITERAL, FOLDED, LIST, TABLE = 1, 2, 3, 4, 6, 8, 10
PAIR = re.compile(
    rf"({_KEY}):(?:[ ]++(?:(?:({_SCALAR})|({_FLOW_LIST})){_END}"
    rf"|{_lines('[|]', LITERAL + 1, '[ ]*+')}|{_lines('>', FOLDED + 1, '')})"
    rf"|{_END}{GAP}(?:{_members('[ ]*+', LIST + 1, '-')}|{_members('[ ]++', TABLE + 1, f'{_KEY}:')})){GAP}"
)
# The members of a list or table: the groups are the key, in a table, and the scalar.
_MEMBER = {
    FLOW_LIST: rf"[\[,][ ]*+({_ITEM})",
    LIST: rf"(?m:^)[ ]*+-[ ]++({_SCALAR})",
    TABLE: rf"(?m:^)[ ]*+({_KEY}):[ ]++({_SCALAR})",
}
_QUOTES = "\"'"


class KeyTwice(Exception):  # noqa: N818 - control flow between the YAML modules
    """A table has a key twice, which libyaml's reader reports."""


def value(pair: re.Match[str]) -> object:
    """The value of a pair."""
    form = pair.lastindex or SCALAR
    if form == SCALAR:
        return _read(pair[SCALAR])
    if form in (LITERAL, FOLDED):
        return _text(pair, form)
    found = _member(form).findall(pair.string, *pair.span(form))
    return _table(found) if form == TABLE else [*map(_read, found)]


def members(pair: re.Match[str]) -> dict[str | int, Place]:
    """The places of the members of a list or table, by index or key; none for a scalar or text."""
    form = pair.lastindex or SCALAR
    if form not in _MEMBER:
        return {}
    found = _member(form).finditer(pair.string, *pair.span(form))
    if form == TABLE:
        return {each[1]: Place(each.span(1), each.span(2)) for each in found}
    return {index: Place(None, each.span(1)) for index, each in enumerate(found)}


def extent(pair: re.Match[str], places: dict[str | int, Place]) -> Extent:
    """The extent of the value of a pair, given the places of its members."""
    form = pair.lastindex or SCALAR
    if form in (LITERAL, FOLDED):
        # The end of its last line is not part of a value.
        return pair.start(form), pair.end(form) - 1
    if form in (LIST, TABLE):
        return pair.end(form + 1), next(reversed(places.values())).value[1]
    return pair.span(form)


@cache
def _member(form: int) -> re.Pattern[str]:
    return re.compile(_MEMBER[form])


def _read(scalar: str) -> object:
    return scalar[1:-1] if scalar[0] in _QUOTES else plain_value(scalar)


def _text(pair: re.Match[str], form: int) -> str:
    text, indentation = pair.string, pair[form + 1]
    lines = text[pair.end(form + 1) : pair.end(form) - 1]
    joined = lines.replace(f"\n{indentation}", " " if form == FOLDED else "\n")
    return joined if text[pair.start(form) + 1] == "-" else f"{joined}\n"


def _table(found: list[tuple[str, str]]) -> dict[str, object]:
    table = {key: _read(scalar) for key, scalar in found}
    if len(table) < len(found):
        raise KeyTwice
    return table
