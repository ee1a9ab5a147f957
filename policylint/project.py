"""All files judged together: the index of definitions, and other files' contents for the rules that ask."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from policylint import documents
from policylint.documents.document import Limits
from policylint.filetree import FILE, FileTree, Unreadable
from policylint.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    from policylint.documents.document import Document
    from policylint.documents.source import Source
    from policylint.facts import DeferredSubject, EntryFact
    from policylint.shell.vocabulary import Vocabulary

    T = TypeVar("T")

FORMAT_OF_EXTENSION = {
    ".json": "json",
    ".markdown": "markdown",
    ".md": "markdown",
    ".toml": "toml",
    ".yaml": "yaml",
    ".yml": "yaml",
}


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
        self._texts: dict[str, tuple[str, str] | Unreadable] = {}
        self._documents: dict[str, Document | None] = {}

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
        """The definition whose ID a mistyped one most likely meant: same prefix, nearest spelling."""
        prefix = identifier.rpartition("-")[0]
        same = [known for known in self._definitions if known.rpartition("-")[0] == prefix]
        name = nearest(identifier, same)
        return self._definitions[name][0] if name else None

    def texts(self, path: str) -> tuple[str, str] | Unreadable:
        """A file's text with its comments blanked out, and as it is."""
        if path not in self._texts:
            source = self.tree.read(path)
            self._texts[path] = (
                source if isinstance(source, Unreadable) else (self._statement_text(source), source.text)
            )
        return self._texts[path]

    def document(self, path: str) -> Document | None:
        """The parsed form of a file by its extension; None when it is missing, unreadable or has no such form."""
        if path not in self._documents:
            is_file = self.tree.type_of(path) == FILE
            source = self.tree.read(path) if is_file else None
            usable = source is not None and not isinstance(source, Unreadable)
            self._documents[path] = self._load(source) if usable else None  # type: ignore[arg-type]
        return self._documents[path]

    def document_of(self, subject: DeferredSubject) -> Document | None:
        """The document that a deferred subject is a place of, read again; None when the file has changed."""
        key = (subject.path, subject.format)
        return self.remember(("documents", *key), lambda: self._load_all(*key)).get(subject.document)

    def _load_all(self, path: str, format_name: str) -> dict[int, Document]:
        source = self.tree.read(path)
        if isinstance(source, Unreadable):
            return {}
        return dict(enumerate(documents.load(source, format_name, self._limits).documents))

    def _load(self, source: Source) -> Document | None:
        format_name = FORMAT_OF_EXTENSION.get(posixpath.splitext(source.path)[1].lower())
        loaded = documents.load(source, format_name, self._limits) if format_name else None
        return loaded.documents[0] if loaded and loaded.documents else None

    def _statement_text(self, source: Source) -> str:
        # What stands in a comment is not in force: `test:run` in a remark is no test gate.
        document = self._load(source)
        pieces, position = [], 0
        for comment in document.comments() if document else []:
            pieces += [source.text[position : comment.start], " " * (comment.end - comment.start)]
            position = comment.end
        return "".join(pieces) + source.text[position:]
