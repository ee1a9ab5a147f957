"""Names of fields as people write them, made comparable."""

from __future__ import annotations

import sys
from functools import lru_cache


@lru_cache(maxsize=4096)
def normalise(name: str) -> str:
    """A field name without case, blanks and punctuation: `Linked IDs`, `linked_ids` and `linkedIds` are one."""
    # Interned, since facts of thousands of entries have the same fields.
    return sys.intern("".join(character for character in name if character.isalnum()).lower())
