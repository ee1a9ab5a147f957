"""YAML documents: text-keeping values from libyaml's nodes, and places read off the same nodes when asked for.

libyaml through PyYAML's C parser composes values with exact marks about fifty times faster than a round-trip
loader (docs/performance.md). Marks are character offsets; lines are counted by Source, because libyaml also
ends lines at NEL and U+2028.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yaml import MappingNode, Node, ScalarNode, SequenceNode, YAMLError
from yaml.cyaml import CParser  # type: ignore[attr-defined]

from policylint.documents.document import Comment, Document, Extent, Fault, Limits, Loaded, Place
from policylint.documents.source import Source
from policylint.selectors import Path

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN = "plain"
_QUOTED = "quoted"
_MERGE_KEY = "<<"

# A plain scalar is read as a value only where writing the value back gives the same text, so that versions,
# commit hashes, plan numbers and dates stay as written. `~` and nothing are the other spellings of null.
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_WORDS: dict[str, object] = {"true": True, "false": False, "null": None, "~": None, "": None}

_COMPACT_NESTING = re.compile(r"[-?][ \t]+(?=[-?][ \t])")
_PROPERTIES = re.compile(r"(?:[&!]\S*+\s++(?:#[^\r\n]*+\s++)*+)++")
_ALIAS = re.compile(r"(?:[\s,:?\-\[{]|#[^\r\n]*+)*+(\*[0-9A-Za-z_-]+)")
_REST_OF_LINE = re.compile(r"[^\r\n]*")
_COMMENT = re.compile(r"(?:(?<=\s)|(?<![\s\S]))#[^\r\n]*")


class _LimitHit(Exception):  # noqa: N818 - control flow inside this module
    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class _Composer(CParser):
    """libyaml's composer with a resolver that only tells plain scalars from quoted ones."""

    limit = 0

    def resolve(self, kind: type[Node], _value: str, implicit: tuple[bool, bool]) -> str:
        return _PLAIN if kind is ScalarNode and implicit[0] else _QUOTED

    def descend_resolver(self, parent: Node | None, index: object) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


class _DepthLimitedComposer(_Composer):
    """Stops before libyaml's recursion exhausts the C stack; a tenth slower, so used on suspicious text only."""

    depth = 0

    def descend_resolver(self, parent: Node | None, index: object) -> None:
        del index
        self.depth += 1
        # A scalar in the deepest allowed collection is one level below it; what is a collection there is told later.
        if self.depth > self.limit + 1:
            raise _LimitHit(_too_deep(self.limit), parent.start_mark.index if parent is not None else 0)

    def ascend_resolver(self) -> None:
        self.depth -= 1


def _too_deep(limit: int) -> str:
    return f"the document is nested more than {limit} levels deep"


def load(source: Source, limits: Limits) -> Loaded:
    """Every document of a YAML stream; an empty stream is one document that holds null."""
    return load_text(source, source.text, limits)


def load_text(source: Source, text: str, limits: Limits) -> Loaded:
    """Like `load` for a leading part of the source's text, such as the front matter of a Markdown file."""
    try:
        nodes = _compose(text, limits)
    except _LimitHit as hit:
        return Loaded((), (Fault("limit-exceeded", hit.message, hit.offset, hit.offset),))
    except YAMLError as error:
        return Loaded((), (_syntax_fault(error, text),))
    documents: list[Document] = []
    faults: list[Fault] = []
    stream = _Stream(text, nodes)
    roots: list[Node | None] = [*nodes] or [None]
    for node in roots:
        construction = _Construction(limits, shares_nodes="&" in text)
        try:
            data = construction.value(node, 0) if node is not None else None
        except _LimitHit as hit:
            faults.append(Fault("limit-exceeded", hit.message, hit.offset, hit.offset))
            continue
        document = YamlDocument(source, data, node, stream)
        faults.extend(document.key_fault(*odd) for odd in construction.odd_keys)
        documents.append(document)
    return Loaded(tuple(documents), tuple(faults))


def _compose(text: str, limits: Limits) -> list[Node]:
    composer = _DepthLimitedComposer(text) if _may_be_deep(text, limits.depth) else _Composer(text)
    composer.limit = limits.depth
    nodes: list[Node] = []
    while composer.check_node():
        node = composer.get_node()
        nodes += [node] if node is not None else []
    return nodes


def _may_be_deep(text: str, limit: int) -> bool:
    # Indentation alone cannot nest deep enough to matter before the size limit; brackets and `- - -` can.
    return text.count("[") + text.count("{") > limit or len(_COMPACT_NESTING.findall(text)) > limit


def _syntax_fault(error: YAMLError, text: str) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    offset = min(mark.index, len(text)) if mark is not None else _first_unprintable(text)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "the text is not YAML"
    context = getattr(error, "context", None)
    if context and context.startswith("found duplicate anchor"):
        message = "the anchor is defined twice"
    else:
        message = f"{problem} {context}" if context else str(problem)
    return Fault("syntax-error", message[:1].lower() + message[1:], offset, offset + 1)


_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def _first_unprintable(text: str) -> int:
    match = _UNPRINTABLE.search(text)
    return match.start() if match else 0


class _Construction:
    """Builds plain data from nodes: collects odd keys, counts what aliases expand to, applies merge keys.

    An odd key is a mapping with the number of the pair and, for a repeated key, that of the first pair that has it.
    """

    def __init__(self, limits: Limits, *, shares_nodes: bool) -> None:
        self.odd_keys: list[tuple[MappingNode, int, int | None]] = []
        self._limits = limits
        self._shares_nodes = shares_nodes
        self._built: dict[int, tuple[object, int]] = {}
        self._open: set[int] = set()
        self._count = 0

    def value(self, node: Node, depth: int) -> object:
        if isinstance(node, ScalarNode):
            self._count += 1
            return scalar(node)
        if depth >= self._limits.depth:
            raise _LimitHit(_too_deep(self._limits.depth), node.start_mark.index)
        if not self._shares_nodes:
            return self._collection(node, depth)
        return self._shared(node, depth)

    def _shared(self, node: Node, depth: int) -> object:
        identity = id(node)
        if identity in self._open:
            raise _LimitHit("an alias refers to the value that contains it", node.start_mark.index)
        if identity not in self._built:
            before = self._count
            self._open.add(identity)
            data = self._collection(node, depth)
            self._open.discard(identity)
            self._built[identity] = (data, self._count - before)
            return data
        data, size = self._built[identity]
        self._count += size
        if self._count > self._limits.alias_nodes:
            raise _LimitHit(f"aliases expand to more than {self._limits.alias_nodes} values", node.start_mark.index)
        return data

    def _collection(self, node: Node, depth: int) -> object:
        self._count += 1
        if isinstance(node, SequenceNode):
            return [self.value(item, depth + 1) for item in node.value]
        return self._mapping(node, depth) if isinstance(node, MappingNode) else None

    def _mapping(self, node: MappingNode, depth: int) -> dict[str, object]:
        data: dict[str, object] = {}
        seen: dict[str, int] = {}
        merged: list[object] = []
        for index, (key_node, value_node) in enumerate(node.value):
            value = self.value(value_node, depth + 1)
            if not isinstance(key_node, ScalarNode):
                self.odd_keys.append((node, index, None))
            elif _is_merge(key_node):
                merged.extend(value if isinstance(value, list) else [value])
            else:
                first = seen.setdefault(key_node.value, index)
                if first != index:
                    self.odd_keys.append((node, index, first))
                data[key_node.value] = value
        for mapping in merged:
            if isinstance(mapping, dict):
                for key, value in mapping.items():
                    data.setdefault(key, value)
        return data


def _is_merge(node: ScalarNode) -> bool:
    return bool(node.value == _MERGE_KEY and node.tag == _PLAIN)


def scalar(node: ScalarNode) -> object:
    """The value of a scalar node: int, bool or null where the text says exactly that, else the text."""
    text: str = node.value
    if node.tag != _PLAIN:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INTEGER.fullmatch(text) else text


class _Stream:
    """What the documents of a stream share: their text and the comments in it."""

    def __init__(self, text: str, roots: list[Node]) -> None:
        self.may_alias = "&" in text and "*" in text
        self._text = text
        self._roots = roots
        self._comments: list[Comment] | None = None

    def comments(self) -> list[Comment]:
        """Comments, told from `#` inside scalars by the scalars' extents."""
        if self._comments is None:
            self._comments = _comments_outside(self._text, sorted(self._scalar_extents()))
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

    def __init__(self, source: Source, data: object, root: Node | None, stream: _Stream) -> None:
        super().__init__(source, data)
        self._root = root
        self._stream = stream
        self._places_of: dict[int, list[Place]] = {}

    def find(self, path: Path) -> Place | None:
        """The place of a path; a value written as an alias is placed at the alias."""
        if self._root is None:
            return Place(None, (0, 0)) if not path else None
        place = Place(None, self._extent(self._root))
        node: Node = self._root
        for step in path:
            found = self._step(node, step)
            if found is None:
                return None
            place, node = found
        return place

    def _step(self, node: Node, step: str | int) -> tuple[Place, Node] | None:
        if isinstance(node, SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
            return self._place(node, step), node.value[step]
        if isinstance(node, MappingNode):
            return self._entry(node, str(step), frozenset())
        return None

    def _entry(self, node: MappingNode, key: str, visited: frozenset[int]) -> tuple[Place, Node] | None:
        for index in range(len(node.value) - 1, -1, -1):
            key_node, child = node.value[index]
            if isinstance(key_node, ScalarNode) and key_node.value == key and not _is_merge(key_node):
                return self._place(node, index), child
        for key_node, child in node.value:
            if isinstance(key_node, ScalarNode) and _is_merge(key_node) and id(child) not in visited:
                for mapping in child.value if isinstance(child, SequenceNode) else [child]:
                    if isinstance(mapping, MappingNode):
                        found = self._entry(mapping, key, visited | {id(child)})
                        if found is not None:
                            return found
        return None

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
        is_bracketed = getattr(node, "flow_style", False) and self.source.text[node.start_mark.index : end].endswith(
            ("]", "}")
        )
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


def _comments_outside(text: str, extents: list[Extent]) -> list[Comment]:
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
