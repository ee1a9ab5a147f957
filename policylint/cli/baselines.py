"""`baseline` of a configuration and `check --write-baseline`: what a workspace starts with, left out or written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from policylint import baseline
from policylint.baseline_file import BASELINE_FILE, LARGEST_BASELINE, read_baseline
from policylint.counts import counted
from policylint.errors import UsageError
from policylint.named_tuple import NamedTuple
from policylint.regular_files import is_below, relative
from policylint.rewriting import RewriteError, put
from policylint.settings import is_always_judged, reasons_to_skip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylint.baseline import Findings, Known
    from policylint.diagnostics import Report
    from policylint.settings import Settings
    from policylint.workspace import Workspace


class Scope(NamedTuple):
    """What a run could have found: its workspace and settings, the paths that were asked for, and where it started."""

    workspace: Workspace
    settings: Settings
    chosen: list[str]
    start: str

    def never(self) -> set[str]:
        """The rules whose findings are told whatever a baseline says: of what cannot be read, nothing is known."""
        return {rule.name for rule in self.workspace.pack.rules if is_always_judged(rule)}

    def reaches(self, reasons: dict[str, str], known: Known) -> bool:
        """Whether the run would have found it: its rule is judged, or is no more, and its file was asked for."""
        path = os.path.join(self.workspace.root, *known.path.split("/"))
        return not reasons.get(known.rule) and any(is_below(path, folder) for folder in self.chosen)


def applied(scope: Scope, report: Report) -> Report:
    """The report without what the baseline covers, if the configuration names one."""
    name = scope.workspace.baseline
    return _applied(scope, report, read_baseline(scope.workspace.root, name, scope.start)) if name else report


def _applied(scope: Scope, report: Report, findings: Findings) -> Report:
    reasons = reasons_to_skip(scope.workspace.pack, scope.settings)
    return baseline.applied(report, findings, scope.never(), lambda known: scope.reaches(reasons, known))


def written(scope: Scope, report: Report) -> tuple[Report, str]:
    """The report as it is with a new baseline, and what to say of the file; empty where there is nothing to write.

    What the run could not have found stays in the file. Raises UsageError when it cannot be written.
    """
    workspace = scope.workspace
    name = workspace.baseline or BASELINE_FILE
    is_there = os.path.lexists(os.path.join(workspace.root, name))
    before = read_baseline(workspace.root, name, scope.start) if is_there else {}
    reasons = reasons_to_skip(workspace.pack, scope.settings)
    kept = {known: count for known, count in before.items() if not scope.reaches(reasons, known)}
    findings = {**kept, **baseline.findings_of(report, scope.never())}
    if not findings and not is_there and not workspace.baseline:
        return report, ""
    shown = relative(os.path.join(workspace.root, name), scope.start)
    text = baseline.text_of(findings)
    if len(text) > LARGEST_BASELINE:
        raise UsageError(f"'{shown}' was not written: it would be larger than {LARGEST_BASELINE} bytes, the limit")
    try:
        put(workspace.root, name, text)
    except RewriteError as error:
        raise UsageError(f"'{shown}' was not written: {error}") from None
    return _applied(scope, report, findings), _said(shown, findings.values(), name, is_used=bool(workspace.baseline))


def _said(shown: str, counts: Iterable[int], name: str, *, is_used: bool) -> str:
    advice = "" if is_used else f"; say 'baseline = \"{name}\"' in policylint.toml to leave them out"
    return f"wrote {counted(sum(counts), 'finding')} to '{shown}'{advice}"
