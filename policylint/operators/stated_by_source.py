"""stated_by_source: what an arrow in running text says of an entry is what the entry itself links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from policylint.diagnostics import Related
from policylint.facts import ARROW, MENTION
from policylint.operators.operator import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.facts import EntryFact, ReferenceFact
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

NEEDS_PROJECT = True
Options = Literal[True]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """An entry contradicts the arrow if it links another entry of the target's prefix, and not the target."""
    del options
    reference, project = cast("ReferenceFact", value.value), cast("Project", scope.project)
    for target in reference.targets:
        for entry in project.index.definitions(reference.source):
            others = _links(entry, target.rpartition("-")[0], project)
            if others and not any(target in each.targets for each in others):
                linked = ", ".join(dict.fromkeys(each.text for each in others))
                related = Related(entry.path, others[0].span, f"{reference.source} links {linked} here")
                message = f"'{reference.text}' contradicts {reference.source}, which links {linked}"
                yield Failure(message, is_sentence=True, related=(related,))


def _links(entry: EntryFact, prefix: str, project: Project) -> list[ReferenceFact]:
    """The links of one definition to entries of a prefix; another definition of the ID may have others."""
    definitions = project.index.definitions(entry.identifier)
    later = [each.span.start for each in definitions if each.path == entry.path and each.span.start > entry.span.start]
    end = min(later, default=None)
    return [
        each
        for each in project.index.outgoing(entry.identifier)
        if each.path == entry.path
        and each.link not in (ARROW, MENTION)
        and entry.span.start <= each.span.start
        and (end is None or each.span.start < end)
        and any(target.rpartition("-")[0] == prefix for target in each.targets)
    ]
