"""YAML documents: text-keeping values from libyaml's nodes, and places read off the same nodes when asked for.

libyaml through PyYAML's C parser composes values with exact marks about fifty times faster than a round-trip
loader (docs/performance.md). Marks are character offsets; lines are counted by Source, because libyaml also
ends lines at NEL and U+2028.
"""

from __future__ import annotations

import re

from yaml import MappingNode, Node, ScalarNode, SequenceNode, YAMLError
from yaml.cyaml import CParser  # type: ignore[attr-defined]

from policylint.documents.document import Comment, Document, Extent, Fault, Limits, Loaded, Place
from policylint.documents.source import Source
from policylint.selectors import Path

_PLAIN = "plain"
_QUOTED = "quoted"
_MERGE_KEY = "<<"

# A plain scalar is read as a value only where writing the value back gives the same text, so that versions,
# commit hashes, plan numbers and dates stay as written. `~` and nothing are the other spellings of null.
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_WORDS: dict[str, object] = {"true": True, "false": False, "null": None, "~": None, "": None}

_COMPACT_NESTING = re.compile(r"[-?][ \t]+(?=[-?][ \t])")
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+")
_ALIAS = re.compile(r"(?:[\s,:?\-\[]|#[^\n]*\n)*(\*[^\s,\]}]+)")
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
        if self.depth > self.limit:
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
    roots: list[Node | None] = [*nodes] or [None]
    for node in roots:
        construction = _Construction(limits, shares_nodes="&" in text)
        try:
            data = construction.value(node, 0) if node is not None else None
        except _LimitHit as hit:
            faults.append(Fault("limit-exceeded", hit.message, hit.offset, hit.offset))
            continue
        faults.extend(construction.faults)
        documents.append(YamlDocument(source, data, node))
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
    if mark is not None:
        offset = min(mark.index, len(text))
    else:
        offset = _first_unprintable(text)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "the text is not YAML"
    context = getattr(error, "context", None)
    message = f"{problem} {context}" if context else str(problem)
    return Fault("syntax-error", message[:1].lower() + message[1:], offset, offset + 1)


_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def _first_unprintable(text: str) -> int:
    match = _UNPRINTABLE.search(text)
    return match.start() if match else 0


class _Construction:
    """Builds plain data from nodes: collects duplicate keys, counts what aliases expand to, applies merge keys."""

    def __init__(self, limits: Limits, *, shares_nodes: bool) -> None:
        self.faults: list[Fault] = []
        self._limits = limits
        self._shares_nodes = shares_nodes
        self._built: dict[int, tuple[object, int]] = {}
        self._open: set[int] = set()
        self._count = 0

    def value(self, node: Node, depth: int) -> object:
        if depth > self._limits.depth:
            raise _LimitHit(_too_deep(self._limits.depth), node.start_mark.index)
        if isinstance(node, ScalarNode):
            self._count += 1
            return scalar(node)
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
        seen: dict[str, Node] = {}
        merged: list[object] = []
        for key_node, value_node in node.value:
            value = self.value(value_node, depth + 1)
            if not isinstance(key_node, ScalarNode):
                self._report_complex_key(key_node)
            elif _is_merge(key_node):
                merged.extend(value if isinstance(value, list) else [value])
            else:
                self._report_duplicate(seen, key_node)
                data[key_node.value] = value
        for mapping in merged:
            if isinstance(mapping, dict):
                data = {**data, **{key: value for key, value in mapping.items() if key not in data}}
        return data

    def _report_duplicate(self, seen: dict[str, Node], key_node: ScalarNode) -> None:
        first = seen.setdefault(key_node.value, key_node)
        if first is not key_node:
            related = (first.start_mark.index, first.end_mark.index, "first defined here")
            start, end = _scalar_extent(key_node)
            self.faults.append(
                Fault("duplicate-key", f"key '{key_node.value}' is defined twice", start, end, (related,))
            )

    def _report_complex_key(self, node: Node) -> None:
        index = node.start_mark.index
        self.faults.append(Fault("syntax-error", "a key is a list or a mapping, not a text", index, index + 1))


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


def _scalar_extent(node: ScalarNode) -> Extent:
    return node.start_mark.index, node.end_mark.index


class YamlDocument(Document):
    """One document of a YAML stream; places come from walking the composed nodes."""

    def __init__(self, source: Source, data: object, root: Node | None) -> None:
        super().__init__(source, data)
        self._root = root

    def find(self, path: Path) -> Place | None:
        """The place of a path; a value written as an alias is placed at the alias."""
        if self._root is None:
            return Place(None, (0, 0)) if not path else None
        place: Place | None = Place(None, self._extent(self._root))
        node: Node = self._root
        for step in path:
            place, child = self._step(node, step)
            if place is None or child is None:
                return None
            node = child
        return place

    def _step(self, node: Node, step: str | int) -> tuple[Place | None, Node | None]:
        if isinstance(node, SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
            return self._item(node, step)
        if isinstance(node, MappingNode):
            return self._entry(node, str(step), frozenset())
        return None, None

    def _item(self, node: SequenceNode, index: int) -> tuple[Place, Node]:
        child = node.value[index]
        before = node.start_mark.index if index == 0 else self._extent(node.value[index - 1])[1]
        return Place(None, self._value_extent(child, before)), child

    def _entry(self, node: MappingNode, key: str, visited: frozenset[int]) -> tuple[Place | None, Node | None]:
        for key_node, child in reversed(node.value):
            if isinstance(key_node, ScalarNode) and key_node.value == key and not _is_merge(key_node):
                key_extent = self._extent(key_node)
                return Place(key_extent, self._value_extent(child, key_extent[1])), child
        for key_node, child in node.value:
            if isinstance(key_node, ScalarNode) and _is_merge(key_node) and id(child) not in visited:
                for mapping in child.value if isinstance(child, SequenceNode) else [child]:
                    if isinstance(mapping, MappingNode):
                        place, found = self._entry(mapping, key, visited | {id(child)})
                        if place is not None:
                            return place, found
        return None, None

    def _value_extent(self, node: Node, after: int) -> Extent:
        # A composed alias is the anchored node itself, which stands earlier in the text than its own key.
        if node.start_mark.index >= after:
            return self._extent(node)
        alias = _ALIAS.match(self.source.text, after)
        return alias.span(1) if alias else (after, after)

    def _extent(self, node: Node) -> Extent:
        start, end = node.start_mark.index, node.end_mark.index
        properties = _PROPERTIES.match(self.source.text, start, end)
        if properties:
            start = properties.end()
        if isinstance(node, ScalarNode):
            return start, start + len(self.source.text[start:end].rstrip()) if node.style in ("|", ">") else end
        return start, self._collection_end(node, end)

    def _collection_end(self, node: Node, end: int) -> int:
        # A block collection's end mark lies at the next token, past blank lines and comments.
        if getattr(node, "flow_style", False) or not node.value:
            return end
        last = node.value[-1]
        last = last[1] if isinstance(last, tuple) else last
        if last.start_mark.index < node.start_mark.index or last.end_mark.index > end:
            return node.start_mark.index + len(self.source.text[node.start_mark.index : end].rstrip())
        return max(self._extent(last)[1], node.start_mark.index)

    def comments(self) -> list[Comment]:
        """Comments, told from `#` inside scalars by the scalars' extents."""
        if self._root is None:
            return _comments_outside(self.source.text, [])
        extents: list[Extent] = []
        self._collect_scalars(self._root, extents, set())
        return _comments_outside(self.source.text, sorted(extents))

    def _collect_scalars(self, node: Node, extents: list[Extent], visited: set[int]) -> None:
        if id(node) in visited:
            return
        visited.add(id(node))
        if isinstance(node, ScalarNode):
            extents.append(_scalar_extent(node))
            return
        for child in node.value:
            for part in child if isinstance(child, tuple) else (child,):
                self._collect_scalars(part, extents, visited)


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
