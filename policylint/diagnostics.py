"""What a run reports: places, severities, diagnostics, the report that holds them, and texts as messages quote them."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

    from policylint.edits import FixEdit


class Position(NamedTuple):
    """A place in a text: line and column from 1, the column in code points."""

    line: int
    column: int


class Span(NamedTuple):
    """A stretch of text; `end` is the position just after its last character."""

    start: Position
    end: Position


FILE_START = Span(Position(1, 1), Position(1, 1))


class Severity(enum.IntEnum):
    """How much a diagnostic weighs; a run fails at or above its fail level."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The lower-case name that rules, options and output use."""
        return self.name.lower()

    @classmethod
    def from_label(cls, label: str) -> Severity:
        """Read a lower-case name; raises KeyError for any other text."""
        return cls[label.upper()]


class Related(NamedTuple):
    """A second place that helps to understand a diagnostic, such as the definition an ID should have had."""

    path: str
    span: Span
    message: str


class Diagnostic(NamedTuple):
    """One violation at one place. `subject` names what is judged (`build.command`, `DEP-003.Owner`).

    `fix` is the remedy in words, `fix_edit` the edit that the rule offers to mend it with, if any.
    """

    path: str
    span: Span
    rule: str
    severity: Severity
    message: str
    subject: str = ""
    fix: str = ""
    url: str = ""
    related: tuple[Related, ...] = ()
    fix_edit: FixEdit | None = None


class Report(NamedTuple):
    """The outcome of a run; `judged` names the rules that judged something, `skipped` says why the others did not.

    `fixed` are violations that were there and are no more. `covered` are those of the baseline, `stale` counts those of
    its findings that are no more.
    """

    diagnostics: tuple[Diagnostic, ...]
    suppressed: tuple[Diagnostic, ...]
    judged: tuple[str, ...]
    skipped: dict[str, str]
    files: int
    fixed: tuple[Diagnostic, ...] = ()
    covered: tuple[Diagnostic, ...] = ()
    stale: int = 0

    def count(self, severity: Severity) -> int:
        """How many diagnostics have exactly this severity."""
        return sum(1 for diagnostic in self.diagnostics if diagnostic.severity is severity)

    def below(self, folder: str) -> Report:
        """The same report with its paths seen from further up; `folder` is where its root lies."""
        prefix = f"{folder}/" if folder not in ("", ".") else ""
        return self._replace(
            diagnostics=tuple(_below(each, prefix) for each in self.diagnostics),
            suppressed=tuple(_below(each, prefix) for each in self.suppressed),
            fixed=tuple(_below(each, prefix) for each in self.fixed),
            covered=tuple(_below(each, prefix) for each in self.covered),
        )

    def with_files(self, paths: Collection[str], found: Report) -> Report:
        """The same report with what another one says of some files in the place of what it says of them itself."""

        def joined(own: tuple[Diagnostic, ...], others: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
            return tuple(sorted((*(each for each in own if each.path not in paths), *others), key=order))

        return self._replace(
            diagnostics=joined(self.diagnostics, found.diagnostics),
            suppressed=joined(self.suppressed, found.suppressed),
        )

    def fails(self, level: Severity) -> bool:
        """Whether any diagnostic is at or above the level."""
        return any(diagnostic.severity >= level for diagnostic in self.diagnostics)


def _below(diagnostic: Diagnostic, prefix: str) -> Diagnostic:
    related = tuple(each._replace(path=prefix + each.path) for each in diagnostic.related)
    return diagnostic._replace(path=prefix + diagnostic.path, related=related)


def merged(reports: list[Report]) -> Report:
    """One report of several workspaces; a rule counts as skipped only where it is in all of them."""
    if len(reports) == 1:
        return reports[0]
    judged = {name for report in reports for name in report.judged}
    skipped = {name: why for report in reports for name, why in report.skipped.items() if name not in judged}
    return Report(
        tuple(sorted((each for report in reports for each in report.diagnostics), key=order)),
        tuple(sorted((each for report in reports for each in report.suppressed), key=order)),
        tuple(sorted(judged)),
        skipped,
        sum(report.files for report in reports),
        tuple(sorted((each for report in reports for each in report.fixed), key=order)),
        tuple(sorted((each for report in reports for each in report.covered), key=order)),
        sum(report.stale for report in reports),
    )


def order(diagnostic: Diagnostic) -> tuple[object, ...]:
    """The order of reports: by place, then by rule."""
    return (diagnostic.path, diagnostic.span, diagnostic.rule, diagnostic.message)


# Longer ones tell no more and push the rest of the message out of sight.
_LONGEST_EXCERPT = 60


def excerpt(text: str, longest: int = _LONGEST_EXCERPT) -> str:
    """A text of a linted file on one line, of so many characters at most; what is cut off is shown as `...`."""
    # A megabyte is not taken apart for the first words of it.
    said = text.strip()
    start = said[: longest * _READ_FOR_ONE]
    line = " ".join(start.split())
    return line if len(line) <= longest and start == said else f"{line[: longest - 3]}..."


# How many characters of a text may stand, with the blanks between words, for one of its excerpt.
_READ_FOR_ONE = 10
