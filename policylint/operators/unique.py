"""unique: an entry is the first or the only one that defines its ID."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, cast

from policylint.diagnostics import Related
from policylint.facts import EXPLICIT, ITEM, LOOSE, MENTIONING
from policylint.operators.operator import Failure, Traits, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.facts import EntryFact
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, subject="entry")
Options = Literal[True]

_Key = tuple[str, str, int]

_MARKS = re.compile(r"[*_`]+")
_REMARK = re.compile(r"[ \t]*[–—:(,|/]|[ \t]+-[ \t]")


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Only entries of some kind count, and of table rows and list items only those of one file: others repeat it.

    What may only speak of an entry repeats none that is explicit, nor does a document about one, such as its test plan.
    """
    del value, options
    entry, project = cast("EntryFact", scope.entry), cast("Project", scope.project)
    firsts = project.remember("first definitions", lambda: _firsts(project))
    if entry.rank == MENTIONING or (entry.rank == LOOSE and (entry.identifier, "", EXPLICIT) in firsts):
        return
    first = firsts.get(_key(entry))
    if first is None or first is entry or _is_view(first, entry):
        return
    if _is_about(first.title, entry.title) or _is_about(entry.title, first.title):
        return
    differing = _differing(first, entry)
    details = f", with another {_listed(differing)}" if differing else ""
    place = f"{first.path}:{first.span.start.line}"
    related = Related(first.path, first.span, f"{first.identifier} is defined here as well")
    yield Failure(f"{entry.identifier} is already defined in {place}{details}", is_sentence=True, related=(related,))


def suspects(options: Options, scope: Scope) -> frozenset[str]:
    """The IDs that are defined more than once."""
    del options
    return cast("Project", scope.project).index.repeated


def _firsts(project: Project) -> dict[_Key, EntryFact]:
    firsts: dict[_Key, EntryFact] = {}
    for entry in project.index.entries():
        if entry.kinds:
            firsts.setdefault(_key(entry), entry)
    return firsts


def _key(entry: EntryFact) -> _Key:
    """What only one entry may have: its ID among those as explicit, for rows and items together with the file."""
    return entry.identifier, entry.path if entry.rank == ITEM else "", entry.rank


def _is_view(first: EntryFact, entry: EntryFact) -> bool:
    """Whether a row of another table, with other columns, repeats what a file has told above."""
    return entry.rank == ITEM and first.fields.keys() != entry.fields.keys()


def _is_about(title: str, longer: str) -> bool:
    """Whether a title is another one with something behind it: `Checkout – Test Plan` for `Checkout`."""
    return title != "" and longer.startswith(title) and _REMARK.match(longer, len(title)) is not None


def _differing(first: EntryFact, second: EntryFact) -> list[str]:
    """The names of the fields that both definitions have, with different values."""
    both = [name for name in second.fields if name in first.fields]
    return [second.fields[name].name for name in both if _text(first, name) != _text(second, name)]


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _text(entry: EntryFact, name: str) -> str:
    return " ".join(_MARKS.sub("", text_of(entry.fields[name].value)).split())
