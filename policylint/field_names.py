"""Names of fields as people write them, made comparable."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=4096)
def normalise(name: str) -> str:
    """A field name without case, blanks and punctuation: `Linked IDs`, `linked_ids` and `linkedIds` are one."""
    return "".join(character for character in name if character.isalnum()).lower()
