"""Which rules about entries select an entry, and which of these it breaks. Both mostly depend on a few short values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint import evaluation
from policylint.entry_kinds import ANY, FORM
from policylint.named_tuple import NamedTuple
from policylint.operators import load_operator
from policylint.record import Record
from policylint.short_values import NOTHING_REMEMBERED, Remembered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylint.evaluation import Predicate
    from policylint.operators.operator import Scope
    from policylint.pack import Assertion, Assertions, Rule
    from policylint.short_values import Row, ShortValues
    from policylint.subjects import EntrySubject


class _Judges:
    """Assertions of rules that ask for the same fields, or for more than values, which no `places` can tell."""

    def __init__(self, places: tuple[int, ...] | None) -> None:
        self.remembered: Remembered[list[Rule]] = NOTHING_REMEMBERED if places is None else Remembered(places)
        self._rules: list[tuple[Rule, Predicate]] = []

    def add(self, rule: Rule, assertion: Assertion) -> None:
        self._rules.append((rule, evaluation.predicate(assertion)))

    def broken(self, subject: EntrySubject, scope: Scope) -> list[Rule]:
        """The rules of which an assertion does not hold."""
        return [rule for rule, holds in self._rules if not holds(subject, scope)]


class Selection(Record):
    """Rules that share their conditions: `pending` are those that need other entries, `local` judge the others."""

    where: Assertions
    conditions: list[Predicate]
    names: list[str]
    pending: list[str]
    local: dict[tuple[int, ...] | None, _Judges]

    def add(self, rule: Rule, values: ShortValues) -> None:
        """Add a rule with these conditions."""
        self.names.append(rule.name)
        if rule.needs_project:
            self.pending.append(rule.name)
            return
        for assertion in rule.then:
            places = _places([assertion], values)
            self.local.setdefault(places, _Judges(places)).add(rule, assertion)

    def selects(self, subject: EntrySubject, scope: Scope) -> bool:
        """Whether the conditions hold."""
        return evaluation.all_true(self.conditions, subject, scope)


class Selected(NamedTuple):
    """What selects an entry: the names of the rules, those that need other entries, and what judges the others."""

    names: tuple[str, ...]
    pending: tuple[str, ...]
    local: list[_Judges]

    def broken(self, row: Row, subject: EntrySubject, scope: Scope) -> Iterable[Rule]:
        """The rules that the entry breaks by itself, each once."""
        found: dict[str, Rule] = {}
        for judges in self.local:
            # Looked up here: most of a dozen lookups for each entry find that nothing is broken.
            remembered = judges.remembered
            values = remembered.key(row)
            broken = remembered.known.get(values)
            if broken is None:
                broken = judges.broken(subject, scope)
                remembered.keep(values, broken)
            for rule in broken:
                found[rule.name] = rule
        return found.values()


class _Group:
    """Selections that ask for the same fields, or one that asks for more than values."""

    def __init__(self, selections: list[Selection], places: tuple[int, ...] | None) -> None:
        self._selections = selections
        self._remembered: Remembered[list[Selection]] = NOTHING_REMEMBERED if places is None else Remembered(places)

    def holding(self, row: Row, subject: EntrySubject, scope: Scope) -> list[Selection]:
        """The selections whose conditions hold."""
        return self._remembered.of(row, self._ask, subject, scope)

    def _ask(self, subject: EntrySubject, scope: Scope) -> list[Selection]:
        return [each for each in self._selections if each.selects(subject, scope)]


class SelectionTable:
    """The rules about entries, by the kind that they are for and by their conditions."""

    def __init__(self, rules: Iterable[Rule], values: ShortValues) -> None:
        self._values = values
        self._selections: dict[str, list[Selection]] = {}
        self._groups: dict[tuple[str, ...], list[_Group]] = {}
        self._combined: dict[tuple[int, ...], Selected] = {}
        for rule in rules:
            if rule.subject == "entry":
                self._add(self._selections.setdefault(rule.kind, []), rule)

    def _add(self, selections: list[Selection], rule: Rule) -> None:
        where = rule.given.where
        selection = next((each for each in selections if each.where == where), None)
        if selection is None:
            selection = Selection(where, [evaluation.predicate(each) for each in where], [], [], {})
            selections.append(selection)
            _places(where, self._values)
        selection.add(rule, self._values)

    def of(self, kinds: tuple[str, ...], row: Row, subject: EntrySubject, scope: Scope) -> Selected:
        """What selects an entry of some kinds; rules for any kind are not for forms."""
        groups = self._groups.get(kinds)
        if groups is None:
            names = [*kinds, *([ANY] if kinds and FORM not in kinds else [])]
            selections = [each for name in names for each in self._selections.get(name, ())]
            groups = self._groups[kinds] = self._grouped(selections)
        holding = [each for group in groups for each in group.holding(row, subject, scope)]
        key = tuple(map(id, holding))
        selected = self._combined.get(key)
        if selected is None:
            selected = self._combined[key] = _combined(holding)
        return selected

    def _grouped(self, selections: list[Selection]) -> list[_Group]:
        """Selections that ask for the same fields together; one that asks for more than values stays alone."""
        together: dict[object, list[Selection]] = {}
        for selection in selections:
            places = _places(selection.where, self._values)
            together.setdefault(id(selection) if places is None else places, []).append(selection)
        return [_Group(each, _places(each[0].where, self._values)) for each in together.values()]


def _combined(selections: list[Selection]) -> Selected:
    return Selected(
        tuple(name for each in selections for name in each.names),
        tuple(name for each in selections for name in each.pending),
        [judges for each in selections for judges in each.local.values()],
    )


def _places(assertions: Iterable[Assertion], values: ShortValues) -> tuple[int, ...] | None:
    """The places in rows of what assertions ask for; None when they ask for more than values."""
    leaves = [leaf for assertion in assertions for leaf in assertion.leaves()]
    return values.places(leaves) if all(map(_asks_value_only, leaves)) else None


def _asks_value_only(leaf: Assertion) -> bool:
    """Whether an assertion is about a field, and says the same of equal values; a template may bring in more."""
    return bool(leaf.label) and not getattr(load_operator(leaf.operator), "ASKS_SCOPE", False)
