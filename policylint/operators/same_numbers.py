"""same_numbers: a quantity is the one that the linked entries state."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypedDict, cast

from policylint.operators.operator import Failure, Traits, defined_here, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.facts import EntryFact
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, subject="entry", names={"to": "prefix"})


class Options(TypedDict):
    """`to`: the prefixes of the linked entries, `fields`: where these state the quantity."""

    to: list[str]
    fields: list[str]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Of each unit one common number is enough; units that no linked entry states are not compared."""
    entry, project = cast("EntryFact", scope.entry), cast("Project", scope.project)
    own = _amounts(value.text)
    theirs: dict[str, dict[float, EntryFact]] = {}
    for other in _linked(entry, options["to"], project) if own else ():
        stated = project.remember(("amounts", id(other), id(options)), partial(_stated, other, options, project))
        for unit, numbers in stated.items():
            theirs.setdefault(unit, {}).update(dict.fromkeys(numbers, other))
    for unit in own.keys() & theirs.keys():
        if own[unit].isdisjoint(theirs[unit]):
            yield _failure(next(iter(theirs[unit].values())), unit)


def _linked(entry: EntryFact, prefixes: list[str], project: Project) -> Iterator[EntryFact]:
    targets = [target for link in project.index.outgoing(entry.identifier) for target in link.targets]
    for identifier in dict.fromkeys(targets):
        if identifier.rpartition("-")[0] in prefixes:
            yield from project.index.definitions(identifier)


def _failure(other: EntryFact, unit: str) -> Failure:
    related = defined_here(other)
    measured = f" of {unit}" if unit else ""
    return Failure(f"shares no number{measured} with {other.identifier}", related=(related,))


def _stated(entry: EntryFact, options: Options, project: Project) -> dict[str, set[float]]:
    values = [project.field_of(entry, name) for name in options["fields"]]
    return _amounts("\n".join(text_of(value) for value in values if value is not None))


def _amounts(text: str) -> dict[str, set[float]]:
    """The numbers of a text by unit, times in seconds."""
    from policylint.quantities import quantities

    found: dict[str, set[float]] = {}
    for each in quantities(text):
        if not each.is_window:
            unit, number = ("s", each.number / 1000) if each.unit == "ms" else (each.unit, each.number)
            found.setdefault(unit, set()).add(number)
    return found
