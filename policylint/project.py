"""All files judged together: the index of definitions, and other files' contents for the rules that ask."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any

from policylint import documents, kinds
from policylint.filetree import FileTree, Unreadable, as_text, base_of
from policylint.shell.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    from policylint.catalogue import Catalogue
    from policylint.documents.document import Document, Limits
    from policylint.documents.source import Source
    from policylint.evidence import Result
    from policylint.facts import EntryFact, FileFacts, Origin
    from policylint.index import Index
    from policylint.pack import EntrySettings, Kind, Pack

    T = TypeVar("T")

# How many characters may be kept; a document takes as much as so many texts of its length (YAML was measured).
_CHARACTERS_KEPT = 32 * 1024 * 1024
_TREES_FOR_TEXTS = 20

# Each file with wrong names gets so many suggestions, however many files there are.
_FEWEST_SUGGESTIONS = 3
# To look closely at the most alike costs as much as a glance at so many names.
_COST_OF_SUGGESTION = 500


class Project:
    """A file tree with its index. Files are read and parsed on first demand, and the last ones used are kept.

    `facts` are those of each examined file, `results` what the evidence says of each ID, `today` is an ISO date.
    """

    def __init__(
        self,
        tree: FileTree,
        index: Index,
        facts: Mapping[str, FileFacts],
        pack: Pack,
        external_prefixes: list[str],
        limits: Limits,
        results: Mapping[str, Result],
        today: str,
    ) -> None:
        self.tree = tree
        self.index = index
        self.facts = facts
        self._pack = pack
        self.external_prefixes = frozenset(external_prefixes)
        self.results = results
        self.today = today
        self._limits = limits
        self._remembered: dict[object, Any] = {}
        self._types: dict[str, str] = {}
        self._similar: dict[str, list[EntryFact]] = {}
        self._recent = _Recent()
        self._searched: dict[str, int] = {}
        self._compared: dict[str, tuple[int, int]] = {}

    def may_search(self, path: str, characters: int) -> bool:
        """Whether a file may have that much more text of others searched: a line of it can ask for megabytes."""
        searched = self._searched[path] = self._searched.get(path, 0) + characters
        return searched <= self._limits.searched

    def may_compare(self, path: str, names: int) -> bool:
        """Whether one more wrong name of a file may be compared with so many; of many files each has less of that."""
        count, cost = self._compared.get(path, (0, 0))
        self._compared[path] = count + 1, cost + names + _COST_OF_SUGGESTION
        return count < _FEWEST_SUGGESTIONS or cost <= self._limits.compared // len(self.facts)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What is known of the programs in commands."""
        return Vocabulary(self._pack.commands)

    @property
    def entry_settings(self) -> EntrySettings:
        """How entries are read."""
        return self._pack.entries

    @property
    def topics(self) -> dict[str, list[str]]:
        """The words for each topic that a document may be asked to cover."""
        return self._pack.topics

    @cached_property
    def kind_prefixes(self) -> frozenset[str]:
        """The prefixes of the kinds of entries."""
        return frozenset(prefix for kind in self.entry_settings.kinds for prefix in kind.prefixes)

    @cached_property
    def known_prefixes(self) -> frozenset[str]:
        """The prefixes that entries have: by their kinds, by a definition, or elsewhere."""
        return self.index.prefixes | self.external_prefixes | self.kind_prefixes

    def knows_prefix(self, prefix: str) -> bool:
        """Whether entries have a prefix; BR-FEA is one of BR."""
        return prefix in self.known_prefixes or prefix.partition("-")[0] in self.known_prefixes

    def remember(self, key: object, compute: Callable[[], T]) -> T:
        """A value computed at most once a run, for operators that several rules apply to the same text."""
        if key not in self._remembered:
            self._remembered[key] = compute()
        value: T = self._remembered[key]
        return value

    def names(self, folder: str, beginning: str = "") -> list[str]:
        """The names in a folder, sorted, that begin in a way."""
        names = self.remember(("names", folder), lambda: self.tree.names(folder))
        if not beginning:
            return names
        first = bisect_left(names, beginning)
        return list(takewhile(lambda name: name.startswith(beginning), islice(names, first, None)))

    def type_of(self, path: str) -> str:
        """What lies at a path, as in `FileTree`; many rules and many documents ask for the same one."""
        known = self._types.get(path)
        if known is None:
            known = self._types[path] = self.tree.type_of(path)
        return known

    def field_of(self, entry: EntryFact, name: str) -> object:
        """The value of a field, by any of its names; None when the entry has no such field."""
        field = entry.fields.get(self.entry_settings.canonical(name))
        return field.value if field else None

    def similar_definition(self, identifier: str, source: str = "") -> EntryFact | None:
        """The definition of the ID that a mistyped one most likely meant: one digit away, the nearest first.

        The entry that refers is not meant.
        """
        similar = self._similar.get(identifier)
        if similar is None:
            similar = self._similar[identifier] = self._similar_definitions(identifier)
        return next((each for each in similar if each.identifier != source), None)

    def _similar_definitions(self, identifier: str) -> list[EntryFact]:
        from policylint.identifiers import Identifier

        parsed = Identifier.parse(identifier)
        if parsed is None or parsed.prefix not in self.index.prefixes:
            return []
        return [found[0] for each in parsed.neighbours() if (found := self.index.definitions(str(each)))]

    def source(self, path: str) -> Source | Unreadable:
        """A file's text."""
        return self._recent.get(("source", path), lambda: self._read(path))

    def _read(self, path: str) -> tuple[int, Source | Unreadable]:
        source = self.tree.read(path)
        return len(source.readable.text if isinstance(source, Unreadable) else source.text), source

    def catalogue(self, kind: str) -> Catalogue:
        """All documents of a kind, by their names."""
        return self.remember(("catalogue", kind), lambda: self._catalogue(kind))

    def _catalogue(self, kind: str) -> Catalogue:
        from policylint.catalogue import Catalogue, Named
        from policylint.patterns import compile_pattern

        definition = next((each for each in self._pack.kinds if each.name == kind), None)
        pattern = compile_pattern(definition.called) if definition and definition.called else None
        documents = []
        for path in sorted(each.path for each in self.facts.values() if kind in each.kinds):
            document, match = self._document_as(kind, path), pattern.search(as_text(path)) if pattern else None
            names = {group: name for group, name in match.groupdict().items() if name} if match else {}
            base = base_of(definition.base, path) if definition else ""
            if document is not None:
                documents.append(Named(path, base, names, document.data))
        return Catalogue(documents)

    def statements(self, path: str) -> str:
        """A readable file's text without its comments, as far as its format has any."""
        return self._recent.get(("statements", path), lambda: self._statements(path))

    def _statements(self, path: str) -> tuple[int, str]:
        document = self.document(path)
        source = self.source(path)
        text = document.statements if document else "" if isinstance(source, Unreadable) else source.text
        return len(text), text

    def texts(self, path: str) -> list[str]:
        """Every text among the values of a file whose format is data: what its escapes and folds mean."""
        return self.remember(("texts", path), lambda: self._texts(path))

    def _texts(self, path: str) -> list[str]:
        document = self.document(path)
        pending: list[object] = [document.data] if document and documents.is_data(path) else []
        texts = []
        while pending:
            value = pending.pop()
            if isinstance(value, str):
                texts.append(value)
            elif isinstance(value, dict | list):
                pending.extend(value.values() if isinstance(value, dict) else value)
        return texts

    def document(self, path: str) -> Document | None:
        """The first document of a file by its extension; None when it is missing or cannot be read as that."""
        return self._document_as("", path)

    def _document_as(self, kind: str, path: str) -> Document | None:
        format_name = documents.format_of(path)
        return next(iter(self._documents(path, format_name, kind)), None) if format_name else None

    def document_of(self, path: str, origin: Origin) -> Document | None:
        """The document that a fact comes from, read again; None when the file has changed."""
        found = self._documents(path, origin.format, origin.kind)
        return found[origin.document] if origin.document < len(found) else None

    def _documents(self, path: str, format_name: str, kind: str = "") -> tuple[Document, ...]:
        """The documents of a file, with the elements and lines of a kind if it has some."""
        reader = self._readers.get(kind)
        if reader is None:
            return self._recent.get(("documents", path, format_name), lambda: self._load(path, format_name))
        return self._recent.get(
            ("documents", path, format_name, kind), lambda: self._read_as(reader, path, format_name)
        )

    @cached_property
    def _readers(self) -> dict[str, Kind]:
        """The kinds that read elements or lines in their documents."""
        return {kind.name: kind for kind in self._pack.kinds if kind.elements or kind.lines}

    def _read_as(self, kind: Kind, path: str, format_name: str) -> tuple[int, tuple[Document, ...]]:
        size, loaded = self._load(path, format_name)
        return size, tuple(kinds.read_as(kind, each, self._limits).document for each in loaded)

    def _load(self, path: str, format_name: str) -> tuple[int, tuple[Document, ...]]:
        source = self.source(path)
        if isinstance(source, Unreadable):
            return 0, ()
        loaded = documents.load(source, format_name, self._limits).documents
        return _TREES_FOR_TEXTS * len(source.text), loaded


class _Recent:
    """The texts and documents that were asked for last, by what they take: one is a tree of objects for each value."""

    def __init__(self) -> None:
        self._known: dict[object, tuple[int, Any]] = {}
        self._size = 0

    def get(self, key: object, compute: Callable[[], tuple[int, T]]) -> T:
        """A value that `compute` gives with its size in characters, if it is not known any more."""
        found = self._known.pop(key, None)
        if found is None:
            found = compute()
            self._size += found[0]
        self._known[key] = found
        while self._size > _CHARACTERS_KEPT and len(self._known) > 1:
            self._size -= self._known.pop(next(iter(self._known)))[0]
        value: T = found[1]
        return value
