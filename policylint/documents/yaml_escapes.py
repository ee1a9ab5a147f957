"""Bad escapes in double-quoted YAML texts: repaired in place, so that what else the document says is still read.

A regular expression in double quotes (`"a\\.b"`) is the most frequent thing that makes front matter unreadable. The
backslash that YAML refuses is what was meant, so a character that the text does not have stands for it until the text
is read: every offset stays what it was.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yaml import Node, ScalarNode, YAMLError

from policylint.documents.document import Fault
from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROBLEM = "found unknown escape character"

# What may follow a backslash (https://yaml.org/spec/1.2.2/#57-escaped-characters), as libyaml reads it.
_KNOWN = frozenset('0abt\tnvfre "/\\N_LPxuU\r\n\x85\u2028\u2029')
_STEP = re.compile(r'\\[\s\S]?|"')
# Private use: no meaning to YAML, and printable for it.
_STAND_INS = [chr(code) for code in range(0xE000, 0xE020)]
# Each repaired text costs one more reading of the whole, for which a key or value counts as so many characters.
_WORK = 20_000_000
_CHARACTERS_A_NODE = 50
_BETWEEN_NODES = ",:\n"
_MOST_REPAIRS = 100


class Repaired(NamedTuple):
    """What composing the repaired text gave, and one fault for each text that needed it."""

    nodes: list[Node]
    faults: list[Fault]


def compose_repaired(text: str, error: YAMLError, compose: Callable[[str], list[Node]]) -> Repaired | None:
    """Compose with all bad escapes taken as written; None when something else is wrong as well, or too much is."""
    stand_in = next((each for each in _STAND_INS if each not in text), "")
    faults: list[Fault] = []
    work = len(text) + _CHARACTERS_A_NODE * sum(map(text.count, _BETWEEN_NODES))
    for _ in range(min(_MOST_REPAIRS, _WORK // max(work, 1)) if stand_in else 0):
        mark = getattr(error, "problem_mark", None)
        if getattr(error, "problem", None) != PROBLEM or mark is None:
            return None
        places = list(_bad_escapes(text, mark.index))
        if not places:
            return None
        faults.append(_fault(text, places[0]))
        text = _replaced(text, places, stand_in)
        try:
            return Repaired(_restored(compose(text), stand_in), faults)
        except YAMLError as next_error:
            error = next_error
    return None


def _bad_escapes(text: str, start: int) -> Iterator[int]:
    """The bad escapes from one of them to the end of its quoted text."""
    for match in _STEP.finditer(text, start):
        if match[0] == '"':
            return
        if match[0][1:] not in _KNOWN:
            yield match.start()


def _fault(text: str, place: int) -> Fault:
    written = text[place : place + 2]
    message = f"'{written}' is no escape of a double-quoted text"
    return Fault(
        "syntax-error", message, place, place + 2, fix=f"write '\\{written}', or put the text in single quotes"
    )


def _replaced(text: str, places: list[int], stand_in: str) -> str:
    characters = list(text)
    for place in places:
        characters[place] = stand_in
    return "".join(characters)


def _restored(nodes: list[Node], stand_in: str) -> list[Node]:
    """The nodes with the backslashes back in their texts."""
    pending, seen = [*nodes], set()
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, ScalarNode):
            node.value = node.value.replace(stand_in, "\\")
        else:
            for child in node.value:
                pending.extend(child if isinstance(child, tuple) else (child,))
    return nodes
