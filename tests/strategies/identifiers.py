"""Hypothesis strategies for IDs and for every spelling of a range."""

from __future__ import annotations

from hypothesis import strategies as st

from policylint.identifiers import Identifier

_part = st.from_regex(r"[A-Z][A-Z0-9]{0,4}", fullmatch=True)
prefixes = st.lists(_part, min_size=1, max_size=3).map("-".join)
numbers = st.from_regex(r"[0-9]{1,18}", fullmatch=True)
suffixes = st.sampled_from(["", "", "", "a", "b", "z"])
identifiers = st.builds(Identifier, prefixes, numbers, suffixes)

FULL_LINKS = (" to ", " through ", "..", " .. ", "–", "—", " – ", " — ", " - ")
BARE_LINKS = ("..", "–", "—", " – ", "-")
MARKS = (("", ""), ("`", "`"), ("**", "**"), ("[", "]"), ("**[", "](a/b.md#test-001)**"), ("[`", "`](X-1.md)"))


@st.composite
def ranges(draw: st.DrawFn) -> tuple[str, tuple[Identifier, ...]]:
    """A range as written, with its members; both ends have the width of the first number."""
    prefix, width = draw(prefixes), draw(st.integers(1, 5))
    low = draw(st.integers(0, 10**width - 1))
    high = draw(st.integers(low, min(low + 20, 10**width - 1)))
    members = tuple(Identifier(prefix, f"{number:0{width}}") for number in range(low, high + 1))
    opening, closing = draw(st.sampled_from(MARKS))
    if draw(st.booleans()):
        link = draw(st.sampled_from(FULL_LINKS))
        return f"{opening}{members[0]}{closing}{link}{opening}{members[-1]}{closing}", members
    return f"{members[0]}{draw(st.sampled_from(BARE_LINKS))}{members[-1].number}", members


# Texts made of the pieces the grammar cares about meet its branches far more often than arbitrary ones.
_pieces = "A-1 A-9 A-04a A-04c B-001 SHA-256 001 7 x - – — .. . / ( ) [ ]( ] ` ** → -> _ ,"
_piece = st.sampled_from([*_pieces.split(), " ", " to ", "\n", "\r", "9" * 5000])
texts = st.one_of(st.text(), st.lists(_piece, max_size=30).map("".join))
