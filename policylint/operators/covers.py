"""covers: a text says something about a topic, in any of the words for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypedDict, cast

from policylint.operators.operator import Failure, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(needs_project=True, answers_by_value=True, names={"topic": "topic"})

_WORD = re.compile(r"[^\W_]+")
_HEADING = re.compile(r"#{1,6}[ \t]+(.*)")
_FENCES = ("```", "~~~")
# `- **Root cause:** text`, `Severity: warning`, `[ ] Impact`: the words before the colon or between the stars.
_LABEL = re.compile(r"(?:(?:[-*+]|\d{1,4}[.)])[ \t]{1,8})?(?:\[.\][ \t]{1,8})?(?:\*\*([^*]{1,80})\*\*|([^:|*]{1,80}):)")


class _Topic(TypedDict):
    topic: str


class Options(_Topic, total=False):
    """`topic`: one of `schemas/topics.yaml`. `among`: with `parts` only headings, labels and heads of tables count."""

    among: Literal["parts"]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Words count as a whole and next to each other; fenced code says nothing."""
    project = cast("Project", scope.project)
    lines = list(_prose(value.text))
    pieces = list(_parts(lines)) if options.get("among") else ["\n".join(lines)]
    words = project.topics.get(options["topic"], [])
    said = [f" {_plain(piece)} " for piece in pieces]
    if not any(f" {wanted} " in piece for piece in said for wanted in map(_plain, words)):
        yield Failure(f"says nothing about '{options['topic']}'", fix=f"known words are: {', '.join(words)}")


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def _prose(text: str) -> Iterator[str]:
    """The lines outside fenced code, without blanks around them."""
    fence = ""
    for line in map(str.strip, text.splitlines()):
        if not fence and line.startswith(_FENCES):
            fence = line[:3]
        elif fence and not line.replace(fence[0], "") and line.startswith(fence):
            fence = ""
        elif not fence:
            yield line


def _parts(lines: list[str]) -> Iterator[str]:
    for line, below in zip(lines, [*lines[1:], ""], strict=False):
        heading = _HEADING.match(line)
        if heading:
            yield heading[1]
        elif "|" in line and _is_rule(below):
            yield from line.split("|")
        elif line.startswith("|"):
            # In a table of two columns the first cell of a row is its label.
            yield line[1:].partition("|")[0]
        else:
            label = _LABEL.match(line)
            yield (label[1] or label[2]) if label else ""


def _is_rule(line: str) -> bool:
    """Whether a line is the one below the head of a table."""
    return "-" in line and not line.strip(" \t|:-")
