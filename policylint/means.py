"""How a run gets its work done, which makes no difference to what comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policylint.documents.source import Source
    from policylint.facts import Examination
    from policylint.observation import Observer


class Store(Protocol):
    """Examinations of earlier runs with the same pack and settings, by path and text."""

    # For fewer files than this it is not asked: examining them is quicker.
    least: int

    def get(self, source: Source) -> Examination | None:
        """What examining exactly this text at this path gave, if it is known."""
        ...

    def put(self, source: Source, examination: Examination) -> None:
        """Keep what examining a text gave."""
        ...


class Workers(Protocol):
    """What applies a function to many values; possibly several at once, in processes that know all that this one does.

    `form` is the type of the results, which travel. They come in the order of the values.
    """

    def map(self, function: Callable[[Any], Any], values: list[Any], form: Any) -> Iterator[Any]:
        """The results."""
        ...


class InTurn:
    """One after the other, here."""

    def map(self, function: Callable[[Any], Any], values: list[Any], form: Any) -> Iterator[Any]:  # noqa: ARG002
        """The results, each when it is asked for."""
        return map(function, values)


class Means(NamedTuple):
    """How a run gets its work done, which makes no difference to what comes out.

    The `observer` notes what it looks at while it judges files together.
    """

    store: Store | None = None
    workers: Workers = InTurn()
    observer: Observer | None = None


# Everything is worked out here, one after the other.
PLAIN = Means()
