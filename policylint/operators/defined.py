"""defined: every ID that a value names is defined by an entry of the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from policylint.operators.operator import Failure, Traits, defined_here

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, answers_by_value=True, needs_index=True)
Options = Literal[True]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """IDs of prefixes of which the repository defines none are not looked up: their entries live elsewhere."""
    del options
    project = cast("Project", scope.project)
    text = value.text
    for reference in scope.grammar().references(text):
        for target in map(str, reference.targets):
            prefix = target.rpartition("-")[0]
            if prefix in project.index.prefixes and not project.index.definitions(target):
                similar = project.similar_definition(target)
                related = (defined_here(similar),) if similar else ()
                yield Failure(f"{target} is not defined in any file", is_sentence=True, related=related)
