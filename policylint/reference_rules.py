"""Which rules about references judge one, by how it is written: thousands are written in a few ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint import evaluation
from policylint.operators import load_operator
from policylint.operators.operator import Scope
from policylint.record import Record
from policylint.subjects import ReferenceNames, ReferenceSubject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from policylint.evaluation import Predicate
    from policylint.facts import ReferenceFact
    from policylint.identifiers import Grammar
    from policylint.pack import Assertion, Rule

# What conditions usually ask for; a condition that asks for more is tried on each reference.
_SHAPE = ("link", "form", "place", "fault", "box")


class Shape(Record):
    """The rules for references that are written in one way; those about targets say nothing of the `sound` ones."""

    about_targets: list[Rule]
    others: list[tuple[Rule, list[Predicate]]]
    sound: set[tuple[str, ...]]


class ReferenceRules:
    """The rules about references, found by how a reference is written: thousands are written in a few ways."""

    def __init__(self, rules: Iterable[Rule], grammar: Callable[[], Grammar]) -> None:
        self._grammar = grammar
        self._rules = [rule for rule in rules if rule.subject == "reference"]
        self._shapes: dict[tuple[object, ...], Shape] = {}

    def of(self, reference: ReferenceFact) -> Shape:
        """The rules whose conditions a reference meets, or may meet."""
        has_note = bool(reference.note)
        key = (reference.link, reference.form, reference.place, reference.fault, reference.box, has_note)
        known = self._shapes.get(key)
        if known is None:
            known = self._shapes[key] = Shape([], [], set())
            for rule in self._rules:
                self._sort_in(rule, reference, known)
        return known

    def _sort_in(self, rule: Rule, reference: ReferenceFact, shape: Shape) -> None:
        asked = [each for each in rule.given.where if _is_about_shape(each)]
        rest = [each for each in rule.given.where if not _is_about_shape(each)]
        scope = Scope(ReferenceNames(reference), reference.path, "", self._grammar)
        if not evaluation.all_hold(asked, ReferenceSubject(reference), scope):
            return
        if not rest and all(_is_about_targets(assertion) for assertion in rule.then):
            shape.about_targets.append(rule)
        else:
            shape.others.append((rule, [evaluation.predicate(each) for each in rest]))


def _is_about_shape(condition: Assertion) -> bool:
    """Whether a condition says the same of all references of a shape: of a note, only that there is one."""
    return all(
        (leaf.label in _SHAPE and not getattr(load_operator(leaf.operator), "ASKS_SCOPE", False))
        or (leaf.label == "note" and leaf.operator == "exists")
        for leaf in condition.leaves()
    )


def _is_about_targets(assertion: Assertion) -> bool:
    """Whether an assertion says the same of every reference with these targets."""
    return all(
        (leaf.label in _SHAPE and not getattr(load_operator(leaf.operator), "ASKS_SCOPE", False))
        or (not leaf.label and getattr(load_operator(leaf.operator), "ASKS_TARGETS_ONLY", False))
        for leaf in assertion.leaves()
    )
