"""Of which kinds an entry is, and which form it has. Most entries of a kind look alike in what this depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint import evaluation, globs
from policylint.named_tuple import NamedTuple
from policylint.short_values import remembered
from policylint.subjects.entries import is_property

if TYPE_CHECKING:
    from collections.abc import Callable

    from policylint.facts import EntryFact
    from policylint.operators.operator import Scope
    from policylint.pack import Assertion, Dialect, EntryKind
    from policylint.short_values import Remembered, Row, ShortValues
    from policylint.subjects.entries import EntrySubject

    View = tuple[EntrySubject, Scope]


class Recognised(NamedTuple):
    """The kinds of an entry, and its dialect if one of them has any."""

    kinds: tuple[EntryKind, ...]
    dialect: Dialect | None


class Recognition:
    """Recognises entries one after the other."""

    def __init__(self, kinds: list[EntryKind], values: ShortValues) -> None:
        self._kinds: dict[str, list[EntryKind]] = {}
        for kind in kinds:
            for prefix in kind.prefixes:
                self._kinds.setdefault(prefix, []).append(kind)
        self._places = {prefix: values.places(_conditions(each)) for prefix, each in self._kinds.items()}
        # Whether it takes more than fields.
        self.asks_properties = any(map(_asks_properties, _conditions(kinds)))
        self._at_home: dict[tuple[str, str], tuple[bool, ...]] = {}
        self._remembered: dict[tuple[str, tuple[bool, ...]], Remembered[Recognised]] = {}

    def of(self, entry: EntryFact, row: Row, view: Callable[[], View]) -> Recognised:
        """The first dialect that fits the fields is the entry's own; one without conditions fits any."""
        kinds = self._kinds.get(entry.prefix)
        if kinds is None:
            return Recognised((), None)
        key = entry.prefix, self._homes(entry, kinds)
        known = self._remembered.get(key)
        if known is None:
            known = self._remembered[key] = remembered(self._places[entry.prefix])
        return known.of(row, _recognised, kinds, key[1], view)

    def _homes(self, entry: EntryFact, kinds: list[EntryKind]) -> tuple[bool, ...]:
        """Of each kind whether the entry stands in a home of it; a file is asked once."""
        key = (entry.prefix, entry.path)
        if key not in self._at_home:
            self._at_home = {key: tuple(globs.matches(kind.home, entry.path) for kind in kinds)}
        return self._at_home[key]


def _conditions(kinds: list[EntryKind]) -> list[Assertion]:
    rows = [row for kind in kinds for row in kind.recognised_by]
    rows += [row for kind in kinds for dialect in kind.dialects for row in dialect.recognised_by]
    return [condition for row in rows for condition in row]


def _asks_properties(condition: Assertion) -> bool:
    return any(is_property(str(name[0])) for leaf in condition.leaves() for name in leaf.field or ())


def _recognised(kinds: list[EntryKind], at_home: tuple[bool, ...], view: Callable[[], View]) -> Recognised:
    subject, scope = view()
    found = tuple(
        kind
        for kind, is_home in zip(kinds, at_home, strict=True)
        if not kind.recognised_by or is_home or _any_row(kind, subject, scope)
    )
    dialects = (dialect for kind in found for dialect in kind.dialects)
    fitting = (each for each in dialects if not each.recognised_by or _any_row(each, subject, scope))
    return Recognised(found, next(fitting, None))


def _any_row(told_by: EntryKind | Dialect, subject: EntrySubject, scope: Scope) -> bool:
    return any(evaluation.all_hold(row, subject, scope) for row in told_by.recognised_by)
