"""TOML documents: values from the standard library, places from a scan that runs when the first is asked for."""

from __future__ import annotations

import tomllib
from math import isfinite
from typing import TYPE_CHECKING, Any

from policylint.documents.document import Document, Fault, Limits, Loaded, Place

if TYPE_CHECKING:
    from policylint.documents.document import Comment, Extent
    from policylint.documents.source import Source
    from policylint.documents.toml_edits import Layout
    from policylint.documents.toml_places import Scan
    from policylint.edits import Edit, TextEdit
    from policylint.selectors import Path

# The longest integer that Python will write in decimal, and so the longest that can be compared or reported.
_INTEGER_BITS = 14_284

_Level = list[tuple["Path", dict[Any, Any] | list[Any]]]


class TomlDocument(Document):
    """A TOML text; it is scanned for places when the first one is asked for."""

    comment_mark = "#"

    def __init__(self, source: Source, data: dict[str, Any]) -> None:
        super().__init__(source, data)
        self._scan: Scan | None = None
        self._layout: Layout | None = None

    def _scanned(self) -> Scan:
        if self._scan is None:
            from policylint.documents.toml_places import Scan

            self._scan = Scan(self.source.text)
        return self._scan

    def find(self, path: Path) -> Place | None:
        """The place of a path; a table is where its header is, or else the first header or key that implies it."""
        node = self._scanned().root
        for step in path:
            child = node.children.get(step)
            if child is None:
                return None
            node = child
        return Place(node.key, node.value)

    def outline(self) -> list[Path]:
        """The paths of the tables inside tables, in the order of their headers.

        Empty, without a scan, where each plainly comes before those inside it, as nearly always.
        """
        lines = [line.lstrip(" \t") for line in self.source.text.split("\n") if "." in line]
        if _are_in_order([line for line in lines if line.startswith("[")]):
            return []
        return [path for path in self._scanned().headers if _is_nested(path)]

    def comments(self) -> list[Comment]:
        """All `#` comments that are not inside strings."""
        if "#" not in self.source.text:
            return []
        from policylint.documents.toml_places import comments

        return comments(self.source.text)

    def edited(self, edit: Edit) -> list[TextEdit] | None:
        """Edits at the places of the text; everything else stays as it is, byte for byte."""
        from policylint.documents.toml_edits import Layout, edited

        self._layout = self._layout or Layout(self.source.text)
        return edited(self._layout, edit)


def _are_in_order(headers: list[str]) -> bool:
    """Whether no header of plain keys stands below one that continues it; told by their texts."""
    opened: set[str] = set()
    for header in headers:
        if any(sign in header for sign in "\"'\\"):
            return False
        name = "".join(header.partition("#")[0].split()).strip("[]")
        if name in opened:
            return False
        parts = name.split(".")
        opened.update(".".join(parts[:length]) for length in range(2, len(parts)))
    return True


def _is_nested(path: Path) -> bool:
    return sum(isinstance(step, str) for step in path) > 1


def load(source: Source, limits: Limits) -> Loaded:
    """The one document of a TOML text; dates and times are held as their text, so that the data is JSON-able."""
    text = source.text
    excess = _excess(text, limits)
    if excess is not None:
        return Loaded((), (excess,))
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        from policylint.documents.toml_places import refusal

        return Loaded((), (refusal(error, text),))
    except RecursionError:
        return Loaded((), (_depth_fault(limits.depth, 0),))
    except ValueError:
        from policylint.documents.toml_places import long_number

        return Loaded((), (_long_number_fault(*long_number(text)),))
    document = TomlDocument(source, data)
    fault = _make_plain(document, data, limits.depth)
    return Loaded((), (fault,)) if fault else Loaded((document,), ())


def _excess(text: str, limits: Limits) -> Fault | None:
    # Guards tomllib's recursion, memory and quadratic handling of long dotted keys; _make_plain counts exactly.
    if len(text) <= limits.nodes and not _may_be_deep(text, limits.depth):
        return None
    from policylint.documents.toml_places import excess_at

    offset, is_deep = excess_at(text, limits.depth, limits.nodes)
    if offset is None:
        return None
    if is_deep:
        return _depth_fault(limits.depth, offset)
    message = f"the file holds more than {limits.nodes} keys and values"
    return Fault("limit-exceeded", message, offset, offset + 1)


def _may_be_deep(text: str, limit: int) -> bool:
    lines = [line for line in text.split("\n") if "." in line]
    # The parts of a key come below those of its header.
    in_headers = max((line.count(".") for line in lines if line.lstrip(" \t").startswith("[")), default=0)
    return (
        text.count("[") + text.count("{") >= limit
        or max((line.count(".") for line in lines), default=0) + in_headers >= limit
    )


def _depth_fault(limit: int, offset: int) -> Fault:
    return Fault("limit-exceeded", f"the document is nested more than {limit} levels deep", offset, offset + 1)


def _long_number_fault(start: int, end: int) -> Fault:
    return Fault("syntax-error", "the number has too many digits", start, end)


def _make_plain(document: TomlDocument, data: dict[str, Any], limit: int) -> Fault | None:
    # Level by level and not recursively: dotted keys inside inline tables nest deeper than brackets do.
    level: _Level = [((), data)]
    for _ in range(limit):
        level, long_integer = _make_level_plain(level)
        if long_integer:
            return _long_number_fault(*_extent(document, long_integer))
        if not level:
            return None
    return _depth_fault(limit, _extent(document, level[0][0])[0])


def _make_level_plain(level: _Level) -> tuple[_Level, Path]:
    """The containers one level below, and the path of an integer that is too long, if there is one."""
    below: _Level = []
    for path, container in level:
        for key, value in container.items() if isinstance(container, dict) else enumerate(container):
            if isinstance(value, dict | list):
                below.append(((*path, key), value))
            elif isinstance(value, int):
                if value.bit_length() > _INTEGER_BITS:
                    return below, (*path, key)
            elif not isinstance(value, str):
                container[key] = _plain(value)
    return below, ()


def _plain(value: Any) -> float | str:
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    return str(value.isoformat())


def _extent(document: TomlDocument, path: Path) -> Extent:
    place = document.find(path)
    return (0, 0) if place is None else place.value
