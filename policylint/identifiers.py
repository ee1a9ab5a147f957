"""The grammar of IDs (`DEP-001`) and of ID lists (`TEST-001 to TEST-020`), as people write them in Markdown.

    item       = id | range | list            then optionally a note: "(" text ")" on the same line
    id         = prefix "-" number [suffix]   BR-FEA-001, EPIC-04a
    range      = id link (id | number)        API-001–020, `A-1` to `A-9`, A-001 through 009
    list       = (id | range) {"/" member} | (id | range) {"," member}
    member     = number [link number]         UJ-000/001/005, FR-001, 003, 020–024

A number alone needs the first one's width where it stands behind a blank, a word or a comma, and nothing behind it that
would make a sentence of it ("TEST-001, 404 errors"). The spellings are those that real release documents use. Arrows
(`→`, `->`) are sequences or relations there (`EPIC-01 → EPIC-02`, `DEP-003 → RUN-005`), never ranges: both their ends
are items of their own. All offsets count characters of the text given. No pattern nests repetitions that can share
characters, so reading takes linear time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# The digits of a number; what has more is told where an entry would begin (`extraction.misspelling`).
LONGEST_NUMBER = 18
_NUMBER = rf"([0-9]{{1,{LONGEST_NUMBER}}})"
# The look-behind comes after the first letter: a pattern that starts with a set of characters is found faster.
_IDENTIFIER = re.compile(
    rf"([A-Z](?<![A-Za-z0-9_-].)[A-Z0-9]*+(?:-[A-Z][A-Z0-9]*+)*+)-{_NUMBER}([a-z]?)(?![A-Za-z0-9_]|\.[0-9])",
)
# The blanks around a word, which may stand at the end of a line or at the start of one.
_BLANKS = r"(?:[ \t]++(?:(?:\r\n?|\n)[ \t]*+)?+|(?:\r\n?|\n)[ \t]*+)"
_WORD = r"(?i:to|through|thru|up[ \t]++to)"
# What may stand between the two ends of a range: closing marks, the link itself, opening marks. Words and the hyphen
# need blanks; three dots with a blank on one side only end a sentence.
_LINK = re.compile(
    rf"[`*\]]*+(?:{_BLANKS}(?P<word>{_WORD}){_BLANKS}|[ \t]++(?P<hyphen>-)[ \t]++"
    r"|(?P<sign>[ \t]*+(?:\.\.(?!\.)|[–—−~～〜])[ \t]*+|(?:\.\.\.|…)(?=[A-Z0-9`*\[])|[ \t]++(?:\.\.\.|…)[ \t]++))"
    r"[`*\[]*+",
)
# The same behind a note, where a dash would begin a remark.
_LINK_AFTER_NOTE = re.compile(rf"{_BLANKS}{_WORD}{_BLANKS}[`*\[]*+|[ \t]*+\.\.\.?(?!\.)[ \t]*+[`*\[]*+")
_BARE = re.compile(rf"{_NUMBER}([a-z]?)(?![A-Za-z0-9_])")
_BARE_ALONE = re.compile(rf"{_NUMBER}([a-z]?)(?![A-Za-z0-9_%]|[-.,:/][A-Za-z0-9])")
_HYPHEN_BARE = re.compile(rf"-{_NUMBER}()(?![A-Za-z0-9_%]|[-.,:/][A-Za-z0-9])")
_SLASH_BARE = re.compile(rf"/{_NUMBER}([a-z]?)(?![A-Za-z0-9_]|[-.][A-Za-z0-9])")
# A number that a list or a range goes on with: what follows ends it, or goes on in the same way.
_BARE_LISTED = re.compile(
    rf"{_NUMBER}([a-z]?)(?=[`*\])\"']*+(?:[ \t]*+(?:[,;|(&+\r\n]|\Z|[/–—−~-][0-9]|(?:\.\.|…)[0-9]|[.:](?:\s|\Z))"
    rf"|[ \t]++(?:(?i:and|or|to|through|thru)\b|[-–—→=])))"
)
_LISTED = re.compile(
    rf"[`*\]]*+(?:[ \t]*+[,;]{_BLANKS}?+(?:(?:and|&)[ \t]++)?+|[ \t]*+[+&][ \t]*+|[ \t]++and[ \t]++)[`*\[]*+"
)
_BETWEEN_BARE = re.compile(r"-|[ \t]*+(?:\.\.\.?|[–—−~…])[ \t]*+|[ \t]++(?:-|to|through|thru)[ \t]++")
_NOTE_START = re.compile(r"[`*\]]*+[ \t]*+\(")
# What an ID is followed by where it may be the start of a range or a list, or have a note.
_GOES_ON = re.compile(
    r"-[A-Z0-9]|/[0-9]|[`*\]]*+(?:[ \t]*+(?:[-–—(−~～〜…+&]|\.\.|[,;]\s*+(?:and\s++|&\s*+)?+[`*\[]*+[0-9])"
    r"|\s++(?i:t(?:o|hru|hrough)|up|and)\s)"
)
_NUMBER_SIGN = re.compile(r"-[0-9]")
_BRACKET = re.compile(r"[()]")


_new = tuple.__new__

# Range members that any text may have; a longer text may have one more for each character.
_LEAST_ROOM = 20_000


class Identifier(NamedTuple):
    """One ID: `EPIC-04a` has the prefix `EPIC`, the number `04` (its zeros count) and the suffix `a`."""

    prefix: str
    number: str
    suffix: str = ""

    def __str__(self) -> str:
        return f"{self.prefix}-{self.number}{self.suffix}"

    @classmethod
    def parse(cls, text: str) -> Identifier | None:
        """Read a text that is an ID and nothing else; None for any other text."""
        match = _IDENTIFIER.fullmatch(text)
        return None if match is None else cls(*match.groups())

    def neighbours(self) -> Iterator[Identifier]:
        """IDs that differ by one digit, the nearest digit first, or by one zero in front."""
        prefix, number, suffix = self
        yield Identifier(prefix, f"0{number}", suffix)
        if number.startswith("0"):
            yield Identifier(prefix, number[1:], suffix)
        for distance in range(1, 10):
            for place in reversed(range(len(number))):
                for digit in (int(number[place]) - distance, int(number[place]) + distance):
                    if digit in range(10):
                        yield Identifier(prefix, f"{number[:place]}{digit}{number[place + 1 :]}", suffix)


class Reference(NamedTuple):
    """One item of an ID list: `text` is `text[start:end]` of what was read, from the first ID to the last.

    `API-001–003` has three targets. `targets` is empty exactly when `fault` says why the item cannot be expanded; the
    fault continues a sentence that starts with the item ("… runs backwards"). The note is what follows in round
    brackets, without them: `RUN-002 (rollback)`; with no note its span is empty and stands at `end`.
    """

    text: str
    start: int
    end: int
    targets: tuple[Identifier, ...]
    fault: str
    note: str
    note_start: int
    note_end: int

    def target_texts(self) -> tuple[str, ...]:
        """The targets as texts; most IDs that are made are made here."""
        return tuple([f"{prefix}-{number}{suffix}" for prefix, number, suffix in self.targets])


class _Item(NamedTuple):
    """What stands at one place, before its note is read."""

    end: int
    targets: tuple[Identifier, ...]
    fault: str = ""


class _RangeEnd(NamedTuple):
    """The second end of a possible range; `loose` when the link is also a usual separator (`A-1 - B-2`)."""

    identifier: Identifier
    end: int
    loose: bool = False


class Grammar:
    """Reads IDs and ID lists.

    `ignored_prefixes` are those of terms that only look like IDs (`SHA-256`). A range of more than `range_limit`
    members is a fault, and so is one that would bring the ranges of a text above `text_limit` members; neither is
    expanded, so that a hostile text costs no more than its length.
    """

    def __init__(
        self,
        ignored_prefixes: frozenset[str] = frozenset(),
        range_limit: int = 500,
        text_limit: int = 100_000,
    ) -> None:
        self._ignored = ignored_prefixes
        self._range_limit = range_limit
        self._text_limit = text_limit

    def identifier_at(self, text: str, pos: int) -> tuple[Identifier, int] | None:
        """The ID that starts exactly at `pos`, with the offset just after it; `API-001-SLUG` gives `API-001`."""
        match = _IDENTIFIER.match(text, pos)
        if match is None or match[1] in self._ignored:
            return None
        return Identifier(*match.groups()), match.end()

    def references(self, text: str) -> list[Reference]:
        """Every ID, range and slash list of the text, in order, except those in notes and in link targets."""
        # Brackets are looked for only where they may matter: few texts have a note or a link's target.
        brackets = _brackets(text) if "](" in text else None
        visible = text if brackets is None else _without_link_targets(text, brackets)
        found: list[Reference] = []
        pos, room = 0, min(self._text_limit, _LEAST_ROOM + len(text))
        while match := _next_identifier(visible, pos):
            start, pos = match.span()
            prefix, number, suffix = match.groups()
            if prefix in self._ignored:
                continue
            identifier = Identifier(prefix, number, suffix)
            if not _GOES_ON.match(visible, pos):
                found.append(Reference(match[0], start, pos, (identifier,), "", "", pos, pos))
                continue
            item = self._item(visible, identifier, pos, room)
            end = note_start = note_end = pos = item.end
            if bracket := _NOTE_START.match(visible, end):
                brackets = _brackets(text) if brackets is None else brackets
                note_start, note_end, pos = _note(text, bracket.end(), end, brackets)
                far = self._far_range(visible, identifier, item, pos, room) if pos > end else None
                if far is not None:
                    item, end, pos = far, far.end, far.end
                    note_start = note_end = end
                    if bracket := _NOTE_START.match(visible, end):
                        note_start, note_end, pos = _note(text, bracket.end(), end, brackets)
            room -= max(0, len(item.targets) - 1)
            note = text[note_start:note_end]
            found.append(Reference(text[start:end], start, end, item.targets, item.fault, note, note_start, note_end))
        return found

    def prefixes(self, text: str) -> set[str]:
        """The prefixes of the IDs that `references` finds, without telling ranges member by member."""
        if "(" in text:
            return {target.prefix for each in self.references(text) for target in each.targets}
        return {match[1] for match in _IDENTIFIER.finditer(text)} - self._ignored

    def _item(self, text: str, first: Identifier, end: int, room: int) -> _Item:
        """The longest item that starts with the ID `first`, which ends at `end`."""
        last = self._range_end(text, first, end)
        item = None if last is None else self._range(first, last, room)
        item = item or _Item(end, (first,))
        # Most ranges are followed by another ID or by nothing.
        return item if item.fault or not _GOES_ON.match(text, item.end) else self._list(text, first, item, room)

    def _far_range(self, text: str, first: Identifier, item: _Item, end: int, room: int) -> _Item | None:
        """`TEST-001 (a) to TEST-005`: a range whose first end has a note, which ends at `end`."""
        link = _LINK_AFTER_NOTE.match(text, end) if len(item.targets) == 1 else None
        full = self.identifier_at(text, link.end()) if link else None
        if full is None or full[0].prefix != first.prefix:
            return None
        return self._range(first, _RangeEnd(*full), room)

    def _list(self, text: str, first: Identifier, item: _Item, room: int) -> _Item:
        """The item with the numbers that follow it: `UJ-000/001/005`, `FR-001, 003, 020–024`.

        Only after a suffix may a number have one (`DEP-001/24h` is one ID).
        """
        targets, end = list(item.targets), item.end
        while match := _member(text, first, end):
            # A shorter number is short for one as wide: EPIC-031/32.
            low, end = Identifier(first.prefix, match[1].zfill(len(first.number)), match[2]), match.end()
            last = _last_of_bare_range(text, low, end)
            part = self._range(low, last, room - len(targets)) if last else None
            end = part.end if part else end
            if part and part.fault:
                return part
            targets += part.targets if part else [low]
        return _Item(end, tuple(targets)) if end > item.end else item

    def _range_end(self, text: str, first: Identifier, end: int) -> _RangeEnd | None:
        """The second end, if what follows `first` links it to one."""
        if match := _HYPHEN_BARE.match(text, end):
            # A shorter number is a slug or a date (RUN-2026-07), an earlier one a part of the ID (STORY-99-01).
            is_range = len(match[1]) >= len(first.number) and int(match[1]) >= int(first.number)
            return _bare_end(first, match) if is_range else None
        if text.startswith(f"-{first.prefix}-", end):  # TEST-001-TEST-003, where any other word is a slug
            return _bare_end(first, _BARE_ALONE.match(text, end + len(first.prefix) + 2))
        link = _LINK.match(text, end)
        if link is None:
            return None
        sign = link["sign"]
        full = self.identifier_at(text, link.end())
        spaced = sign is None or sign != sign.strip()
        if full:
            return _RangeEnd(full[0], full[1], spaced and not link["word"] and ".." not in (sign or ""))
        if not spaced:
            return _bare_end(first, _BARE.match(text, link.end()))
        # "EPIC-01 – 3 tests" is prose, and so is "EPIC-01 to 12 people".
        alone = _BARE_LISTED if sign is None else _BARE_ALONE
        bare = _bare_end(first, alone.match(text, link.end()))
        return bare if bare and len(bare.identifier.number) == len(first.number) else None

    def _range(self, first: Identifier, last: _RangeEnd, room: int) -> _Item | None:
        """The range between two ends; None if they are two items that merely stand side by side."""
        other = last.identifier
        if first.prefix != other.prefix:
            return None if last.loose else _Item(last.end, (), "mixes prefixes")
        low, high = int(first.number), int(other.number)
        if first.suffix or other.suffix:
            if low != high or not first.suffix or not other.suffix:
                return None
            low, high = ord(first.suffix), ord(other.suffix)
        fault = self._fault(high - low + 1, room)
        return _Item(last.end, () if fault else _members(first, low, high), fault)

    def _fault(self, count: int, room: int) -> str:
        if count < 1:
            return "runs backwards"
        if count > self._range_limit:
            return f"has {count} members, more than the limit of {self._range_limit}"
        if count - 1 > room:
            return "brings the text above the limit of range members"
        return ""


def _next_identifier(text: str, pos: int) -> re.Match[str] | None:
    """The first ID at `pos` or after it; lines without a hyphen before a digit are passed over in one step."""
    sign = _NUMBER_SIGN.search(text, pos)
    if sign is None:
        return None
    line_end = text.rfind("\n", pos, sign.start())
    return _IDENTIFIER.search(text, pos if line_end < 0 else line_end)


def _bare_end(first: Identifier, match: re.Match[str] | None) -> _RangeEnd | None:
    """A second end written as a number only, which takes the prefix of the first."""
    return None if match is None else _RangeEnd(Identifier(first.prefix, match[1], match[2]), match.end())


def _members(first: Identifier, low: int, high: int) -> tuple[Identifier, ...]:
    """Every ID of a range, over letters if the first end has one, with numbers as wide as the first."""
    if first.suffix:
        return tuple(first._replace(suffix=chr(letter)) for letter in range(low, high + 1))
    width = len(first.number)
    prefix = first.prefix
    # Made directly, since most IDs that are made are members of ranges.
    return tuple([_new(Identifier, (prefix, str(number).zfill(width), "")) for number in range(low, high + 1)])


def _member(text: str, first: Identifier, end: int) -> re.Match[str] | None:
    """The number that a list goes on with; behind anything but a slash it is as wide as that of the first ID."""
    match = _SLASH_BARE.match(text, end)
    if match is None:
        sign = _LISTED.match(text, end)
        match = _BARE_LISTED.match(text, sign.end()) if sign else None
        if match and len(match[1]) != len(first.number):
            return None
    return None if match and match[2] and not first.suffix else match


def _last_of_bare_range(text: str, low: Identifier, end: int) -> _RangeEnd | None:
    """The second end of a range within a list, of two numbers with one width: `FR-001, 020–024`."""
    link = _BETWEEN_BARE.match(text, end)
    last = _bare_end(low, _BARE_LISTED.match(text, link.end())) if link else None
    return last if last and len(last.identifier.number) == len(low.number) else None


def _note(text: str, inner: int, end: int, brackets: dict[int, int]) -> tuple[int, int, int]:
    """The span of the note whose bracket opens before `inner`, without outer blanks, and where to read on.

    A bracket that is not closed is no note of the item, which ends at `end`.
    """
    close = brackets.get(inner - 1)
    if close is None:
        return end, end, end
    inside = text[inner:close]
    start = inner + len(inside) - len(inside.lstrip())
    return start, start + len(inside.strip()), close + 1


def _brackets(text: str) -> dict[int, int]:
    """Where each round bracket that is closed on its line opens and closes."""
    pairs: dict[int, int] = {}
    waiting: list[int] = []
    previous = 0
    for match in _BRACKET.finditer(text):
        position = match.start()
        if waiting and (text.find("\n", previous, position) >= 0 or text.find("\r", previous, position) >= 0):
            waiting.clear()
        if match[0] == "(":
            waiting.append(position)
        elif waiting:
            pairs[waiting.pop()] = position
        previous = position
    return pairs


def _without_link_targets(text: str, brackets: dict[int, int]) -> str:
    """The text, at its length, with each `(target)` after `]` overwritten by closing marks, which mean nothing."""
    pieces: list[str] = []
    done = 0
    for start in sorted(brackets):
        if start >= done and text[start - 1 : start] == "]":
            pieces.append(text[done:start].ljust(brackets[start] + 1 - done, "]"))
            done = brackets[start] + 1
    return "".join([*pieces, text[done:]])
