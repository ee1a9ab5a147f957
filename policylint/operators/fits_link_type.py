"""fits_link_type: a reference leads to a prefix that its link type allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from policylint.operators.operator import Failure, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.facts import ReferenceFact
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, subject="reference", asks_each_target=True)
Options = Literal[True]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Link types and their targets are data; a type without targets allows all."""
    del options
    reference, project = cast("ReferenceFact", value.value), cast("Project", scope.project)
    for link_type in project.entry_settings.link_types:
        if link_type.name == reference.link and link_type.targets:
            for target in reference.targets:
                if target.rpartition("-")[0] not in link_type.targets:
                    expected = " or ".join(link_type.targets)
                    message = f"{reference.source} {link_type.title} {target}, which is no {expected} entry"
                    yield Failure(message, is_sentence=True)
