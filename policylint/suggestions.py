"""The nearest right name for a wrong one."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


# Comparing takes some fifty microseconds a pair, and a hostile file holds a thousand wrong names.
_COMPARED = 24


# From here on a name is a known one but for a slip.
_ALMOST_THE_SAME = 0.8
_SHORTEST_BEGINNING = 4

# Words up to this many letters differ from others in one.
_SHORT = 4


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The most similar known name, or empty when none is as similar as that. Case counts for nothing.

    Of similar names that are not almost the same, one that goes on like the written one, but for its last letter, is
    likelier than one that is a few letters away: `notify` is `Notification`, not `Note`.
    """
    names = tuple(known)
    told = _nearest_of_few if len(names) <= _FEW else _nearest
    return told(name.lower()[:100], names, cutoff)


def _nearest(written: str, known: tuple[str, ...], cutoff: float) -> str:
    from difflib import SequenceMatcher, get_close_matches

    by_lower, pairs = _lowered(known)
    found = get_close_matches(written, _most_alike(written, pairs), n=1, cutoff=cutoff)
    if found and SequenceMatcher(a=written, b=found[0]).ratio() < _ALMOST_THE_SAME:
        found = _longer(written, by_lower) or found
    return by_lower[found[0]] if found else ""


@lru_cache(maxsize=16)
def _lowered(known: tuple[str, ...]) -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """Names and their pairs of letters by the name in lower case: a thousand wrong ones are compared with them."""
    by_lower = {each.lower(): each for each in sorted(known)}
    return by_lower, {lower: _pairs(lower) for lower in by_lower}


# The same slip is made in a thousand entries. The names are kept with the answers: only schemas have so few.
_FEW = 100
_nearest_of_few = lru_cache(maxsize=1024)(_nearest)


def _longer(written: str, names: Iterable[str]) -> list[str]:
    """The shortest of the longer names that begin like a text; its last letter counts only where some have it."""
    longer = [name for name in names if len(name) > len(written)]
    for beginning in (written, written[:-1]):
        found = [name for name in longer if len(beginning) >= _SHORTEST_BEGINNING and name.startswith(beginning)]
        if found:
            return [min(found, key=len)]
    return []


def _most_alike(written: str, pairs: Mapping[str, frozenset[str]]) -> list[str]:
    """The few names that share most pairs of letters with a text."""
    shared = dict(zip(pairs, map(len, map(_pairs(written).intersection, pairs.values())), strict=True))
    return sorted(shared, key=shared.__getitem__, reverse=True)[:_COMPARED]


def _pairs(text: str) -> frozenset[str]:
    return frozenset(map("".join, zip(f" {text}", f"{text} ", strict=True)))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`did you mean 'x'?`, or empty when no known name is similar."""
    suggestion = nearest(name, known)
    return f"did you mean '{suggestion}'?" if suggestion else ""


def one_step_away(name: str, known: Iterable[str]) -> str:
    """The one known name that differs in case only, or in one character written wrong, left out, added or swapped."""
    lower = name.lower()
    same = [each for each in known if each.lower() == lower]
    near = same or [each for each in known if _is_one_step(lower, each.lower())]
    return near[0] if len(near) == 1 else ""


def slip_of(name: str, known: Iterable[str]) -> str:
    """The known name, but for case, that one character written wrong, left out, added or swapped makes this one.

    A short word with another letter is another word: `Node` is not `Note`.
    """
    lower = name.lower()
    near = [each for each in _one_step_from(lower, tuple(known)) if not _is_another_word(lower, each.lower())]
    return nearest(name, near, 0.0) if near else ""


def _one_step_from(lower: str, known: tuple[str, ...]) -> Iterator[str]:
    """The known names that one step leads to, found by what both are without a letter, not by a look at each."""
    by_rest = _by_rest(known)
    # A long name is not taken apart as often as it has letters.
    if len(lower) > _longest(known) + 1:
        return iter(())
    candidates = dict.fromkeys(each for rest in _rests(lower) for each in by_rest.get(rest, ()))
    return (each for each in candidates if _is_one_step(lower, each.lower()))


@lru_cache(maxsize=64)
def _longest(known: tuple[str, ...]) -> int:
    return max((len(each.lower()) for each in known), default=0)


@lru_cache(maxsize=64)
def _by_rest(known: tuple[str, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in known:
        for rest in _rests(name.lower()):
            found.setdefault(rest, []).append(name)
    return found


def _rests(text: str) -> set[str]:
    """A text, and the same without any one of its characters."""
    return {text, *(text[:place] + text[place + 1 :] for place in range(len(text)))}


def _is_another_word(one: str, other: str) -> bool:
    return len(one) == len(other) <= _SHORT and sorted(one) != sorted(other)


def _is_one_step(one: str, other: str) -> bool:
    """Whether an edit of one character, or a swap of two neighbours, makes one text of the other."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    start = next((index for index, character in enumerate(short) if character != long[index]), len(short))
    if len(long) > len(short):
        return short[start:] == long[start + 1 :]
    is_swapped = short[start : start + 2] == long[start : start + 2][::-1] and short[start + 2 :] == long[start + 2 :]
    return is_swapped or short[start + 1 :] == long[start + 1 :]
