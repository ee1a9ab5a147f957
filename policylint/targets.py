"""IDs by what rules ask of the entries behind them: most are alike in the few words that the answers depend on."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from policylint.operators import looks_at_other_files, traits_of
from policylint.operators.operator import SHORT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from policylint.facts import EntryFact
    from policylint.index import Index
    from policylint.pack import Assertion

Key = tuple[object, ...]

# Properties that few words fill; what asks for another is asked of each ID.
_PROPERTIES = {"entry.dialect": "dialect", "entry.prefix": "prefix", "entry.state": "state"}


class Targets:
    """What conditions can tell IDs apart by: prefix, whether they are defined, and the values that are asked for."""

    def __init__(self, index: Index, conditions: Iterable[Assertion], canonical: Callable[[str], str]) -> None:
        self._index = index
        leaves = [leaf for condition in conditions for leaf in condition.leaves()]
        self._is_told_by_values = all(map(_asks_values, leaves))
        names = {str(alternative[0]) for leaf in leaves for alternative in leaf.field or ()}
        self._fields = sorted({canonical(name) for name in names - _PROPERTIES.keys()})
        properties = sorted(_PROPERTIES[name] for name in names & _PROPERTIES.keys())
        self._properties = attrgetter("prefix", *properties)

    def key(self, target: str) -> Key | None:
        """What is the same of all IDs of which conditions say the same; None where they ask for more than that."""
        if not self._is_told_by_values:
            return None
        told = [self._told(each) for each in self._index.definitions(target)]
        return None if None in told else (target.rpartition("-")[0], *told)

    def _told(self, entry: EntryFact) -> Key | None:
        found = [(name, field.value) for name in self._fields if (field := entry.fields.get(name))]
        # Numbers are no part of a key: 1 and true would be the same.
        is_short = all(isinstance(value, str) and len(value) <= SHORT for _, value in found)
        return (self._properties(entry), *found) if is_short else None


def _asks_values(leaf: Assertion) -> bool:
    """Whether a condition says the same of equal values of the fields and properties that it names."""
    names = [str(alternative[0]) for alternative in leaf.field or ()]
    is_known = all(name in _PROPERTIES or not name.startswith("entry.") for name in names)
    if not names or not is_known or looks_at_other_files(leaf.operator, leaf.options):
        return False
    return traits_of(leaf.operator).answers_by_value
