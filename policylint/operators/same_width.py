"""same_width: no other entry has the same number with another count of leading zeros."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from policylint.operators.operator import Failure, Traits, defined_here

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.facts import EntryFact
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, subject="entry")
Options = Literal[True]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """EPIC-1 and EPIC-01 are two IDs that people take for one; the later one is reported."""
    del value, options
    entry, project = cast("EntryFact", scope.entry), cast("Project", scope.project)
    for other in project.index.same_number(entry.identifier):
        if (other.path, other.span.start) < (entry.path, entry.span.start):
            related = defined_here(other)
            message = f"{entry.identifier} has the number of {other.identifier}, written in another width"
            yield Failure(message, is_sentence=True, related=(related,))
            return


def suspects(options: Options, scope: Scope) -> frozenset[str]:
    """The IDs whose number is written in several widths."""
    del options
    return cast("Project", scope.project).index.of_several_widths
