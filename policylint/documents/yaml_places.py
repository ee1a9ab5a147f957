"""The places of YAML keys and values, read off the composed nodes when something is reported."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from policylint.documents.document import Comment, Document, Extent, Fault, Place
from policylint.documents.yaml_values import is_merge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.documents.source import Source
    from policylint.edits import Edit, TextEdit
    from policylint.selectors import Path

_PROPERTIES = re.compile(r"(?:[&!]\S*+\s++(?:#[^\r\n]*+\s++)*+)++")
_ALIAS = re.compile(r"(?:[\s,:?\-\[{]|#[^\r\n]*+)*+(\*[0-9A-Za-z_-]+)")
_REST_OF_LINE = re.compile(r"[^\r\n]*")
# It starts with what is rare, so that a text is searched fifty times as fast: a `#` not behind a visible character.
_COMMENT = re.compile(r"#(?<!\S#)[^\r\n]*")


class Stream:
    """What the documents of a stream share: their text and the comments in it."""

    def __init__(self, text: str, roots: list[Node]) -> None:
        self.may_alias = "&" in text and "*" in text
        self._text = text
        self._roots = roots
        self._comments: list[Comment] | None = None

    def comments(self) -> list[Comment]:
        """Comments, told from `#` inside scalars by the scalars' extents."""
        if self._comments is None:
            may_have_some = _COMMENT.search(self._text) is not None
            self._comments = comments_outside(self._text, sorted(self._scalar_extents())) if may_have_some else []
        return self._comments

    def _scalar_extents(self) -> Iterator[Extent]:
        visited: set[int] = set()
        waiting: list[Node] = [*self._roots]
        while waiting:
            node = waiting.pop()
            if id(node) in visited:
                continue
            visited.add(id(node))
            if isinstance(node, ScalarNode):
                yield _text_extent(self._text, node)
            else:
                for child in node.value:
                    waiting.extend(child if isinstance(child, tuple) else (child,))


def _own_start(text: str, node: Node) -> int:
    """Where a node starts without its anchor and tag; those at the start of a mapping may be of its first key."""
    start: int = node.start_mark.index
    if not text.startswith(("&", "!"), start):
        return start
    if isinstance(node, MappingNode) and node.value and node.value[0][0].start_mark.index == start:
        return start
    properties = _PROPERTIES.match(text, start, node.end_mark.index)
    return properties.end() if properties else start


def _text_extent(text: str, node: ScalarNode) -> Extent:
    """Where a scalar's `#` are text: a comment may follow the header of a block scalar."""
    start = _own_start(text, node)
    if node.style in ("|", ">"):
        header = _REST_OF_LINE.match(text, start)
        start = header.end() if header else start
    return start, node.end_mark.index


class YamlDocument(Document):
    """One document of a YAML stream; places come from walking the composed nodes."""

    comment_mark = "#"

    def __init__(self, source: Source, data: object, root: Node | None, stream: Stream) -> None:
        super().__init__(source, data)
        self._root = root
        self._stream = stream
        self._places_of: dict[int, list[Place]] = {}
        self._indices: dict[int, dict[str, int]] = {}

    def find(self, path: Path) -> Place | None:
        """The place of a path; a value written as an alias is placed at the alias."""
        if self._root is None:
            return Place(None, (0, 0)) if not path else None
        place: Place | None = None
        node: Node = self._root
        for step in path:
            found = self._step(node, step)
            if found is None:
                return None
            place, node = found
        return place or Place(None, self._extent(self._root))

    def _step(self, node: Node, step: str | int) -> tuple[Place, Node] | None:
        if isinstance(node, SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
            return self._place(node, step), node.value[step]
        if isinstance(node, MappingNode):
            return self._entry(node, str(step), frozenset())
        return None

    def _entry(self, node: MappingNode, key: str, visited: frozenset[int]) -> tuple[Place, Node] | None:
        index = self._pairs(node).get(key)
        if index is not None:
            return self._place(node, index), node.value[index][1]
        for key_node, child in node.value:
            if isinstance(key_node, ScalarNode) and is_merge(key_node) and id(child) not in visited:
                for mapping in child.value if isinstance(child, SequenceNode) else [child]:
                    if isinstance(mapping, MappingNode):
                        found = self._entry(mapping, key, visited | {id(child)})
                        if found is not None:
                            return found
        return None

    def _pairs(self, node: MappingNode) -> dict[str, int]:
        """Which pair of a mapping has a key: the last one, which is the one that counts."""
        known = self._indices.get(id(node))
        if known is None:
            known = self._indices[id(node)] = {
                key.value: index
                for index, (key, _) in enumerate(node.value)
                if isinstance(key, ScalarNode) and not is_merge(key)
            }
        return known

    def _place(self, node: Node, index: int) -> Place:
        """The place of an item of a sequence or of a pair of a mapping."""
        if self._stream.may_alias:
            return self._places(node)[index]
        child = node.value[index]
        if isinstance(child, tuple):
            return Place(self._extent(child[0]), self._extent(child[1]))
        return Place(None, self._extent(child))

    def _places(self, node: Node) -> list[Place]:
        """All places in a collection, in order, since an alias is found only by where the part before it ends."""
        known = self._places_of.get(id(node))
        if known is not None:
            return known
        places: list[Place] = []
        after = _own_start(self.source.text, node)
        for child in node.value:
            key = self._extent_after(child[0], after) if isinstance(child, tuple) else None
            value_node = child[1] if isinstance(child, tuple) else child
            places.append(Place(key, self._extent_after(value_node, key[1] if key else after)))
            after = places[-1].value[1]
        self._places_of[id(node)] = places
        return places

    def _extent_after(self, node: Node, after: int) -> Extent:
        # A composed alias is the anchored node itself, which stands earlier in the text.
        if node.start_mark.index >= after:
            return self._extent(node)
        alias = _ALIAS.match(self.source.text, after)
        return alias.span(1) if alias else (after, after)

    def _extent(self, node: Node) -> Extent:
        text, end = self.source.text, node.end_mark.index
        start = _own_start(text, node)
        if not isinstance(node, ScalarNode):
            return start, self._collection_end(node, end)
        if node.style in ("|", ">"):
            # The end mark lies past the blank lines below; blanks on the last line of text belong to it.
            last = _REST_OF_LINE.match(text, start + len(text[start:end].rstrip(" \t\r\n")), end)
            end = last.end() if last else end
        return start, end

    def _collection_end(self, node: Node, end: int) -> int:
        # A block collection's end mark lies at the next token, past blank lines and comments.
        # The single pair in `[a: 1 ]` has the style of a flow mapping but no bracket of its own.
        start, text = node.start_mark.index, self.source.text
        is_bracketed = getattr(node, "flow_style", False) and text.endswith(("]", "}"), start, end)
        if is_bracketed or not node.value:
            return end
        return self._place(node, -1).value[1]

    def key_fault(self, node: MappingNode, index: int, first: int | None) -> Fault:
        """The fault of a key that is no text, or that an earlier pair of its mapping has."""
        extent = self._place(node, index).key or (0, 0)
        if first is None:
            return Fault("syntax-error", "a key is a list or a mapping, not a text", extent[0], extent[0] + 1)
        related = (*(self._place(node, first).key or (0, 0)), "first defined here")
        message = f"key '{node.value[index][0].value}' is defined twice"
        return Fault("duplicate-key", message, *extent, (related,))

    def comments(self) -> list[Comment]:
        """The comments of the whole stream: those of one document may stand before its start."""
        return self._stream.comments()

    def edited(self, edit: Edit) -> list[TextEdit] | None:
        """Scalars and keys are replaced; nothing else is edited."""
        from policylint.documents.scalar_edits import yaml_edited

        return yaml_edited(self, edit)


def comments_outside(text: str, extents: list[Extent]) -> list[Comment]:
    """The comments of a text, given the extents of the scalars in which a `#` may be text, in order."""
    comments: list[Comment] = []
    index = position = 0
    while match := _COMMENT.search(text, position):
        start, end = match.span()
        while index < len(extents) and extents[index][1] <= start:
            index += 1
        if index < len(extents) and extents[index][0] <= start:
            position = extents[index][1]
            continue
        comments.append(Comment(text[start + 1 : end].strip(), start, end))
        position = end
    return comments
