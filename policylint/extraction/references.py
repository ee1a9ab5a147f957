"""References: every ID that a document names, with what it means where it stands."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from policylint.extraction.entries import FoundReference
from policylint.extraction.markdown_tables import BoxedRow
from policylint.extraction.regions import DEFINITION, Innermost, Region
from policylint.facts import ARROW, FIELD, LIST, MENTION, RANGE, RELATION, SEQUENCE, SINGLE, TEXT, UNCHECKED
from policylint.field_names import normalise
from policylint.identifiers import Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policylint.extraction.vocabulary import Vocabulary
    from policylint.identifiers import Grammar

_LINE_END = re.compile(r"[\r\n]")
_LIST_ITEM = re.compile(
    r"[ \t>]*+(?:[-*+]|[0-9]{1,9}[.)])[ \t]++"
    r"(?:(?:\[(?P<box>[^\[\]\r\n]{0,2})\]|(?P<mark>[^\x00-\x7f])\ufe0f?)(?=[ \t]))?"
)
# The characters that such a line may start with.
_ITEM_STARTS = frozenset(" \t>-*+0123456789")
# `- [API-001](x.md) — depends-on: because`
_RELATION = re.compile(r"[ \t](?:—|–|-{1,2})[ \t]++(?P<word>[A-Za-z][A-Za-z _-]{0,40}):(?=[ \t]|\Z)")
_WORD = re.compile(r"\w+")
_MOST_WORDS_BEFORE = 2
_TARGET = r"\((?:[^()\r\n]|\([^()\r\n]*\))*+\)"
# What lists the numbers of one prefix, but for the slash.
_LISTED = re.compile(r"[`*\]]*+[ \t]*+(?:[,;+&]|(?<=[ \t])and[ \t])")
_COMMA = re.compile(r"[,;+&]|(?<=[ \t])and[ \t]")
# What may stand between the two ends of an arrow: the end of a note, closing marks, the arrow, opening marks.
_ARROW = re.compile(rf"[ \t]*+\)?[`*_]*+(?:\](?:{_TARGET})?)?[`*_\]]*+[ \t]*+(?:→|⇒|-{{1,2}}>|=>)[ \t]*+[`*_\[]*+")


def find(
    text: str,
    offset: int,
    regions: Iterable[Region],
    grammar: Grammar,
    vocabulary: Vocabulary,
    rows: Mapping[int, BoxedRow],
    *,
    everywhere: bool,
) -> Iterator[FoundReference]:
    """Every reference of a text that starts at the offset of its document; only those in regions, or everywhere.

    `rows` are those of tables that have a box, by where they start.
    """
    places, lines = Innermost(regions), _Lines(text, vocabulary, rows)
    last: FoundReference | None = None
    for reference in grammar.references(text):
        start = reference.start
        place = places.at(offset + start)
        if place is None:
            link, source = MENTION, ""
        else:
            _, _, source, link = place
        if link == DEFINITION or (place is None and not everywhere):
            last = None
            continue
        lines.move_to(start)
        box = lines.box_at(start)
        if link == MENTION:
            # A box ticks off what there is: a range beside it allocates no numbers.
            is_listed = box and reference.targets and _form(reference) == RANGE
            stands_in, parts = TEXT, (reference,) if is_listed else _mentioned(text, reference, grammar)
        else:
            stands_in, parts = FIELD, (reference,)
            if lines.is_item:
                link = lines.relation(reference.end) or link
        # `last` is what the reference before was read as, if it was read as anything.
        before, last = last, None
        for part in parts:
            found = FoundReference(part, link, _form(part), stands_in, source, box)
            if before is not None and _ARROW.fullmatch(text, before.reference.note_end, part.start):
                arrow = _arrow(text, before, found)
                if arrow is not None:
                    yield _moved(arrow, offset) if offset else arrow
            yield _moved(found, offset) if offset else found
            before = last = found


def _mentioned(text: str, reference: Reference, grammar: Grammar) -> tuple[Reference, ...]:
    """What a reference is read as in running text: ranges are allocations (`Unit tests (TEST-001 to TEST-099)`)."""
    form = _form(reference)
    if form == RANGE:
        return _ends_of_relation(reference, grammar)
    if form == LIST and (comma := _COMMA.search(reference.text)):
        return _before_comma(text, reference, comma.start(), grammar)
    is_id = len(reference.targets[0].number) > 1 and not _is_in_path(text, reference)
    return (reference,) if is_id else ()


def _before_comma(text: str, reference: Reference, comma: int, grammar: Grammar) -> tuple[Reference, ...]:
    """What a list is in a sentence, where a number behind a comma may count anything; its note is text like any."""
    start, comma = reference.start, reference.start + comma
    parts = [(start, comma), (reference.note_start, reference.note_end)]
    found = (_moved_reference(each, first) for first, last in parts for each in grammar.references(text[first:last]))
    return tuple(part for each in found for part in _mentioned(text, each, grammar))


def _is_in_path(text: str, reference: Reference) -> bool:
    """Whether what looks like an ID is a part of a path or of an address: `release/dep/DEP-013.yaml`."""
    before, after = text[reference.start - 1 : reference.start], text[reference.end : reference.end + 2]
    return before in ("/", "\\") or (after[:1] in (".", "/") and after[1:].isalpha())


def _ends_of_relation(reference: Reference, grammar: Grammar) -> tuple[Reference, ...]:
    """The two ends of what is no range in a sentence: "links DEP-003 to RUN-005"."""
    first = grammar.identifier_at(reference.text, 0)
    if not reference.fault or first is None:
        return ()
    identifier, end = first
    ends: list[Reference] = []
    for last in grammar.references(reference.text[end:]):
        if last.targets and last.targets[0].prefix != identifier.prefix:
            middle = reference.start + end
            ends.append(Reference(str(identifier), reference.start, middle, (identifier,), "", "", middle, middle))
            ends.append(reference._replace(text=last.text, start=middle + last.start, targets=last.targets, fault=""))
    return tuple(ends)


def _form(reference: Reference) -> str:
    if reference.fault:
        return RANGE
    prefix, number, suffix = reference.targets[0]
    text, first = reference.text, len(prefix) + 1 + len(number) + len(suffix)
    if len(text) == first:
        return SINGLE
    return LIST if text[first] == "/" or _LISTED.match(text, first) else RANGE


def _arrow(text: str, first: FoundReference, second: FoundReference) -> FoundReference | None:
    """What `DEP-003 → RUN-005` states of its first end; nothing if an end is a range that cannot be expanded."""
    one, other = first.reference, second.reference
    if not one.targets or not other.targets:
        return None
    whole = other._replace(text=text[one.start : other.end], start=one.start)
    form = SEQUENCE if one.targets[-1].prefix == other.targets[0].prefix else RELATION
    return FoundReference(whole, ARROW, form, second.place, str(one.targets[-1]), second.box)


def _moved(found: FoundReference, offset: int) -> FoundReference:
    return found._replace(reference=_moved_reference(found.reference, offset))


def _moved_reference(one: Reference, offset: int) -> Reference:
    return one._replace(
        start=one.start + offset,
        end=one.end + offset,
        note_start=one.note_start + offset,
        note_end=one.note_end + offset,
    )


class _Lines:
    """The line of ascending positions, with its check box and its word for a relation if it is a list item."""

    def __init__(self, text: str, vocabulary: Vocabulary, rows: Mapping[int, BoxedRow]) -> None:
        self._box: BoxedRow | None = None
        self._text = text
        self._boxes = vocabulary.boxes
        self._rows = rows
        self._has_returns = "\r" in text
        self._relations = vocabulary.relations
        self._end = -1
        self.is_item = False
        self._relation: tuple[int, str] | None = None
        # Whether the text of the line that has a box starts with IDs; told at the first of them.
        self._starts_with_ids: bool | None = None

    def move_to(self, position: int) -> None:
        """Make the line of the position the current one."""
        if position < self._end:
            return
        text, before = self._text, max(self._end, 0)
        start = text.rfind("\n", before, position) + 1
        if self._has_returns:
            start = max(start, text.rfind("\r", before, position) + 1)
        self._end = self._end_of_line(position)
        self._relation = None
        self._starts_with_ids = None
        item = _LIST_ITEM.match(text, start, self._end) if text[start] in _ITEM_STARTS else None
        self.is_item = item is not None
        self._box = self._rows.get(start) if item is None else self._box_of(item)

    def _box_of(self, item: re.Match[str]) -> BoxedRow | None:
        mark = item["mark"] if item["box"] is None else item["box"]
        return None if mark is None else BoxedRow(item.end(), self._end, self._boxes.of_mark(mark))

    def box_at(self, position: int) -> str:
        """What the box of the current line says of the next ID, which is at the position; empty without one.

        A task mentions what it likes: an empty box speaks of the IDs that its text starts with, but for a word or two,
        and of those in brackets.
        """
        box = self._box
        if box is None or position >= box.end:
            return ""
        if self._starts_with_ids is None:
            before = islice(_WORD.finditer(self._text, box.start, position), _MOST_WORDS_BEFORE + 1)
            self._starts_with_ids = len(list(before)) <= _MOST_WORDS_BEFORE
        is_said = box.box != UNCHECKED or self._starts_with_ids or self._is_in_brackets(position)
        return box.box if is_said else ""

    def _is_in_brackets(self, position: int) -> bool:
        while self._text[position - 1] in "*_`[":
            position -= 1
        return self._text[position - 1] == "("

    def _end_of_line(self, position: int) -> int:
        if self._has_returns:
            end = _LINE_END.search(self._text, position)
            return end.start() if end else len(self._text)
        feed = self._text.find("\n", position)
        return feed if feed >= 0 else len(self._text)

    def relation(self, position: int) -> str:
        """The link type that the list item states after the position; empty if it states none."""
        if self._relation is None:
            self._relation = self._find_relation(position)
        place, link = self._relation
        return link if position <= place else ""

    def _find_relation(self, position: int) -> tuple[int, str]:
        if self._text.find(":", position, self._end) < 0:
            return -1, ""
        for match in _RELATION.finditer(self._text, position, self._end):
            link = self._relations.get(normalise(match["word"]))
            if link is not None:
                return match.start(), link
        return -1, ""
