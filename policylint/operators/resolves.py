"""resolves: every ID that a reference stands for is defined somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from policylint.diagnostics import Related
from policylint.operators.operator import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.facts import ReferenceFact
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

NEEDS_PROJECT = True
Options = Literal[True]

_SHOWN_MEMBERS = 5


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """A range counts as all its members, reported together; prefixes kept elsewhere are not looked up."""
    del options
    reference, project = cast("ReferenceFact", value.value), cast("Project", scope.project)
    if reference.fault:
        yield Failure(f"'{reference.text}' {reference.fault}", is_sentence=True, fix="write the range from low to high")
        return
    undefined = [target for target in reference.targets if not _is_known(target, project)]
    if not undefined:
        return
    yield Failure(
        _message(reference, undefined), is_sentence=True, fix=_fix(undefined), related=_related(undefined[0], project)
    )


def _is_known(target: str, project: Project) -> bool:
    return target.rpartition("-")[0] in project.external_prefixes or bool(project.definitions(target))


def _message(reference: ReferenceFact, undefined: list[str]) -> str:
    if len(reference.targets) == 1:
        return f"{undefined[0]} is not defined in any file"
    shown = ", ".join(undefined[:_SHOWN_MEMBERS])
    more = f" and {len(undefined) - _SHOWN_MEMBERS} more" if len(undefined) > _SHOWN_MEMBERS else ""
    share = f"{len(undefined)} of {len(reference.targets)} IDs not defined in any file"
    return f"'{reference.text}' has {share}: {shown}{more}"


def _fix(undefined: list[str]) -> str:
    prefix = undefined[0].rpartition("-")[0]
    what = f"define {undefined[0]}, correct the ID" if len(undefined) == 1 else "define the IDs, correct the range"
    return f"{what}, or list '{prefix}' in 'external-ids' if its entries live elsewhere"


def _related(identifier: str, project: Project) -> tuple[Related, ...]:
    similar = project.similar_definition(identifier)
    if similar is None:
        return ()
    title = f" ({similar.title})" if similar.title else ""
    return (Related(similar.path, similar.span, f"{similar.identifier}{title} is defined here"),)
