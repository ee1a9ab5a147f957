"""All documents of one kind by the names that others call them by, and where their links lead.

A name counts below the base folder of the document that uses it, one of the group IN_FOLDER in its own folder only.
Numbers are compared without leading zeros.
"""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from policylint import selectors
from policylint.named_tuple import NamedTuple
from policylint.reachability import Reachability

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policylint.selectors import Path, Steps

IN_FOLDER = "in_folder"

_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")


class Named(NamedTuple):
    """A document: its path, the folder that its own paths start from, its names by group, and its data."""

    path: str
    base: str
    names: dict[str, str]
    data: object

    @property
    def folder(self) -> str:
        """The folder that it lies in."""
        return self.path.rpartition("/")[0]


class Catalogue:
    """The documents of one kind, in the order of paths. A set of places is a number, as in `reachability`."""

    def __init__(self, documents: Iterable[Named]) -> None:
        self.documents = {each.path: each for each in documents}
        self._by_name: dict[tuple[str, str, str, str], Named] = {}
        for each in self.documents.values():
            for group, name in each.names.items():
                for place in _where_it_counts(group, each):
                    self._by_name.setdefault((*place, plain(name)), each)
        self._places = {path: place for place, path in enumerate(self.documents)}
        self._paths = list(self.documents)
        self._graphs: dict[tuple[str, bool], Reachability] = {}
        self._links: dict[tuple[str, str], tuple[Named, ...]] = {}
        self._named: dict[tuple[str, str, str], Named | None] = {}
        self._names_below: dict[str, list[tuple[str, list[str]]]] = {}
        self._numbers: dict[tuple[str, int], int | None] = {}

    def find(self, name: str, user: Named) -> Named | None:
        """The document that another calls by a name: one of its own folder first."""
        key = name, user.folder, user.base
        if key not in self._named:
            self._named[key] = self._find(*key)
        return self._named[key]

    def _find(self, name: str, folder: str, base: str) -> Named | None:
        wanted = plain(name)
        places = (("folder", folder, ""), ("beside", base, folder), ("base", base, ""))
        return next((found for place in places if (found := self._by_name.get((*place, wanted)))), None)

    def names_below(self, base: str) -> list[tuple[str, list[str]]]:
        """The documents whose own paths start from a folder: their paths and names."""
        if base not in self._names_below:
            below = [each for each in self.documents.values() if each.base == base]
            self._names_below[base] = [(each.path, list(each.names.values())) for each in below]
        return self._names_below[base]

    def number(self, document: Named, paths: list[Steps]) -> int | None:
        """The whole number that a document has at the first of some paths of a rule; None if what is there is none."""
        key = document.path, id(paths)
        if key not in self._numbers:
            value = selectors.first(document.data, paths)[1]
            is_number = isinstance(value, int) and not isinstance(value, bool)
            self._numbers[key] = cast("int", value) if is_number else None
        return self._numbers[key]

    def linked(self, source: Named, by: list[Steps]) -> tuple[Named, ...]:
        """The documents that the texts at some paths of another name, each once, in the order of the texts."""
        key = (source.path, repr(by))
        if key not in self._links:
            named = (
                self.find(text, source) for text in dict.fromkeys(str(value) for _, value in values(source.data, by))
            )
            self._links[key] = tuple({each.path: each for each in named if each is not None}.values())
        return self._links[key]

    def reached(self, source: Named, by: list[Steps]) -> int:
        """The places of all documents that links lead to, over any number of others, as a set of places."""
        return self._graph(by).reached(self._places[source.path])

    def leads(self, source: Named, target: Named, by: list[Steps]) -> bool:
        """Whether links lead from one document to another."""
        return self._graph(by).leads(self._places[source.path], self._places[target.path])

    def connected(self, source: Named, by: list[Steps]) -> int:
        """The places of all documents that are before or after another by their links, as a set of places."""
        return self.reached(source, by) | self._graph(by, backwards=True).reached(self._places[source.path])

    def place(self, path: str) -> int:
        """The number of a document in the order of paths, from 0."""
        return self._places[path]

    def first(self, places: int) -> Named:
        """The first document of a set of places that is not empty."""
        return self.documents[self._paths[(places & -places).bit_length() - 1]]

    def _graph(self, by: list[Steps], *, backwards: bool = False) -> Reachability:
        key = (repr(by), backwards)
        if key not in self._graphs:
            targets: list[list[int]] = [[] for _ in self._paths]
            for place, source in enumerate(self.documents.values()):
                for each in self.linked(source, by):
                    one, other = place, self._places[each.path]
                    targets[other if backwards else one].append(one if backwards else other)
            self._graphs[key] = Reachability(targets)
        return self._graphs[key]


def _where_it_counts(group: str, document: Named) -> tuple[tuple[str, str, str], ...]:
    if group == IN_FOLDER:
        return (("folder", document.folder, ""),)
    return ("beside", document.base, document.folder), ("base", document.base, "")


@lru_cache(maxsize=16_384)
def plain(name: str) -> str:
    """A name without leading zeros in its numbers, in lower case."""
    return _ZEROS.sub("", name.strip().lower())


def normal_path(written: str) -> str:
    """A path that a document lists, as all that lists paths compares it: without the marks of code around it and
    without steps that lead nowhere; empty where nothing is written.
    """
    path = written.strip().strip("`").strip()
    return posixpath.normpath(path) if path else ""


def listed_paths(data: object, paths: list[Steps]) -> Iterator[str]:
    """The paths that are listed at some places, normal."""
    yield from filter(None, (normal_path(str(value)) for _, value in values(data, paths)))


def values(data: object, paths: list[Steps]) -> Iterator[tuple[Path, object]]:
    """The values at some paths that are not lists or mappings."""
    for steps in paths:
        for path, value in selectors.select(data, steps):
            if not isinstance(value, dict | list) and value is not None:
                yield path, value
