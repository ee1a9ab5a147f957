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
    """One failure for the first of the earlier documents, in the order of paths, that list each path."""
    del value
    project = cast("Project", scope.project)
    catalogue, by = project.catalogue(options["kind"]), cast("Any", options["by"])
    own = catalogue.documents.get(scope.path)
    if own is None:
        return
    table, group = project.remember(("apart", id(options)), lambda: _table(catalogue, options)), _group(own, options)
    candidates = ((1 << catalogue.place(own.path)) - 1) & ~catalogue.connected(own, by)
    shared: dict[int, list[str]] = {}
    found = 0
    for path in _listed(own, options):
        others = table.get((*group, path), 0) & candidates
        if others:
            shared.setdefault(others & -others, []).append(path)
            found |= others
    more = found.bit_count() - len(shared)
    for first, paths in shared.items():
        yield _failure(catalogue.first(first).path, paths, more)


def _failure(other: str, paths: list[str], more: int) -> Failure:
    listed = ", ".join(paths[:_SHOWN]) + (f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else "")
    related = (Related(other, FILE_START, "this is the other"),)
    others = f", and so do {more} more" if more else ""
    details = {"other": other.rpartition("/")[2], "paths": listed, "more": others}
    return Failure(f"shares {listed} with {other}{others}", related=related, details=details)


def _table(catalogue: Catalogue, options: Options) -> dict[tuple[str, ...], int]:
    """The places of the documents that list a path, by what they have in common and the path."""
    table: dict[tuple[str, ...], int] = {}
    for document in catalogue.documents.values():
        bit, group = 1 << catalogue.place(document.path), _group(document, options)
        for path in _listed(document, options):
            key = (*group, path)
            table[key] = table.get(key, 0) | bit
    return table


def _group(document: Named, options: Options) -> tuple[str, str]:
    value = selectors.first(document.data, cast("Any", options["same"]))[1]
    return document.folder, text_of(value)


def _listed(document: Named, options: Options) -> list[str]:
    return list(dict.fromkeys(listed_paths(document.data, cast("Any", options["paths"]))))
