"""What a trace shows: everything, the entries of some folders, or those around one entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.facts import ARROW, MENTION, RANGE
from policylint.named_tuple import NamedTuple
from policylint.trace_reports.numbering import order, prefix_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from policylint.facts import ReferenceFact
    from policylint.index import Index


class Link(NamedTuple):
    """What leads from an entry (empty for a document's text) to one target of a reference; `type` is its link.

    A reference that cannot be expanded leads to no target: it has the empty one.
    """

    source: str
    target: str
    type: str
    reference: ReferenceFact

    @property
    def is_mention(self) -> bool:
        """Whether no field states the link."""
        return self.type == MENTION


class Scope(NamedTuple):
    """The IDs that a trace is about and the links among and around them.

    `inner` are the IDs of which every link is among these; `is_whole` says that nothing is left out.
    """

    identifiers: list[str]
    inner: list[str]
    links: list[Link]
    is_whole: bool


def everything(index: Index) -> Scope:
    """All entries of the repository with all links."""
    identifiers = _ordered(index.identifiers())
    return Scope(identifiers, identifiers, _links(index), is_whole=True)


def below(index: Index, folders: list[str]) -> Scope:
    """The entries that files or folders define, with all links from and to them."""
    prefixes = tuple(f"{folder}/" for folder in folders)
    paths = {entry.path for entry in index.entries() if entry.path in folders or entry.path.startswith(prefixes)}
    chosen = {entry.identifier for entry in index.entries() if entry.path in paths}
    links = [link for link in _links(index) if link.source in chosen or link.target in chosen]
    identifiers = _ordered(chosen)
    return Scope(identifiers, identifiers, links, is_whole=False)


def around(index: Index, identifier: str, depth: int) -> Scope:
    """The entries at most `depth` links away from one, in either direction, with the links among them."""
    links = _links(index)
    distances = _distances(identifier, links, depth)
    shown = [link for link in links if link.target in distances and (not link.source or link.source in distances)]
    shown += [link for link in links if not link.target and link.source in distances]
    inner = _ordered(each for each, distance in distances.items() if distance < depth)
    inner.sort(key=lambda each: distances[each])
    return Scope(_ordered(distances), inner, sorted(shown, key=_by_ends), is_whole=False)


def _distances(start: str, links: list[Link], depth: int) -> dict[str, int]:
    """How far each ID is that can be reached, breadth first."""
    neighbours: dict[str, list[str]] = {}
    for link in links:
        if link.source and link.target:
            neighbours.setdefault(link.source, []).append(link.target)
            neighbours.setdefault(link.target, []).append(link.source)
    distances = {start: 0}
    pending = [start]
    for node in pending:
        if distances[node] < depth:
            new = [each for each in dict.fromkeys(neighbours.get(node, [])) if each not in distances]
            distances.update(dict.fromkeys(new, distances[node] + 1))
            pending += new
    return distances


def _links(index: Index) -> list[Link]:
    defined = frozenset(index.identifiers())
    return sorted((link for each in index.references() for link in _of(each, defined, index.prefixes)), key=_by_ends)


def _of(reference: ReferenceFact, defined: Container[str], prefixes: Container[str]) -> Iterator[Link]:
    """The links of a reference. What an arrow states is stated by the IDs at its ends as well.

    Running text is judged as leniently as by the rules: what looks like an ID must have a prefix that some entry has,
    and a range may speak of numbers that are yet to be given. What an entry's text says of the entry is no link.
    """
    source, link = reference.source, reference.link
    if link == ARROW:
        return
    if reference.fault and link != MENTION:
        yield Link(source, "", link, reference)
    for target in dict.fromkeys(reference.targets):
        is_meant = link != MENTION or (reference.form != RANGE and prefix_of(target) in prefixes)
        is_own = link == MENTION and target == source
        if (is_meant or target in defined) and not is_own:
            yield Link(source, target, link, reference)


def _ordered(identifiers: Iterable[str]) -> list[str]:
    return sorted(identifiers, key=order)


def _by_ends(link: Link) -> tuple[object, ...]:
    return order(link.source), order(link.target), link.reference.path, link.reference.span, link.type
