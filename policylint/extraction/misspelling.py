"""IDs of known prefixes not in ID form: `DEP_001`, `dep-001`, `DEP 001`, `DEP001`, `DEP-001A`, another dash in it.

So are those whose number has too many digits.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.diagnostics import excerpt
from policylint.documents.document import Fault
from policylint.identifiers import LONGEST_NUMBER
from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

# What word processors and wikis make of a hyphen: hyphens of other kinds, dashes and the minus sign.
_OTHER_HYPHENS = "\u2010\u2011\u2012\u2013\u2212"
# No part of a path or of a longer name; where a word begins, so that a long one is tried once.
_WORD_START = r"(?<![A-Za-z0-9_./#-])"
_SHAPE = re.compile(
    rf"(?P<prefix>[A-Za-z](?:[A-Za-z0-9]|-(?=[A-Za-z]))*?)(?P<sign>[-_ {_OTHER_HYPHENS}]?)"
    # A number starts a run of digits, so that each run is read once.
    r"(?P<number>(?<![0-9])[0-9]++)(?P<suffix>[A-Za-z]?)(?![A-Za-z0-9_]|[-.][A-Za-z0-9])"
)
_SHAPE_IN_TEXT = re.compile(_WORD_START + _SHAPE.pattern)
# Ranges of other languages: braces of the shell, and a sign that is part of a name.
_RANGE = re.compile(
    _WORD_START + r"(?P<prefix>[A-Z][A-Z0-9]*+(?:-[A-Z][A-Z0-9]*+)*+)-(?:\{(?P<low>[0-9]{1,18})(?P<sign>\.\.|-|,)"
    r"(?P<high>[0-9]{1,18})\}|(?P<first>[0-9]{1,18})_(?P=prefix)-(?P<last>[0-9]{1,18}))(?![A-Za-z0-9_]|[-.][A-Za-z0-9])"
)
# What names entries is mostly this: IDs that are written well, with signs and a word or two between them.
_WELL_WRITTEN = re.compile(
    r"(?:[A-Z][A-Z0-9]*+(?:-[A-Z][A-Z0-9]*+)*+-[0-9]{1,18}+(?![A-Za-z0-9_.-])|[\s,;\"'()\[\]-]++|to[ \t]+(?=[A-Z]))*+"
)


class Misspelling(NamedTuple):
    """What looks like an ID: its parts as written, and where it ends."""

    prefix: str
    sign: str
    number: str
    suffix: str
    end: int

    @property
    def is_deliberate(self) -> bool:
        """Whether nobody writes this who does not mean an ID: `Test 1` and `API 404` are prose, `TEST 001` is not."""
        if len(self.number) == 1:
            return False
        if self.sign in ("-", "_"):
            return True
        return self.prefix.isupper() and (self.sign != " " or self.number.startswith("0"))

    @property
    def is_only_too_long(self) -> bool:
        """Whether it is an ID but for too many digits."""
        return _is_too_long(self.number) and self.sign == "-" and self.prefix.isupper() and not self.suffix.isupper()

    @property
    def is_name(self) -> bool:
        """Whether it can be nothing else even where any word may stand, such as before a colon: not `Dep-001`."""
        return self.is_deliberate and (self.prefix.isupper() or self.prefix.islower())

    def fault(self, start: int, end: int) -> Fault:
        """The report of this misspelling, which stands there."""
        written = f"{self.prefix}{self.sign}{self.number}{self.suffix}"
        if _is_too_long(self.number):
            reason = f"its number has {len(self.number)} digits, more than {LONGEST_NUMBER}"
            return Fault("malformed-id", f"'{excerpt(written)}' is not an ID: {reason}", start, end)
        expected = f"{self.prefix.upper()}-{self.number}{self.suffix.lower()}"
        # The two look alike on most screens.
        remark = f" with a hyphen, not U+{ord(self.sign):04X}" if self.sign and self.sign in _OTHER_HYPHENS else ""
        return Fault("malformed-id", f"'{written}' is not an ID, expected '{expected}'{remark}", start, end)


def misspelling_at(text: str, position: int, prefixes: Collection[str]) -> Misspelling | None:
    """The misspelt ID of a known prefix that starts exactly at the position."""
    match = _SHAPE.match(text, position)
    return _misspelling(match, prefixes) if match else None


def misspellings_in(text: str, start: int, end: int, prefixes: Collection[str]) -> Iterator[Fault]:
    """The reports of misspelt IDs in a stretch of text that names entries; words of prose are left alone."""
    if _WELL_WRITTEN.fullmatch(text, start, end):
        return
    for match in _SHAPE_IN_TEXT.finditer(text, start, end):
        found = _misspelling(match, prefixes)
        if found is not None and found.is_name:
            yield found.fault(match.start(), match.end())
    for match in _RANGE.finditer(text, start, end):
        if match["prefix"] in prefixes:
            yield _range_fault(match)


def _range_fault(match: re.Match[str]) -> Fault:
    low, high = match["low"] or match["first"], match["high"] or match["last"]
    expected = f"{match['prefix']}-{low}{'/' if match['sign'] == ',' else '..'}{high}"
    return Fault("malformed-id", f"'{match[0]}' is no range of IDs, expected '{expected}'", *match.span())


def _misspelling(match: re.Match[str], prefixes: Collection[str]) -> Misspelling | None:
    if match["prefix"].upper() not in prefixes:
        return None
    is_written_well, is_capital = match["sign"] == "-" and match["prefix"].isupper(), match["suffix"].isupper()
    if is_written_well != is_capital and not _is_too_long(match["number"]):  # `RUN24H` is a time
        return None
    return Misspelling(match["prefix"], match["sign"], match["number"], match["suffix"], match.end())


def _is_too_long(number: str) -> bool:
    return len(number) > LONGEST_NUMBER


def misspelling_of(text: str, prefixes: Collection[str]) -> Misspelling | None:
    """The misspelt ID that is the whole text."""
    found = misspelling_at(text, 0, prefixes)
    return found if found is not None and found.end == len(text) else None
