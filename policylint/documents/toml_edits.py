"""Edits of TOML texts: an edit of the data as edits at the places of the text, so that all else keeps its form.

What comes out is not trusted: whoever applies it reads the text again and compares (`policylint.fixing`). What cannot
be written where the text has its tables, or would have to touch a comment in between, is not edited.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from policylint import edits
from policylint.documents import toml_literals as literals
from policylint.documents.toml_places import ARRAY, DOTTED, IMPLICIT, TABLE, VALUE, Statements
from policylint.edits import TextEdit

if TYPE_CHECKING:
    from collections.abc import Callable

    from policylint.documents.document import Extent
    from policylint.documents.toml_places import Node
    from policylint.edits import Edit
    from policylint.selectors import Path

_Edits = list[TextEdit] | None


def edited(layout: Layout, edit: Edit) -> _Edits:
    """The edits of a text that make one of its data; None where they cannot be told with certainty."""
    return _ACTIONS[edit.action](layout, edit)


class Layout:
    """A text that tomllib accepts, with its statements and the lines that they stand on; made once for many edits."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.newline = "\r\n" if "\r\n" in text else "\n"
        scan = Statements(text)
        self.statements = scan.statements
        self._root = scan.root

    def node(self, path: Path) -> Node | None:
        """The place of a path in the scan's tree."""
        node = self._root
        for step in path:
            child = node.children.get(step)
            if child is None:
                return None
            node = child
        return node

    def indices(self, path: Path) -> list[int]:
        """Which statements are at or below a path."""
        length = len(path)
        return [index for index, each in enumerate(self.statements) if each.path[:length] == path]

    def header(self, path: Path) -> int | None:
        """Which statement is the header of a table."""
        return next((i for i, each in enumerate(self.statements) if each.is_header and each.path == path), None)

    def line_start(self, offset: int) -> int:
        """Where the line of a character starts."""
        return self.text.rfind("\n", 0, offset) + 1

    def line_end(self, offset: int) -> int:
        """Where the line of a character ends, without its line end."""
        end = self.text.find("\n", offset)
        end = len(self.text) if end < 0 else end
        return end - 1 if end > offset and self.text[end - 1] == "\r" else end

    def next_line(self, offset: int) -> int:
        """Where the line after that of a character starts; the end of the text after the last."""
        end = self.text.find("\n", offset)
        return len(self.text) if end < 0 else end + 1

    def indent(self, offset: int) -> str:
        """The blanks at the start of a line."""
        line = self.text[self.line_start(offset) : offset]
        return line[: len(line) - len(line.lstrip(" \t"))]

    @cached_property
    def mentions(self) -> dict[Path, list[Extent]]:
        """Where each key is written: a table has one place in each header of its subtables."""
        found: dict[Path, list[Extent]] = {}
        for statement in self.statements:
            for path, extent in statement.names:
                found.setdefault(path, []).append(extent)
        return found

    @cached_property
    def headers(self) -> list[int]:
        """Which statements are headers."""
        return [index for index, each in enumerate(self.statements) if each.is_header]

    def block_start(self, index: int) -> int:
        """Where the block of a header starts: with the comments right above it."""
        start = self.line_start(self.statements[index].start)
        above = self.next_line(self.statements[index - 1].end) if index else 0
        while start > above:
            line = self.line_start(start - 1)
            if line < above or not self.text[line:start].lstrip().startswith("#"):
                break
            start = line
        return start

    def last_of_block(self, index: int) -> int:
        """The last statement below a header before the next one; -1 for the keys before the first header."""
        following = index + 1
        while following < len(self.statements) and not self.statements[following].is_header:
            following += 1
        return following - 1


# Values


def _set(layout: Layout, edit: Edit) -> _Edits:
    node = layout.node(edit.path)
    if node is None:
        literal = literals.of(edit.value, "", layout.newline)
        return _inserted(layout, edit.path, f" = {literal}")
    if node.kind is not VALUE:
        return None
    old = layout.text[slice(*node.value)]
    return [TextEdit(*node.value, literals.of(edit.value, old, layout.newline))]


def _as_text(layout: Layout, edit: Edit) -> _Edits:
    """The value as it is written: 18.10 becomes "18.10", whatever number it is."""
    node = layout.node(edit.path)
    old = layout.text[slice(*node.value)] if node and node.kind is VALUE else "["
    if node is None or old[0] in "\"'[{":
        return None
    return [TextEdit(*node.value, f'"{old}"')]


# Keys


def _rename(layout: Layout, edit: Edit) -> _Edits:
    """Every mention of the key."""
    parent, node = layout.node(edit.path[:-1]), layout.node(edit.path)
    if parent is None or node is None or edit.value in parent.children or not isinstance(edit.path[-1], str):
        return None
    mentions = layout.mentions.get(edit.path, [])
    if not mentions and parent.kind is VALUE and node.kind is VALUE and node.key:
        mentions = [node.key]
    return [TextEdit(*each, literals.key(str(edit.value), layout.text[slice(*each)])) for each in mentions] or None


def _remove(layout: Layout, edit: Edit) -> _Edits:
    chosen = layout.indices(edit.path)
    if not chosen:
        return _removed_element(layout, edit.path)
    removed: list[Extent] = []
    for index in chosen:
        extent = _block(layout, index) if layout.statements[index].is_header else _line(layout, index)
        if removed and extent[0] <= removed[-1][1]:
            removed[-1] = (min(removed[-1][0], extent[0]), max(removed[-1][1], extent[1]))
        else:
            removed.append(extent)
    return [TextEdit(*_without_gap(layout, each), "") for each in removed]


def _line(layout: Layout, index: int) -> Extent:
    """The lines of a key, with the comment behind its value."""
    statement = layout.statements[index]
    return layout.line_start(statement.start), layout.next_line(statement.end)


def _block(layout: Layout, index: int) -> Extent:
    """The block of a header, and the blank lines that part it from the next one."""
    end = layout.next_line(layout.statements[layout.last_of_block(index)].end)
    while end < len(layout.text) and not layout.text[end : layout.next_line(end)].strip():
        end = layout.next_line(end)
    return layout.block_start(index), end


def _without_gap(layout: Layout, removed: Extent) -> Extent:
    """At the end of the text the blank lines above go as well."""
    start, end = removed
    if end < len(layout.text) or not start:
        return removed
    return layout.next_line(len(layout.text[:start].rstrip())) if layout.text[:start].strip() else 0, end


def _removed_element(layout: Layout, path: Path) -> _Edits:
    """A key of an inline table, or an element of an array, with the comma that parts it from its neighbour."""
    parent, node = layout.node(path[:-1]), layout.node(path)
    if parent is None or node is None or parent.kind is not VALUE or node.kind is not VALUE:
        return None
    siblings = sorted(_whole(each) for each in parent.children.values())
    index = siblings.index(_whole(node))
    if index + 1 < len(siblings):
        extent = siblings[index][0], siblings[index + 1][0]
    elif index:
        extent = siblings[index - 1][1], siblings[index][1]
    else:
        extent = parent.value[0] + 1, parent.value[1] - 1
    between = layout.text[extent[0] : siblings[index][0]] + layout.text[siblings[index][1] : extent[1]]
    return None if "#" in between else [TextEdit(*extent, "")]


def _whole(node: Node) -> Extent:
    return (node.key or node.value)[0], node.value[1]


def _move(layout: Layout, edit: Edit) -> _Edits:
    """A key with its value and the comment behind it, as they are written."""
    node = layout.node(edit.path)
    index = next((i for i, each in enumerate(layout.statements) if each.path == edit.path), None)
    if node is None or index is None or node.kind is not VALUE or not isinstance(edit.value, tuple):
        return None
    if layout.node(edit.value) is not None:
        return None
    _, key = layout.statements[index].names[-1]
    end = layout.statements[index].end
    name = layout.text[slice(*key)] if edit.value[-1] == edit.path[-1] else ""
    inserted = _inserted(
        layout, edit.value, layout.text[key[1] : end], layout.text[end : layout.line_end(end)].rstrip(), name
    )
    return None if inserted is None else _with_removal(layout, inserted, _line(layout, index))


def _with_removal(layout: Layout, inserted: list[TextEdit], removed: Extent) -> list[TextEdit]:
    """Both, also where the new line would stand right below the old one."""
    [new] = inserted
    if not (removed[0] < new.start <= removed[1] and new.text.startswith(layout.newline)):
        return [new, TextEdit(*removed, "")]
    line_end = layout.newline if layout.text.endswith("\n", *removed) else ""
    return [TextEdit(*removed, new.text.removeprefix(layout.newline) + line_end)]


# New keys


def _inserted(layout: Layout, path: Path, assignment: str, comment: str = "", name: str = "") -> _Edits:
    """A new key at a path; `assignment` is what follows it, with `=`."""
    parent, key = path[:-1], path[-1]
    if not isinstance(key, str):
        return None
    pair = (name or literals.key(key)) + assignment
    node = layout.node(parent)
    if node is None:
        return _in_new_table(layout, parent, pair + comment)
    if node.kind is TABLE:
        return _in_table(layout, parent, pair + comment)
    if node.kind is IMPLICIT:
        return _above_subtables(layout, parent, pair + comment)
    if node.kind is DOTTED:
        return _beside_dotted(layout, parent, pair + comment)
    is_inline_table = layout.text.startswith("{", node.value[0])
    return _in_inline_table(node, pair) if node.kind is VALUE and is_inline_table and not comment else None


def _in_table(layout: Layout, path: Path, line: str) -> _Edits:
    """Below the last key of the table, or right below its header; before all tables if it is the document itself."""
    header = layout.header(path) if path else -1
    if header is None:
        return None
    last = layout.last_of_block(header)
    if last >= 0:
        return [_below(layout, last, line)]
    start = layout.block_start(0) if layout.statements else len(layout.text)
    missing_end = layout.newline if start and layout.text[start - 1] != "\n" else ""
    return [TextEdit(start, start, missing_end + line + layout.newline * (2 if layout.statements else 1))]


def _below(layout: Layout, index: int, line: str) -> TextEdit:
    """A line below that of a statement."""
    statement = layout.statements[index]
    at = layout.line_end(statement.end)
    return TextEdit(at, at, layout.newline + layout.indent(statement.start) + line)


def _in_inline_table(node: Node, pair: str) -> _Edits:
    if not node.children:
        return [TextEdit(*node.value, f"{{ {pair} }}")]
    last = max(child.value[1] for child in node.children.values())
    return [TextEdit(last, last, f", {pair}")]


def _beside_dotted(layout: Layout, path: Path, line: str) -> _Edits:
    """With the same first part of the key as the others of the table, below them."""
    chosen = layout.indices(path)
    if not chosen:
        return None
    last = layout.statements[chosen[-1]]
    extent = next(extent for name, extent in last.names if name == path)
    return [_below(layout, chosen[-1], f"{layout.text[last.start : extent[1]]}.{line}")]


def _above_subtables(layout: Layout, path: Path, line: str) -> _Edits:
    """A header of its own for a table that has only subtables, above them: some parsers refuse it below."""
    chosen = [index for index in layout.indices(path) if layout.statements[index].is_header]
    if not chosen:
        return None
    first = layout.statements[chosen[0]]
    extent = next(extent for name, extent in first.names if name == path)
    at, newline, indent = layout.block_start(chosen[0]), layout.newline, layout.indent(first.start)
    name = layout.text[first.names[0][1][0] : extent[1]]
    return [TextEdit(at, at, f"{indent}[{name}]{newline}{indent}{line}{newline}{newline}")]


def _in_new_table(layout: Layout, path: Path, line: str) -> _Edits:
    """A header of its own, below whatever is there of the tables around."""
    around = path
    while layout.node(around) is None:
        around = around[:-1]
    node = layout.node(around)
    is_nested_list = any(isinstance(step, int) for step in path[len(around) :])
    if node is None or node.kind not in (TABLE, IMPLICIT) or is_nested_list:
        return None
    name = ".".join(literals.key(step) for step in path if isinstance(step, str))
    block = f"[{name}]{layout.newline}{line}"
    chosen = layout.indices(around)
    if not chosen:
        return [TextEdit(len(layout.text), len(layout.text), block + layout.newline)] if not layout.text else None
    end = layout.line_end(layout.statements[layout.last_of_block(chosen[-1])].end)
    at = end if around else len(layout.text.rstrip())
    return [TextEdit(at, at, layout.newline * 2 + block)]


# Tables


def _as_list(layout: Layout, edit: Edit) -> _Edits:
    node, index = layout.node(edit.path), layout.header(edit.path)
    if node is None or node.kind not in (TABLE, VALUE) or (node.kind is TABLE and index is None):
        return None
    start, end = node.value
    return [TextEdit(start, start, "["), TextEdit(end, end, "]")]


def _as_table(layout: Layout, edit: Edit) -> _Edits:
    """The only element of a list in its place."""
    node = layout.node(edit.path)
    if node is None or len(node.children) != 1 or 0 not in node.children:
        return None
    element = node.children[0]
    (start, end), (first, last) = node.value, element.value
    if node.kind is ARRAY:
        first, last = start + 1, end - 1
    return None if "#" in layout.text[start:first] + layout.text[last:end] else _cut(start, first, last, end)


def _cut(start: int, first: int, last: int, end: int) -> list[TextEdit]:
    return [TextEdit(start, first, ""), TextEdit(last, end, "")]


def _above(layout: Layout, edit: Edit) -> _Edits:
    """The block of a table above that of another; what parts the blocks from each other stays where it is."""
    index = layout.header(edit.path)
    wanted = edit.value if isinstance(edit.value, tuple) else None
    below = [i for i in layout.headers if len(layout.statements[i].path) > len(edit.path) and wanted is None]
    subtables = [i for i in below if layout.statements[i].path[: len(edit.path)] == edit.path]
    target = layout.header(wanted) if wanted is not None else subtables[0] if subtables else None
    if index is None or target is None or target >= index:
        return None
    first, start = layout.block_start(target), layout.block_start(index)
    above_end = layout.line_end(layout.statements[index - 1].end)
    end = layout.line_end(layout.statements[layout.last_of_block(index)].end)
    text = layout.text
    moved = text[start:end] + text[above_end:start] + text[first:above_end]
    return [TextEdit(first, end, moved)]


_ACTIONS: dict[str, Callable[[Layout, Edit], _Edits]] = {
    edits.SET: _set,
    edits.AS_VALUE: _set,
    edits.AS_TEXT: _as_text,
    edits.RENAME: _rename,
    edits.REMOVE: _remove,
    edits.MOVE: _move,
    edits.AS_LIST: _as_list,
    edits.AS_TABLE: _as_table,
    edits.ABOVE: _above,
}
