"""Reporters: a report as text for people and machines. A new format is a module here and a name in RENDERERS."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

from policylint import documents
from policylint.documents.document import Limits
from policylint.filetree import Unreadable
from policylint.named_tuple import NamedTuple
from policylint.regular_files import is_below, relative

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policylint.diagnostics import Report
    from policylint.documents.document import Document
    from policylint.documents.source import Source
    from policylint.filetree import FileTree
    from policylint.pack import Rule

RENDERERS = {"full": "full", "concise": "concise", "json": "json_report", "github": "github", "sarif": "sarif"}


class Ending(NamedTuple):
    """How the run will end: its exit code, and whether it did all that it was asked for."""

    exit_code: int = 0
    is_complete: bool = True


class View:
    """A report with what it takes to show it: where its root lies, where the run started, and the files' lines.

    `rules` are those that were there to judge by, for formats that describe them.
    """

    def __init__(
        self,
        report: Report,
        tree: FileTree,
        root: str,
        start: str,
        *,
        color: bool = False,
        verbose: bool = False,
        rules: Iterable[Rule] = (),
        ending: Ending = Ending(),  # noqa: B008 - a named tuple never changes
    ) -> None:
        self.report = report
        self.rules = rules
        self.ending = ending
        self.color = color
        self.verbose = verbose
        self._tree = tree
        self._root = root
        self._start = start
        self._sources: dict[str, Source] = {}
        self._documents: dict[tuple[str, str], tuple[Document, ...]] = {}

    def path(self, path: str) -> str:
        """A path relative to the root as one relative to where the run started."""
        return path if self._root == self._start else relative(os.path.join(self._root, path), self._start)

    def inner_path(self, path: str) -> str:
        """A path relative to where the run started if the root lies there, else to the root: never with `..`."""
        return self.path(path) if is_below(self._root, self._start) else path

    def line(self, path: str, number: int) -> str:
        """A line of a file; empty when the file cannot be read any more."""
        return self._source(path).line(number)

    def document(self, path: str, format_name: str, number: int) -> Document | None:
        """A document of a file, read again; None when it is not there any more."""
        key = (path, format_name)
        if key not in self._documents:
            self._documents[key] = documents.load(self._source(path), format_name, Limits()).documents
        found = self._documents[key]
        return found[number] if number < len(found) else None

    def _source(self, path: str) -> Source:
        if path not in self._sources:
            read = self._tree.read(path)
            self._sources[path] = read.readable if isinstance(read, Unreadable) else read
        return self._sources[path]


def render(name: str, view: View) -> Iterator[str]:
    """The pieces of a report in one of RENDERERS."""
    pieces: Iterator[str] = import_module(f"policylint.reporters.{RENDERERS[name]}").render(view)
    return pieces
