"""referenced: something else refers to an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from policylint.operators.operator import Failure, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.facts import EntryFact
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, subject="entry")
Options = Literal[True]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """A link and a mention count alike; what an entry says of itself does not."""
    del value, options
    entry, project = cast("EntryFact", scope.entry), cast("Project", scope.project)
    if not project.index.is_referred_to(entry.identifier):
        yield Failure(f"{entry.identifier} is referred to by nothing", is_sentence=True)


def suspects(options: Options, scope: Scope) -> frozenset[str]:
    """The IDs that nothing refers to."""
    del options
    return cast("Project", scope.project).index.unreferred
