"""Commands told by the words they start with, as `schemas/commands.yaml` lists them."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Role = Literal["test", "build"] | None


class Vocabulary:
    """The roles of commands; lines of words, of which any may hold wildcards."""

    def __init__(self, tests: Iterable[str], builds: Iterable[str]) -> None:
        self._roles: list[tuple[Role, tuple[str, ...]]] = [("test", tuple(line.split())) for line in tests]
        self._roles += [("build", tuple(line.split())) for line in builds]

    def role(self, words: tuple[str, ...]) -> Role:
        """What a command does, judged by its first words; None when no line fits."""
        plain = tuple(word for word in words if not word.startswith("-"))
        for role, line in self._roles:
            if _starts_with(words, line) or _starts_with(plain, line):
                return role
        return None


def _starts_with(words: tuple[str, ...], line: tuple[str, ...]) -> bool:
    return len(words) >= len(line) and all(fnmatchcase(word, want) for word, want in zip(words, line, strict=False))
