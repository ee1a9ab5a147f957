"""The nearest right name for a wrong one."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


# Comparing takes some fifty microseconds a pair, and a hostile file holds a thousand wrong names.
_COMPARED = 24


def nearest(name: str, known: Iterable[str]) -> str:
    """The most similar known name, or empty when none is similar. Case counts for nothing."""
    from difflib import get_close_matches

    by_lower = {each.lower(): each for each in sorted(known)}
    written = name.lower()[:100]
    found = get_close_matches(written, _most_alike(written, by_lower), n=1, cutoff=0.6)
    return by_lower[found[0]] if found else ""


def _most_alike(written: str, names: Iterable[str]) -> list[str]:
    """The few names that share most pairs of letters with a text."""
    from heapq import nlargest

    pairs = _pairs(written)
    return nlargest(_COMPARED, names, key=lambda name: len(pairs & _pairs(name)))


@lru_cache(maxsize=4096)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(map("".join, zip(f" {text}", f"{text} ", strict=True)))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`did you mean 'x'?`, or empty when no known name is similar."""
    suggestion = nearest(name, known)
    return f"did you mean '{suggestion}'?" if suggestion else ""
