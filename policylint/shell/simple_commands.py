"""The simple commands of a command line, wherever in it they stand: what it may run, whether or not it gets there."""

from __future__ import annotations

from policylint.record import Record
from policylint.shell.parsing import parse
from policylint.shell.syntax import Literal, Simple, Unparsable, Word


def simple_commands(text: str) -> list[tuple[str, ...]]:
    """The words of each command, in order, as far as they can be told; none for what is no command line."""
    try:
        root = parse(text)
    except (Unparsable, RecursionError):
        return []
    found: list[tuple[str, ...]] = []
    pending: list[object] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, Simple) and node.words:
            found.append(tuple(word_text(word) for word in node.words))
        if isinstance(node, Record):
            pending.extend(reversed(list(node.__dict__.values())))
        elif isinstance(node, tuple):
            pending.extend(reversed(node))
    return found


def word_text(word: Word) -> str:
    """A word after quote removal; one that only a running shell could tell stays as written."""
    if all(isinstance(part, Literal) for part in word.parts):
        return "".join(part.text for part in word.parts if isinstance(part, Literal))
    return word.source
