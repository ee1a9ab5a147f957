"""Hypothesis strategies for IDs and for every spelling of a range."""

from __future__ import annotations

from hypothesis import strategies as st

from policylint.identifiers import Identifier

_part = st.from_regex(r"[A-Z][A-Z0-9]{0,4}", fullmatch=True)
prefixes = st.lists(_part, min_size=1, max_size=3).map("-".join)
numbers = st.from_regex(r"[0-9]{1,18}", fullmatch=True)
suffixes = st.sampled_from(["", "", "", "a", "b", "z"])
identifiers = st.builds(Identifier, prefixes, numbers, suffixes)

FULL_LINKS = (
    " to ",
    " through ",
    "..",
    " .. ",
    "–",
    "—",
    " – ",
    " — ",
    " - ",
    " thru ",
    " up to ",
    " TO ",
    " to\n",
    "...",
    "…",
    "~",
)
BARE_LINKS = ("..", "–", "—", " – ", "-", " to ", " through ", " - ", "−", "~", "...")
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


@st.composite
def slash_lists(draw: st.DrawFn) -> tuple[str, tuple[Identifier, ...]]:
    """A slash list as written, with its members, of which none is narrower than the first."""
    prefix, written = draw(prefixes), draw(st.lists(numbers, min_size=2, max_size=4))
    opening, closing = draw(st.sampled_from(MARKS))
    text = f"{opening}{prefix}-{'/'.join(written)}{closing}"
    return text, tuple(Identifier(prefix, number.zfill(len(written[0]))) for number in written)


@st.composite
def singles(draw: st.DrawFn) -> tuple[str, tuple[Identifier, ...]]:
    """One ID as written."""
    identifier = draw(identifiers)
    opening, closing = draw(st.sampled_from(MARKS))
    return f"{opening}{identifier}{closing}", (identifier,)


@st.composite
def items(draw: st.DrawFn) -> tuple[str, tuple[Identifier, ...], str]:
    """Anything that one item of an ID list may be, with its members and its note."""
    text, members = draw(st.one_of(singles(), ranges(), slash_lists()))
    note = draw(st.sampled_from(["", "", "rollback procedure", "see DEP-009", "a (nested) one"]))
    return f"{text} ({note})" if note else text, members, note


SEPARATORS = (", ", "; ", "\n", "\r\n", " and ", " → ", " -> ", " => ", " | ", "\n- ")

# Texts made of the pieces the grammar cares about meet its branches far more often than arbitrary ones.
_pieces = "A-1 A-9 A-04a A-04c B-001 SHA-256 001 7 x - – — .. . / ( ) [ ]( ] ` ** → -> _ , ; + & and … ~ − , 002"
_piece = st.sampled_from([*_pieces.split(), " ", " to ", " to 9, ", "\n", "\r", "9" * 5000])
texts = st.one_of(st.text(), st.lists(_piece, max_size=30).map("".join))
