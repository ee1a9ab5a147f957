"""Which rules about entries select an entry, and which of these it breaks. Both mostly depend on a few short values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint import evaluation
from policylint.kind_names import ANY, FORM
from policylint.named_tuple import NamedTuple
from policylint.short_values import MOST_REMEMBERED, remembered
from policylint.subjects.entries import STATE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylint.evaluation import Predicate
    from policylint.operators.operator import Scope
    from policylint.pack import Assertion, Assertions, Rule
    from policylint.short_values import Remembered, Row, ShortValues
    from policylint.subjects.entries import EntrySubject


class _Judges:
    """Assertions of rules that ask for the same fields, or for more than values, which no `places` can tell."""

    def __init__(self, places: tuple[int, ...] | None) -> None:
        self.remembered: Remembered[list[Rule]] = remembered(places)
        self._rules: list[tuple[Rule, Predicate]] = []

    def add(self, rule: Rule, assertion: Assertion) -> None:
        self._rules.append((rule, evaluation.predicate(assertion)))

    def broken(self, subject: EntrySubject, scope: Scope) -> list[Rule]:
        """The rules of which an assertion does not hold."""
        return [rule for rule, holds in self._rules if not holds(subject, scope)]


class _Condition:
    """A condition of selections, which is tried once for all of them."""

    def __init__(self, assertion: Assertion, values: ShortValues) -> None:
        self.remembered: Remembered[bool] = remembered(values.places([assertion]))
        self.predicate = evaluation.predicate(assertion)


class _Selection:
    """Rules that share their conditions: `pending` are those that need other entries, `local` judge the others."""

    def __init__(self, where: Assertions, values: ShortValues) -> None:
        self.conditions = dict(zip(where.texts(), where, strict=True))
        self.names: list[str] = []
        self.pending: list[str] = []
        self.local: dict[tuple[int, ...] | None, _Judges] = {}
        self._values = values

    def add(self, rule: Rule) -> None:
        """Add a rule with these conditions."""
        self.names.append(rule.name)
        if rule.needs_project:
            self.pending.append(rule.name)
            return
        for assertion in rule.then:
            places = self._values.places([assertion])
            self.local.setdefault(places, _Judges(places)).add(rule, assertion)


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
            known = judges.remembered
            values = known.key(row)
            broken = known.known.get(values)
            if broken is None:
                broken = judges.broken(subject, scope)
                known.keep(values, broken)
            for rule in broken:
                found[rule.name] = rule
        return found.values()


class _Choice:
    """The selections for some kinds, told apart by which of all their conditions hold."""

    def __init__(self, selections: list[_Selection], values: ShortValues) -> None:
        conditions = {text: each for selection in selections for text, each in selection.conditions.items()}
        self._conditions = [_Condition(each, values) for each in conditions.values()]
        numbers = {text: number for number, text in enumerate(conditions)}
        # Of each selection which conditions it has, by their numbers.
        self._selections = [(each, [numbers[text] for text in each.conditions]) for each in selections]
        self._known: dict[tuple[bool, ...], Selected] = {}

    def of(self, row: Row, subject: EntrySubject, scope: Scope) -> Selected:
        """What selects an entry."""
        holding = tuple([each.remembered.of(row, each.predicate, subject, scope) for each in self._conditions])
        known = self._known.get(holding)
        if known is None:
            fitting = [each for each, numbers in self._selections if all(holding[number] for number in numbers)]
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            known = self._known[holding] = _combined(fitting)
        return known


def _combined(selections: list[_Selection]) -> Selected:
    return Selected(
        tuple(name for each in selections for name in each.names),
        tuple(name for each in selections for name in each.pending),
        [judges for each in selections for judges in each.local.values()],
    )


def asks_for_state(rule: Rule) -> bool:
    """Whether a rule about entries selects them by their state, or judges it."""
    return any(map(_is_about_state, (*rule.given.where, *rule.then)))


def _is_about_state(assertion: Assertion) -> bool:
    is_own = STATE in assertion.label.split(" | ")
    return is_own or any(map(_is_about_state, (*assertion.parts, *assertion.when)))


class SelectionTable:
    """The rules about entries, by the kind that they are for and by their conditions."""

    def __init__(self, rules: Iterable[Rule], values: ShortValues) -> None:
        self._values = values
        # By the kind, and by what the conditions say.
        self._selections: dict[str, dict[tuple[str, ...], _Selection]] = {}
        self._choices: dict[tuple[str, ...], _Choice] = {}
        for rule in rules:
            if rule.subject == "entry":
                self._add(self._selections.setdefault(rule.kind, {}), rule)

    def _add(self, selections: dict[tuple[str, ...], _Selection], rule: Rule) -> None:
        where = rule.given.where
        selection = selections.get(where.texts())
        if selection is None:
            selection = selections[where.texts()] = _Selection(where, self._values)
            for condition in where:
                # Rows must have places for all that any rule asks for, before the first of them is made.
                self._values.places([condition])
        selection.add(rule)

    def of(self, kinds: tuple[str, ...], row: Row, subject: EntrySubject, scope: Scope) -> Selected:
        """What selects an entry of some kinds; rules for any kind are not for forms."""
        choice = self._choices.get(kinds)
        if choice is None:
            names = [*kinds, *([ANY] if kinds and FORM not in kinds else [])]
            selections = [each for name in names for each in self._selections.get(name, {}).values()]
            choice = self._choices[kinds] = _Choice(selections, self._values)
        return choice.of(row, subject, scope)
