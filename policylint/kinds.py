"""Which kinds of document a file may be by its path, and which it is by its content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint import globs, selectors
from policylint.patterns import is_found
from policylint.selectors import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policylint.documents.document import Document, Fault
    from policylint.pack import Kind


class KindTable:
    """The kinds of a run, arranged so that most files are told apart by their name alone."""

    def __init__(self, kinds: list[Kind]) -> None:
        self._by_basename: dict[str, list[Kind]] = {}
        self._by_suffix: dict[str, list[Kind]] = {}
        for kind in kinds:
            for basename in kind.basenames:
                table = self._by_suffix if basename.startswith("*") else self._by_basename
                table.setdefault(basename.removeprefix("*"), []).append(kind)

    def candidates(self, path: str) -> list[Kind]:
        """The kinds whose globs match a path; their content tests have not been tried."""
        name = path.rpartition("/")[2]
        dot = name.rfind(".")
        by_name = self._by_basename.get(name, [])
        by_suffix = self._by_suffix.get(name[dot:], []) if dot >= 0 else []
        possible = {id(kind): kind for kind in (*by_name, *by_suffix, *self._by_suffix.get("", []))}
        return [kind for kind in possible.values() if name in kind.names or globs.matches(kind.globs, path)]


def text_fits(kind: Kind, text: str) -> bool:
    """Whether a text passes the kind's patterns."""
    return all(is_found(pattern, text) for pattern in kind.contains)


def data_fits(kind: Kind, document: Document) -> bool:
    """Whether a document has the paths that the kind requires, and the data that its schema is about.

    Data that cannot be read is not absent: that it cannot be read is told, and each rule would tell it once more.
    """
    if kind.schema and document.is_unreadable:
        return False
    return all(selectors.first(document.data, path)[1] is not MISSING for path in kind.has)


def read_parts(kinds: Iterable[Kind], documents: Iterable[Document]) -> Iterator[Fault]:
    """Add to documents what one of their kinds has: open fences, elements, lines; what is wrong with the tags."""
    of_file = list(kinds)
    kind = next((each for each in of_file if each.elements or each.lines), None)
    has_open_fences = any(each.fenced_entries for each in of_file)
    if kind is not None or has_open_fences:
        for document in documents:
            if has_open_fences:
                document.open_fences()
            if kind is not None:
                yield from kind.read_parts(document)
