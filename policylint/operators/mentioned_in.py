"""mentioned_in: an entry is named in the documents of a kind, if there are any."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, cast

from policylint.diagnostics import FILE_START, Related
from policylint.filetree import Unreadable
from policylint.operators.operator import Failure, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.facts import EntryFact
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, subject="entry", names={"document": "document"})


class Options(TypedDict):
    """`document`: the kind of document."""

    document: str


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """One document of the kind that names the entry is enough, wherever in it: trees are drawn in code blocks."""
    del value
    entry = cast("EntryFact", scope.entry)
    paths = _paths(options["document"], cast("Project", scope.project))
    if paths and not any(entry.identifier in _named(path, scope) for path in paths):
        related = Related(paths[0], FILE_START, "this is the document")
        yield Failure(f"{entry.identifier} is not in {paths[0]}", is_sentence=True, related=(related,))


def suspects(options: Options, scope: Scope) -> frozenset[str]:
    """The IDs that no document of the kind names."""
    paths = _paths(options["document"], cast("Project", scope.project))
    if not paths:
        return frozenset()
    defined = frozenset(cast("Project", scope.project).index.identifiers())
    return defined.difference(*(_named(path, scope) for path in paths))


def _paths(kind: str, project: Project) -> list[str]:
    """The documents of a kind."""
    return project.remember(
        ("documents of kind", kind), lambda: sorted(each.path for each in project.facts.values() if kind in each.kinds)
    )


def _named(path: str, scope: Scope) -> frozenset[str]:
    """Every ID in the text of a document, ranges expanded."""
    project = cast("Project", scope.project)

    def read() -> frozenset[str]:
        source = project.source(path)
        text = "" if isinstance(source, Unreadable) else source.text
        return frozenset(str(each) for reference in scope.grammar().references(text) for each in reference.targets)

    return project.remember(("IDs", path), read)
