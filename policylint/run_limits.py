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
    from policylint.facts import FileFacts

# How much more is held until what is beyond the limits is looked for again: rarely enough to cost nothing.
_BEYOND = 30_000


class Gathering:
    """The facts of files as they come, in any order, in the order of the paths that it was given.

    Of what lies beyond the limits of a run in that order, no more is kept than shows that there is something.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._facts: dict[str, FileFacts | None] = {}
        # How much more may come before what is beyond the limits is let go.
        self._room = limits.all_findings + limits.all_places + _BEYOND

    def expect(self, path: str) -> None:
        """Give a file its place in the order."""
        self._facts[path] = None

    def add(self, path: str, facts: FileFacts | None) -> None:
        """Keep the facts of a file; None for one of no kind."""
        self._facts[path] = facts
        if facts is not None:
            self._room -= len(facts.diagnostics) + len(facts.deferred)
            if self._room < 0:
                self._let_go()
                self._room = _BEYOND

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


def first_of(
    found: Iterable[Diagnostic], limit: int, full: Callable[[Diagnostic], Iterable[Diagnostic]]
) -> Iterator[Diagnostic]:
    """The first findings of a run, and what `full` says of the next one; what would follow is not asked for."""
    for count, each in enumerate(found):
        if count == limit:
            yield from full(each)
            return
        yield each


def shared_out(files: Iterable[FileFacts], limit: int) -> Iterator[tuple[FileFacts, bool]]:
    """The files with as many of their deferred places as there is room for; the first that lacks some is told."""
    room = limit
    for facts in files:
        count = len(facts.deferred)
        yield facts.replace(deferred=facts.deferred[: max(room, 0)]) if count > room else facts, 0 <= room < count
        room -= count
