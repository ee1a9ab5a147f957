"""Trace reports: what links what, as text for people and machines. A new format is a module and a name in RENDERERS."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.trace_reports.view import View

RENDERERS = {
    "text": "text",
    "matrix": "matrix",
    "dot": "dot",
    "mermaid": "mermaid",
    "json": "json_report",
    "csv": "csv_report",
}


def render(name: str, view: View) -> Iterator[str]:
    """The lines of a report in one of RENDERERS, each with its end."""
    lines: Iterator[str] = import_module(f"policylint.trace_reports.{RENDERERS[name]}").render(view)
    return lines
