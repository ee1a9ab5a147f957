"""What judging files together looked at: as long as that is as it was, nothing else need be judged again.

Rules that look at other files see the facts of each file, and its text if they ask for it. Of the fields of entries
they ask for a few by name. A file counts as seen altogether if they asked for more of an entry, read its text, or said
something of it. So if a file has changed in nothing that was seen, no other one has to be judged again because of it
(`engine.check_again`).
"""

from __future__ import annotations

import marshal
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from policylint import plain_values
from policylint.diagnostics import FILE_START
from policylint.facts import DeferredSubject, EntryFact, EntryField, ReferenceFact
from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policylint.diagnostics import Diagnostic
    from policylint.documents.source import Source
    from policylint.facts import FileFacts
    from policylint.filetree import FileTree, Unreadable


class Observed(NamedTuple):
    """The canonical names of the fields that were asked of some entry, and the files of which everything counts."""

    fields: tuple[str, ...]
    paths: tuple[str, ...]


class Observer:
    """Notes what is looked at; a copy of it in another process hands over what it has noted (`processes.Carried`).

    A rule looks at other files in all it judges or in nothing, so that what it says once of a file is all it may say.
    """

    def __init__(self) -> None:
        self._fields: set[str] = set()
        self._paths: set[str] = set()

    def observed(self) -> Observed:
        """Everything that was noted, sorted."""
        return Observed(tuple(sorted(self._fields)), tuple(sorted(self._paths)))

    def facts(self, facts: FileFacts) -> FileFacts:
        """The same facts, with entries whose fields are watched."""
        if not facts.entries:
            return facts
        return facts.replace(entries=tuple([self._entry(each) for each in facts.entries]))

    def _entry(self, entry: EntryFact) -> EntryFact:
        return entry._replace(fields=_Fields(entry.fields, self._fields, self._paths, entry.path))

    def tree(self, tree: FileTree) -> FileTree:
        """The same tree, whose files count as seen when they are read."""
        return _Tree(tree, self._paths)

    def reported(self, diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """The same diagnostics; the files that they are about or point to count as seen."""
        for each in diagnostics:
            self._paths.update([each.path, *(related.path for related in each.related)])
            yield each

    def saw(self, paths: Iterable[str]) -> None:
        """Note that everything of some files counts."""
        self._paths.update(paths)

    def taken(self) -> tuple[list[str], list[str]]:
        """What was noted since the last time, as plain values."""
        taken = list(self._fields), list(self._paths)
        self._fields.clear()
        self._paths.clear()
        return taken

    def add(self, taken: tuple[list[str], list[str]]) -> None:
        """Add what a copy has noted."""
        fields, paths = taken
        self._fields.update(fields)
        self._paths.update(paths)


def _of_all(method: Callable[..., Any]) -> Any:
    """A method of fields that looks at all of them."""

    def watched(self: _Fields, *arguments: object) -> Any:
        self._seen.add(self._path)
        return method(self, *arguments)

    return watched


class _Fields(dict[str, "EntryField"]):
    """The fields of an entry; what asks for more than some by name sees all of the entry's file."""

    __slots__ = ("_asked", "_path", "_seen")

    def __init__(self, fields: dict[str, EntryField], asked: set[str], seen: set[str], path: str) -> None:
        super().__init__(fields)
        self._asked = asked
        self._seen = seen
        self._path = path

    def __getitem__(self, name: str) -> EntryField:
        self._asked.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self._asked.add(name)
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        self._asked.add(str(name))
        return super().__contains__(name)

    __iter__ = _of_all(dict.__iter__)
    __len__ = _of_all(dict.__len__)
    __reversed__ = _of_all(dict.__reversed__)
    __repr__ = _of_all(dict.__repr__)
    __eq__ = _of_all(dict.__eq__)
    __ne__ = _of_all(dict.__ne__)
    __hash__ = None
    keys = _of_all(dict.keys)
    values = _of_all(dict.values)
    items = _of_all(dict.items)


class _Tree:
    """A tree whose files count as seen when they are read; `recording` notes what else it is asked."""

    def __init__(self, tree: FileTree, seen: set[str]) -> None:
        self._seen = seen
        self._read = tree.read
        self.files = tree.files
        self.type_of = tree.type_of
        self.names = tree.names

    def read(self, path: str) -> Source | Unreadable:
        self._seen.add(path)
        return self._read(path)


def looks_alike(before: FileFacts | None, after: FileFacts | None, fields: Iterable[str]) -> bool:
    """Whether two versions of a file are the same to all who see no more of its entries than some fields.

    Places count only by their order: nothing that was reported lies in the file or points into it.
    """
    if before is None or after is None:
        return before is after
    names = list(fields)
    try:
        return _outline(before, names) == _outline(after, names)
    except ValueError:
        # Data that no process but this one understands is compared with nothing.
        return False


# Without references to objects: equal values give equal bytes, and 1, 1.0 and true give different ones.
_MARSHAL_VERSION = 2


def _outline(facts: FileFacts, fields: list[str]) -> bytes:
    """What others may see of a file. Raises ValueError where it holds data that is not plain."""
    entries = [(each.span, _seen_of(each, fields)) for each in facts.entries]
    references = [(each.span, _without_place(each)) for each in facts.references]
    in_order = [seen for _, seen in sorted((*entries, *references), key=itemgetter(0))]
    applied = [(name, bool(count)) for name, count in sorted(facts.selected.items())]
    deferred = plain_values.pack(tuple[DeferredSubject, ...], facts.deferred)
    return marshal.dumps((facts.kinds, applied, deferred, in_order), _MARSHAL_VERSION)


def _without_place(reference: ReferenceFact) -> object:
    return plain_values.pack(ReferenceFact, reference._replace(span=FILE_START))


def _seen_of(entry: EntryFact, fields: list[str]) -> object:
    seen = {name: EntryField(found.name, found.value) for name in fields if (found := entry.fields.get(name))}
    return plain_values.pack(EntryFact, entry._replace(span=FILE_START, fields=seen))
