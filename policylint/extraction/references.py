"""References: every ID that a document names, with what it means where it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.extraction.entries import FoundReference
from policylint.extraction.regions import DEFINITION, Innermost, Region
from policylint.facts import ARROW, CHECKED, FIELD, LIST, MENTION, RANGE, RELATION, SEQUENCE, SINGLE, TEXT, UNCHECKED
from policylint.field_names import normalise
from policylint.identifiers import Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policylint.extraction.vocabulary import Vocabulary
    from policylint.identifiers import Grammar

_LINE_END = re.compile(r"[\r\n]")
_LIST_ITEM = re.compile(r"[ \t>]*+(?:[-*+]|[0-9]{1,9}[.)])[ \t]++(?:\[(?P<box>[ xX])\](?=[ \t]))?")
# `- [API-001](x.md) — depends-on: because`
_RELATION = re.compile(r"[ \t](?:—|–|-{1,2})[ \t]++(?P<word>[A-Za-z][A-Za-z _-]{0,40}):(?=[ \t]|\Z)")
_TARGET = r"\((?:[^()\r\n]|\([^()\r\n]*\))*+\)"
# What may stand between the two ends of an arrow: the end of a note, closing marks, the arrow, opening marks.
_ARROW = re.compile(rf"[ \t]*+\)?[`*_]*+(?:\](?:{_TARGET})?)?[`*_\]]*+[ \t]*+(?:→|⇒|-{{1,2}}>|=>)[ \t]*+[`*_\[]*+")


def find(
    text: str, offset: int, regions: Iterable[Region], grammar: Grammar, vocabulary: Vocabulary, *, everywhere: bool
) -> Iterator[FoundReference]:
    """Every reference of a text that starts at the offset of its document; only those in regions, or everywhere."""
    places, lines = Innermost(regions), _Lines(text, vocabulary)
    previous: FoundReference | None = None
    for reference in grammar.references(text):
        place = places.at(offset + reference.start)
        if place is None and not everywhere:
            previous = None
            continue
        link = MENTION if place is None else place.link
        source = "" if place is None else place.source
        lines.move_to(reference.start)
        if link not in (MENTION, DEFINITION):
            link = lines.relation(reference.end) or link
        last = previous
        previous = None
        for part in _parts(text, reference, link, grammar):
            stands_in = TEXT if link == MENTION else FIELD
            found = FoundReference(part, link, _form(part), stands_in, source, lines.box)
            arrow = _arrow(text, last, found) if last is not None else None
            if arrow is not None:
                yield _moved(arrow, offset)
            yield _moved(found, offset)
            last = previous = found


def _parts(text: str, reference: Reference, link: str, grammar: Grammar) -> Iterator[Reference]:
    """What a reference is read as: ranges in running text are allocations (`Unit tests (TEST-001 to TEST-099)`)."""
    if link == DEFINITION:
        return
    if link != MENTION:
        yield reference
    elif _form(reference) == RANGE:
        yield from _ends_of_relation(reference, grammar)
    elif len(reference.targets[0].number) > 1 and not _is_in_path(text, reference):
        yield reference


def _is_in_path(text: str, reference: Reference) -> bool:
    """Whether what looks like an ID is a part of a path or of an address: `release/dep/DEP-013.yaml`."""
    before, after = text[reference.start - 1 : reference.start], text[reference.end : reference.end + 2]
    return before in ("/", "\\") or (after[:1] in (".", "/") and after[1:].isalpha())


def _ends_of_relation(reference: Reference, grammar: Grammar) -> Iterator[Reference]:
    """The two ends of what is no range in a sentence: "links DEP-003 to RUN-005"."""
    first = grammar.identifier_at(reference.text, 0)
    if not reference.fault or first is None:
        return
    identifier, end = first
    for last in grammar.references(reference.text[end:]):
        if last.targets and last.targets[0].prefix != identifier.prefix:
            middle = reference.start + end
            yield Reference(str(identifier), reference.start, middle, (identifier,), "", "", middle, middle)
            yield reference._replace(text=last.text, start=middle + last.start, targets=last.targets, fault="")


def _form(reference: Reference) -> str:
    if reference.fault:
        return RANGE
    rest = reference.text[len(str(reference.targets[0])) :]
    if not rest:
        return SINGLE
    return LIST if rest.startswith("/") else RANGE


def _arrow(text: str, first: FoundReference, second: FoundReference) -> FoundReference | None:
    """What `DEP-003 → RUN-005` states of its first end."""
    one, other = first.reference, second.reference
    if not one.targets or not other.targets or not _ARROW.fullmatch(text, one.note_end, other.start):
        return None
    whole = other._replace(text=text[one.start : other.end], start=one.start)
    form = SEQUENCE if one.targets[-1].prefix == other.targets[0].prefix else RELATION
    return FoundReference(whole, ARROW, form, second.place, str(one.targets[-1]), second.box)


def _moved(found: FoundReference, offset: int) -> FoundReference:
    if not offset:
        return found
    one = found.reference
    moved = one._replace(
        start=one.start + offset,
        end=one.end + offset,
        note_start=one.note_start + offset,
        note_end=one.note_end + offset,
    )
    return found._replace(reference=moved)


class _Lines:
    """The line of ascending positions, with its check box and its word for a relation if it is a list item."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.box = ""
        self._text = text
        self._relations = vocabulary.relations
        self._start = 0
        self._end = -1
        self._is_item = False
        self._relation: tuple[int, str] | None = None

    def move_to(self, position: int) -> None:
        """Make the line of the position the current one."""
        text = self._text
        if position < self._end:
            return
        before = max(self._end, 0)
        self._start = max(text.rfind("\n", before, position), text.rfind("\r", before, position)) + 1
        end = _LINE_END.search(text, position)
        self._end = end.start() if end else len(text)
        self._relation = None
        item = _LIST_ITEM.match(text, self._start, self._end)
        self._is_item = item is not None
        box = item["box"] if item else None
        self.box = "" if box is None else UNCHECKED if box == " " else CHECKED

    def relation(self, position: int) -> str:
        """The link type that the list item states after the position; empty if it states none."""
        if not self._is_item:
            return ""
        if self._relation is None:
            self._relation = self._find_relation(position)
        place, link = self._relation
        return link if position <= place else ""

    def _find_relation(self, position: int) -> tuple[int, str]:
        for match in _RELATION.finditer(self._text, position, self._end):
            link = self._relations.get(normalise(match["word"]))
            if link is not None:
                return match.start(), link
        return -1, ""
