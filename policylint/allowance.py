"""How much one file may have reported of it: a hostile one breaks a rule a hundred thousand times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.diagnostics import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from policylint.diagnostics import Diagnostic

    Explain = Callable[[str, Span, str], Iterator[Diagnostic]]

# What the findings of each rule in a file are told apart by: the place, and the severity with the message.
Counted = dict[str, tuple[tuple[Span, str], ...]]

_NOTHING: dict[str, set[tuple[Span, str]]] = {}


class Allowance:
    """The findings that each rule may have in each file; of those that say the same at one place the first counts.

    The first beyond `limit` is reported as a hit limit, by `explain` (path, span, message), the others not at all.
    """

    def __init__(self, limit: int, explain: Explain) -> None:
        self._limit = limit
        self._explain = explain
        self._seen: dict[str, dict[str, set[tuple[Span, str]]]] = {}

    def allows(self, rule: str, path: str) -> bool:
        """Whether a rule may still report something in a file; if not, it need not be judged there."""
        seen = self._seen.get(path, _NOTHING).get(rule)
        return seen is None or len(seen) <= self._limit

    def admit(self, diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """Those of the diagnostics that are within the limit, and the report that there are more.

        They are of one rule and one file; what would follow the report is not asked for.
        """
        for each in diagnostics:
            seen = self._seen.setdefault(each.path, {}).setdefault(each.rule, set())
            if len(seen) > self._limit:
                return
            said = (each.span, f"{each.severity.label}: {each.message}")
            if said in seen:
                continue
            seen.add(said)
            if len(seen) <= self._limit:
                yield each
            else:
                message = f"'{each.rule}' finds more than {self._limit} violations in the file, the others are left out"
                yield from self._explain(each.path, each.span, message)

    def counted(self, path: str) -> Counted:
        """What has been counted of a file so far, by rule."""
        return {rule: tuple(seen) for rule, seen in self._seen.get(path, _NOTHING).items()}

    def count(self, path: str, counted: Mapping[str, Iterable[tuple[Span, str]]]) -> None:
        """Count what was counted of a file elsewhere: in another process, or in an earlier run."""
        for rule, seen in counted.items():
            self._seen.setdefault(path, {}).setdefault(rule, set()).update(seen)
