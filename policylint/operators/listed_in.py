"""listed_in: a path is among those that the same document lists elsewhere, or that documents it links list."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, TypedDict, cast

from policylint.catalogue import listed_paths, normal_path
from policylint.named_tuple import NamedTuple
from policylint.operators.operator import Failure, Traits, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.catalogue import Catalogue
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(
    needs_project=False,
    subject="document",
    needs_index=True,
    project_options=("by",),
    path_options=("paths", "by"),
    names={"kind": "document"},
)

# Every path is compared with every pattern.
_MOST_PATTERNS = 50


class _Paths(TypedDict):
    paths: list[str] | str


class Options(_Paths, total=False):
    """`paths` lead to the lists; with `by` those of the documents of a `kind` count too that these paths name."""

    by: list[str] | str
    kind: str


def validate(options: Options) -> None:
    """Raise ValueError when only one of the two is given that need each other."""
    for name, other in (("by", "kind"), ("kind", "by")):
        if name in options and other not in options:
            raise ValueError(f"needs '{other}' with '{name}'")


class _Listed(NamedTuple):
    """What is listed: whole paths and folders, and patterns with `*`."""

    paths: frozenset[str]
    patterns: list[str]

    def has(self, path: str) -> bool:
        return any(each in self.paths for each in _ancestors(path)) or any(
            fnmatchcase(path, each) for each in self.patterns
        )


def _ancestors(path: str) -> Iterator[str]:
    """A path and the folders that it lies in, from the top."""
    parts = path.split("/")
    return ("/".join(parts[:length]) for length in range(1, len(parts) + 1))


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """A listed folder lists what lies in it; a `*` in a listed path stands for anything."""
    path = normal_path(value.text)
    if path and not _is_listed(path, options, scope):
        yield Failure(f"{shown(value.value)} is not listed", is_sentence=True)


def _is_listed(path: str, options: Options, scope: Scope) -> bool:
    steps = cast("Any", options["paths"])
    if "by" not in options:
        return _Last.of(scope.whole.data if scope.whole else None, steps).has(path)
    project = cast("Project", scope.project)
    catalogue = project.catalogue(options["kind"])
    own = catalogue.documents.get(scope.path)
    if own is None:
        return False
    table = project.remember(("listed", options["kind"], repr(steps)), lambda: _table(catalogue, steps))
    documents = catalogue.reached(own, cast("Any", options["by"])) | 1 << catalogue.place(own.path)
    return table.has(path, documents)


class _Table:
    """In which documents of a catalogue, as a set of places, each path and each pattern is listed."""

    def __init__(self) -> None:
        self.paths: dict[str, int] = {}
        self.patterns: dict[str, int] = {}

    def add(self, listed: _Listed, document: int) -> None:
        for known, found in ((self.paths, listed.paths), (self.patterns, listed.patterns)):
            for each in found:
                known[each] = known.get(each, 0) | document

    def has(self, path: str, documents: int) -> bool:
        return any(self.paths.get(each, 0) & documents for each in _ancestors(path)) or any(
            places & documents and fnmatchcase(path, each) for each, places in self.patterns.items()
        )


def _table(catalogue: Catalogue, steps: Any) -> _Table:
    table = _Table()
    for document in catalogue.documents.values():
        table.add(_listed(document.data, steps), 1 << catalogue.place(document.path))
    return table


class _Last:
    """What the document that was last asked for lists: every path in it is looked up there."""

    data: object = None
    steps: object = None
    listed = _Listed(frozenset(), [])

    @classmethod
    def of(cls, data: object, steps: Any) -> _Listed:
        if cls.data is not data or cls.steps is not steps:
            cls.data, cls.steps, cls.listed = data, steps, _listed(data, steps)
        return cls.listed


def _listed(data: object, steps: Any) -> _Listed:
    paths = list(listed_paths(data, steps))
    patterns = [each for each in dict.fromkeys(paths) if "*" in each]
    return _Listed(frozenset(paths), patterns[:_MOST_PATTERNS])
