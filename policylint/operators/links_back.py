"""links_back: the entry that a reference leads to refers to the one that it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from policylint.operators.operator import Failure, Traits, defined_here

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.facts import ReferenceFact
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, subject="reference")
Options = Literal[True]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Any reference of the target counts, whatever its link type."""
    del options
    reference, project = cast("ReferenceFact", value.value), cast("Project", scope.project)
    for target in reference.targets:
        defined = project.index.definitions(target)
        if defined and not _refers(target, reference.source, project):
            related = defined_here(defined[0])
            message = f"{target} does not link back to {reference.source}"
            yield Failure(message, is_sentence=True, related=(related,), details={"target": target})


def _refers(source: str, target: str, project: Project) -> bool:
    def targets() -> frozenset[str]:
        return frozenset(each for reference in project.index.outgoing(source) for each in reference.targets)

    return target in project.remember(("targets of", source), targets)
