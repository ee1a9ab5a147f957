"""csv: one link a row (RFC 4180), for spreadsheets and scripts."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.trace_reports.scope import Link
    from policylint.trace_reports.view import View

_HEADER = ("source", "source_title", "link", "target", "target_title", "target_defined", "path", "line", "column")
# Spreadsheets run a cell that starts like this as a formula, in its full-width forms as well:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def render(view: View) -> Iterator[str]:
    """The header, then the links in the order of their sources and targets."""
    yield _line(_HEADER)
    for link in view.scope.links:
        yield _line(_cells(link, view))


def _cells(link: Link, view: View) -> tuple[str, ...]:
    reference = link.reference
    start = reference.span.start
    target = link.target or reference.text
    defined = "yes" if view.is_defined(target) else "external" if view.is_external(target) else "no"
    texts = (link.source, view.title(link.source), link.type, target, view.title(target), defined)
    return (*(_cell(text, view) for text in (*texts, view.path(reference.path))), str(start.line), str(start.column))


def _cell(text: str, view: View) -> str:
    """A text of a linted file as a cell that no spreadsheet runs: an apostrophe says that it is text."""
    shown = view.text(text)
    is_formula = text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)
    return f"'{shown}" if is_formula else shown


def _line(cells: tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
