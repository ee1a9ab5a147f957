"""One file's documents as subjects of rules: what is wrong with them, and the places that wait for other files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint import evaluation, selectors
from policylint.diagnostics import FILE_START, Diagnostic
from policylint.documents.document import Fault
from policylint.facts import DeferredSubject, Origin
from policylint.filetree import as_text, base_of
from policylint.operators.operator import Scope
from policylint.pack import ALL_CONTEXTS
from policylint.patterns import compile_pattern
from policylint.subjects.deferred import freeze
from policylint.subjects.documents import DocumentNames, DocumentSubject, View, as_written

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from policylint.documents.document import Document
    from policylint.documents.source import Source
    from policylint.examiner import Examiner
    from policylint.pack import ContextSettings, Given, Kind, Rule
    from policylint.selectors import Alternatives, Path


class Collected:
    """What examining a file has found so far; `selected` counts the subjects of each rule that applies."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.deferred: list[DeferredSubject] = []
        self.selected: dict[str, int] = {}


class DocumentExamination:
    """Judges the documents of one file one after the other, within what the file may ask for."""

    def __init__(self, examiner: Examiner, source: Source, collected: Collected) -> None:
        self._examiner = examiner
        self._source = source
        self._collected = collected
        self._places: dict[str, int] = {}
        self._judgements = 0
        self._number = 0
        self._views: list[View] = []

    def judge(self, document: Document, number: int, kind: Kind) -> None:
        """Judge a document, as a kind reads it, by the rules about it; `number` is its place in the file."""
        self._number = number
        self._views = []
        for rule in self._examiner.rules_of(kind):
            self._judge_document(rule, document, kind)

    def _judge_document(self, rule: Rule, document: Document, kind: Kind) -> None:
        if rule.reaches and not any(_leads(document.data, keys) for keys in rule.reaches):
            # Most rules end here, before what they say is even read.
            self._collected.selected.setdefault(rule.name, 0)
            return
        groups = _groups(rule.given, document.source.path)
        if groups is None:
            return
        in_force: set[Path] = set()
        for view in self._views_of(rule.given, document, kind):
            in_force |= self._judge_view(
                rule, document, kind, view.replace(groups=groups) if groups else view, in_force
            )

    def _judge_view(
        self, rule: Rule, document: Document, kind: Kind, view: View, in_force: Collection[Path]
    ) -> set[Path]:
        """Judge a rule's places in a view; gives where they are written.

        What is in force in some context has been judged there, and is left out where the document is read as it is.
        """
        judged: set[Path] = set()
        origin = Origin(kind.format, self._number, kind.name)
        whole = DocumentSubject(view, (), view.data, origin)
        scope = self._document_scope(kind, view, whole)
        if not all(evaluation.holds(condition, whole, scope) for condition in rule.given.when):
            return judged
        # Asked of a hundred thousand places.
        conditions = list(map(evaluation.predicate, rule.given.where))
        for path, value in _places(rule.given, view.data):
            subject = DocumentSubject(view, path, value, origin) if path else whole
            if not view.context and in_force and subject.written in in_force:
                continue
            place_scope = scope._replace(names=_names(self._source.path, view, subject)) if path else scope
            if evaluation.all_true(conditions, subject, place_scope):
                judged.add(subject.written)
                if not self._judge_place(rule, subject, place_scope):
                    break
        self._collected.selected[rule.name] = self._collected.selected.get(rule.name, 0) + len(judged)
        is_rest = bool(rule.given.contexts) and view.context is None
        if not judged and not is_rest and rule.given.missing == "fail":
            self._collected.diagnostics.append(_nothing_selected(rule, document, view))
        return judged

    def _judge_place(self, rule: Rule, subject: DocumentSubject, scope: Scope) -> bool:
        """Judge a place, or keep it for when all files are known; false where the rule may have no more of them."""
        if rule.needs_project:
            return self._defer(rule, subject, scope)
        allowance = self._examiner.allowance
        if not allowance.allows(rule.name, self._source.path):
            return True
        if not self._may_judge(rule, subject):
            return False
        if not evaluation.all_hold(rule.then, subject, scope):
            self._collected.diagnostics.extend(allowance.admit(evaluation.diagnostics(rule, subject, scope)))
        return True

    def _may_judge(self, rule: Rule, subject: DocumentSubject) -> bool:
        """Count what a rule asks of a place; false where the file has had as many judgements as it may have."""
        before, limit = self._judgements, self._examiner.limits.judgements
        self._judgements += len(rule.then)
        if before <= limit < self._judgements:
            message = f"the file asks for more than {limit} judgements, and '{rule.name}' and what follows are left out"
            self._collected.diagnostics.extend(self._examiner.limit_hit(self._source.path, subject.whole_span, message))
        return self._judgements <= limit

    def _defer(self, rule: Rule, subject: DocumentSubject, scope: Scope) -> bool:
        """Keep a place for when all files are known; false where a rule has as many in the file as it may have."""
        count = self._places[rule.name] = self._places.get(rule.name, 0) + 1
        limit = self._examiner.limits.places
        if count <= limit:
            self._collected.deferred.append(_deferred(rule, subject, scope))
        elif count == limit + 1:
            message = f"'{rule.name}' has more than {limit} places to judge in the file, and those beyond are left out"
            self._collected.diagnostics.extend(self._examiner.limit_hit(self._source.path, subject.whole_span, message))
        return count <= limit

    def _views_of(self, given: Given, document: Document, kind: Kind) -> list[View]:
        """The document as it is written, or what is in force in each of the contexts that a rule looks at.

        A rule about all contexts also looks at what each of them replaces: it is in force in none that is named.
        """
        whole = as_written(document)
        if not given.contexts or kind.contexts is None:
            return [whole]
        if not self._views:
            self._views, excess = self._examiner.views(document, kind.contexts)
            if excess:
                self._collected.diagnostics.extend(self._contexts_left_out(document, kind.contexts, excess))
        in_contexts = [view for view in self._views if view.context and _looks_at(given, view.context.name)]
        return [*in_contexts, whole] if ALL_CONTEXTS in given.contexts else in_contexts

    def _contexts_left_out(self, document: Document, settings: ContextSettings, excess: str) -> Iterator[Diagnostic]:
        start = document.source.offset(document.key_span((settings.table,)).start)
        message = f"the document has {excess}, and those beyond are not judged"
        yield from self._examiner.fault(self._source, Fault("limit-exceeded", message, start, start))

    def _document_scope(self, kind: Kind, view: View, subject: DocumentSubject) -> Scope:
        path = self._source.path
        return Scope(
            _names(path, view, subject),
            path,
            base_of(kind.base, path),
            self._examiner.grammar,
            self._examiner.placeholder,
            kind.schema,
            whole=view,
        )


def _names(path: str, view: View, subject: DocumentSubject) -> DocumentNames:
    return DocumentNames(path, view.groups, view.data, subject, view.context, view.contexts)


def _groups(given: Given, path: str) -> dict[str, str] | None:
    """The named groups of the rule's pattern for paths; None when the path does not fit it."""
    if not given.named:
        return {}
    match = compile_pattern(given.named).search(as_text(path))
    return match.groupdict() if match else None


def _places(given: Given, data: object) -> Iterator[tuple[Path, object]]:
    if not given.select:
        yield (), data
        return
    seen = {path for path, _ in _selected(given.exclude, data)}
    for path, value in _selected(given.select, data):
        if path not in seen:
            seen.add(path)
            yield path, value


def _selected(paths: list[Alternatives], data: object) -> Iterator[tuple[Path, object]]:
    for alternatives in paths:
        for steps in alternatives:
            yield from selectors.select(data, steps)


def _leads(data: object, keys: list[str]) -> bool:
    """Whether something may be found below the keys; a list on the way leaves it open."""
    for key in keys:
        if not isinstance(data, dict):
            return isinstance(data, list)
        if key not in data:
            return False
        data = data[key]
    return True


def _looks_at(given: Given, context: str) -> bool:
    return (context in given.contexts or ALL_CONTEXTS in given.contexts) and context not in given.other_contexts


def _nothing_selected(rule: Rule, document: Document, view: View) -> Diagnostic:
    firsts = [selectors.first(view.data, alternatives)[0] for alternatives in rule.given.select[:1]]
    path = firsts[0] if firsts else ()
    path = view.written_at(path) if view.written_at else path
    label = document.label(path)
    if rule.given.where:
        told = f"nothing {f'at {label}' if label else 'in the document'} meets the conditions of the rule"
    else:
        told = f"{label or 'the document'} is missing"
    message = rule.given.missing_message or told
    span = document.span(path) if path else FILE_START
    return evaluation.report(rule, document.source.path, span, message, label)


def _deferred(rule: Rule, subject: DocumentSubject, scope: Scope) -> DeferredSubject:
    names = {name: scope.names.get(name, None) for name in rule.names}
    known = {name: value for name, value in names.items() if value is not None}
    told = freeze(rule, subject)
    return DeferredSubject(rule.name, scope.path, subject.origin, subject.context, scope.base, told, known)
