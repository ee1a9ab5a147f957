"""accompanied_by: where there are such entries, there are also entries of other kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, cast

from policylint.operators.operator import Failure, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, subject="entry", asks_project_only=True, names={"kind": "entry"})


class Options(TypedDict):
    """`kind`: the entry kind of which at least one must exist."""

    kind: str


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Prefixes that are kept elsewhere count as there."""
    del value
    project, wanted = cast("Project", scope.project), options["kind"]
    kinds = project.remember("entry kinds", lambda: {kind for each in project.index.entries() for kind in each.kinds})
    elsewhere = any(
        kind.name == wanted and project.external_prefixes & set(kind.prefixes) for kind in project.entry_settings.kinds
    )
    if wanted not in kinds and not elsewhere:
        yield Failure(f"no {wanted} entry is defined", is_sentence=True)
