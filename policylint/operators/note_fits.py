"""note_fits: what a note says of a linked entry has a word in common with its title."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypedDict, cast

from policylint.operators.operator import Failure, Traits, defined_here, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.facts import ReferenceFact
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, subject="reference")

_WORD = re.compile(r"[^\W\d_]{3,}")
# Words that agree in their beginnings are forms of one another: rollback and rollbacks, deploy and deployment.
_STEM = 5


class Options(TypedDict):
    """`ignore`: words that fit any title, such as 'procedure'."""

    ignore: list[str]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Notes of single IDs only: a note of a range speaks of all its members. A note with IDs is a remark."""
    reference, project = cast("ReferenceFact", value.value), cast("Project", scope.project)
    if len(reference.targets) != 1 or not reference.note or scope.grammar().references(reference.note):
        return
    defined = project.index.definitions(reference.targets[0])
    ignored = _stems(" ".join(options["ignore"]))
    note = _stems(reference.note) - ignored
    titles = [_stems(each.title) - ignored for each in defined]
    if note and titles and all(title and not note & title for title in titles):
        entry = defined[0]
        related = defined_here(entry)
        message = f"{entry.identifier} is called {shown(reference.note)} here, but its title is {shown(entry.title)}"
        yield Failure(message, is_sentence=True, related=(related,))


def _stems(text: str) -> set[str]:
    return {word[:_STEM].casefold() for word in _WORD.findall(text)}
