"""full: each diagnostic with its source line, the place marked, the fix and related places; then the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.diagnostics import Severity
from policylint.reporters.escaping import cells, visible
from policylint.reporters.summary import closing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.diagnostics import Diagnostic, Span
    from policylint.edits import FixEdit
    from policylint.reporters import View

_WIDTH = 160
_COLORS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}
_FRAME_COLOR = "34"
_BOLD = "1"


def render(view: View) -> Iterator[str]:
    """Blocks separated by blank lines."""
    for diagnostic in view.report.diagnostics:
        yield "\n".join(_block(diagnostic, view)) + "\n\n"
    yield from closing(view)


def _block(diagnostic: Diagnostic, view: View) -> Iterator[str]:
    severity = _colored(f"{diagnostic.severity.label}[{diagnostic.rule}]", _COLORS[diagnostic.severity], view)
    yield f"{severity}: {_colored(visible(diagnostic.message), _BOLD, view)}"
    lines = [diagnostic.span.start.line, *(related.span.start.line for related in diagnostic.related)]
    gutter = " " * len(str(max(lines)))
    mark = _colored(f"{gutter}-->", _FRAME_COLOR, view)
    yield f"{mark} {_place(diagnostic.path, diagnostic.span, view)}"
    yield from _frame(diagnostic.path, diagnostic.span, "^", gutter, _COLORS[diagnostic.severity], view)
    equals = _colored(f"{gutter} =", _FRAME_COLOR, view)
    if diagnostic.fix:
        yield f"{equals} fix: {visible(diagnostic.fix)}"
    if diagnostic.fix_edit:
        yield f"{equals} {_fixable(diagnostic.fix_edit)}"
    for related in diagnostic.related:
        yield f"{equals} related: {_place(related.path, related.span, view)}: {visible(related.message)}"
        yield from _frame(related.path, related.span, "-", gutter, _FRAME_COLOR, view)
    yield f"{equals} see: policylint explain {diagnostic.rule}"


def _fixable(offered: FixEdit) -> str:
    """What an edit does, and the options that make it; or that it was tried, and would have done harm or nothing."""
    from policylint.edits import REFUSED, SAFE, described

    words = visible(described(offered.edit))
    if offered.applicability == REFUSED:
        return f"not fixed: to {words} does not remove this violation, or adds another"
    return f"fixable: {words} with {'--fix' if offered.applicability == SAFE else '--fix --unsafe-fixes'}"


def _place(path: str, span: Span, view: View) -> str:
    return f"{visible(view.path(path))}:{span.start.line}:{span.start.column}"


def _frame(path: str, span: Span, mark: str, gutter: str, color: str, view: View) -> Iterator[str]:
    """The source line with the place marked below it; a place that goes on is marked to the end of its line."""
    line = view.line(path, span.start.line)
    if not line.strip():
        return
    start = min(span.start.column - 1, len(line))
    end = span.end.column - 1 if span.end.line == span.start.line else len(line.rstrip())
    first = max(0, start - _WIDTH // 2) if len(line) > _WIDTH else 0
    shown = line[first : first + _WIDTH]
    before, marked = line[first:start], line[start : max(end, start + 1)][: first + _WIDTH - start]
    number = str(span.start.line).rjust(len(gutter))
    yield _colored(f"{gutter} |", _FRAME_COLOR, view)
    yield f"{_colored(f'{number} |', _FRAME_COLOR, view)} {'...' if first else ''}{visible(shown)}"
    indent = " " * (cells(before) + (3 if first else 0))
    yield f"{_colored(f'{gutter} |', _FRAME_COLOR, view)} {indent}{_colored(mark * max(1, cells(marked)), color, view)}"


def _colored(text: str, code: str, view: View) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if view.color else text
