"""Commands told by the words they start with, as `schemas/commands.yaml` lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Role = Literal["test", "build"] | None


class Vocabulary:
    """The roles of commands; each line is a list of words, of which any but the first may hold wildcards."""

    def __init__(self, tests: Iterable[str], builds: Iterable[str], inert_options: Iterable[str] = ()) -> None:
        self._inert_options = frozenset(inert_options)
        self._lines: dict[str, list[tuple[Role, list[str]]]] = {}
        for role, lines in (("test", tests), ("build", builds)):
            for line in lines:
                first, *rest = line.split()
                self._lines.setdefault(first, []).append((role, rest))  # type: ignore[arg-type]

    def role(self, words: tuple[str, ...]) -> Role:
        """What a command does, judged by its first words; None when no line fits."""
        if not self._inert_options.isdisjoint(words):
            return None
        plain = [word for word in words[1:] if not word.startswith("-")]
        for role, line in self._lines.get(words[0], ()):
            if _starts_with(list(words[1:]), line) or _starts_with(plain, line):
                return role
        return None


def _starts_with(words: list[str], line: list[str]) -> bool:
    return len(words) >= len(line) and all(_fits(word, wanted) for word, wanted in zip(words, line, strict=False))


def _fits(word: str, wanted: str) -> bool:
    if word == wanted or "*" not in wanted:
        return word == wanted
    # fnmatch compiles a regular expression for each pattern: only for the few that need one.
    from fnmatch import fnmatchcase

    return fnmatchcase(word, wanted)
