"""JSON as commands print it: one value as text, and the places in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policylint.diagnostics import Span


def written(value: object) -> str:
    """A value, indented, ASCII only, with a line end. Raises ValueError for a number that JSON has not.

    Like all output without `##[` (see `reporters.escaping.visible`): GitHub's runner obeys what follows it.
    """
    return json.dumps(value, indent=2, allow_nan=False).replace("##[", "##\\u005b") + "\n"


def place(span: Span) -> dict[str, int]:
    """Lines and columns from 1; the end column is that of the character after the last one."""
    (line, column), (end_line, end_column) = span
    return {"line": line, "column": column, "end_line": end_line, "end_column": end_column}
