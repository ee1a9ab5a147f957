"""Which rules about references may have something to say of one: thousands are alike, and of these none has."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from policylint import evaluation
from policylint.operators import load_operator, traits_of
from policylint.operators.operator import Scope
from policylint.record import Record
from policylint.subjects.references import ReferenceNames, ReferenceSubject
from policylint.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policylint.evaluation import Predicate
    from policylint.facts import ReferenceFact
    from policylint.identifiers import Grammar
    from policylint.operators.operator import Judge
    from policylint.pack import Assertion, Rule
    from policylint.project import Project
    from policylint.targets import Key

    Clears = Callable[[ReferenceFact, object, Project], bool]

# What conditions usually ask for; a condition that asks for more is tried on each reference.
_SHAPE = ("link", "form", "place", "fault", "box")
_written = attrgetter(*_SHAPE)
# What a reference without targets is remembered by: its range cannot be told member by member.
_NO_TARGET = ("",)


class Other(Record):
    """A rule that asks more of a reference than its shape and its targets; `clears` tells quickly that it may not."""

    rule: Rule
    conditions: list[Predicate]
    options: object
    clears: Clears | None


class Shape(Record):
    """The rules for references that are written in one way.

    Those about targets judge each target by itself: they say nothing of the `sound` ones, and `broken` are those that
    say something of another. `known` says it of targets that are alike.
    """

    about_targets: list[Rule]
    others: list[Other]
    sound: set[str]
    broken: dict[str, tuple[Rule, ...]]
    known: dict[Key, tuple[Rule, ...]]


class ReferenceRules:
    """The rules about references, found by how a reference is written: thousands are written in a few ways."""

    def __init__(
        self,
        rules: Iterable[Rule],
        project: Project,
        grammar: Callable[[], Grammar],
        placeholder: Callable[[], str],
        judge: Judge,
    ) -> None:
        self._project = project
        self._grammar = grammar
        self._placeholder = placeholder
        self._judge = judge
        self._rules = [rule for rule in rules if rule.subject == "reference"]
        asked = (leaf for rule in self._rules for each in rule.then for leaf in each.leaves() if _asks_targets(leaf))
        conditions = [each for leaf in asked for each in _conditions_on_targets(leaf)]
        self._targets = Targets(project.index, conditions, project.entry_settings.canonical)
        self._shapes: dict[tuple[str, ...], Shape] = {}
        self._shapes_with_note: dict[tuple[str, ...], Shape] = {}

    def of(self, reference: ReferenceFact) -> Shape:
        """The rules whose conditions a reference meets, or may meet."""
        shapes, key = self._shapes_with_note if reference.note else self._shapes, _written(reference)
        known = shapes.get(key)
        if known is None:
            known = shapes[key] = Shape([], [], set(), {}, {})
            for rule in self._rules:
                self._sort_in(rule, reference, known)
        return known

    def scope(self, reference: ReferenceFact) -> Scope:
        """What surrounds a reference."""
        names, grammar, placeholder = ReferenceNames(reference), self._grammar, self._placeholder
        return Scope(names, reference.path, "", grammar, placeholder, project=self._project, judge=self._judge)

    def broken(self, shape: Shape, reference: ReferenceFact) -> Iterable[Rule]:
        """The rules about targets that say something of a reference: of ten thousand that are unknown, always one."""
        targets = reference.targets or _NO_TARGET
        if len(targets) == 1:
            return self._broken_by(shape, targets[0], reference)
        return dict.fromkeys(rule for target in targets for rule in self._broken_by(shape, target, reference))

    def doubtful(self, references: Iterable[ReferenceFact]) -> list[ReferenceFact]:
        """The references of which some rule may have something to say."""
        return [each for each in references if not self._is_clear(each)]

    def _is_clear(self, reference: ReferenceFact) -> bool:
        shape = self.of(reference)
        if not shape.sound.issuperset(reference.targets or _NO_TARGET) and not self._are_sound(shape, reference):
            return False
        for other in shape.others:
            if other.clears is None or not other.clears(reference, other.options, self._project):
                return False
        return True

    def _are_sound(self, shape: Shape, reference: ReferenceFact) -> bool:
        return not any(self._broken_by(shape, target, reference) for target in reference.targets or _NO_TARGET)

    def _broken_by(self, shape: Shape, target: str, reference: ReferenceFact) -> tuple[Rule, ...]:
        """The rules about targets that say something of one target."""
        if target in shape.sound:
            return ()
        known = shape.broken.get(target)
        if known is None:
            known = self._newly_broken(shape, target, reference)
            if known:
                shape.broken[target] = known
            else:
                shape.sound.add(target)
        return known

    def _newly_broken(self, shape: Shape, target: str, reference: ReferenceFact) -> tuple[Rule, ...]:
        key = self._targets.key(target)
        known = None if key is None else shape.known.get(key)
        if known is None:
            alone = reference._replace(targets=(target,) if target else ())
            known = tuple([rule for rule in shape.about_targets if self._breaks(rule, alone)])
            if key is not None:
                shape.known[key] = known
        return known

    def _breaks(self, rule: Rule, reference: ReferenceFact) -> bool:
        return not evaluation.all_hold(rule.then, ReferenceSubject(reference), self.scope(reference))

    def _sort_in(self, rule: Rule, reference: ReferenceFact, shape: Shape) -> None:
        asked = [each for each in rule.given.where if _is_about_shape(each)]
        rest = [each for each in rule.given.where if not _is_about_shape(each)]
        if not evaluation.all_hold(asked, ReferenceSubject(reference), self.scope(reference)):
            return
        if not rest and all(_is_about_each_target(assertion) for assertion in rule.then):
            shape.about_targets.append(rule)
        else:
            shape.others.append(_other(rule, [evaluation.predicate(each) for each in rest]))


def _other(rule: Rule, conditions: list[Predicate]) -> Other:
    """What clears a reference of a single assertion clears it of the rule."""
    (assertion, *more) = rule.then
    if more or assertion.combinator or assertion.label:
        return Other(rule, conditions, None, None)
    return Other(rule, conditions, assertion.options, getattr(load_operator(assertion.operator), "clears", None))


def _is_about_shape(condition: Assertion) -> bool:
    """Whether a condition says the same of all references of a shape: of a note, only that there is one."""
    return all(_asks_shape(leaf) or (leaf.label == "note" and leaf.operator == "exists") for leaf in condition.leaves())


def _is_about_each_target(assertion: Assertion) -> bool:
    """Whether an assertion holds of every reference of a shape of which it holds for each target alone."""
    if all(map(_asks_shape, assertion.leaves())):
        return True
    if not all(map(_is_constant, assertion.when)):
        return False
    if assertion.combinator:
        return assertion.combinator == "all" and all(map(_is_about_each_target, assertion.parts))
    return _asks_targets(assertion)


def _is_constant(condition: Assertion) -> bool:
    return all(map(_asks_shape, condition.leaves()))


def _asks_shape(leaf: Assertion) -> bool:
    return leaf.label in _SHAPE and traits_of(leaf.operator).answers_by_value


def _asks_targets(leaf: Assertion) -> bool:
    return not leaf.label and traits_of(leaf.operator).asks_each_target


def _conditions_on_targets(leaf: Assertion) -> Iterator[Assertion]:
    if isinstance(leaf.options, dict):
        yield from leaf.options.get("where", ())
