"""listed_in: a path is among those that the same document lists elsewhere, or that documents it links list."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, TypedDict, cast

from policylint.catalogue import listed_paths, normal_path
from policylint.named_tuple import NamedTuple
from policylint.operators.operator import Failure, Traits, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.catalogue import Named
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
        parts = path.split("/")
        ancestors = ("/".join(parts[:length]) for length in range(1, len(parts) + 1))
        return any(each in self.paths for each in ancestors) or any(fnmatchcase(path, each) for each in self.patterns)


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """A listed folder lists what lies in it; a `*` in a listed path stands for anything."""
    path = normal_path(value.text)
    if path and not any(each.has(path) for each in _all_listed(options, scope)):
        yield Failure(f"{shown(value.value)} is not listed", is_sentence=True)


def _all_listed(options: Options, scope: Scope) -> Iterator[_Listed]:
    steps = cast("Any", options["paths"])
    if "by" not in options:
        yield _Last.of(scope.whole.data if scope.whole else None, steps)
        return
    project = cast("Project", scope.project)
    catalogue, by = project.catalogue(options["kind"]), cast("Any", options["by"])
    own = catalogue.documents.get(scope.path)
    if own is None:
        return
    for path in [own.path, *catalogue.reachable(own, by)]:
        yield _listed_of(catalogue.documents[path], steps, project)


def _listed_of(document: Named, steps: Any, project: Project) -> _Listed:
    return project.remember(("listed", document.path, repr(steps)), lambda: _listed(document.data, steps))


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
