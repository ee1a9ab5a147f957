"""stated_by_source: what an arrow in running text says of an entry is what the entry itself links."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal, cast

from policylint.diagnostics import Related
from policylint.facts import ARROW, MENTION
from policylint.operators.operator import Failure, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.facts import EntryFact, ReferenceFact
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, subject="reference")
Options = Literal[True]

# Of an ID that is defined more often, which another rule reports, the first definitions are looked at.
_DEFINITIONS = 10
_SHOWN = 5


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """An entry contradicts the arrow if it links another entry of the target's prefix, and not the target."""
    del options
    reference, project = cast("ReferenceFact", value.value), cast("Project", scope.project)
    for entry in project.index.definitions(reference.source)[:_DEFINITIONS]:
        links = project.remember(("links of", id(entry)), partial(_links, entry, project))
        for target in reference.targets:
            others = links.get(target.rpartition("-")[0], [])
            if others and not any(target in each.targets for each in others):
                yield _failure(reference, others)
                return


def _failure(reference: ReferenceFact, others: list[ReferenceFact]) -> Failure:
    linked = ", ".join(dict.fromkeys(each.text for each in others[:_SHOWN]))
    related = Related(others[0].path, others[0].span, f"{reference.source} links {linked} here")
    message = f"'{reference.text}' contradicts {reference.source}, which links {linked}"
    return Failure(message, is_sentence=True, related=(related,))


def _links(entry: EntryFact, project: Project) -> dict[str, list[ReferenceFact]]:
    """The links of one definition by the prefix they lead to; another definition of the ID may have others."""
    definitions = project.index.definitions(entry.identifier)
    later = [each.span.start for each in definitions if each.path == entry.path and each.span.start > entry.span.start]
    end = min(later, default=None)
    found: dict[str, list[ReferenceFact]] = {}
    for each in project.index.outgoing(entry.identifier):
        is_own = (
            each.path == entry.path and entry.span.start <= each.span.start and (end is None or each.span.start < end)
        )
        if is_own and each.link not in (ARROW, MENTION):
            for prefix in {target.rpartition("-")[0] for target in each.targets}:
                found.setdefault(prefix, []).append(each)
    return found
