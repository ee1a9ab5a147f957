"""Phase two: what the rules that need all files say of the entries, references and places of the selected ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint import evaluation
from policylint.diagnostics import FILE_START
from policylint.operators.operator import Scope
from policylint.subjects import EntrySubject, FrozenSubject, ReferenceNames, ReferenceSubject, field_spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policylint.diagnostics import Diagnostic, Span
    from policylint.examination import Examiner
    from policylint.facts import EntryFact, EntryField, FileFacts, ReferenceFact
    from policylint.identifiers import Grammar
    from policylint.pack import Assertion, Rule
    from policylint.project import Project


class Judgement:
    """Applies rules to facts, with the project at hand."""

    def __init__(self, project: Project, examiner: Examiner, rules: dict[str, Rule]) -> None:
        self._project = project
        self._examiner = examiner
        self._rules = rules
        self._reference_rules = ReferenceRules(rules.values(), examiner.grammar)
        self._met: dict[tuple[int, int], bool] = {}

    def of_file(self, facts: FileFacts) -> Iterator[Diagnostic]:
        """Everything about one file: deferred places, its references, and its entries one by one."""
        for deferred in facts.deferred:
            scope = Scope(deferred.names, deferred.path, deferred.base, self._examiner.grammar, project=self._project)
            subject = FrozenSubject(deferred, self._project.document_of)
            yield from evaluation.diagnostics(self._rules[deferred.rule], subject, scope)
        for reference in facts.references:
            yield from self._of_reference(reference)
        for entry in facts.entries:
            if entry.is_item and entry not in self._project.index.definitions(entry.identifier):
                # A row or a list item that repeats what is defined elsewhere.
                continue
            for name in entry.pending:
                rule = self._rules[name]
                if rule.given.expect == "each":
                    yield from evaluation.diagnostics(rule, self._subject(entry), self._scope(entry))

    def _of_reference(self, reference: ReferenceFact) -> Iterator[Diagnostic]:
        rules = self._reference_rules.of(reference)
        if not rules:
            return
        subject = ReferenceSubject(reference)
        scope = Scope(
            ReferenceNames(reference),
            reference.path,
            "",
            self._examiner.grammar,
            project=self._project,
            judge=self._meets,
        )
        for rule in rules:
            yield from evaluation.diagnostics(rule, subject, scope)

    def of_sets(
        self, rules: list[Rule], entries: list[EntryFact], selected: dict[str, FileFacts]
    ) -> Iterator[Diagnostic]:
        """Rules that ask for some entry which fulfils each assertion; a report stands at the first that could."""
        for rule in rules:
            if rule.given.subject != "entry" or rule.given.expect != "some":
                continue
            candidates = [entry for entry in entries if rule.name in entry.pending]
            if candidates and candidates[0].path in selected:
                for assertion in rule.then:
                    yield from self._unless_some(rule, assertion, candidates)

    def _unless_some(self, rule: Rule, assertion: Assertion, candidates: list[EntryFact]) -> Iterator[Diagnostic]:
        if any(evaluation.holds(assertion, self._subject(entry), self._scope(entry)) for entry in candidates):
            return
        subject, scope = self._subject(candidates[0]), self._scope(candidates[0])
        for violation in evaluation.violations(assertion, subject, scope):
            at_entry = violation._replace(span=candidates[0].span)
            yield evaluation.diagnostic(rule, scope.path, at_entry, scope)
            return

    def _meets(self, entry: EntryFact, conditions: list[Assertion]) -> bool:
        """Whether an entry of any file meets conditions; told once for each entry and each rule."""
        key = (id(entry), id(conditions))
        if key not in self._met:
            subject, scope = self._subject(entry), self._scope(entry)
            self._met[key] = evaluation.all_hold(conditions, subject, scope)
        return self._met[key]

    def _subject(self, entry: EntryFact) -> EntrySubject:
        return self._examiner.entries.subject(entry, self._locate, results=self._project.results)

    def _scope(self, entry: EntryFact) -> Scope:
        return self._examiner.entries.scope(entry)._replace(project=self._project, judge=self._meets)

    def _locate(self, entry: EntryFact, field: EntryField) -> tuple[Span, Span]:
        document = self._project.document_of(entry.path, entry.origin)
        return field_spans(document, field) if document else (FILE_START, FILE_START)


class ReferenceRules:
    """The rules about references, found by how a reference is written: thousands are written in a few ways."""

    # What conditions usually ask for; a condition that asks for more is tried on each reference.
    _SHAPE = ("link", "form", "place", "fault", "box")

    def __init__(self, rules: Iterable[Rule], grammar: Callable[[], Grammar]) -> None:
        self._grammar = grammar
        self._rules = [rule for rule in rules if rule.given.subject == "reference"]
        self._by_shape: dict[tuple[str, ...], list[tuple[Rule, list[Assertion]]]] = {}

    def of(self, reference: ReferenceFact) -> list[Rule]:
        """The rules whose conditions a reference meets."""
        shape = (reference.link, reference.form, reference.place, reference.fault, reference.box)
        if shape not in self._by_shape:
            self._by_shape[shape] = list(self._fitting(reference))
        return [rule for rule, rest in self._by_shape[shape] if self._all_hold(rest, reference)]

    def _fitting(self, reference: ReferenceFact) -> Iterator[tuple[Rule, list[Assertion]]]:
        """The rules that the shape of a reference does not exclude, with the conditions that remain to be tried."""
        for rule in self._rules:
            shape = [each for each in rule.given.where if each.label in self._SHAPE]
            if self._all_hold(shape, reference):
                yield rule, [each for each in rule.given.where if each.label not in self._SHAPE]

    def _all_hold(self, conditions: list[Assertion], reference: ReferenceFact) -> bool:
        if not conditions:
            return True
        subject, scope = (
            ReferenceSubject(reference),
            Scope(ReferenceNames(reference), reference.path, "", self._grammar),
        )
        return evaluation.all_hold(conditions, subject, scope)
