"""apart: no other document that goes side by side with this one lists the same paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, cast

from policylint import selectors
from policylint.catalogue import listed_paths
from policylint.diagnostics import FILE_START, Related
from policylint.operators.operator import Failure, Traits, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.catalogue import Catalogue, Named
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(
    needs_project=True,
    subject="document",
    needs_index=True,
    path_options=("same", "paths", "by"),
    names={"kind": "document"},
)

_SHOWN = 3


class Options(TypedDict):
    """Documents of a `kind` in one folder go side by side when `same` has the same value and no links `by` connect
    them; `paths` are those of the lists.
    """

    kind: str
    same: list[str] | str
    paths: list[str] | str
    by: list[str] | str


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """One failure for each earlier document, in the order of paths."""
    del value
    project = cast("Project", scope.project)
    catalogue, by = project.catalogue(options["kind"]), cast("Any", options["by"])
    own = catalogue.documents.get(scope.path)
    if own is None:
        return
    table = project.remember(("apart", id(options)), lambda: _table(catalogue, options))
    shared: dict[str, list[str]] = {}
    for path in _listed(own, options):
        for other in table.get((*_group(own, options), path), []):
            if other < own.path:
                shared.setdefault(other, []).append(path)
    for other, paths in shared.items():
        if not _connected(own, catalogue.documents[other], by, catalogue):
            yield _failure(other, paths)


def _failure(other: str, paths: list[str]) -> Failure:
    listed = ", ".join(paths[:_SHOWN]) + (f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else "")
    related = (Related(other, FILE_START, "this is the other"),)
    details = {"other": other.rpartition("/")[2], "paths": listed}
    return Failure(f"shares {listed} with {other}", related=related, details=details)


def _table(catalogue: Catalogue, options: Options) -> dict[tuple[str, ...], list[str]]:
    """The documents that list a path, by what they have in common and the path."""
    table: dict[tuple[str, ...], list[str]] = {}
    for document in catalogue.documents.values():
        for path in _listed(document, options):
            table.setdefault((*_group(document, options), path), []).append(document.path)
    return table


def _group(document: Named, options: Options) -> tuple[str, str]:
    value = selectors.first(document.data, cast("Any", options["same"]))[1]
    return document.folder, text_of(value)


def _listed(document: Named, options: Options) -> list[str]:
    return list(dict.fromkeys(listed_paths(document.data, cast("Any", options["paths"]))))


def _connected(one: Named, other: Named, by: Any, catalogue: Catalogue) -> bool:
    return other.path in catalogue.reachable(one, by) or one.path in catalogue.reachable(other, by)
