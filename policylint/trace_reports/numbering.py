"""The order of IDs, and lists of them written shortly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.identifiers import Identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# Fewer IDs in a row are as easily read one by one.
_SHORTEST_RANGE = 3


def order(identifier: str) -> tuple[str, int, str, str]:
    """IDs by prefix, then by number: `A-9` before `A-10`. No ID, which is what a document's text has, comes first."""
    prefix, number, suffix = Identifier.parse(identifier) or ("", "0", "")
    return prefix, int(number), suffix, identifier


def prefix_of(identifier: str) -> str:
    """The part of an ID before its number."""
    return identifier.rpartition("-")[0]


def compact(identifiers: Iterable[str], remark: Callable[[str], str]) -> list[str]:
    """IDs in their order, those in a row as `TEST-001..TEST-020 (20)`; a remark follows in the brackets.

    IDs with different remarks are not put together.
    """
    runs: list[list[str]] = []
    for identifier in sorted(set(identifiers), key=order):
        if runs and _follows(identifier, runs[-1][-1]) and remark(identifier) == remark(runs[-1][-1]):
            runs[-1].append(identifier)
        else:
            runs.append([identifier])
    return [text for run in runs for text in _written(run, remark(run[0]))]


def _follows(identifier: str, before: str) -> bool:
    one, other = Identifier.parse(before), Identifier.parse(identifier)
    if one is None or other is None or one.suffix or len(one.number) != len(other.number):
        return False
    return other == one._replace(number=f"{int(one.number) + 1:0{len(one.number)}}")


def _written(run: list[str], remark: str) -> list[str]:
    if len(run) < _SHORTEST_RANGE:
        return [f"{identifier} ({remark})" if remark else identifier for identifier in run]
    count = f"{len(run)}, {remark}" if remark else str(len(run))
    return [f"{run[0]}..{run[-1]} ({count})"]
