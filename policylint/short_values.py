"""The short values of entries' fields: thousands of entries share the few words that decide most about them."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from policylint.named_tuple import NamedTuple
from policylint.operators import looks_at_other_files, traits_of
from policylint.operators.operator import SHORT, is_empty
from policylint.selectors import MISSING
from policylint.subjects.entries import MARKS, field_text, is_property, property_of, property_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from policylint.facts import EntryFact
    from policylint.pack import Assertion

# Stands for a longer text, and for what is no text: numbers are no keys, since 1 and true would be the same.
_LONG = object()
# How many answers of a kind are remembered: an untrusted repository may have as many different entries as it likes.
MOST_REMEMBERED = 4_096

# For each field that is asked for a short text, MISSING, or that it is something else; or whether it is empty.
Row = list[object]
T = TypeVar("T")


class _Asked(NamedTuple):
    """What a place in rows is for: the first of some fields and properties; only whether it is empty, or its value."""

    names: list[str]
    emptiness: bool


class _Form(NamedTuple):
    """What entries with the same fields have: places in the row with the field for each, and what others ask."""

    fields: list[tuple[int, str]]
    emptiness: list[tuple[int, str]]
    mixed: list[tuple[int, _Asked]]


class ShortValues:
    """Makes a row of each entry, with a place for every field that somebody asks for; all ask before the first row."""

    def __init__(self, canonical: Callable[[str], str]) -> None:
        self._canonical = canonical
        self._places: dict[tuple[str, bool], int] = {}
        self._asked: list[_Asked] = []
        self._forms: dict[tuple[str, ...], _Form] = {}
        self._readers: dict[int, Callable[[EntryFact], str]] = {}

    def places(self, assertions: Iterable[Assertion]) -> tuple[int, ...] | None:
        """The places in rows of the fields that assertions ask for; None when they ask for more than values."""
        by_label: dict[str, list[Assertion]] = {}
        for leaf in (leaf for assertion in assertions for leaf in assertion.leaves()):
            if not _asks_value_only(leaf):
                return None
            by_label.setdefault(leaf.label, []).append(leaf)
        return tuple(self._place(by_label[label]) for label in sorted(by_label))

    def _place(self, leaves: list[Assertion]) -> int:
        key = leaves[0].label, all(map(_asks_emptiness, leaves))
        if key not in self._places:
            place = self._places[key] = len(self._asked)
            names = [str(alternative[0]) for alternative in leaves[0].field or ()]
            self._asked.append(_Asked(names, key[1]))
            reader = property_reader(names[0]) if len(names) == 1 and not key[1] else None
            if reader is not None:
                self._readers[place] = reader
        return self._places[key]

    def row(self, entry: EntryFact) -> Row:
        """The short values of an entry's fields; what else the entry is, is told by `with_properties`."""
        keys = tuple(entry.fields)
        form = self._forms.get(keys)
        if form is None:
            form = self._forms[keys] = self._form(entry.fields)
        row: Row = [MISSING] * len(self._asked)
        fields = entry.fields
        for place, name in form.fields:
            value = fields[name].value
            # As `field_text` and `_short` have it, without their calls.
            text = value.strip(MARKS) if isinstance(value, str) else None
            row[place] = text if text is not None and len(text) <= SHORT else _LONG
        for place, name in form.emptiness:
            row[place] = is_empty(field_text(fields[name].value))
        return row

    def with_properties(self, row: Row, entry: EntryFact) -> Row:
        """The row, with what the entry is known to be."""
        for place, reader in self._readers.items():
            row[place] = _short(reader(entry) or MISSING)
        for place, asked in self._forms[tuple(entry.fields)].mixed:
            row[place] = self._told(asked, entry)
        return row

    def _form(self, fields: Mapping[str, object]) -> _Form:
        if len(self._forms) >= MOST_REMEMBERED:
            self._forms.clear()
        form = _Form([], [], [])
        for place, asked in enumerate(self._asked):
            if place in self._readers:
                continue
            if any(map(is_property, asked.names)):
                form.mixed.append((place, asked))
                continue
            known = next((name for name in map(self._canonical, asked.names) if name in fields), None)
            if known is not None:
                (form.emptiness if asked.emptiness else form.fields).append((place, known))
        return form

    def _told(self, asked: _Asked, entry: EntryFact) -> object:
        """What the first of some properties and fields says that says anything."""
        for name in asked.names:
            if is_property(name):
                value = property_of(entry, name)
            else:
                field = entry.fields.get(self._canonical(name))
                value = MISSING if field is None else field_text(field.value)
            if value is not MISSING:
                return is_empty(value) if asked.emptiness else _short(value)
        return MISSING


def _asks_value_only(leaf: Assertion) -> bool:
    """Whether an assertion is about a field, and says the same of equal values; a template may bring in more."""
    if not leaf.label or looks_at_other_files(leaf.operator, leaf.options):
        return False
    return traits_of(leaf.operator).answers_by_value


def _asks_emptiness(leaf: Assertion) -> bool:
    return traits_of(leaf.operator).answers_by_emptiness


def _short(value: object) -> object:
    return value if value is MISSING or (isinstance(value, str) and len(value) <= SHORT) else _LONG


class Remembered(Generic[T]):
    """Answers that depend on the values at some places of a row, by these values if all of them are short.

    `known` has them under what `key` makes of a row.
    """

    def __init__(self, places: tuple[int, ...]) -> None:
        self.key: Callable[[Row], Any] = itemgetter(*places) if places else _nothing
        self.known: dict[Any, T] = {}
        self._is_single = len(places) == 1

    def of(self, row: Row, answer: Callable[..., T], *arguments: object) -> T:
        """The answer for a row, by calling `answer` if it is not known."""
        key = self.key(row)
        known = self.known.get(key)
        if known is None:
            known = answer(*arguments)
            self.keep(key, known)
        return known

    def keep(self, key: Any, answer: T) -> None:
        """Remember an answer, unless it depends on more than short values."""
        is_short = key is not _LONG if self._is_single else _LONG not in key
        if is_short:
            if len(self.known) >= MOST_REMEMBERED:
                self.known.clear()
            self.known[key] = answer


class _NothingRemembered(Remembered[Any]):
    """For answers that depend on more than short values: every one is asked for."""

    def __init__(self) -> None:
        super().__init__(())
        self.key = _long


def _nothing(_row: Row) -> tuple[()]:
    return ()


def _long(_row: Row) -> tuple[object]:
    return (_LONG,)


_NOTHING_REMEMBERED = _NothingRemembered()


def remembered(places: tuple[int, ...] | None) -> Remembered[Any]:
    """What remembers answers that depend on some places, or on more than values."""
    return _NOTHING_REMEMBERED if places is None else Remembered(places)
