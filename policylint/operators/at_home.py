"""at_home: an entry is defined where the entries of its kind belong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from policylint import globs
from policylint.operators.operator import Failure, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.facts import EntryFact
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, subject="entry")
Options = Literal[True]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """A kind without a home is at home everywhere."""
    del value, options
    entry, project = cast("EntryFact", scope.entry), cast("Project", scope.project)
    kinds = [kind for kind in project.entry_settings.kinds if kind.name in entry.kinds]
    if kinds and not any(not kind.home or globs.matches(kind.home, entry.path) for kind in kinds):
        yield Failure(f"{entry.identifier} is defined outside the home of {kinds[0].name} entries", is_sentence=True)
