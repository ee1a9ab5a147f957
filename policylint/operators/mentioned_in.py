"""mentioned_in: an entry is named in the documents of a kind, if there are any."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, cast

from policylint.diagnostics import FILE_START, Related
from policylint.operators.operator import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.facts import EntryFact
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

NEEDS_PROJECT = True


class Options(TypedDict):
    """`document`: the kind of document."""

    document: str


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """One document of the kind that names the entry is enough."""
    del value
    entry, project, kind = cast("EntryFact", scope.entry), cast("Project", scope.project), options["document"]
    paths = project.remember(
        ("documents of kind", kind), lambda: sorted(each.path for each in project.facts.values() if kind in each.kinds)
    )
    named = {reference.path for reference in project.index.incoming(entry.identifier)}
    if paths and named.isdisjoint(paths):
        related = Related(paths[0], FILE_START, "this is the document")
        yield Failure(f"{entry.identifier} is not in {paths[0]}", is_sentence=True, related=(related,))
