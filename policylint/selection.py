"""Which rules about entries select an entry. Thousands of entries share the few words that this depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint import evaluation
from policylint.entry_kinds import ANY, FORM
from policylint.operators import load_operator
from policylint.record import Record
from policylint.selectors import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policylint.evaluation import Predicate
    from policylint.operators.operator import Scope
    from policylint.pack import Assertion, Assertions, Rule
    from policylint.subjects import EntrySubject

# Longer texts are seldom the same twice.
_SHORT = 60

Key = tuple[object, ...]


class Judges(Record):
    """Rules that judge the same fields, or ask for more than values and have no probes; `known` is what is broken."""

    probes: list[Assertion] | None
    rules: list[tuple[Rule, list[Predicate]]]
    known: dict[Key, list[Rule]]

    def broken(self, subject: EntrySubject, scope: Scope) -> list[Rule]:
        """The rules that an entry breaks."""
        key = None if self.probes is None else short_values(subject, self.probes)
        if key is None:
            return _broken(self.rules, subject, scope)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = _broken(self.rules, subject, scope)
        return found


def _broken(rules: list[tuple[Rule, list[Predicate]]], subject: EntrySubject, scope: Scope) -> list[Rule]:
    return [rule for rule, predicates in rules if not evaluation.all_true(predicates, subject, scope)]


class Selection(Record):
    """Rules that share their conditions: `pending` are those that need other entries, `local` the others."""

    where: Assertions
    conditions: list[Predicate]
    names: list[str]
    pending: list[str]
    local: dict[tuple[str, ...], Judges]

    def add(self, rule: Rule) -> None:
        """Add a rule with these conditions."""
        self.names.append(rule.name)
        if rule.needs_project:
            self.pending.append(rule.name)
            return
        probes = _probes(rule.then)
        labels = () if probes is None else tuple(probes)
        if labels not in self.local:
            self.local[labels] = Judges(None if probes is None else list(probes.values()), [], {})
        self.local[labels].rules.append((rule, [evaluation.predicate(assertion) for assertion in rule.then]))


class _Group(Record):
    """Selections that ask for the same fields, or one without probes; `known` are those that hold for some values."""

    probes: list[Assertion] | None
    selections: list[Selection]
    known: dict[Key, list[Selection]]

    def holding(self, subject: EntrySubject, scope: Scope) -> list[Selection]:
        """The selections whose conditions hold."""
        key = None if self.probes is None else short_values(subject, self.probes)
        if key is None:
            return _holding(self.selections, subject, scope)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = _holding(self.selections, subject, scope)
        return found


def short_values(subject: EntrySubject, probes: list[Assertion]) -> Key | None:
    """The values of the fields that are probed, if all of them are short texts or missing.

    Numbers are no keys: 1 and true would be the same.
    """
    values = tuple([subject.value(probe).value for probe in probes])
    return values if all(map(_is_short, values)) else None


def _is_short(value: object) -> bool:
    return len(value) <= _SHORT if isinstance(value, str) else value is MISSING


class SelectionTable:
    """The rules about entries, by the kind that they are for and by their conditions."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._selections: dict[str, list[Selection]] = {}
        self._groups: dict[tuple[str, ...], list[_Group]] = {}
        for rule in rules:
            if rule.subject == "entry":
                _add(self._selections.setdefault(rule.kind, []), rule)

    def of(self, kinds: tuple[str, ...], subject: EntrySubject, scope: Scope) -> list[Selection]:
        """The selections that an entry of some kinds is in; those for any kind are not for forms."""
        groups = self._groups.get(kinds)
        if groups is None:
            names = [*kinds, *([ANY] if kinds and FORM not in kinds else [])]
            selections = [each for name in names for each in self._selections.get(name, ())]
            groups = self._groups[kinds] = list(_grouped(selections))
        return [each for group in groups for each in group.holding(subject, scope)]


def _add(selections: list[Selection], rule: Rule) -> None:
    where = rule.given.where
    selection = next((each for each in selections if each.where == where), None)
    if selection is None:
        selection = Selection(where, [evaluation.predicate(condition) for condition in where], [], [], {})
        selections.append(selection)
    selection.add(rule)


def _grouped(selections: list[Selection]) -> Iterator[_Group]:
    """Selections that ask for the same fields together; one that asks for more than values stays alone."""
    groups: dict[tuple[str, ...], _Group] = {}
    for selection in selections:
        probes = _probes(selection.where)
        if probes is None:
            yield _Group(None, [selection], {})
            continue
        labels = tuple(probes)
        if labels not in groups:
            groups[labels] = _Group(list(probes.values()), [], {})
        groups[labels].selections.append(selection)
    yield from groups.values()


def _probes(assertions: Assertions) -> dict[str, Assertion] | None:
    """An assertion on each field that assertions ask for, by its label; None when they ask for more than values."""
    leaves = {leaf.label: leaf for assertion in assertions for leaf in assertion.leaves()}
    if not all(leaf.label and _asks_value_only(leaf) for assertion in assertions for leaf in assertion.leaves()):
        return None
    return dict(sorted(leaves.items()))


def _asks_value_only(leaf: Assertion) -> bool:
    """Whether an assertion says the same of equal values; a template may bring in more."""
    return not getattr(load_operator(leaf.operator), "ASKS_SCOPE", False)


def _holding(selections: list[Selection], subject: EntrySubject, scope: Scope) -> list[Selection]:
    return [each for each in selections if evaluation.all_true(each.conditions, subject, scope)]
