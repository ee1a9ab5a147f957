"""Read a command with tree-sitter-bash and mend what that grammar is known to misread."""

from __future__ import annotations

import itertools
import re
import time
from typing import TYPE_CHECKING

import tree_sitter_bash
from tree_sitter import Language, Parser

from policylint.named_tuple import NamedTuple
from policylint.shell.syntax import Unparsable

if TYPE_CHECKING:
    from tree_sitter import Node as Tree
    from tree_sitter import Point

_MAX_ROUNDS = 10
_SECONDS = 1.0
NOT_UNDERSTOOD = "its shell syntax is not understood"
TOO_DEEP = "it is nested too deeply"

_PARSER = Parser(Language(tree_sitter_bash.language()))

CHAINS = {"list", "pipeline", "redirected_statement"}
_BLANKS = (b" ", b"\t")
_GAP = re.compile(rb"(?:[ \t]|\\\n)*(\n)?")
_ON_ONE_LINE = CHAINS | {
    "command",
    "file_redirect",
    "herestring_redirect",
    "declaration_command",
    "unset_command",
    "variable_assignments",
}


class Repaired(NamedTuple):
    """A tree, the offsets of the `!` that were blanked out for it, and of the line ends that became `;`."""

    root: Tree
    negations: set[int]
    line_ends: set[int]


# tree-sitter-bash binds `!` to one simple command and misreads `! {` and `! if`. So every `!` is blanked out and the
# command that starts after it, a whole pipeline as in bash, is negated by its place in the text. At times it also reads
# on over the end of a line; then the line end becomes a `;`. Offsets stay as they are. Each round uncovers what the
# misreadings of the one before have hidden.
def repaired(source: bytes) -> Repaired:
    """The tree of a command after all repairs. Raises Unparsable when they do not come to an end in time."""
    deadline = time.monotonic() + _SECONDS
    negations: set[int] = set()
    line_ends: set[int] = set()
    for _ in range(_MAX_ROUNDS):
        root = _tree(source, deadline)
        new_negations, new_line_ends = _misreadings(source, root)
        if new_negations:
            source = _replaced(source, new_negations, b" ")
            negations |= new_negations
        elif new_line_ends:
            source = _replaced(source, new_line_ends, b";")
            line_ends |= new_line_ends
        else:
            return Repaired(root, negations, line_ends)
    raise Unparsable(TOO_DEEP)


def is_complete(source: bytes, repaired: Repaired) -> bool:
    """Whether the leaves of the tree make up the whole source: at times tree-sitter drops a character in silence."""
    leaves: list[tuple[int, int]] = [(offset, offset + 1) for offset in repaired.negations]
    pending = [repaired.root]
    while pending:
        tree = pending.pop()
        pending.extend(tree.children)
        if not tree.children:
            leaves.append((tree.start_byte, tree.end_byte))
    end = 0
    for start, stop in sorted([*leaves, (len(source), len(source))]):
        if source[end:start].replace(b"\\\n", b"").strip(b" \t\n"):
            return False
        end = max(end, stop)
    return True


def _tree(source: bytes, deadline: float) -> Tree:
    def read(offset: int, _point: Point) -> bytes:
        return source[offset:]

    def is_late(_offset: int, _has_error: bool) -> bool:
        return time.monotonic() > deadline

    try:
        return _PARSER.parse(read, progress_callback=is_late).root_node
    except ValueError:
        _PARSER.reset()
        raise Unparsable("it takes too long to read") from None


def _misreadings(source: bytes, root: Tree) -> tuple[set[int], set[int]]:
    """The offsets of every `!` that negates and of every line end that must end a command."""
    negations: set[int] = set()
    line_ends: set[int] = set()
    pending = [root]
    while pending:
        tree = pending.pop()
        children = tree.children
        pending.extend(children)
        if tree.type == "negated_command" and children:
            negations.add(_negation(source, children[0].start_byte))
        elif tree.type in _ON_ONE_LINE:
            line_ends |= _line_ends(source, children, before_operators=tree.type in CHAINS - {"redirected_statement"})
    return negations, line_ends


def _negation(source: bytes, offset: int) -> int:
    if source[offset : offset + 1] != b"!" or source[offset + 1 : offset + 2] not in _BLANKS:
        raise Unparsable(NOT_UNDERSTOOD)
    return offset


def _line_ends(source: bytes, children: list[Tree], *, before_operators: bool) -> set[int]:
    """Where a line ends between two of the children; with `before_operators` only where the second is an operator."""
    found: set[int] = set()
    for left, right in itertools.pairwise(children):
        if before_operators and right.is_named:
            continue
        if "comment" in (left.type, right.type):
            raise Unparsable(NOT_UNDERSTOOD)
        # A word may itself begin with the line end, so where the right one starts says nothing.
        gap = _GAP.match(source, left.end_byte, right.end_byte)
        if gap and gap[1]:
            found.add(gap.start(1))
    return found


def _replaced(source: bytes, offsets: set[int], byte: bytes) -> bytes:
    replaced = bytearray(source)
    for offset in offsets:
        replaced[offset : offset + 1] = byte
    return bytes(replaced)


def negated_starts(source: bytes, negations: set[int]) -> set[int]:
    """Where the negated commands start; `! ! a` is not negated."""
    starts: set[int] = set()
    for offset in negations:
        start = offset + 1
        while source[start : start + 1] in _BLANKS or start in negations:
            start += 1
        starts ^= {start}
    return starts
