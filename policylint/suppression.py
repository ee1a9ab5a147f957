"""Suppression comments: `policylint: ignore[rule] reason` for a line, `ignore-file[rule]` for a whole file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.documents.document import Limits
from policylint.facts import Suppression
from policylint.named_tuple import NamedTuple
from policylint.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policylint.diagnostics import Diagnostic, Span
    from policylint.documents.document import Comment, Document
    from policylint.documents.source import Source

# A comment that starts so is meant for us, whether it is well formed or not; it may stand behind that of another tool.
_MEANT = re.compile(r"(?:[^#\n]*#)*?\s*policylint(?::|\s+(?:ignore|disable|noqa)\b)")
_DIRECTIVE = re.compile(
    r"policylint:\s*(?P<verb>ignore-file|ignore)(?![\w-])\s*(?:\[(?P<rules>[^\]]*)\])?(?P<reason>.*)", re.DOTALL
)
_BLANK = re.compile(r"\s*+")
_BLANK_TO_END = re.compile(r"[^\S\r\n]*+(?:[\r\n]|\Z)")
_RULE = re.compile(r"[^,\s]+")


def read(document: Document) -> Iterator[Suppression]:
    """Every suppression comment of a document; a malformed one carries its fault and covers nothing."""
    comments = document.comments()
    covered = _covered_lines(document, comments)
    for comment in comments:
        if _MEANT.match(comment.text):
            yield _suppression(document, comment, covered)


def _covered_lines(document: Document, comments: list[Comment]) -> dict[int, int]:
    """For each line of comments that stand alone, the next line that says something, if any."""
    source = document.source
    own_lines = _comment_only_lines(source, comments)
    covered: dict[int, int] = {}
    next_line = 0
    for line in range(len(source.starts), 0, -1) if own_lines else ():
        if line in own_lines:
            covered[line] = next_line or line
        elif source.line(line).strip():
            next_line = line
    return covered


def _comment_only_lines(source: Source, comments: list[Comment]) -> set[int]:
    lines: set[int] = set()
    for comment in comments:
        first, last = source.position(comment.start), source.position(comment.end)
        start = source.starts[first.line - 1]
        # A line may hold ten thousand comments: none of them copies it.
        if _BLANK.fullmatch(source.text, start, comment.start) and _BLANK_TO_END.match(source.text, comment.end):
            lines.update(range(first.line, last.line + 1))
    return lines


def _suppression(document: Document, comment: Comment, covered: dict[int, int]) -> Suppression:
    source = document.source
    span = source.span(comment.start, comment.end)
    raw = source.text[comment.start : comment.end]
    match = _DIRECTIVE.search(raw)
    if match is None:
        return Suppression(source.path, span, 0, (), "", "is not understood: write 'policylint: ignore[rule] reason'")
    rules = tuple(_named_rules(document, comment.start, match))
    reason = match["reason"].strip().removesuffix("-->").strip()
    if not rules:
        return Suppression(source.path, span, 0, (), reason, "names no rule: write 'policylint: ignore[rule] reason'")
    line = 0 if match["verb"] == "ignore-file" else covered.get(span.start.line, span.start.line)
    return Suppression(source.path, span, line, rules, reason, "")


def _named_rules(document: Document, offset: int, match: re.Match[str]) -> Iterator[tuple[str, Span]]:
    if match["rules"] is None:
        return
    start = offset + match.start("rules")
    for name in _RULE.finditer(match["rules"]):
        yield name[0], document.source.span(start + name.start(), start + name.end())


class CommentFault(NamedTuple):
    """What is wrong with a suppression comment; `name` is the fault's name in the rule pack."""

    name: str
    path: str
    span: Span
    message: str
    fix: str


class Suppressed(NamedTuple):
    """Diagnostics after suppression: those that stay, those that do not, and what is wrong with the comments."""

    kept: list[Diagnostic]
    suppressed: list[Diagnostic]
    faults: list[CommentFault]


def apply(
    diagnostics: Iterable[Diagnostic],
    suppressions: list[Suppression],
    known_rules: Iterable[str],
    judged_rules: frozenset[str],
    limit: int = Limits().findings,
) -> Suppressed:
    """Decide once and for every front end which diagnostics are suppressed.

    A comment for a known rule that did not run is left alone:
    nobody can tell whether it is needed. Of one kind of fault at most one more than `limit` is told for each file.
    """
    matcher = _Matcher(suppressions, list(known_rules))
    kept: list[Diagnostic] = []
    suppressed: list[Diagnostic] = []
    for diagnostic in diagnostics:
        (suppressed if matcher.covers(diagnostic) else kept).append(diagnostic)
    return Suppressed(kept, suppressed, list(matcher.faults(judged_rules, limit)))


# What a comment asks for: a path, a line of it or 0 for all, and a rule by its full name.
_Asked = tuple[str, int, str]


def _full_names(known: Iterable[str]) -> dict[str, str]:
    """Each rule by the names that a comment may give it."""
    by_part: dict[str, list[str]] = {}
    for name in known:
        by_part.setdefault(name.partition("/")[2], []).append(name)
    shorter = {part: names[0] for part, names in by_part.items() if len(names) == 1}
    return {**shorter, **{name: name for name in known}}


class _Matcher:
    """Matches diagnostics against suppressions and remembers which were of use."""

    def __init__(self, suppressions: list[Suppression], known: list[str]) -> None:
        self._known = known
        self._full_names = _full_names(known) if suppressions else {}
        self._suppressions = suppressions
        self._asked = {
            (each.path, each.line, self._full_name(name))
            for each in suppressions
            if not each.fault
            for name, _ in each.rules
        }
        self._used: set[_Asked] = set()

    def covers(self, diagnostic: Diagnostic) -> bool:
        path, rule = diagnostic.path, diagnostic.rule
        asked = {(path, 0, rule), (path, diagnostic.span.start.line, rule)} & self._asked
        self._used |= asked
        return bool(asked)

    def _full_name(self, name: str) -> str:
        """A rule by its full name, or by its last part where only one rule has it; empty for an unknown one."""
        return self._full_names.get(name, "")

    def faults(self, judged_rules: frozenset[str], limit: int) -> Iterator[CommentFault]:
        told: dict[tuple[str, str], int] = {}
        for suppression in self._suppressions:
            for fault, span, name in self._faults_of(suppression, judged_rules):
                count = told[fault, suppression.path] = told.get((fault, suppression.path), 0) + 1
                # Finding the name that was meant is what costs: not for the ten thousandth wrong one.
                if count <= limit + 1:
                    yield CommentFault(fault, suppression.path, span, *self._worded(fault, suppression, name))

    def _faults_of(self, suppression: Suppression, judged_rules: frozenset[str]) -> Iterator[tuple[str, Span, str]]:
        """The name of each fault, where it is, and the rule that the comment names."""
        if suppression.fault:
            yield "invalid-suppression", suppression.span, ""
        for name, span in suppression.rules:
            full = self._full_name(name)
            if not full:
                yield "invalid-suppression", span, name
            elif (suppression.path, suppression.line, full) not in self._used and full in judged_rules:
                yield "unused-suppression", span, full

    def _worded(self, fault: str, suppression: Suppression, name: str) -> tuple[str, str]:
        """The message and the remedy of a fault."""
        if not name:
            return f"the suppression {suppression.fault}", ""
        if fault == "unused-suppression":
            return f"'{name}' finds nothing to suppress here", ""
        is_category = any(known.startswith(f"{name}/") for known in self._known)
        hint = f"'{name}' is a category: name its rules one by one" if is_category else ""
        fix = hint or did_you_mean(name, self._known) or "run 'policylint rules' for the names"
        return f"no rule is named '{name}'", fix
