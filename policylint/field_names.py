"""Names of fields as people write them, made comparable."""

from __future__ import annotations

import sys
from functools import lru_cache

_SEPARATORS = "-_ "


def spelt_like(name: str, example: str) -> str:
    """A name of words in the way that another is written: `success-criteria`, `success_criteria`, `successCriteria`."""
    words = name.split(" ")
    is_lower = example == example.lower()
    separator = next((each for each in _SEPARATORS if each in example), "" if example[:1].islower() else " ")
    if not is_lower and example[:1].islower():
        words[0] = words[0].lower()
    spelt = separator.join(words)
    return spelt.lower() if is_lower else spelt


@lru_cache(maxsize=4096)
def normalise(name: str) -> str:
    """A field name without case, blanks and punctuation: `Linked IDs`, `linked_ids` and `linkedIds` are one."""
    # Interned, since facts of thousands of entries have the same fields.
    return sys.intern("".join(character for character in name if character.isalnum()).lower())
