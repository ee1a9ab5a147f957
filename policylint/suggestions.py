"""The nearest right name for a wrong one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """The most similar known name, or empty when none is similar. Case counts for nothing."""
    from difflib import get_close_matches

    by_lower = {each.lower(): each for each in sorted(known)}
    found = get_close_matches(name.lower()[:100], by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`did you mean 'x'?`, or empty when no known name is similar."""
    suggestion = nearest(name, known)
    return f"did you mean '{suggestion}'?" if suggestion else ""
