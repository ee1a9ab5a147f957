"""How much all files of a run may add up to: a thousand small hostile ones stay below every limit of a single file.

What is left out lies beyond a limit in the order of the files, so that it is the same whatever was known before the run
and however many processes share the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policylint.diagnostics import Diagnostic
    from policylint.documents.document import Limits
    from policylint.facts import DeferredSubject, FileFacts


# How much more is held until what is beyond the limits is looked for: rarely enough to cost nothing.
_BEYOND = 30_000


class Gathering:
    """The facts of files as they come, in any order, in the order of the paths that it was given.

    Of what lies beyond the limits of a run in that order, no more is kept than shows that there is something.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._facts: dict[str, FileFacts | None] = {}
        self._held = 0

    def expect(self, path: str) -> None:
        """Give a file its place in the order."""
        self._facts[path] = None

    def add(self, path: str, facts: FileFacts | None) -> None:
        """Keep the facts of a file; None for one of no kind."""
        self._facts[path] = facts
        if facts is not None:
            self._held += len(facts.diagnostics) + len(facts.deferred)
            if self._held > self._limits.all_findings + self._limits.all_places + _BEYOND:
                self._let_go()

    def facts(self) -> dict[str, FileFacts]:
        """The facts of the files of any kind, in order."""
        return {path: facts for path, facts in self._facts.items() if facts is not None}

    def _let_go(self) -> None:
        findings = places = 0
        for path, facts in self.facts().items():
            if findings >= self._limits.all_findings and len(facts.diagnostics) > 1:
                facts = self._facts[path] = facts.replace(diagnostics=facts.diagnostics[:1])  # noqa: PLW2901
            if places >= self._limits.all_places and len(facts.deferred) > 1:
                facts = self._facts[path] = facts.replace(deferred=facts.deferred[:1])  # noqa: PLW2901
            findings += len(facts.diagnostics)
            places += len(facts.deferred)
        self._held = findings + places


def first_of(
    found: Iterable[Diagnostic], limit: int, full: Callable[[Diagnostic], Iterable[Diagnostic]]
) -> Iterator[Diagnostic]:
    """The first findings of a run, and what `full` says of the next one; what would follow is not asked for."""
    for count, each in enumerate(found):
        if count == limit:
            yield from full(each)
            return
        yield each


def shared_out(files: Iterable[FileFacts], limit: int) -> Iterator[tuple[FileFacts, DeferredSubject | None]]:
    """The files with as many of their deferred places as there is room for, and the first that there is none for."""
    room = limit
    for facts in files:
        left_out = facts.deferred[room] if 0 <= room < len(facts.deferred) else None
        yield facts.replace(deferred=facts.deferred[: max(room, 0)]) if len(facts.deferred) > room else facts, left_out
        room -= len(facts.deferred)
