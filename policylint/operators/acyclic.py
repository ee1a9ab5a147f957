"""acyclic: links of the given types do not lead from an entry back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, cast

from policylint.diagnostics import Related
from policylint.operators.operator import Failure, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.facts import EntryFact
    from policylint.index import Cycle
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, subject="entry", names={"over": "link type"})

_SHOWN_STEPS = 8


class Options(TypedDict):
    """`over`: the link types that must not form a cycle."""

    over: list[str]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """A cycle is reported once, at the entry whose ID comes first, with the place of each of its links."""
    del value
    entry, project = cast("EntryFact", scope.entry), cast("Project", scope.project)
    cycle = _cycles(options, project).get(entry.identifier)
    if cycle and project.index.definitions(entry.identifier)[0] is entry:
        yield _failure(cycle)


def suspects(options: Options, scope: Scope) -> frozenset[str]:
    """The IDs at which a cycle is reported."""
    return frozenset(_cycles(options, cast("Project", scope.project)))


def _cycles(options: Options, project: Project) -> dict[str, Cycle]:
    """Each cycle by the ID at which it is reported."""
    links = frozenset(options["over"])
    return project.remember(("cycles", links), lambda: {each[0].source: each for each in project.index.cycles(links)})


def _failure(cycle: Cycle) -> Failure:
    steps = [reference.source for reference in cycle]
    shown = steps if len(steps) <= _SHOWN_STEPS else [*steps[:_SHOWN_STEPS], f"{len(steps) - _SHOWN_STEPS} more"]
    way = " → ".join([*shown, steps[0]])
    related = tuple(Related(each.path, each.span, f"{each.source} leads on by '{each.text}'") for each in cycle)
    return Failure(f"{steps[0]} leads back to itself: {way}", is_sentence=True, related=related)
