"""The overview of many entries: counts for each prefix, then each entry with what it links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.named_tuple import NamedTuple
from policylint.trace_reports.numbering import compact, prefix_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.trace_reports.view import View

_HEADER = ("prefix", "entries", "linked", "orphans", "dangling", "kind")


class _Count(NamedTuple):
    """The row of a prefix: its IDs, those with a link in any direction, references to IDs that no entry has."""

    prefix: str
    entries: int
    linked: int
    dangling: int
    kind: str

    @property
    def cells(self) -> tuple[str, ...]:
        numbers = (self.entries, self.linked, self.entries - self.linked, self.dangling)
        return (self.prefix, *map(str, numbers), self.kind)


def render(view: View) -> Iterator[str]:
    """The table, a blank line, a line for each entry."""
    rows = [_HEADER, *(count.cells for count in _counts(view))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER) - 1)]
    for row in rows:
        numbers = "  ".join(f"{cell:>{width}}" for cell, width in zip(row[1:-1], widths[1:], strict=True))
        yield f"{row[0]:{widths[0]}}  {numbers}  {row[-1]}".rstrip() + "\n"
    yield "\n"
    targets = _targets(view)
    for identifier in view.scope.identifiers:
        yield f"{_line(view, identifier, targets.get(identifier, []))}\n"


def _counts(view: View) -> Iterator[_Count]:
    linked, dangling = _linked(view), _dangling(view)
    of_prefix: dict[str, list[str]] = {}
    for identifier in view.scope.identifiers:
        of_prefix.setdefault(prefix_of(identifier), []).append(identifier)
    for prefix in sorted({*of_prefix, *dangling}):
        identifiers = of_prefix.get(prefix, [])
        count = sum(identifier in linked for identifier in identifiers)
        yield _Count(prefix, len(identifiers), count, dangling.get(prefix, 0), _kinds(view, identifiers))


def _kinds(view: View, identifiers: list[str]) -> str:
    names = {kind for identifier in identifiers for entry in view.index.definitions(identifier) for kind in entry.kinds}
    return view.text(", ".join(sorted(map(view.kind_title, names))))


def _linked(view: View) -> set[str]:
    """The IDs that take part in a link or a mention together with another entry."""
    links = [link for link in view.scope.links if link.source and link.target and link.source != link.target]
    return {end for link in links for end in (link.source, link.target)}


def _dangling(view: View) -> dict[str, int]:
    """By prefix, how many references lead to an ID that no entry has."""
    counts: dict[str, int] = {}
    for link in view.scope.links:
        if link.target and view.is_dangling(link.target):
            prefix = prefix_of(link.target)
            counts[prefix] = counts.get(prefix, 0) + 1
    return counts


def _targets(view: View) -> dict[str, list[str]]:
    targets: dict[str, list[str]] = {}
    for link in view.scope.links:
        if link.target and not link.is_mention:
            targets.setdefault(link.source, []).append(link.target)
    return targets


def _line(view: View, identifier: str, targets: list[str]) -> str:
    named = f"{identifier} {view.short(view.title(identifier))}".rstrip()
    return f"{named} -> {', '.join(compact(targets, view.remark))}" if targets else named
