"""Phase two: what the rules that need all files say of the entries, references and places of the selected ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint import evaluation
from policylint.diagnostics import FILE_START
from policylint.facts import ARROW
from policylint.operators import load_operator
from policylint.operators.operator import Scope
from policylint.record import Record
from policylint.subjects import EntrySubject, FrozenSubject, ReferenceNames, ReferenceSubject, field_spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policylint.diagnostics import Diagnostic, Span
    from policylint.evaluation import Predicate, Subject
    from policylint.examination import Examiner
    from policylint.facts import EntryFact, EntryField, FileFacts, ReferenceFact
    from policylint.pack import Assertion, Rule
    from policylint.project import Project
    from policylint.reference_rules import ReferenceRules


class Judgement:
    """Applies rules to facts, with the project at hand."""

    def __init__(self, project: Project, examiner: Examiner, rules: dict[str, Rule]) -> None:
        self._project = project
        self._examiner = examiner
        self._rules = rules
        self._references: ReferenceRules | None = None
        self._met: dict[tuple[int, int], bool] = {}
        self._views: dict[int, tuple[EntrySubject, Scope]] = {}
        self._expecting: dict[tuple[str, tuple[str, ...]], list[Rule]] = {}
        self._predicates: dict[str, list[Predicate]] = {}

    def of_file(self, facts: FileFacts) -> Iterator[Diagnostic]:
        """Everything about one file: deferred places, its references, and its entries one by one."""
        for deferred in facts.deferred:
            scope = Scope(
                deferred.names,
                deferred.path,
                deferred.base,
                self._examiner.grammar,
                project=self._project,
                judge=self._meets,
            )
            frozen = FrozenSubject(deferred, self._project.document_of)
            yield from self._found(self._rules[deferred.rule], frozen, scope)
        for reference in facts.references:
            if not self._is_of_form(reference):
                yield from self._of_reference(reference)
        for entry in facts.entries:
            if not self._project.index.is_definition(entry):
                # A row or a list item that repeats what is defined elsewhere.
                continue
            rules = self._pending(entry.pending, "each")
            if rules:
                subject, scope = self._subject(entry), self._scope(entry)
                for rule in rules:
                    yield from self._found(rule, subject, scope)

    @property
    def _reference_rules(self) -> ReferenceRules:
        """Made only where there are references."""
        if self._references is None:
            from policylint.reference_rules import ReferenceRules

            self._references = ReferenceRules(self._rules.values(), self._examiner.grammar)
        return self._references

    def _is_of_form(self, reference: ReferenceFact) -> bool:
        """Whether a reference is part of an entry that waits to be filled in."""
        source = reference.source
        return bool(source) and reference.link != ARROW and not self._project.index.definitions(source)

    def _pending(self, names: tuple[str, ...], expect: str) -> list[Rule]:
        """Those of the pending rules that expect it of each entry, or of some; thousands of entries have the same."""
        known = self._expecting.get((expect, names))
        if known is None:
            rules = [self._rules[name] for name in names]
            known = self._expecting[expect, names] = [rule for rule in rules if rule.given.expect == expect]
        return known

    def _of_reference(self, reference: ReferenceFact) -> Iterator[Diagnostic]:
        shape = self._reference_rules.of(reference)
        if reference.targets not in shape.sound:
            subject, scope = ReferenceSubject(reference), self._reference_scope(reference)
            rules = [rule for rule in shape.about_targets if self._examiner.allowance.allows(rule.name, reference.path)]
            found = [each for rule in rules for each in self._found(rule, subject, scope)]
            yield from found
            if not found and len(rules) == len(shape.about_targets):
                shape.sound.add(reference.targets)
        if shape.others:
            subject, scope = ReferenceSubject(reference), self._reference_scope(reference)
            for rule, conditions in shape.others:
                if evaluation.all_true(conditions, subject, scope):
                    yield from self._found(rule, subject, scope)

    def _found(self, rule: Rule, subject: Subject, scope: Scope) -> Iterable[Diagnostic]:
        """What a rule finds, as long as it has not found too much in the file."""
        predicates = self._predicates.get(rule.name)
        if predicates is None:
            predicates = self._predicates[rule.name] = [evaluation.predicate(each) for each in rule.then]
        allowance = self._examiner.allowance
        if not allowance.allows(rule.name, scope.path) or evaluation.all_true(predicates, subject, scope):
            return ()
        return allowance.admit(evaluation.diagnostics(rule, subject, scope))

    def _reference_scope(self, reference: ReferenceFact) -> Scope:
        names, grammar = ReferenceNames(reference), self._examiner.grammar
        return Scope(names, reference.path, "", grammar, project=self._project, judge=self._meets)

    def of_sets(self, entries: list[EntryFact], selected: dict[str, FileFacts]) -> Iterator[Diagnostic]:
        """Rules that ask for some entry which fulfils each assertion; a report stands at the first that could."""
        for name, together in self._sets(entries).items():
            if together.first.path in selected:
                for assertion in together.unmet:
                    yield from self._at_first(self._rules[name], assertion, together.first)

    def _sets(self, entries: list[EntryFact]) -> dict[str, _Set]:
        """What all entries together say to each rule that asks for some entry; one that has its answer asks no more."""
        found: dict[str, _Set] = {}
        for entry in entries:
            rules = self._pending(entry.pending, "some")
            asking = [each for each in rules if each.name not in found or found[each.name].unmet]
            if asking:
                subject, scope = self._subject(entry), self._scope(entry)
            for rule in asking:
                together = found.setdefault(rule.name, _Set(entry, list(rule.then)))
                if entry is together.first or not _asks_project_only(rule):
                    together.unmet[:] = [e for e in together.unmet if not evaluation.holds(e, subject, scope)]
        return found

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
        return self._examiner.entries.scope(entry)._replace(project=self._project, judge=self._meets)

    def _locate(self, entry: EntryFact, field: EntryField) -> tuple[Span, Span]:
        document = self._project.document_of(entry.path, entry.origin)
        return field_spans(document, field) if document else (FILE_START, FILE_START)


class _Set(Record):
    """The first entry that could fulfil a rule, and the assertions that none does."""

    first: EntryFact
    unmet: list[Assertion]


def _asks_project_only(rule: Rule) -> bool:
    """Whether a rule says the same of every entry."""
    return all(
        each.operator and getattr(load_operator(each.operator), "ASKS_PROJECT_ONLY", False) for each in rule.then
    )
