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


class _Condition:
    """A condition of selections, which is tried once for all of them."""

    def __init__(self, assertion: Assertion, values: ShortValues) -> None:
        places = _places([assertion], values)
        self.assertion = assertion
        self.remembered: Remembered[bool] = NOTHING_REMEMBERED if places is None else Remembered(places)
        self.predicate = evaluation.predicate(assertion)


class Selection(Record):
    """Rules that share their conditions: `pending` are those that need other entries, `local` what others assert."""

    where: Assertions
    names: list[str]
    pending: list[str]
    local: list[tuple[Rule, Assertion]]

    def add(self, rule: Rule) -> None:
        """Add a rule with these conditions."""
        self.names.append(rule.name)
        if rule.needs_project:
            self.pending.append(rule.name)
        else:
            self.local.extend((rule, assertion) for assertion in rule.then)


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


class _Choice:
    """The selections for some kinds, told apart by which of all their conditions hold."""

    def __init__(self, selections: list[Selection], values: ShortValues) -> None:
        self._values = values
        self._conditions: list[_Condition] = []
        # Of each selection which conditions it has, by their places among all.
        self._selections = [(each, [self._place(one) for one in each.where]) for each in selections]
        self._known: dict[tuple[bool, ...], Selected] = {}

    def _place(self, assertion: Assertion) -> int:
        for place, known in enumerate(self._conditions):
            if known.assertion == assertion:
                return place
        self._conditions.append(_Condition(assertion, self._values))
        return len(self._conditions) - 1

    def of(self, row: Row, subject: EntrySubject, scope: Scope) -> Selected:
        """What selects an entry."""
        holding = tuple([each.remembered.of(row, each.predicate, subject, scope) for each in self._conditions])
        known = self._known.get(holding)
        if known is None:
            fitting = [each for each, places in self._selections if all(holding[place] for place in places)]
            known = self._known[holding] = self._combined(fitting)
        return known

    def _combined(self, selections: list[Selection]) -> Selected:
        together: dict[tuple[int, ...] | None, _Judges] = {}
        for rule, assertion in (each for selection in selections for each in selection.local):
            places = _places([assertion], self._values)
            together.setdefault(places, _Judges(places)).add(rule, assertion)
        names = tuple(name for each in selections for name in each.names)
        return Selected(names, tuple(name for each in selections for name in each.pending), list(together.values()))


class SelectionTable:
    """The rules about entries, by the kind that they are for and by their conditions."""

    def __init__(self, rules: Iterable[Rule], values: ShortValues) -> None:
        self._values = values
        self._selections: dict[str, list[Selection]] = {}
        self._choices: dict[tuple[str, ...], _Choice] = {}
        for rule in rules:
            if rule.subject == "entry":
                self._add(self._selections.setdefault(rule.kind, []), rule)

    def _add(self, selections: list[Selection], rule: Rule) -> None:
        where = rule.given.where
        selection = next((each for each in selections if each.where == where), None)
        if selection is None:
            selection = Selection(where, [], [], [])
            selections.append(selection)
        selection.add(rule)
        # Rows must have places for all that any rule asks for, before the first of them is made.
        for assertion in (*where, *(() if rule.needs_project else rule.then)):
            _places([assertion], self._values)

    def of(self, kinds: tuple[str, ...], row: Row, subject: EntrySubject, scope: Scope) -> Selected:
        """What selects an entry of some kinds; rules for any kind are not for forms."""
        choice = self._choices.get(kinds)
        if choice is None:
            names = [*kinds, *([ANY] if kinds and FORM not in kinds else [])]
            selections = [each for name in names for each in self._selections.get(name, ())]
            choice = self._choices[kinds] = _Choice(selections, self._values)
        return choice.of(row, subject, scope)


def _places(assertions: Iterable[Assertion], values: ShortValues) -> tuple[int, ...] | None:
    """The places in rows of what assertions ask for; None when they ask for more than values."""
    leaves = [leaf for assertion in assertions for leaf in assertion.leaves()]
    return values.places(leaves) if all(map(_asks_value_only, leaves)) else None


def _asks_value_only(leaf: Assertion) -> bool:
    """Whether an assertion is about a field, and says the same of equal values; a template may bring in more."""
    return bool(leaf.label) and not getattr(load_operator(leaf.operator), "ASKS_SCOPE", False)
