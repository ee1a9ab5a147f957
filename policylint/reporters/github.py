"""github: workflow commands that GitHub Actions shows as annotations.

Errors come first: GitHub shows only the first ten of each severity for a step (actions/toolkit#734).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.diagnostics import Severity
from policylint.reporters.escaping import visible
from policylint.reporters.summary import closing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.diagnostics import Diagnostic
    from policylint.reporters import View

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(view: View) -> Iterator[str]:
    """One workflow command for each diagnostic, worst first, then the summary."""
    for diagnostic in sorted(view.report.diagnostics, key=lambda each: -each.severity):
        yield f"{_command(diagnostic, view)}\n"
    yield from closing(view)


def _command(diagnostic: Diagnostic, view: View) -> str:
    start, end = diagnostic.span
    properties = {"file": view.path(diagnostic.path), "line": str(start.line), "col": str(start.column)}
    if end.line == start.line and end.column > start.column:
        properties["endColumn"] = str(end.column - 1)
    elif end.line > start.line:
        properties["endLine"] = str(end.line)
    properties["title"] = diagnostic.rule
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = diagnostic.message + (f" (fix: {diagnostic.fix})" if diagnostic.fix else "")
    return f"::{_COMMANDS[diagnostic.severity]} {written}::{_data(message)}"


def _data(text: str) -> str:
    """Escaped as @actions/core does; controls are made visible first, so no line can be ended."""
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
