"""Turn a command line into nodes: plain `a && b` lists by hand, everything else with tree-sitter."""

from __future__ import annotations

import re
from functools import lru_cache

from policylint.shell.syntax import (
    DECLARATIONS,
    RESERVED,
    AndOr,
    Item,
    Link,
    Literal,
    Sequence,
    Simple,
    Unparsable,
    Word,
)

MAX_LENGTH = 10_000

# tree-sitter-bash does not read every first word, nor `==`; the plain parser is to accept no more than it does.
_OF_NAMES = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-")
_PLAIN = _OF_NAMES | frozenset(":@=+,%&\t ")
# These have node types of their own.
_NOT_PLAIN = RESERVED | DECLARATIONS | {"unset", "unsetenv", "=="}
# Bash separates words at blanks and line ends only, tree-sitter at any white space; NUL ends a command line.
_DOUBTFUL = r"[^\S\t\n ]|[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]"


# A command is run in each context of its file, with and without a test that fails.
@lru_cache(maxsize=16)
def parse(text: str) -> Sequence:
    """The nodes of a command line; raises Unparsable for what bash would reject or we cannot read safely."""
    if len(text) > MAX_LENGTH:
        raise Unparsable("it is too long")
    plain = parse_plain(text)
    if plain is not None:
        return plain
    if re.search(_DOUBTFUL, text):
        raise Unparsable("it contains unusual white space or control characters")
    return _parse_fully(text)


def _parse_fully(text: str) -> Sequence:
    from policylint.shell.treesitter import parse_bash

    return parse_bash(text)


def parse_plain(text: str) -> Sequence | None:
    """The nodes of commands of plain words joined by `&&` alone; None when the text is anything else."""
    if not _PLAIN.issuperset(text):
        return None
    commands = [_plain_command(command) for command in text.split("&&")]
    first, *others = commands
    links = []
    for command in others:
        if command is None:
            return None
        links.append(Link("&&", command, ""))
    if first is None:
        return None
    return Sequence((Item(AndOr(first, tuple(links)) if links else first, ""),))


def _plain_command(text: str) -> Simple | None:
    words = text.split()
    if not words or "&" in text or not _NOT_PLAIN.isdisjoint(words):
        return None
    if words[0].startswith("-") or not _OF_NAMES.issuperset(words[0]):
        return None
    return Simple((), tuple(Word((Literal(word, quoted=False),), word) for word in words))
