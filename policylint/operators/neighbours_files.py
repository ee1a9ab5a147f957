"""neighbours_files: the files that other documents of the same folder list are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, cast

from policylint import selectors
from policylint.catalogue import listed_paths
from policylint.diagnostics import FILE_START, Related
from policylint.filetree import inside
from policylint.operators.operator import Failure, Traits, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.catalogue import Named
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(
    needs_project=True,
    subject="document",
    needs_index=True,
    path_options=("paths", "state"),
    names={"kind": "document"},
)

_PATTERN_MARKS = frozenset("*?{}")


class _Listed(TypedDict):
    kind: str
    paths: list[str] | str


class Options(_Listed, total=False):
    """Documents of a `kind` list files at `paths`; those that say one of `besides` at `state` do not count."""

    state: str
    besides: list[str]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """One failure for the first document that lists a file which is not there; patterns of paths are passed over."""
    del value
    project = cast("Project", scope.project)
    folder = scope.path.rpartition("/")[0]
    for document in project.catalogue(options["kind"]).documents.values():
        if document.folder == folder and _counts(document, options):
            missing = [path for path in _paths(document, options) if _is_missing(path, document, project)]
            if missing:
                yield _failure(document, missing)
                return


def _failure(document: Named, missing: list[str]) -> Failure:
    name = document.path.rpartition("/")[2]
    more = f" and {len(missing) - 1} more of its files do" if len(missing) > 1 else " does"
    message = f"{missing[0]} of {name}{more} not exist"
    related = (Related(document.path, FILE_START, "this promises it"),)
    return Failure(message, is_sentence=True, related=related, details={"fault": message})


def _counts(document: Named, options: Options) -> bool:
    state = selectors.first(document.data, cast("Any", options["state"]))[1] if "state" in options else ""
    return not state or text_of(state) not in options.get("besides", [])


def _paths(document: Named, options: Options) -> Iterator[str]:
    for path in listed_paths(document.data, cast("Any", options["paths"])):
        if _PATTERN_MARKS.isdisjoint(path):
            yield path


def _is_missing(path: str, document: Named, project: Project) -> bool:
    known = inside(document.base, path)
    return known is not None and not project.tree.type_of(known)
