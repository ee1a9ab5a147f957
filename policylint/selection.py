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


class Selection(Record):
    """Rules that share their conditions: `pending` are those that need other entries, `local` the others."""

    where: Assertions
    conditions: list[Predicate]
    names: list[str]
    pending: list[str]
    local: list[tuple[Rule, list[Predicate]]]

    def add(self, rule: Rule) -> None:
        """Add a rule with these conditions."""
        self.names.append(rule.name)
        if rule.needs_project:
            self.pending.append(rule.name)
        else:
            self.local.append((rule, [evaluation.predicate(assertion) for assertion in rule.then]))


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
        selection = Selection(where, [evaluation.predicate(condition) for condition in where], [], [], [])
        selections.append(selection)
    selection.add(rule)


def _grouped(selections: list[Selection]) -> Iterator[_Group]:
    """Selections that ask for the same fields together; one that asks for more than values stays alone."""
    groups: dict[tuple[str, ...], _Group] = {}
    for selection in selections:
        probes = {leaf.label: leaf for condition in selection.where for leaf in condition.leaves()}
        if not all(leaf.label and _asks_value_only(leaf) for leaf in probes.values()):
            yield _Group(None, [selection], {})
            continue
        labels = tuple(sorted(probes))
        if labels not in groups:
            groups[labels] = _Group([probes[label] for label in labels], [], {})
        groups[labels].selections.append(selection)
    yield from groups.values()


def _asks_value_only(leaf: Assertion) -> bool:
    """Whether an assertion says the same of equal values; a template may bring in more."""
    return not getattr(load_operator(leaf.operator), "ASKS_SCOPE", False)


def _holding(selections: list[Selection], subject: EntrySubject, scope: Scope) -> list[Selection]:
    return [each for each in selections if all(holds(subject, scope) for holds in each.conditions)]
