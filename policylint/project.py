"""All files judged together: the index of definitions, and other files' contents for the rules that ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policylint import documents
from policylint.documents.document import Limits
from policylint.filetree import FileTree, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    from policylint.documents.document import Document
    from policylint.documents.source import Source
    from policylint.facts import DeferredSubject, EntryFact
    from policylint.shell.vocabulary import Vocabulary

    T = TypeVar("T")


class Project:
    """A file tree with its index. Files are read and parsed at most once a run, on first demand."""

    def __init__(
        self,
        tree: FileTree,
        entries: Iterable[EntryFact],
        external_prefixes: list[str],
        vocabulary: Vocabulary,
        limits: Limits,
    ) -> None:
        self.tree = tree
        self.vocabulary = vocabulary
        self._remembered: dict[object, Any] = {}
        self.external_prefixes = frozenset(external_prefixes)
        self._limits = limits
        self._definitions: dict[str, list[EntryFact]] = {}
        for entry in entries:
            self._definitions.setdefault(entry.identifier, []).append(entry)

    def remember(self, key: object, compute: Callable[[], T]) -> T:
        """A value computed at most once a run, for operators that several rules apply to the same text."""
        if key not in self._remembered:
            self._remembered[key] = compute()
        value: T = self._remembered[key]
        return value

    def definitions(self, identifier: str) -> list[EntryFact]:
        """Where an ID is defined, in the order of paths and lines."""
        return self._definitions.get(identifier, [])

    def similar_definition(self, identifier: str) -> EntryFact | None:
        """The definition of the ID that a mistyped one most likely meant: one digit away, the nearest first."""
        from policylint.identifiers import Identifier

        parsed = Identifier.parse(identifier)
        neighbours = map(str, parsed.neighbours()) if parsed else ()
        return next((self._definitions[each][0] for each in neighbours if each in self._definitions), None)

    def source(self, path: str) -> Source | Unreadable:
        """A file's text, read at most once a run."""
        return self.remember(("source", path), lambda: self.tree.read(path))

    def statements(self, path: str) -> str:
        """A readable file's text without its comments, as far as its format has any."""
        document = self.document(path)
        source = self.source(path)
        return document.statements if document else "" if isinstance(source, Unreadable) else source.text

    def document(self, path: str) -> Document | None:
        """The first document of a file by its extension; None when it is missing or cannot be read as that."""
        format_name = documents.format_of(path)
        return next(iter(self._documents(path, format_name)), None) if format_name else None

    def document_of(self, subject: DeferredSubject) -> Document | None:
        """The document that a deferred subject is a place of, read again; None when the file has changed."""
        found = self._documents(subject.path, subject.format)
        return found[subject.document] if subject.document < len(found) else None

    def _documents(self, path: str, format_name: str) -> tuple[Document, ...]:
        return self.remember(("documents", path, format_name), lambda: self._load(path, format_name))

    def _load(self, path: str, format_name: str) -> tuple[Document, ...]:
        source = self.source(path)
        if isinstance(source, Unreadable):
            return ()
        return documents.load(source, format_name, self._limits).documents
