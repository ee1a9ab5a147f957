"""concise: one line a diagnostic, `path:line:column: severity[rule] message`, then the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.reporters.escaping import visible
from policylint.reporters.summary import closing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.reporters import View


def render(view: View) -> Iterator[str]:
    """One line for each diagnostic."""
    for diagnostic in view.report.diagnostics:
        line, column = diagnostic.span.start
        place = f"{_path(view.path(diagnostic.path))}:{line}:{column}"
        yield f"{place}: {diagnostic.severity.label}[{diagnostic.rule}] {visible(diagnostic.message)}\n"
    yield from closing(view)


def _path(path: str) -> str:
    """A path that starts like a workflow command, which GitHub's runner would obey, starts with `./` instead."""
    shown = visible(path)
    return f"./{shown}" if shown.lstrip().startswith("::") else shown
