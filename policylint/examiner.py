"""What examining files takes that is the same for all of them: rules, kinds, the grammar, and what may be reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint import evaluation
from policylint.allowance import Allowance
from policylint.diagnostics import Related
from policylint.documents.document import Fault
from policylint.kind_names import ANY
from policylint.operators.operator import Failure
from policylint.subjects.documents import View, as_written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.diagnostics import Diagnostic, Span
    from policylint.documents.document import Document, Limits
    from policylint.documents.source import Source
    from policylint.entry_examination import EntryExaminer
    from policylint.extraction import Extractor
    from policylint.filetree import Unreadable
    from policylint.identifiers import Grammar
    from policylint.pack import ContextSettings, Kind, Pack, Rule


class Examiner:
    """What is the same for all files that are examined one after the other."""

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

    def views(self, document: Document, settings: ContextSettings) -> tuple[list[View], str]:
        """What is in force in each context of a document, and what there was too much of to tell it of all."""
        from policylint.contexts import contexts

        made, excess = contexts(document.data, settings, self.limits)
        known = {each.name: each for each in made}
        return [View(document, each.data, each.written_at, each, known, {}) for each in made], excess

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
            last = self._last_views = document, kind, self.views(document, settings)[0]
        return next((each for each in last[2] if each.context and each.context.name == context), None)

    def fault(self, source: Source, fault: Fault) -> Iterator[Diagnostic]:
        """The diagnostic of a fault of the text, unless its rule is switched off."""
        rule = self._fault_rules.get(fault.name)
        if rule is not None and self.allowance.allows(rule.name, source.path):
            related = tuple(Related(source.path, source.span(start, end), text) for start, end, text in fault.related)
            span = source.span(fault.start, fault.end)
            failure = Failure("", related=related)
            found = evaluation.report(rule, source.path, span, fault.message, fix=fault.fix or None, failure=failure)
            yield from self.allowance.admit([found])

    def unreadable(self, unreadable: Unreadable) -> Iterator[Diagnostic]:
        """The diagnostic of a file that cannot be read, where its readable part ends."""
        end = len(unreadable.readable.text)
        return self.fault(unreadable.readable, Fault(unreadable.fault, unreadable.message, end, end))

    def limit_hit(self, path: str, span: Span, message: str) -> Iterator[Diagnostic]:
        """The diagnostic of a limit on what is judged, unless its rule is switched off."""
        rule = self._fault_rules.get("limit-exceeded")
        if rule is not None:
            yield evaluation.report(rule, path, span, message)
