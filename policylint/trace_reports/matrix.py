"""matrix: a Markdown table of entries by the prefixes that they link and that link them, then how much is linked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.trace_reports.numbering import compact, prefix_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policylint.trace_reports.view import View

# What GitHub's Markdown may take for a mark inside a cell.
_MARKUP = re.compile(r"[\\`*_\[\]|~$!]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

_MOST_COLUMNS = 100

_Cells = dict[str, dict[str, list[str]]]


def render(view: View) -> Iterator[str]:
    """The matrix, and for the whole repository a second table: how many entries of each pair of prefixes are linked."""
    forward, backward = _cells(view)
    identifiers = list(filter(view.is_defined, view.scope.identifiers))
    if not identifiers:
        yield f"The matrix is empty: {view.focus} is {view.remark(view.focus)}, and no entry links it.\n"
        return
    out, into = _Columns("→", forward, identifiers), _Columns("←", backward, identifiers)
    has_states = any(_state(view, identifier) for identifier in identifiers)
    states = ["State"] if has_states else []
    yield from _table_head(["ID", "Title", *states, *out.names, *into.names])
    for identifier in identifiers:
        row = [identifier, _escaped(view, view.title(identifier))]
        row += [_escaped(view, _state(view, identifier))] if states else []
        row += [_list(view, each) for each in (*out.row(identifier), *into.row(identifier))]
        yield _row(row)
    if view.scope.is_whole and out.names:
        yield "\n"
        yield from _coverage(view)


def _cells(view: View) -> tuple[_Cells, _Cells]:
    """For each ID and prefix the IDs that it links, and those that link it."""
    forward: _Cells = {}
    backward: _Cells = {}
    for link in view.scope.links:
        if link.source and link.target and not link.is_mention:
            forward.setdefault(link.source, {}).setdefault(prefix_of(link.target), []).append(link.target)
            backward.setdefault(link.target, {}).setdefault(prefix_of(link.source), []).append(link.source)
    return forward, backward


class _Columns:
    """The columns of one direction, by prefix: those beyond the first hundred prefixes share one, so that the cells of
    ten thousand entries with a prefix each are no hundred million.
    """

    def __init__(self, arrow: str, cells: _Cells, identifiers: list[str]) -> None:
        prefixes = sorted({prefix for identifier in identifiers for prefix in cells.get(identifier, {})})
        self._cells = cells
        self._shown = dict.fromkeys(prefixes[:_MOST_COLUMNS])
        others = len(prefixes) - len(self._shown)
        self._more = [f"{others} more"] if others else []
        self.names = [f"{arrow} {each}" for each in (*self._shown, *self._more)]

    def row(self, identifier: str) -> list[list[str]]:
        """The IDs in each column for an entry."""
        own = self._cells.get(identifier, {})
        others = [each for prefix, found in own.items() if prefix not in self._shown for each in found]
        return [*(own.get(prefix, []) for prefix in self._shown), *(others for _ in self._more)]


def _coverage(view: View) -> Iterator[str]:
    sources, targets = _pairs(view)
    totals: dict[str, int] = {}
    for identifier in view.index.identifiers():
        totals[prefix_of(identifier)] = totals.get(prefix_of(identifier), 0) + 1
    yield from _table_head(["Links", "Entries that link", "Entries that are linked"])
    for one, other in sorted(pair for pair in sources if pair[1] in totals):
        linking = f"{len(sources[one, other])} of {totals.get(one, 0)} {one}"
        yield _row([f"{one} → {other}", linking, f"{len(targets[one, other])} of {totals.get(other, 0)} {other}"])


def _pairs(view: View) -> tuple[dict[tuple[str, str], set[str]], dict[tuple[str, str], set[str]]]:
    """For each pair of prefixes the IDs at either end of its links; what no entry has is not linked."""
    sources: dict[tuple[str, str], set[str]] = {}
    targets: dict[tuple[str, str], set[str]] = {}
    for link in view.scope.links:
        if link.source and link.target and not link.is_mention:
            pair = prefix_of(link.source), prefix_of(link.target)
            is_defined = view.is_defined(link.target)
            sources.setdefault(pair, set()).update([link.source] if is_defined else [])
            targets.setdefault(pair, set()).update([link.target] if is_defined else [])
    return sources, targets


def _state(view: View, identifier: str) -> str:
    return next((each.state for each in view.index.definitions(identifier)), "")


def _list(view: View, identifiers: list[str]) -> str:
    return ", ".join(compact(identifiers, view.remark))


def _escaped(view: View, text: str) -> str:
    marked = _MARKUP.sub(r"\\\g<0>", view.short(text))
    return re.sub(r"[&<>]", lambda match: _ENTITIES[match[0]], marked)


def _table_head(names: list[str]) -> Iterator[str]:
    yield _row(names)
    yield _row(["---"] * len(names))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
