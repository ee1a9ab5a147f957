"""Which kinds of document a file may be by its path, which it is by its content, and what each of them reads in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint import globs, selectors
from policylint.documents.document import ElementGrammar, LinePattern, Parts
from policylint.named_tuple import NamedTuple
from policylint.patterns import is_found
from policylint.selectors import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylint.documents.document import Document, Fault, Limits
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
        return [kind for kind in possible.values() if _path_fits(kind, name, path)]


def _path_fits(kind: Kind, name: str, path: str) -> bool:
    is_told = name in kind.names or globs.matches(kind.globs, path)
    return is_told and not globs.matches(kind.except_globs, path)


def text_fits(kind: Kind, text: str) -> bool:
    """Whether a text passes the kind's patterns."""
    return all(is_found(pattern, text) for pattern in kind.contains)


class Reading(NamedTuple):
    """A document as one of its kinds reads it, with elements and lines that no other kind sees; their faults."""

    kind: Kind
    document: Document
    faults: list[Fault]


def readings(kinds: Iterable[Kind], document: Document, limits: Limits) -> list[Reading]:
    """The document as each of the kinds reads it that it is of; one that can be told in several ways comes once."""
    read: dict[str, Reading] = {}
    told: dict[str, Reading] = {}
    for kind in kinds:
        if kind.name not in read:
            read[kind.name] = read_as(kind, document, limits)
        # Elements and lines may be what tells a document of the kind.
        if _data_fits(kind, read[kind.name].document):
            told[kind.name] = read[kind.name]
    return list(told.values())


def read_as(kind: Kind, document: Document, limits: Limits) -> Reading:
    """The document with the elements and the lines that a kind has; the same one where the kind has none."""
    if not kind.elements and not kind.lines:
        return Reading(kind, document, [])
    lines = {name: LinePattern(**row) for name, row in kind.lines.items()}
    parts = Parts(ElementGrammar(kind.elements, kind.element_lists), lines)
    return Reading(kind, *document.with_parts(parts, limits))


def _data_fits(kind: Kind, document: Document) -> bool:
    """Whether a document has the paths that the kind requires, and the data that its schema is about.

    Data that cannot be read is not absent: that it cannot be read is told, and each rule would tell it once more.
    """
    if kind.schema and document.is_unreadable:
        return False
    return all(selectors.first(document.data, path)[1] is not MISSING for path in kind.has)
