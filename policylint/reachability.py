"""What can be reached in a directed graph: worked out once, however many nodes ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Reachability:
    """The nodes 0 to n - 1 of a graph, by the nodes that each links.

    Sets of nodes are numbers whose bits stand for the nodes: those of ten thousand nodes take a kilobyte each.
    """

    def __init__(self, targets: Sequence[Sequence[int]]) -> None:
        self._component = [-1] * len(targets)
        self._reached: list[int] = []
        for members in _components(targets):
            self._add(members, targets)

    def _add(self, members: list[int], targets: Sequence[Sequence[int]]) -> None:
        """What a component reaches: those that it links are there already."""
        number, reached = len(self._reached), 0
        linked = {target for member in members for target in targets[member]}
        for member in members:
            self._component[member] = number
        turns = len(members) > 1 or members[0] in linked
        for node in linked:
            reached |= 1 << node
            if self._component[node] != number:
                reached |= self._reached[self._component[node]]
        self._reached.append(reached | _bits(members) if turns else reached)

    def reached(self, node: int) -> int:
        """All nodes that links lead to from a node, over any number of others."""
        return self._reached[self._component[node]]

    def leads(self, node: int, other: int) -> bool:
        """Whether links lead from a node to another."""
        return bool(self.reached(node) >> other & 1)


def _bits(nodes: Sequence[int]) -> int:
    return sum(1 << node for node in nodes)


def _components(targets: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The strongly connected components, each after those that it links (Tarjan's algorithm, without recursion)."""
    order: dict[int, int] = {}
    lowest: dict[int, int] = {}
    waiting: list[int] = []
    is_done = [False] * len(targets)
    for root in range(len(targets)):
        if root in order:
            continue
        way = [(root, iter(targets[root]))]
        order[root] = lowest[root] = len(order)
        waiting.append(root)
        while way:
            node, rest = way[-1]
            for target in rest:
                if target not in order:
                    order[target] = lowest[target] = len(order)
                    waiting.append(target)
                    way.append((target, iter(targets[target])))
                    break
                if not is_done[target]:
                    lowest[node] = min(lowest[node], order[target])
            else:
                way.pop()
                if way:
                    lowest[way[-1][0]] = min(lowest[way[-1][0]], lowest[node])
                if lowest[node] == order[node]:
                    place = _place_from_end(waiting, node)
                    component = waiting[place:]
                    del waiting[place:]
                    for each in component:
                        is_done[each] = True
                    yield component


def _place_from_end(nodes: list[int], node: int) -> int:
    place = len(nodes) - 1
    while nodes[place] != node:
        place -= 1
    return place
