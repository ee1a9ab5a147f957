"""leads_elsewhere: a reference of an entry does not lead to the entry itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from policylint.operators.operator import Failure, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.facts import ReferenceFact
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=False, subject="reference")
Options = Literal[True]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """A range that holds the entry's own ID leads back as well."""
    del options, scope
    reference = cast("ReferenceFact", value.value)
    if reference.source in reference.targets:
        through = "" if reference.text == reference.source else f" through '{reference.text}'"
        yield Failure(f"{reference.source} links itself{through}", is_sentence=True)


def clears(reference: ReferenceFact, options: Options, project: Project) -> bool:
    """Whether `check` finds nothing."""
    del options, project
    return reference.source not in reference.targets
