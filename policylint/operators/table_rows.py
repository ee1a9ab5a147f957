"""table_rows: every row of the tables with certain columns, in whatever order these stand, says what it must."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from policylint.extraction.markdown_tables import cells, is_delimiter_row
from policylint.field_names import normalise
from policylint.named_tuple import NamedTuple
from policylint.operators.operator import MOST_PARTS, Failure, Traits, part_of
from policylint.patterns import compile_pattern, is_found

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policylint.operators.operator import Scope, Value

TRAITS = Traits(needs_project=False, answers_by_value=True)

_MARKS = " \t*_`"


class _Columns(TypedDict):
    columns: list[str]


class Options(_Columns, total=False):
    """`columns`: those of the tables, which have no others. `rows`: patterns (RE2) by column for those that count.

    `cells`: patterns that their cells match. `not_after`: patterns for rows that none of them follows.
    """

    rows: dict[str, str]
    cells: dict[str, str]
    not_after: dict[str, str]


def validate(options: Options) -> None:
    """Raise ValueError for no columns, for one that the tables need not have, and for patterns that RE2 refuses."""
    if not options["columns"]:
        raise ValueError("needs at least one column in 'columns'")
    for patterns in _by_column(options):
        for column, pattern in patterns.items():
            if column not in options["columns"]:
                raise ValueError(f"asks for the column '{column}', which is not among 'columns'")
            compile_pattern(pattern)


def _by_column(options: Options) -> tuple[dict[str, str], ...]:
    return options.get("rows", {}), options.get("cells", {}), options.get("not_after", {})


class _Row(NamedTuple):
    """A row of a table: its extent in the text, and its cells by column."""

    start: int
    end: int
    said: Mapping[str, str]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """One failure at each row that is wrong; `cells.COLUMN` are names for templates."""
    del scope
    for count, row in enumerate(_wrong_rows(value.text, options)):
        details = {f"cells.{column}": said for column, said in row.said.items()}
        part = part_of(value.text, row.start, row.end) if count < MOST_PARTS else None
        yield Failure("has a row that is not allowed", part=part, details=details)


def _wrong_rows(text: str, options: Options) -> Iterator[_Row]:
    counting, wanted, before = _by_column(options)
    for rows in _tables(text, options["columns"]):
        comes_after = False
        for row in rows:
            if _fits(row, counting) and ((comes_after and before) or not _fits(row, wanted)):
                yield row
            comes_after = comes_after or _fits(row, before)


def _fits(row: _Row, patterns: Mapping[str, str]) -> bool:
    return all(is_found(pattern, row.said[column]) for column, pattern in patterns.items())


def _tables(text: str, columns: list[str]) -> Iterator[list[_Row]]:
    """The rows of each table with these columns."""
    wanted = {normalise(column): column for column in columns}
    rows: list[_Row] | None = None
    names: list[str] = []
    header, start = "", 0
    for line in text.splitlines(keepends=True):
        if rows is None and "|" in header and is_delimiter_row(line.rstrip()):
            names = [normalise(name) for name in _said(header)]
            rows = []
        elif rows is not None and "|" in line:
            said = dict(zip((wanted.get(name, "") for name in names), _said(line), strict=False))
            # What stands behind the last column, such as a comment, is no part of the row.
            end = max((last for _, last in cells(line.rstrip())[: len(names)]), default=0)
            rows.append(_Row(start, start + end, {column: said.get(column, "") for column in columns}))
        elif rows is not None:
            if sorted(names) == sorted(wanted):
                yield rows
            rows = None
        header, start = line, start + len(line)
    if rows is not None and sorted(names) == sorted(wanted):
        yield rows


def _said(line: str) -> list[str]:
    return [line[start:end].strip(_MARKS) for start, end in cells(line.rstrip())]
