"""The trace as a graph: nodes by prefix and edges without repetitions, for every format that draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.named_tuple import NamedTuple
from policylint.trace_reports.numbering import order, prefix_of

if TYPE_CHECKING:
    from policylint.trace_reports.view import View


class Edge(NamedTuple):
    """What an entry does to another, once for each type of link."""

    source: str
    target: str
    type: str
    is_mention: bool


def clusters(view: View) -> dict[str, list[str]]:
    """The IDs of all nodes by their prefixes, in order; the ends of links are nodes as well."""
    ends = {end for link in view.scope.links if link.source for end in (link.source, link.target) if end}
    nodes: dict[str, list[str]] = {}
    for identifier in sorted({*view.scope.identifiers, *ends}, key=order):
        nodes.setdefault(prefix_of(identifier), []).append(identifier)
    return nodes


def edges(view: View) -> list[Edge]:
    """Links between entries; a mention only where no field says more."""
    links = [link for link in view.scope.links if link.source and link.target]
    stated = {(link.source, link.target) for link in links if not link.is_mention}
    drawn = [
        Edge(link.source, link.target, link.type, link.is_mention)
        for link in links
        if not link.is_mention or (link.source, link.target) not in stated
    ]
    return list(dict.fromkeys(drawn))
