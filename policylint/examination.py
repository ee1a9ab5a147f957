"""Phase one: one file by itself. Its text becomes facts that depend on nothing but the text and the definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint import documents, globs, kinds
from policylint.document_examination import Collected, DocumentExamination
from policylint.documents.document import Fault
from policylint.facts import EntryFact, FileFacts, Origin, ReferenceFact, Suppression

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylint.documents.document import Document, Loaded
    from policylint.documents.source import Source
    from policylint.examiner import Examiner
    from policylint.extraction.entries import Entry, FoundReference
    from policylint.kinds import Reading
    from policylint.pack import Kind
    from policylint.selection import Selected

SUPPRESSION_MARK = "policylint"


def examine(examiner: Examiner, source: Source, candidates: list[Kind]) -> FileFacts | None:
    """The facts of one file, or None when its content makes it none of the candidate kinds."""
    fitting = [kind for kind in candidates if kinds.text_fits(kind, source.text)]
    return _FileExamination(examiner, source).run(fitting) if fitting else None


class _FileExamination:
    """The examination of one file: collects its facts document by document."""

    def __init__(self, examiner: Examiner, source: Source) -> None:
        self._examiner = examiner
        self._source = source
        self._kinds: dict[str, None] = {}
        self._collected = Collected()
        self._documents = DocumentExamination(examiner, source, self._collected)
        self._entries: list[EntryFact] = []
        self._references: list[ReferenceFact] = []
        self._found_references = 0
        self._suppressions: tuple[Suppression, ...] | None = None
        # By identity, and kept so that it stays their own.
        self._counted: dict[int, Selected] = {}
        self._document_number = 0
        self._format = ""

    def run(self, fitting: list[Kind]) -> FileFacts | None:
        for format_name in dict.fromkeys(kind.format for kind in fitting):
            self._format = format_name
            loaded = documents.load(self._source, format_name, self._examiner.limits)
            of_format = [kind for kind in fitting if kind.format == format_name]
            for self._document_number, document in enumerate(loaded.documents):
                self._examine_document(document, kinds.readings(of_format, document, self._examiner.limits))
            if loaded.is_incomplete:
                self._examine_unread(of_format, loaded)
            else:
                self._report(loaded.faults)
        return self._facts() if self._kinds else None

    def _examine_unread(self, candidates: list[Kind], loaded: Loaded) -> None:
        """What could not be read is told if it is part of a policy document; its path and its text have to tell.

        Front matter counts for nothing where there is no entry of a known kind: that of prompts for agents is no YAML.
        """
        unread = "".join(document.unread for document in loaded.documents) or self._source.text
        names_entry = any(entry.kinds for entry in self._entries) or self._names_an_entry(unread)
        likely = {kind.name: kind for kind in candidates if not kind.entries or names_entry}
        if not self._kinds:
            self._kinds.update(dict.fromkeys(likely))
            for document in loaded.documents:
                for kind in likely.values():
                    self._report(kinds.read_as(kind, document, self._examiner.limits).faults)
        if not self._kinds.keys().isdisjoint(likely):
            self._report(loaded.faults)

    def _report(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            self._collected.diagnostics.extend(self._examiner.fault(self._source, fault))

    def _facts(self) -> FileFacts:
        return FileFacts(
            self._source.path,
            tuple(self._kinds),
            # Each is counted once, as it is told once.
            tuple(dict.fromkeys(self._collected.diagnostics)),
            tuple(self._entries),
            tuple(self._references),
            tuple(self._collected.deferred),
            self._suppressions or (),
            self._collected.selected,
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
            self._documents.judge(read, self._document_number, kind)

    def _read_suppressions(self, document: Document) -> None:
        """Once a file: every document of a stream knows the comments of the whole stream."""
        if self._suppressions is None:
            self._suppressions = ()
            if SUPPRESSION_MARK in document.source.text:
                from policylint import suppression

                self._suppressions = tuple(suppression.read(document))

    # Entries and references

    def _names_an_entry(self, text: str) -> bool:
        """Whether a text has an ID of a known kind."""
        known = {prefix for kind in self._examiner.entries.settings.kinds for prefix in kind.prefixes}
        references = self._examiner.grammar().references(text)
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
        self._collected.diagnostics.extend(diagnostics)
        if id(selected) not in self._counted:
            self._counted[id(selected)] = selected
            self._collected.selected.update(dict.fromkeys(selected.names, 1))

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
