"""The trace: definitions and references of all files, in both directions."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from policylint.facts import ARROW, ITEM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policylint.facts import EntryFact, ReferenceFact

Cycle = list["ReferenceFact"]


class Index:
    """Entries by ID and references by source and target; the tables are put together once, on first demand.

    An ID that something more explicit defines is not defined by table rows, list items and headings as well: those
    repeat it, or speak of it.
    """

    def __init__(self, entries: Iterable[EntryFact], references: Iterable[ReferenceFact]) -> None:
        self._entries = list(entries)
        self._references = list(references)

    @cached_property
    def _definitions(self) -> dict[str, list[EntryFact]]:
        table: dict[str, list[EntryFact]] = {}
        for entry in self._entries:
            table.setdefault(entry.identifier, []).append(entry)
        table.update([(name, _explicit(found)) for name, found in table.items() if len(found) > 1])
        return table

    @cached_property
    def prefixes(self) -> frozenset[str]:
        """The prefixes of which at least one ID is defined."""
        return frozenset(entry.prefix for entry in self._entries)

    def entries(self) -> Iterator[EntryFact]:
        """All definitions, in the order of paths and lines."""
        definitions = self._definitions
        return iter([each for each in self._entries if _counts(each, definitions[each.identifier])])

    def references(self) -> Iterator[ReferenceFact]:
        """All references, those of documents' texts and arrows among them, in the order of paths and lines."""
        return iter(self._references)

    def identifiers(self) -> list[str]:
        """All defined IDs, sorted."""
        return sorted(self._definitions)

    def definitions(self, identifier: str) -> list[EntryFact]:
        """Where an ID is defined, in the order of paths and lines."""
        return self._definitions.get(identifier, [])

    @cached_property
    def _by_source(self) -> dict[str, list[ReferenceFact]]:
        table: dict[str, list[ReferenceFact]] = {}
        for reference in self._references:
            if reference.source:
                table.setdefault(reference.source, []).append(reference)
        return table

    @cached_property
    def _by_target(self) -> dict[str, list[ReferenceFact]]:
        table: dict[str, list[ReferenceFact]] = {}
        for reference in self._references:
            if reference.link != ARROW:
                for target in dict.fromkeys(reference.targets):
                    table.setdefault(target, []).append(reference)
        return table

    def outgoing(self, identifier: str) -> list[ReferenceFact]:
        """The references of every definition of an ID, in the order of paths and lines."""
        return self._by_source.get(identifier, [])

    def incoming(self, identifier: str) -> list[ReferenceFact]:
        """The references to an ID, in the order of paths and lines; what an arrow in running text says is none."""
        return self._by_target.get(identifier, [])

    @cached_property
    def repeated(self) -> frozenset[str]:
        """The IDs that are defined more than once."""
        return frozenset([identifier for identifier, found in self._definitions.items() if len(found) > 1])

    @cached_property
    def _widths(self) -> dict[tuple[str, str], list[EntryFact]]:
        firsts: dict[str, EntryFact] = {}
        for entry in self._entries:
            firsts.setdefault(entry.identifier, entry)
        table: dict[tuple[str, str], list[EntryFact]] = {}
        for identifier, entry in firsts.items():
            table.setdefault(_unpadded(identifier), []).append(entry)
        return table

    @cached_property
    def of_several_widths(self) -> frozenset[str]:
        """The defined IDs for which another differs from them in leading zeros only."""
        several = [found for found in self._widths.values() if len(found) > 1]
        return frozenset([each.identifier for found in several for each in found])

    def same_number(self, identifier: str) -> list[EntryFact]:
        """The first definition of each ID that differs from this one in leading zeros only: EPIC-1 for EPIC-01."""
        found = self._widths.get(_unpadded(identifier), [])
        return [entry for entry in found if entry.identifier != identifier]

    @cached_property
    def _referred(self) -> set[str]:
        referred: set[str] = set()
        for each in self._references:
            if each.link == ARROW:
                continue
            if each.source in each.targets:
                referred.update([target for target in each.targets if target != each.source])
            else:
                referred.update(each.targets)
        return referred

    @cached_property
    def unreferred(self) -> frozenset[str]:
        """The defined IDs to which nothing but their own entries refers."""
        return frozenset(self._definitions.keys() - self._referred)

    def is_referred_to(self, identifier: str) -> bool:
        """Whether anything but its own entry refers to an ID."""
        return identifier in self._referred

    def is_definition(self, entry: EntryFact) -> bool:
        """Whether an entry defines its ID, rather than repeat what something more explicit defines."""
        found = self._definitions.get(entry.identifier)
        return found is not None and _counts(entry, found)

    def cycles(self, links: frozenset[str]) -> list[Cycle]:
        """One cycle of each group of entries that lead back to each other over links of the given types.

        A cycle is the list of its references, from the first entry (in the order of IDs) around to it again.
        """
        graph: dict[str, list[ReferenceFact]] = {}
        for reference in self._references:
            if reference.source and reference.link in links:
                graph.setdefault(reference.source, []).append(reference)
        return [_cycle_within(graph, component) for component in _components(graph)]


def _explicit(found: list[EntryFact]) -> list[EntryFact]:
    least = min(entry.rank for entry in found)
    return [entry for entry in found if entry.rank == least or entry.rank < ITEM]


def _counts(entry: EntryFact, definitions: list[EntryFact]) -> bool:
    """Whether an entry is as explicit as the definitions of its ID."""
    return entry.rank < ITEM or entry.rank == definitions[0].rank


def _unpadded(identifier: str) -> tuple[str, str]:
    prefix, _, number = identifier.rpartition("-")
    return prefix, number.lstrip("0")


def _targets(graph: dict[str, list[ReferenceFact]], source: str) -> list[str]:
    return [target for reference in graph.get(source, []) for target in reference.targets if target != source]


def _components(graph: dict[str, list[ReferenceFact]]) -> list[list[str]]:
    """The groups of two or more entries that reach each other, each sorted."""
    search = _ComponentSearch(graph)
    for root in sorted(graph):
        search.visit(root)
    return sorted(search.found)


class _ComponentSearch:
    """Tarjan's algorithm (https://doi.org/10.1137/0201010) with a list of open nodes instead of recursion."""

    def __init__(self, graph: dict[str, list[ReferenceFact]]) -> None:
        self.found: list[list[str]] = []
        self._graph = graph
        self._numbers: dict[str, int] = {}
        self._lowest: dict[str, int] = {}
        self._open: list[tuple[str, Iterator[str]]] = []
        # Nodes whose component is not finished, in the order of their numbers.
        self._path: list[str] = []
        self._on_path: set[str] = set()

    def visit(self, root: str) -> None:
        """Find the components that are reached from a node, unless they are found already."""
        if root not in self._numbers:
            self._enter(root)
        while self._open:
            node, targets = self._open[-1]
            target = self._next_unseen(node, targets)
            if target is None:
                self._leave()
            else:
                self._enter(target)

    def _enter(self, node: str) -> None:
        self._numbers[node] = self._lowest[node] = len(self._numbers)
        self._path.append(node)
        self._on_path.add(node)
        self._open.append((node, iter(_targets(self._graph, node))))

    def _next_unseen(self, node: str, targets: Iterator[str]) -> str | None:
        for target in targets:
            if target not in self._numbers:
                return target
            if target in self._on_path:
                self._lowest[node] = min(self._lowest[node], self._numbers[target])
        return None

    def _leave(self) -> None:
        node, _ = self._open.pop()
        if self._open:
            parent, _ = self._open[-1]
            self._lowest[parent] = min(self._lowest[parent], self._lowest[node])
        if self._lowest[node] == self._numbers[node]:
            self._finish(node)

    def _finish(self, node: str) -> None:
        """Take a component off the path: everything from its first node on."""
        component: list[str] = []
        while not component or component[-1] != node:
            component.append(self._path.pop())
        self._on_path.difference_update(component)
        if len(component) > 1:
            self.found.append(sorted(component))


def _cycle_within(graph: dict[str, list[ReferenceFact]], component: list[str]) -> Cycle:
    """A shortest way from the first entry of a component back to it, breadth first."""
    first, members = component[0], set(component)
    reached: dict[str, ReferenceFact] = {}
    pending = [first]
    for node in pending:
        for reference in graph.get(node, []):
            for target in reference.targets:
                if target == first and node != first:
                    return _way_back(reached, first, node, reference)
                if target in members and target not in reached and target != first:
                    reached[target] = reference
                    pending.append(target)
    return []


def _way_back(reached: dict[str, ReferenceFact], first: str, last: str, closing: ReferenceFact) -> Cycle:
    way, node = [closing], last
    while node != first:
        way.append(reached[node])
        node = reached[node].source
    return way[::-1]
