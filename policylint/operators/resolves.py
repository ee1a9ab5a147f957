"""resolves: every ID that a reference stands for is defined somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from policylint.diagnostics import Related
from policylint.facts import MENTION
from policylint.operators.operator import Failure, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.facts import ReferenceFact
    from policylint.operators.operator import Predicate, Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, subject="reference", asks_each_target=True)
Options = Literal[True]

_SHOWN_MEMBERS = 5


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """A range counts as all its members, reported together. Prefixes that are unknown or kept elsewhere are not
    looked up; neither are those of mentions that belong to no kind, or of which the repository defines no ID at all.
    """
    del options
    reference, project = cast("ReferenceFact", value.value), cast("Project", scope.project)
    undefined = [target for target in reference.targets if not _is_known(target, reference, project)]
    if undefined:
        related = _related(undefined[0], reference.source, project)
        yield Failure(_message(reference, undefined), is_sentence=True, fix=_fix(undefined, project), related=related)


def predicate(options: Options) -> Predicate:
    """What tells whether `check` finds nothing, without looking for what may have been meant."""
    del options

    def resolves(value: Value, scope: Scope) -> bool:
        reference, project = cast("ReferenceFact", value.value), cast("Project", scope.project)
        return all(_is_known(target, reference, project) for target in reference.targets)

    return resolves


def _is_known(target: str, reference: ReferenceFact, project: Project) -> bool:
    prefix = target.rpartition("-")[0]
    if prefix in project.external_prefixes or project.index.definitions(target):
        return True
    if reference.link == MENTION:
        return prefix not in project.kind_prefixes or prefix not in project.index.prefixes
    return not project.knows_prefix(prefix)


def _message(reference: ReferenceFact, undefined: list[str]) -> str:
    if len(reference.targets) == 1:
        return f"{undefined[0]} is not defined in any file"
    shown = ", ".join(undefined[:_SHOWN_MEMBERS])
    more = f" and {len(undefined) - _SHOWN_MEMBERS} more" if len(undefined) > _SHOWN_MEMBERS else ""
    share = f"{len(undefined)} of {len(reference.targets)} IDs not defined in any file"
    return f"'{reference.text}' has {share}: {shown}{more}"


def _fix(undefined: list[str], project: Project) -> str:
    prefix = undefined[0].rpartition("-")[0]
    same = project.index.same_number(undefined[0])
    if same:
        return f"write {same[0].identifier}, as it is defined"
    what = f"define {undefined[0]}, correct the ID" if len(undefined) == 1 else "define the IDs, correct the range"
    return f"{what}, or list '{prefix}' in 'external-ids' if its entries live elsewhere"


def _related(identifier: str, source: str, project: Project) -> tuple[Related, ...]:
    similar = project.similar_definition(identifier, source)
    if similar is None:
        return ()
    title = f" ({similar.title})" if similar.title else ""
    return (Related(similar.path, similar.span, f"{similar.identifier}{title} is defined here"),)
