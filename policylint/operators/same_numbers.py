"""same_numbers: a quantity is the one that the linked entries state."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, cast

from policylint.diagnostics import Related
from policylint.field_names import normalise
from policylint.operators.operator import Failure, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.facts import EntryFact
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

NEEDS_PROJECT = True


class Options(TypedDict):
    """`to`: the prefixes of the linked entries, `fields`: where these state the quantity."""

    to: list[str]
    fields: list[str]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """One common number with its unit is enough; an entry that states none is not compared."""
    entry, project = cast("EntryFact", scope.entry), cast("Project", scope.project)
    own = _amounts("" if value.is_missing else text_of(value.value))
    for identifier in dict.fromkeys(each for link in project.index.outgoing(entry.identifier) for each in link.targets):
        if not own or identifier.rpartition("-")[0] not in options["to"]:
            continue
        for other in project.index.definitions(identifier):
            theirs = _amounts(_stated(other, options["fields"]))
            if theirs and own.isdisjoint(theirs):
                related = Related(other.path, other.span, f"{identifier} is defined here")
                yield Failure(f"shares no number with {identifier}", related=(related,))


def _stated(entry: EntryFact, fields: list[str]) -> str:
    found = (entry.fields.get(normalise(name)) for name in fields)
    return "\n".join(text_of(field.value) for field in found if field is not None)


def _amounts(text: str) -> set[tuple[float, str]]:
    from policylint.quantities import quantities

    return {(float(each.number), each.unit) for each in quantities(text) if not each.is_window}
