"""Phase two: what the rules that need all files say of the entries, references and places of the selected ones."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from policylint import evaluation
from policylint.diagnostics import FILE_START
from policylint.facts import ARROW
from policylint.kind_names import FORM
from policylint.operators import load_operator, traits_of
from policylint.operators.operator import Scope
from policylint.record import Record
from policylint.subjects.deferred import DeferredView, FrozenSubject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policylint.diagnostics import Diagnostic, Span
    from policylint.evaluation import Predicate, Subject
    from policylint.examiner import Examiner
    from policylint.facts import DeferredSubject, EntryFact, EntryField, FileFacts, Origin, ReferenceFact
    from policylint.operators.operator import Part
    from policylint.pack import Assertion, Rule
    from policylint.project import Project
    from policylint.reference_rules import ReferenceRules
    from policylint.selectors import Path
    from policylint.subjects.documents import View
    from policylint.subjects.entries import EntrySubject


class Judgement:
    """Applies rules to facts, with the project at hand."""

    def __init__(self, project: Project, examiner: Examiner, rules: dict[str, Rule]) -> None:
        self._project = project
        self._examiner = examiner
        self._rules = rules
        self._references: ReferenceRules | None = None
        self._met: dict[tuple[int, int], bool] = {}
        self._views: dict[int, tuple[EntrySubject, Scope]] = {}
        self._each: dict[tuple[str, ...], _Pending] = {}
        self._suspected: dict[str, frozenset[str] | None] = {}
        self._predicates: dict[str, list[Predicate]] = {}

    def of_file(self, facts: FileFacts) -> Iterator[Diagnostic]:
        """Everything about one file: deferred places, its references, and its entries one by one."""
        views: dict[tuple[Origin, str], DeferredView] = {}
        for deferred in facts.deferred:
            yield from self._of_deferred(deferred, views)
        doubtful = self._reference_rules.doubtful(facts.references) if facts.references else ()
        for reference in doubtful:
            if not self._is_of_form(reference):
                yield from self._of_reference(reference)
        for entry in facts.entries:
            rules = self._doubtful(entry)
            if rules:
                subject, scope = self._subject(entry), self._scope(entry)
                for rule in rules:
                    yield from self._found(rule, subject, scope)

    def _of_deferred(
        self, deferred: DeferredSubject, views: dict[tuple[Origin, str], DeferredView]
    ) -> Iterable[Diagnostic]:
        """What is found at a deferred place; those of a file share their views."""
        if not self._examiner.allowance.allows(deferred.rule, deferred.path):
            return ()
        looks_at = deferred.origin, deferred.context
        view = views.get(looks_at)
        if view is None:
            view = views[looks_at] = DeferredView(partial(self._view, deferred))
        scope = Scope(
            deferred.names,
            deferred.path,
            deferred.base,
            self._examiner.grammar,
            self._examiner.placeholder,
            self._examiner.kind(deferred.origin.kind).schema,
            whole=view,
            project=self._project,
            judge=self._meets,
        )
        return self._found(self._rules[deferred.rule], FrozenSubject(deferred, view), scope)

    def _view(self, deferred: DeferredSubject) -> View | None:
        """The document of a deferred subject as its rule looked at it; None when the file has changed."""
        document = self._project.document_of(deferred.path, deferred.origin)
        return self._examiner.view(document, deferred.origin.kind, deferred.context) if document else None

    def _doubtful(self, entry: EntryFact) -> list[Rule]:
        """The rules that may find something in an entry.

        A row or a list item that repeats what is defined elsewhere is not judged. The suspects are among what the index
        knows, which has no forms.
        """
        pending = self._each.get(entry.pending)
        if pending is None:
            pending = self._each[entry.pending] = self._pending(entry.pending)
        is_suspect = entry.identifier in pending.suspects or FORM in entry.kinds
        if (not is_suspect and not pending.others) or not self._project.index.is_definition(entry):
            return []
        return pending.rules if is_suspect else pending.others

    def _pending(self, names: tuple[str, ...]) -> _Pending:
        """The pending rules that expect it of each entry; thousands of entries have the same."""
        rules = [rule for name in names if (rule := self._rules[name]).given.expect == "each"]
        told = {rule.name: suspects for rule in rules if (suspects := self._suspects(rule)) is not None}
        others = [rule for rule in rules if rule.name not in told]
        return _Pending(rules, others, frozenset().union(*told.values()))

    def _suspects(self, rule: Rule) -> frozenset[str] | None:
        """The IDs of all entries that may break a rule; None where each has to be asked."""
        if rule.name not in self._suspected:
            grammar, placeholder = self._examiner.grammar, self._examiner.placeholder
            scope = Scope({}, "", "", grammar, placeholder, project=self._project, judge=self._meets)
            told = [_suspects(each, scope) for each in rule.then]
            known = [each for each in told if each is not None]
            self._suspected[rule.name] = frozenset().union(*known) if len(known) == len(told) else None
        return self._suspected[rule.name]

    @property
    def _reference_rules(self) -> ReferenceRules:
        """Made only where there are references."""
        if self._references is None:
            from policylint.reference_rules import ReferenceRules

            grammar, placeholder = self._examiner.grammar, self._examiner.placeholder
            self._references = ReferenceRules(self._rules.values(), self._project, grammar, placeholder, self._meets)
        return self._references

    def _is_of_form(self, reference: ReferenceFact) -> bool:
        """Whether a reference is part of an entry that waits to be filled in."""
        source = reference.source
        return bool(source) and reference.link != ARROW and not self._project.index.definitions(source)

    def _of_reference(self, reference: ReferenceFact) -> Iterator[Diagnostic]:
        shape, allowance = self._reference_rules.of(reference), self._examiner.allowance
        broken = [
            rule
            for rule in self._reference_rules.broken(shape, reference)
            if allowance.allows(rule.name, reference.path)
        ]
        if not broken and not shape.others:
            return
        from policylint.subjects.references import ReferenceSubject

        subject, scope = ReferenceSubject(reference), self._reference_rules.scope(reference)
        for rule in broken:
            yield from self._found(rule, subject, scope)
        for other in shape.others:
            if evaluation.all_true(other.conditions, subject, scope):
                yield from self._found(other.rule, subject, scope)

    def _found(self, rule: Rule, subject: Subject, scope: Scope) -> Iterable[Diagnostic]:
        """What a rule finds, as long as it has not found too much in the file."""
        predicates = self._predicates.get(rule.name)
        if predicates is None:
            predicates = self._predicates[rule.name] = [evaluation.predicate(each) for each in rule.then]
        allowance = self._examiner.allowance
        if not allowance.allows(rule.name, scope.path) or evaluation.all_true(predicates, subject, scope):
            return ()
        return allowance.admit(evaluation.diagnostics(rule, subject, scope))

    def of_sets(self, entries: list[EntryFact], selected: dict[str, FileFacts]) -> Iterator[Diagnostic]:
        """Rules that ask for some entry which fulfils each assertion; a report stands at the first that could."""
        for name, together in self._sets(entries).items():
            if together.first.path in selected:
                for assertion, _ in together.unmet:
                    yield from self._at_first(self._rules[name], assertion, together.first)

    def _sets(self, entries: list[EntryFact]) -> dict[str, _Set]:
        """What all entries together say to each rule that asks for some entry; one that has its answer asks no more."""
        found: dict[str, _Set] = {}
        # By the rules that are pending, which thousands of entries share, until one of the rules has its answer.
        asking: dict[tuple[str, ...], list[Rule]] = {}
        for entry in entries:
            rules = asking.get(entry.pending)
            if rules is None:
                rules = asking[entry.pending] = self._asking(entry.pending, found)
            if rules and self._ask(entry, rules, found):
                asking.clear()
        return found

    def _asking(self, names: tuple[str, ...], found: dict[str, _Set]) -> list[Rule]:
        """The pending rules that ask for some entry and that another could still fulfil."""
        some = [rule for name in names if (rule := self._rules[name]).given.expect == "some"]
        return [rule for rule in some if rule.name not in found or found[rule.name].is_asking]

    def _ask(self, entry: EntryFact, rules: list[Rule], found: dict[str, _Set]) -> bool:
        """Leave of what rules ask only what an entry does not fulfil; whether one of them has its answer now."""
        subject, scope = self._subject(entry), self._scope(entry)
        is_answered = False
        for rule in rules:
            together = found.get(rule.name)
            if together is None:
                unmet = [(each, evaluation.predicate(each)) for each in rule.then]
                together = found[rule.name] = _Set(entry, unmet, _asks_project_only(rule))
            left = [each for each in together.unmet if not each[1](subject, scope)]
            if len(left) < len(together.unmet) or together.asks_first_only:
                together.unmet[:] = left
                is_answered = is_answered or not together.is_asking
        return is_answered

    def _at_first(self, rule: Rule, assertion: Assertion, first: EntryFact) -> Iterator[Diagnostic]:
        subject, scope = self._subject(first), self._scope(first)
        for violation in evaluation.violations(assertion, subject, scope):
            yield evaluation.diagnostic(rule, scope.path, violation._replace(span=first.span), scope)
            return

    def _meets(self, entry: EntryFact, conditions: Iterable[Assertion]) -> bool:
        """Whether an entry of any file meets conditions; told once for each entry and each rule."""
        key = (id(entry), id(conditions))
        if key not in self._met:
            if id(entry) not in self._views:
                # A few views are kept: conditions of several rules are tried on one entry after the other.
                self._views = {id(entry): (self._subject(entry), self._scope(entry))}
            self._met[key] = evaluation.all_hold(conditions, *self._views[id(entry)])
        return self._met[key]

    def _subject(self, entry: EntryFact) -> EntrySubject:
        return self._examiner.entries.subject(entry, self._locate, results=self._project.results)

    def _scope(self, entry: EntryFact) -> Scope:
        return self._examiner.entries.scope(entry, self._project, self._meets)

    def _locate(self, entry: EntryFact, field: EntryField, steps: Path, part: Part | None) -> tuple[Span, Span]:
        document = self._project.document_of(entry.path, entry.origin)
        from policylint.subjects.entries import field_spans

        return field_spans(document, field, steps, part) if document else (FILE_START, FILE_START)


class _Pending(Record):
    """The rules that are pending for some entries; the `others` may find something in those that are no suspects."""

    rules: list[Rule]
    others: list[Rule]
    suspects: frozenset[str]


class _Set(Record):
    """The first entry that could fulfil a rule, and the assertions that none does."""

    first: EntryFact
    unmet: list[tuple[Assertion, Predicate]]
    asks_first_only: bool

    @property
    def is_asking(self) -> bool:
        """Whether another entry could still fulfil an assertion."""
        return bool(self.unmet) and not self.asks_first_only


def _suspects(assertion: Assertion, scope: Scope) -> frozenset[str] | None:
    """The IDs of all entries that may break an assertion; None where each has to be asked."""
    told = getattr(load_operator(assertion.operator), "suspects", None) if assertion.operator else None
    return told(assertion.options, scope) if told else None


def _asks_project_only(rule: Rule) -> bool:
    """Whether a rule says the same of every entry."""
    return all(each.operator and traits_of(each.operator).asks_project_only for each in rule.then)
