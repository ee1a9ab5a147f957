"""json: one versioned object. Version 1 keeps its keys; new keys may be added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.diagnostics import Severity
from policylint.edits import described
from policylint.json_output import place, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.diagnostics import Diagnostic
    from policylint.reporters import View


def render(view: View) -> Iterator[str]:
    """The whole object."""
    report = view.report
    value = {
        "version": 1,
        "diagnostics": [_diagnostic(each, view) for each in report.diagnostics],
        "summary": {
            "files": report.files,
            "rules": len(report.judged),
            "errors": report.count(Severity.ERROR),
            "warnings": report.count(Severity.WARNING),
            "notices": report.count(Severity.INFO),
            "suppressed": len(report.suppressed),
            "covered": len(report.covered),
            "stale": report.stale,
            "fixed": len(report.fixed),
            "skipped": report.skipped,
        },
    }
    yield written(value)


def _diagnostic(diagnostic: Diagnostic, view: View) -> dict[str, object]:
    return {
        "rule": diagnostic.rule,
        "severity": diagnostic.severity.label,
        "message": diagnostic.message,
        "path": view.path(diagnostic.path),
        **place(diagnostic.span),
        "subject": diagnostic.subject,
        "fix": diagnostic.fix,
        "fix_edit": _fix_edit(diagnostic, view),
        "url": diagnostic.url,
        "related": [
            {"path": view.path(each.path), **place(each.span), "message": each.message} for each in diagnostic.related
        ],
    }


def _fix_edit(diagnostic: Diagnostic, view: View) -> dict[str, object] | None:
    """What would be edited, as ranges and replacements; no edits where the text cannot be edited with certainty."""
    offered = diagnostic.fix_edit
    if offered is None:
        return None
    document = view.document(diagnostic.path, offered.format, offered.document)
    made = (document.edited(offered.edit) if document else None) or []
    edits = [{**place(document.source.span(start, end)), "replacement": text} for start, end, text in made if document]
    return {"applicability": offered.applicability, "description": described(offered.edit), "edits": edits}
