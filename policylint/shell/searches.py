"""Commands that only look: `rg`, `grep`, `test`, `ls`, `cat … | grep`, read as what they look for and where.

Nothing is run. A command with an option or an operand whose meaning is not certain is no search at all, so that what
is said about the others is true.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.patterns import compile_pattern
from policylint.record import Record
from policylint.shell.parsing import parse
from policylint.shell.simple_commands import word_text
from policylint.shell.syntax import AndOr, Condition, Literal, Pipeline, Sequence, Simple, Unparsable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.shell.syntax import Node, Word

Words = tuple[str, ...]


class Search(Record):
    """What a command looks for: a pattern (RE2, case as it says) in some paths; without one, that the paths are there.

    `alternatives` are the parts of the pattern of which one is enough; `source` is the command.
    """

    source: str
    alternatives: tuple[str, ...]
    paths: Words


def is_found(alternative: str, text: str) -> bool:
    """Whether some line of a text has what one alternative looks for. Raises PatternError."""
    pattern = compile_pattern(f"(?m){alternative}")
    # Over all lines at once first: a class such as `[^a]` may then match the end of a line, so a match is tried again.
    return (
        bool(text)
        and pattern.search(text) is not None
        and any(map(pattern.search, text.removesuffix("\n").split("\n")))
    )


_BASIC, _EXTENDED, _FIXED = "basic", "extended", "fixed"
_GREPS = {"grep": _BASIC, "egrep": _EXTENDED, "fgrep": _FIXED, "rg": _EXTENDED}
_SYNTAX_OPTIONS = {"E": _EXTENDED, "F": _FIXED, "G": _BASIC}
# Options that change what is printed, not whether something is found.
_HARMLESS = frozenset("nqHhsrRIlo")
_LONG = {"--quiet": "q", "--ignore-case": "i", "--line-number": "n", "--fixed-strings": "F", "--extended-regexp": "E"}
_TESTS = ("-e", "-f", "-d", "-s", "-r")
# A path that only a shell could expand, and a word of a sentence, which is no path.
_PLAIN_PATH = re.compile(r"(?=\S*[./])[^\s*?\[\]{}$~:;,!]+(?<!\.)")
_BASIC_ESCAPE = re.compile(r"\\([|+?(){}])|([|+?(){}])|(\\.|[^\\])", re.DOTALL)


def searches(text: str) -> list[Search]:
    """Each search that must succeed for a command line to succeed: those of a list joined by `&&` or line ends."""
    try:
        nodes = list(_required(parse(text)))
    except (Unparsable, RecursionError):
        return []
    if any(isinstance(node, Simple) and node.words and word_text(node.words[0]) in ("cd", "pushd") for node in nodes):
        return []
    return [found for node in nodes if (found := _search(node)) is not None]


def _required(node: Node) -> Iterator[Node]:
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _required(item.node) if item.separator != "&" else ()
    elif isinstance(node, AndOr):
        if all(link.operator == "&&" for link in node.links):
            for part in (node.first, *(link.node for link in node.links)):
                yield from _required(part)
    else:
        yield node


def _search(node: Node) -> Search | None:
    if isinstance(node, Simple) and not node.assignments:
        words = _literal(node.words)
        return _of_words(words) if words else None
    if isinstance(node, Condition) and node.flat:
        words = _literal(node.words)
        return _presence(("test", *words), words) if words else None
    if isinstance(node, Pipeline):
        return _piped(node)
    return None


def _literal(words: tuple[Word, ...]) -> Words | None:
    if not all(isinstance(part, Literal) for word in words for part in word.parts):
        return None
    return tuple(word_text(word) for word in words)


def _of_words(words: Words) -> Search | None:
    program = words[0]
    if program in _GREPS:
        return _grep(words, ())
    if program == "test":
        return _presence(words, words[1:])
    if program == "ls":
        paths = tuple(word for word in words[1:] if not word.startswith("-"))
        return _checked(Search(" ".join(words), (), paths))
    return None


def _presence(words: Words, operands: Words) -> Search | None:
    match operands:
        case (operator, path) if operator in _TESTS:
            return _checked(Search(" ".join(words), (), (path,)))
    return None


def _piped(node: Pipeline) -> Search | None:
    """`cat FILE | grep PATTERN`."""
    match node.elements:
        case (Simple() as first, Simple() as second):
            cat, grep = _literal(first.words), _literal(second.words)
            if cat and grep and cat[0] == "cat" and grep[0] in _GREPS and not any(each[:1] == "-" for each in cat):
                return _grep(grep, cat[1:])
    return None


def _grep(words: Words, given: Words) -> Search | None:
    read = _options(words)
    if read is None:
        return None
    flags, operands = read
    if not operands or (given and operands[1:]):
        return None
    pattern, paths = operands[0], given or operands[1:]
    syntax = next((_SYNTAX_OPTIONS[flag] for flag in flags if flag in _SYNTAX_OPTIONS), _GREPS[words[0]])
    parts = alternatives(_as_extended(pattern, syntax)) if syntax != _FIXED else [_as_extended(pattern, syntax)]
    found = tuple(f"(?i)(?:{part})" if "i" in flags else part for part in parts)
    return _checked(Search(" ".join(words), found, paths))


def _options(words: Words) -> tuple[set[str], Words] | None:
    """The letters of all options, and the operands; None where one is not known."""
    flags: set[str] = set()
    rest = list(words[1:])
    while rest and rest[0].startswith("-") and rest[0] != "-":
        word = rest.pop(0)
        if word == "--":
            break
        letters = _LONG.get(word, word[1:])
        if not letters or not set(letters) <= _HARMLESS | set(_SYNTAX_OPTIONS) | {"i", "c", "e"}:
            return None
        if "e" in letters and (letters[-1] != "e" or letters.count("e") > 1 or "e" in flags):
            return None
        flags |= set(letters)
    if any(word.startswith("-") for word in rest[1:]):
        return None
    return flags, tuple(rest)


def _as_extended(pattern: str, syntax: str) -> str:
    """A pattern of POSIX basic syntax or a fixed text as RE2."""
    if syntax == _FIXED:
        return re.escape(pattern)
    if syntax == _EXTENDED:
        return pattern
    return _BASIC_ESCAPE.sub(_extended_sign, pattern)


def _extended_sign(match: re.Match[str]) -> str:
    """A sign of basic syntax in extended syntax, where brackets have no backslash and anchors may stand anywhere."""
    if match[1]:
        return match[1]
    before, after = match.string[: match.start()], match.string[match.end() :]
    is_anchor = (match[3] == "$" and (not after or after.startswith((r"\)", r"\|")))) or (
        match[3] == "^" and (not before or before.endswith((r"\(", r"\|", "[")))
    )
    is_literal = bool(match[2]) or (match[3] in ("$", "^") and not is_anchor)
    return f"\\{match[0]}" if is_literal else match[0]


def alternatives(pattern: str) -> list[str]:
    """The parts of a pattern that stand between `|` outside groups and classes."""
    parts, start, depth, in_class, offset = [], 0, 0, False, 0
    while offset < len(pattern):
        character = pattern[offset]
        if character == "\\":
            offset += 1
        elif in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|" and depth == 0:
            parts.append(pattern[start:offset])
            start = offset + 1
        offset += 1
    return [*parts, pattern[start:]]


def _checked(search: Search) -> Search | None:
    """A search in paths that are certain."""
    certain = search.paths and all(_PLAIN_PATH.fullmatch(path) for path in search.paths)
    return search if certain else None
