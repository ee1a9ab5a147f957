"""The last line of a report: what was checked, what was found, what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.counts import counted
from policylint.diagnostics import Severity
from policylint.reporters.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.diagnostics import Report
    from policylint.reporters import View


def closing(view: View) -> Iterator[str]:
    """The end of a report for people: on request why rules were skipped, then the summary."""
    for rule, reason in sorted(view.report.skipped.items()) if view.verbose else ():
        yield f"skipped {visible(rule)}: {visible(reason)}\n"
    fixed = view.report.fixed
    if fixed:
        yield f"Fixed {counted(len(fixed), 'violation')} in {counted(len({each.path for each in fixed}), 'file')}.\n"
    if view.report.stale:
        stale = counted(view.report.stale, "stale finding")
        yield f"The baseline has {stale}, found no more: write it again with --write-baseline.\n"
    yield f"{summary(view.report)}\n"


def summary(report: Report) -> str:
    """For example `Checked 14 files with 10 rules: 1 error, 2 warnings (1 fixable with --fix, 2 rules skipped).`"""
    found = [
        counted(report.count(severity), noun)
        for severity, noun in ((Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "notice"))
        if report.count(severity)
    ]
    left_out = list(_fixable(report))
    if report.suppressed:
        left_out.append(f"{len(report.suppressed)} suppressed")
    if report.covered:
        left_out.append(f"{len(report.covered)} covered by the baseline")
    if report.skipped:
        left_out.append(f"{counted(len(report.skipped), 'rule')} skipped")
    checked = f"Checked {counted(report.files, 'file')} with {counted(len(report.judged), 'rule')}"
    return f"{checked}: {', '.join(found) or 'no violations'}" + (f" ({', '.join(left_out)})" if left_out else "") + "."


def _fixable(report: Report) -> Iterator[str]:
    """What `--fix` may be able to mend: an edit that proves wrong when it is tried is not made."""
    offered = [each.fix_edit.applicability for each in report.diagnostics if each.fix_edit]
    if not offered:
        return
    from policylint.edits import SAFE, UNSAFE

    safe, unsafe = offered.count(SAFE), offered.count(UNSAFE)
    if safe:
        yield f"{safe} fixable with --fix"
    if unsafe:
        yield f"{unsafe} {'more ' if safe else 'fixable '}with --unsafe-fixes"
