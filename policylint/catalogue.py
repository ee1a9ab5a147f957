"""All documents of one kind by the names that others call them by, and where their links lead.

A name counts below the base folder of the document that uses it, one of the group IN_FOLDER in its own folder only.
Numbers are compared without leading zeros.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from policylint import selectors
from policylint.named_tuple import NamedTuple

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
    """The documents of one kind, in the order of paths."""

    def __init__(self, documents: Iterable[Named]) -> None:
        self.documents = {each.path: each for each in documents}
        self._by_name: dict[tuple[str, str], list[Named]] = {}
        for each in self.documents.values():
            for group, name in each.names.items():
                place = f"folder {each.folder}" if group == IN_FOLDER else f"base {each.base}"
                self._by_name.setdefault((place, plain(name)), []).append(each)
        self._turning: dict[str, frozenset[str]] = {}
        self._reachable: dict[tuple[str, str], frozenset[str]] = {}

    def find(self, name: str, user: Named) -> Named | None:
        """The document that another calls by a name: one of its own folder first."""
        wanted = plain(name)
        below = self._by_name.get((f"base {user.base}", wanted), [])
        beside = [each for each in below if each.folder == user.folder]
        return next(iter((*self._by_name.get((f"folder {user.folder}", wanted), []), *beside, *below)), None)

    def linked(self, source: Named, by: list[Steps]) -> Iterator[Named]:
        """The documents that the texts at some paths of another name."""
        for _, value in values(source.data, by):
            found = self.find(str(value), source)
            if found is not None:
                yield found

    def reachable(self, source: Named, by: list[Steps]) -> frozenset[str]:
        """The paths of all documents that links lead to, over any number of others."""
        key = (source.path, repr(by))
        if key not in self._reachable:
            self._reachable[key] = self._reached(source, by)
        return self._reachable[key]

    def _reached(self, source: Named, by: list[Steps]) -> frozenset[str]:
        found: set[str] = set()
        pending = [source]
        while pending:
            for each in self.linked(pending.pop(), by):
                if each.path not in found:
                    found.add(each.path)
                    pending.append(each)
        return frozenset(found)

    def turning(self, by: list[Steps]) -> frozenset[str]:
        """The paths of what may be part of a circle: what is left when all that links nothing is taken away, again
        and again.
        """
        key = repr(by)
        if key not in self._turning:
            self._turning[key] = self._left_over(by)
        return self._turning[key]

    def _left_over(self, by: list[Steps]) -> frozenset[str]:
        targets = {path: {each.path for each in self.linked(one, by)} for path, one in self.documents.items()}
        sources: dict[str, list[str]] = {}
        for path, found in targets.items():
            for each in found:
                sources.setdefault(each, []).append(path)
        pending = [path for path, found in targets.items() if not found]
        while pending:
            done = pending.pop()
            targets.pop(done)
            for source in sources.get(done, []):
                targets[source].discard(done)
                pending += [source] if not targets[source] else []
        return frozenset(targets)


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
