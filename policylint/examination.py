"""Phase one: one file by itself. Its text becomes facts that depend on nothing but the text and the definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint import documents, evaluation, globs, kinds, selectors
from policylint.allowance import Allowance
from policylint.diagnostics import FILE_START, Diagnostic, Related
from policylint.documents.document import Fault
from policylint.facts import DeferredSubject, EntryFact, FileFacts, Origin, ReferenceFact, Suppression
from policylint.filetree import as_text, base_of
from policylint.kind_names import ANY
from policylint.operators.operator import Failure, Scope
from policylint.pack import ALL_CONTEXTS
from policylint.patterns import compile_pattern
from policylint.subjects.deferred import freeze
from policylint.subjects.documents import DocumentNames, DocumentSubject, View, as_written

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from policylint.diagnostics import Span
    from policylint.documents.document import Document, Limits
    from policylint.documents.source import Source
    from policylint.entry_examination import EntryExaminer
    from policylint.extraction import Extractor
    from policylint.extraction.entries import Entry, FoundReference
    from policylint.identifiers import Grammar
    from policylint.kinds import Reading
    from policylint.pack import ContextSettings, Given, Kind, Pack, Rule
    from policylint.selection import Selected
    from policylint.selectors import Alternatives, Path

SUPPRESSION_MARK = "policylint"


class Examiner:
    """Examines files one after the other; holds what is the same for all of them."""

    def __init__(self, pack: Pack, rules: list[Rule], limits: Limits) -> None:
        self._grammar: Grammar | None = None
        self._pack = pack
        self._rules = rules
        self._entries: EntryExaminer | None = None
        self._extractor: Extractor | None = None
        self._kinds = {kind.name: kind for kind in pack.kinds}
        self._last_views: tuple[Document, str, list[View]] | None = None
        self.limits = limits
        self.document_rules: dict[str, list[Rule]] = {}
        for rule in rules:
            if rule.subject == "document":
                self.document_rules.setdefault(rule.kind, []).append(rule)
        self._fault_rules = {rule.kind: rule for rule in rules if rule.subject == "engine"}
        self.allowance = Allowance(limits.findings, self.limit_hit)

    def rules_of(self, kind: Kind) -> list[Rule]:
        """The rules about documents of a kind: its own, and those about all kinds that do not leave it out."""
        of_all = [rule for rule in self.document_rules.get(ANY, []) if kind.name not in rule.given.excepted]
        return [*self.document_rules.get(kind.name, []), *of_all]

    @property
    def entries(self) -> EntryExaminer:
        """What examines entries; made only for files that may hold some."""
        if self._entries is None:
            from policylint.entry_examination import EntryExaminer

            self._entries = EntryExaminer(self._pack.entries, self._rules, self.grammar, self.allowance)
        return self._entries

    @property
    def extractor(self) -> Extractor:
        """What finds entries and references; made only for files that may hold some."""
        if self._extractor is None:
            from policylint.extraction import Extractor

            self._extractor = Extractor(self.grammar(), self._pack.entries)
        return self._extractor

    def grammar(self) -> Grammar:
        """The ID grammar of the pack; its patterns are compiled only for files that may hold IDs."""
        if self._grammar is None:
            from policylint.identifiers import Grammar

            settings = self._pack.entries
            self._grammar = Grammar(frozenset(settings.ignored_prefixes), settings.range_limit)
        return self._grammar

    def placeholder(self) -> str:
        """The pattern of values that were never filled in."""
        return self._pack.entries.placeholder

    def views(self, document: Document, settings: ContextSettings) -> list[View]:
        """What is in force in each context of a document."""
        from policylint.contexts import contexts

        known = {each.name: each for each in contexts(document.data, settings, self.limits.contexts)}
        return [View(document, each.data, each.written_at, each, known, {}) for each in known.values()]

    def kind(self, name: str) -> Kind:
        """A kind of document by its name."""
        return self._kinds[name]

    def view(self, document: Document, kind: str, context: str) -> View | None:
        """A document, read again, as it is judged in a context, or as it is written; None if it has no such context."""
        settings = self._kinds[kind].contexts
        if not context or settings is None:
            return as_written(document)
        last = self._last_views
        if last is None or last[0] is not document or last[1] != kind:
            # What waits for other files is judged file by file.
            last = self._last_views = document, kind, self.views(document, settings)
        return next((each for each in last[2] if each.context and each.context.name == context), None)

    def examine(self, source: Source, candidates: list[Kind]) -> FileFacts | None:
        """The facts of one file, or None when its content makes it none of the candidate kinds."""
        fitting = [kind for kind in candidates if kinds.text_fits(kind, source.text)]
        if not fitting:
            return None
        return _FileExamination(self, source).run(fitting)

    def fault(self, source: Source, fault: Fault) -> Iterator[Diagnostic]:
        """The diagnostic of a fault of the text, unless its rule is switched off."""
        rule = self._fault_rules.get(fault.name)
        if rule is not None and self.allowance.allows(rule.name, source.path):
            related = tuple(Related(source.path, source.span(start, end), text) for start, end, text in fault.related)
            span = source.span(fault.start, fault.end)
            failure = Failure("", related=related)
            found = evaluation.report(rule, source.path, span, fault.message, fix=fault.fix or None, failure=failure)
            yield from self.allowance.admit([found])

    def limit_hit(self, path: str, span: Span, message: str) -> Iterator[Diagnostic]:
        """The diagnostic of a limit on what is judged, unless its rule is switched off."""
        rule = self._fault_rules.get("limit-exceeded")
        if rule is not None:
            yield evaluation.report(rule, path, span, message)


class _FileExamination:
    """The examination of one file: collects its facts document by document."""

    def __init__(self, examiner: Examiner, source: Source) -> None:
        self._examiner = examiner
        self._source = source
        self._kinds: dict[str, None] = {}
        self._diagnostics: list[Diagnostic] = []
        self._entries: list[EntryFact] = []
        self._references: list[ReferenceFact] = []
        self._found_references = 0
        self._deferred: list[DeferredSubject] = []
        self._places: dict[str, int] = {}
        self._judgements = 0
        self._suppressions: tuple[Suppression, ...] | None = None
        self._selected: dict[str, int] = {}
        # By identity, and kept so that it stays their own.
        self._counted: dict[int, Selected] = {}
        self._document_number = 0
        self._format = ""
        self._views: list[View] = []

    def run(self, fitting: list[Kind]) -> FileFacts | None:
        for format_name in dict.fromkeys(kind.format for kind in fitting):
            self._format = format_name
            loaded = documents.load(self._source, format_name, self._examiner.limits)
            of_format = [kind for kind in fitting if kind.format == format_name]
            self._report(loaded.faults)
            for self._document_number, document in enumerate(loaded.documents):
                self._examine_document(document, kinds.readings(of_format, document, self._examiner.limits))
            if loaded.is_incomplete and not self._kinds:
                self._examine_likely(of_format, loaded.documents)
        return self._facts() if self._kinds else None

    def _examine_likely(self, candidates: list[Kind], loaded: Iterable[Document]) -> None:
        """What cannot be read cannot show that it is of a kind: its path and its text have to do."""
        likely = {kind.name: kind for kind in candidates if not kind.entries or self._names_an_entry()}
        self._kinds.update(dict.fromkeys(likely))
        for document in loaded:
            for kind in likely.values():
                self._report(kinds.read_as(kind, document, self._examiner.limits).faults)

    def _report(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            self._diagnostics.extend(self._examiner.fault(self._source, fault))

    def _facts(self) -> FileFacts:
        return FileFacts(
            self._source.path,
            tuple(self._kinds),
            # Each is counted once, as it is told once.
            tuple(dict.fromkeys(self._diagnostics)),
            tuple(self._entries),
            tuple(self._references),
            tuple(self._deferred),
            self._suppressions or (),
            self._selected,
        )

    def _examine_document(self, document: Document, fitting: list[Reading]) -> None:
        if not fitting:
            return
        if any(each.kind.fenced_entries for each in fitting):
            document = document.with_open_fences()
        has_entries = any(each.kind.entries for each in fitting) and not self._is_template()
        if not (has_entries and self._extract(document)):
            # Text that only looks like IDs makes no policy document.
            fitting = [each for each in fitting if not each.kind.entries]
        if not fitting:
            return
        self._kinds.update(dict.fromkeys(each.kind.name for each in fitting))
        self._read_suppressions(document)
        # Two kinds may read the same element, and find the same wrong with it.
        self._report(dict.fromkeys(fault for each in fitting for fault in each.faults))
        for kind, read, _ in fitting:
            self._views = []
            for rule in self._examiner.rules_of(kind):
                self._judge_document(rule, read, kind)

    def _read_suppressions(self, document: Document) -> None:
        """Once a file: every document of a stream knows the comments of the whole stream."""
        if self._suppressions is None:
            self._suppressions = ()
            if SUPPRESSION_MARK in document.source.text:
                from policylint import suppression

                self._suppressions = tuple(suppression.read(document))

    # Documents as subjects

    def _judge_document(self, rule: Rule, document: Document, kind: Kind) -> None:
        if rule.reaches and not any(_leads(document.data, keys) for keys in rule.reaches):
            # Most rules end here, before what they say is even read.
            self._selected.setdefault(rule.name, 0)
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
        origin = Origin(kind.format, self._document_number, kind.name)
        whole = DocumentSubject(view, (), view.data, origin)
        scope = self._document_scope(kind, view, whole)
        given = rule.given
        if not all(evaluation.holds(condition, whole, scope) for condition in given.when):
            return judged
        allowance, conditions = self._examiner.allowance, [evaluation.predicate(each) for each in given.where]
        for path, value in _places(given, view.data):
            subject = DocumentSubject(view, path, value, origin) if path else whole
            written = subject.written
            if not view.context and written in in_force:
                continue
            place_scope = Scope(_names(scope.path, view, subject), *scope[1:]) if path else scope
            if evaluation.all_true(conditions, subject, place_scope):
                judged.add(written)
                if rule.needs_project:
                    if not self._defer(rule, subject, place_scope):
                        break
                elif allowance.allows(rule.name, self._source.path):
                    if not self._may_judge(rule, subject):
                        break
                    self._diagnostics.extend(allowance.admit(evaluation.diagnostics(rule, subject, place_scope)))
        self._selected[rule.name] = self._selected.get(rule.name, 0) + len(judged)
        is_rest = bool(given.contexts) and view.context is None
        if not judged and not is_rest and given.missing == "fail":
            self._diagnostics.append(_nothing_selected(rule, document, view))
        return judged

    def _may_judge(self, rule: Rule, subject: DocumentSubject) -> bool:
        """Count what a rule asks of a place; false where the file has had as many judgements as it may have."""
        before, limit = self._judgements, self._examiner.limits.judgements
        self._judgements += len(rule.then)
        if before <= limit < self._judgements:
            message = f"the file asks for more than {limit} judgements, and '{rule.name}' and what follows are left out"
            self._diagnostics.extend(self._examiner.limit_hit(self._source.path, subject.whole_span, message))
        return self._judgements <= limit

    def _defer(self, rule: Rule, subject: DocumentSubject, scope: Scope) -> bool:
        """Keep a place for when all files are known; false where a rule has as many in the file as it may have."""
        count = self._places[rule.name] = self._places.get(rule.name, 0) + 1
        limit = self._examiner.limits.places
        if count <= limit:
            self._deferred.append(_deferred(rule, subject, scope))
        elif count == limit + 1:
            message = f"'{rule.name}' has more than {limit} places to judge in the file, and those beyond are left out"
            self._diagnostics.extend(self._examiner.limit_hit(self._source.path, subject.whole_span, message))
        return count <= limit

    def _views_of(self, given: Given, document: Document, kind: Kind) -> list[View]:
        """The document as it is written, or what is in force in each of the contexts that a rule looks at.

        A rule about all contexts also looks at what each of them replaces: it is in force in none that is named.
        """
        whole = as_written(document)
        if not given.contexts or kind.contexts is None:
            return [whole]
        if not self._views:
            self._views = self._examiner.views(document, kind.contexts)
            self._diagnostics.extend(self._contexts_left_out(document, kind.contexts))
        in_contexts = [view for view in self._views if view.context and _looks_at(given, view.context.name)]
        return [*in_contexts, whole] if ALL_CONTEXTS in given.contexts else in_contexts

    def _contexts_left_out(self, document: Document, settings: ContextSettings) -> Iterator[Diagnostic]:
        limit = self._examiner.limits.contexts
        stated = selectors.first(document.data, [[settings.table]])[1]
        if isinstance(stated, dict) and len({*settings.always, *stated}) > limit:
            start = document.source.offset(document.key_span((settings.table,)).start)
            message = f"the document has more than {limit} contexts, and those beyond are not judged"
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

    # Entries and references

    def _names_an_entry(self) -> bool:
        """Whether the text has an ID of a known kind."""
        known = {prefix for kind in self._examiner.entries.settings.kinds for prefix in kind.prefixes}
        references = self._examiner.grammar().references(self._source.text)
        return any(target.prefix in known for reference in references for target in reference.targets)

    def _is_template(self) -> bool:
        """Whether the file is a form to be filled in: its entries are examples."""
        return globs.matches(self._examiner.entries.settings.templates, self._source.path)

    def _extract(self, document: Document) -> bool:
        """Collect what the document defines and refers to; whether there is anything."""
        found = self._examiner.extractor.extract(document, self._examiner.limits.references)
        self._report(found.faults)
        limit = self._examiner.limits.entries
        for entry in found.entries[:limit]:
            self._add_entry(entry, document)
        if len(found.entries) > limit:
            message = f"the document has more than {limit} entries, and those beyond are not read"
            self._report([Fault("limit-exceeded", message, *found.entries[limit].header)])
        self._add_references(found.references)
        return bool(found.entries or found.references or found.faults)

    def _add_entry(self, entry: Entry, document: Document) -> None:
        origin = Origin(self._format, self._document_number)
        fact, selected, diagnostics = self._examiner.entries.examine(entry, document, origin)
        self._entries.append(fact)
        self._diagnostics.extend(diagnostics)
        if id(selected) not in self._counted:
            self._counted[id(selected)] = selected
            self._selected.update(dict.fromkeys(selected.names, 1))

    def _add_references(self, found: list[FoundReference]) -> None:
        """Those of a file that are beyond the limit are left out, and the first document that has some says so."""
        limit = self._examiner.limits.references
        before, room = self._found_references, max(0, limit - self._found_references)
        self._found_references += len(found)
        self._references += [self._reference(each) for each in found[:room]]
        if before <= limit < self._found_references:
            first = found[room].reference
            message = f"the file has more than {limit} references, and those beyond are not read"
            self._report([Fault("limit-exceeded", message, first.start, first.end)])

    def _reference(self, found: FoundReference) -> ReferenceFact:
        reference = found.reference
        text = reference.text
        return ReferenceFact(
            # Messages are one line, which a range need not be.
            " ".join(text.split()) if "\n" in text or "\r" in text else text,
            reference.target_texts(),
            reference.fault,
            reference.note,
            self._source.path,
            self._source.span(reference.start, reference.end),
            found.source,
            found.link,
            found.form,
            found.place,
            found.box,
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
    message = rule.given.missing_message or f"{label or 'the document'} is missing"
    span = document.span(path) if path else FILE_START
    return evaluation.report(rule, document.source.path, span, message, label)


def _deferred(rule: Rule, subject: DocumentSubject, scope: Scope) -> DeferredSubject:
    names = {name: scope.names.get(name, None) for name in rule.names}
    known = {name: value for name, value in names.items() if value is not None}
    told = freeze(rule, subject)
    return DeferredSubject(rule.name, scope.path, subject.origin, subject.context, scope.base, told, known)
