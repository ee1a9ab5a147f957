"""Numbers of things, as messages have them."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`, `0 files`: for nouns that take an s."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
