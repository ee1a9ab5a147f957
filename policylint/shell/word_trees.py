"""Build words from the concrete tree of tree-sitter-bash: quotes, expansions and substitutions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.shell.repair import NOT_UNDERSTOOD, TOO_DEEP
from policylint.shell.syntax import (
    EMPTY,
    Literal,
    Part,
    Sequence,
    Substitution,
    Unevaluated,
    Unparsable,
    Variable,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node as Tree

MAX_NESTING = 40
_UNEVALUATED = {"arithmetic_expansion", "brace_expression", "regex"}
_SUBSTITUTIONS = {"command_substitution", "process_substitution"}
# Alternately an escaped character (a backslash before a line end removes both) and a stretch without escapes.
_ESCAPES = re.compile(r"\\(.)|([^\\]+)", re.DOTALL)
_DOUBLE_QUOTED_ESCAPES = re.compile(r'\\([$`"\\\n])')


class WordReader:
    """Reads the words of one source; what reads commands is a subclass, as substitutions hold commands."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.depth = 0

    def sequence(self, trees: list[Tree]) -> Sequence:
        """The commands among the trees."""
        raise NotImplementedError

    def text(self, start: int, end: int) -> str:
        """The source between two offsets."""
        return self.source[start:end].decode()

    def text_of(self, tree: Tree) -> str:
        """The text of a tree, without white space around it."""
        return self.text(tree.start_byte, tree.end_byte).strip(" \t\n")

    def descend(self) -> None:
        """Go one level deeper; raises Unparsable when that is too deep."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise Unparsable(TOO_DEEP)

    def word(self, tree: Tree) -> Word:
        """Any tree that stands for one word."""
        return Word(tuple(_merged(self.parts(tree))), self.text_of(tree))

    def parts(self, tree: Tree) -> list[Part]:
        """The parts of a word, or of a part of one."""
        convert = _WORDS.get(tree.type)
        if convert is not None:
            return convert(self, tree)
        if tree.type not in _UNEVALUATED:
            raise Unparsable(NOT_UNDERSTOOD)
        return [self.unevaluated(tree, quoted=False)]

    def literal(self, tree: Tree) -> list[Part]:
        """An unquoted word, whose backslashes quote the character after them."""
        text = self.text_of(tree)
        if "\\" not in text:
            return [Literal(text, quoted=False)]
        parts: list[Part] = []
        for match in _ESCAPES.finditer(text):
            if match[1] != "\n":
                parts.append(Literal(match[1] or match[2], quoted=match[1] is not None))
        return parts

    def concatenation(self, tree: Tree) -> list[Part]:
        """Parts without white space between them."""
        return [part for child in tree.children for part in self.parts(child)]

    def single_quoted(self, tree: Tree) -> list[Part]:
        """`'...'`, in which nothing has a meaning."""
        return [Literal(self.text_of(tree)[1:-1], quoted=True)]

    def ansi_quoted(self, tree: Tree) -> list[Part]:
        """`$'...'`, whose escapes are not followed."""
        text = self.text_of(tree)[2:-1]
        return [Unevaluated(text, quoted=True, inner=()) if "\\" in text else Literal(text, quoted=True)]

    def double_quoted(self, tree: Tree) -> list[Part]:
        """The text between the expansions is cut from the source, as tree-sitter leaves out some white space."""
        parts: list[Part] = []
        place = tree.start_byte + 1
        for child in tree.children[1:-1]:
            if child.type == "string_content" or not child.is_named:
                continue
            start = child.start_byte + _leading_blanks(self.text(child.start_byte, child.end_byte))
            parts += self.quoted_text(place, start)
            parts += [part.replace(quoted=True) for part in self.parts(child)]
            place = child.end_byte
        parts += self.quoted_text(place, tree.end_byte - 1)
        return parts or [Literal("", quoted=True)]

    def quoted_text(self, start: int, end: int) -> list[Literal]:
        """Text between double quotes, without the backslashes that count there."""
        text = _DOUBLE_QUOTED_ESCAPES.sub(lambda match: match[1].strip("\n"), self.text(start, end))
        return [Literal(text, quoted=True)] if text else []

    def variable(self, tree: Tree) -> list[Part]:
        """`$X` and `${X}`; every other `${...}` is not evaluated."""
        names = [child for child in tree.children if child.is_named]
        plain = all(child.type.strip() in ("$", "${", "}") for child in tree.children if not child.is_named)
        if plain and len(names) == 1 and names[0].type in ("variable_name", "special_variable_name"):
            return [Variable(self.text_of(names[0]), quoted=False)]
        return [self.unevaluated(tree, quoted=False)]

    def substitution(self, tree: Tree) -> list[Part]:
        """`$(...)`, backticks or `<(...)` as a part of a word."""
        return [self.substituted(tree)]

    def substituted(self, tree: Tree) -> Substitution:
        """The commands of a substitution."""
        self.descend()
        if tree.children[0].type.strip() == "`" and "\\" in self.text_of(tree):
            raise Unparsable(NOT_UNDERSTOOD)
        inner = tree.children[1:-1]
        reads_file = [child.type for child in inner] == ["file_redirect"]
        script = EMPTY if reads_file else self.sequence(inner)
        self.depth -= 1
        parallel = tree.type == "process_substitution"
        return Substitution(script, self.text_of(tree), quoted=False, parallel=parallel)

    def unevaluated(self, tree: Tree, *, quoted: bool) -> Unevaluated:
        """What only a running shell could expand, with the substitutions in it."""
        inner = tuple(self.substituted(found) for found in substitutions(tree))
        return Unevaluated(self.text_of(tree), quoted, inner)


def substitutions(tree: Tree) -> list[Tree]:
    """The outermost substitutions inside a tree, in the order they are written."""
    if tree.type in _SUBSTITUTIONS:
        return [tree]
    found: list[Tree] = []
    pending = [tree]
    while pending:
        current = pending.pop()
        if current.type in _SUBSTITUTIONS:
            found.append(current)
        else:
            pending.extend(reversed(current.children))
    return found


def _leading_blanks(text: str) -> int:
    return len(text.encode()) - len(text.lstrip(" \t\n").encode())


def _merged(parts: list[Part]) -> list[Part]:
    """The parts with neighbouring literals of the same quoting joined."""
    merged: list[Part] = []
    for part in parts:
        last = merged[-1] if merged else None
        if isinstance(part, Literal) and isinstance(last, Literal) and part.quoted == last.quoted:
            merged[-1] = Literal(last.text + part.text, part.quoted)
        else:
            merged.append(part)
    return merged


_WORDS: dict[str, Callable[[WordReader, Tree], list[Part]]] = {
    "word": WordReader.literal,
    "number": WordReader.literal,
    "variable_name": WordReader.literal,
    "extglob_pattern": WordReader.literal,
    "concatenation": WordReader.concatenation,
    "raw_string": WordReader.single_quoted,
    "ansi_c_string": WordReader.ansi_quoted,
    "string": WordReader.double_quoted,
    "simple_expansion": WordReader.variable,
    "expansion": WordReader.variable,
    "command_substitution": WordReader.substitution,
    "process_substitution": WordReader.substitution,
}
