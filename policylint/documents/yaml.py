"""YAML documents: libyaml composes nodes with exact marks, some thirty times faster than a round-trip loader.

Marks are character offsets; lines are counted by Source, because libyaml also ends lines at NEL and U+2028
(docs/performance.md).
"""

from __future__ import annotations

import re

from yaml import Node, ScalarNode, YAMLError
from yaml.cyaml import CParser  # type: ignore[attr-defined]

from policylint.documents import yaml_lines
from policylint.documents.document import Document, Fault, Limits, Loaded
from policylint.documents.source import Source
from policylint.documents.yaml_places import Stream, YamlDocument
from policylint.documents.yaml_values import PLAIN, QUOTED, Construction, LimitHit, too_deep

_COMPACT_NESTING = re.compile(r"[-?][ \t]+(?=[-?][ \t])")


class _Composer(CParser):
    """libyaml's composer with a resolver that only tells plain scalars from quoted ones."""

    limit = 0
    most_nodes = 0

    def resolve(self, kind: type[Node], _value: str, implicit: tuple[bool, bool]) -> str:
        return PLAIN if kind is ScalarNode and implicit[0] else QUOTED

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
            raise LimitHit(too_deep(self.limit), parent.start_mark.index if parent is not None else 0)

    def ascend_resolver(self) -> None:
        self.depth -= 1


def load(source: Source, limits: Limits) -> Loaded:
    """Every document of a YAML stream; an empty stream is one document that holds null."""
    return load_text(source, source.text, limits)


def load_text(source: Source, text: str, limits: Limits) -> Loaded:
    """Like `load` for a leading part of the source's text, such as the front matter of a Markdown file."""
    plainest = yaml_lines.read(source, text, limits)
    return Loaded((plainest,), ()) if plainest is not None else _load_composed(source, text, limits)


def _load_composed(source: Source, text: str, limits: Limits) -> Loaded:
    try:
        nodes, faults = _composed(text, limits)
    except LimitHit as hit:
        return Loaded((), (Fault("limit-exceeded", hit.message, hit.offset, hit.offset),))
    except YAMLError as error:
        return Loaded((), (_syntax_fault(error, text),))
    documents: list[Document] = []
    stream = Stream(text, nodes)
    roots: list[Node | None] = [*nodes] or [None]
    for node in roots:
        construction = Construction(limits, shares_nodes="&" in text)
        try:
            data = construction.value(node, 0) if node is not None else None
        except LimitHit as hit:
            faults.append(Fault("limit-exceeded", hit.message, hit.offset, hit.offset))
            continue
        document = YamlDocument(source, data, node, stream)
        faults.extend(document.key_fault(*odd) for odd in construction.odd_keys)
        documents.append(document)
    return Loaded(tuple(documents), tuple(faults))


class _CountingComposer(_DepthLimitedComposer):
    """Stops before the nodes take hundreds of times the memory of the text; for long texts only."""

    nodes = 0

    def descend_resolver(self, parent: Node | None, index: object) -> None:
        super().descend_resolver(parent, index)
        self.nodes += 1
        if self.nodes > self.most_nodes:
            place = parent.start_mark.index if parent is not None else 0
            raise LimitHit(f"the file holds more than {self.most_nodes} keys and values", place)


def _composed(text: str, limits: Limits) -> tuple[list[Node], list[Fault]]:
    """The nodes of a text, with the bad escapes that were taken as written. Raises YAMLError and LimitHit."""
    try:
        return _compose(text, limits), []
    except YAMLError as error:
        from policylint.documents.yaml_escapes import compose_repaired

        repaired = compose_repaired(text, error, lambda each: _compose(each, limits))
        if repaired is None:
            raise
        return repaired


def _compose(text: str, limits: Limits) -> list[Node]:
    kind = _composer(text, limits)
    composer = kind(text)
    # What nests by indentation alone is told later, and only for the document that does.
    composer.limit = limits.depth if kind is not _Composer and _may_be_deep(text, limits.depth) else len(text)
    composer.most_nodes = limits.nodes
    nodes: list[Node] = []
    while composer.check_node():
        if len(nodes) == limits.documents:
            raise LimitHit(f"the file holds more than {limits.documents} documents", nodes[-1].end_mark.index)
        node = composer.get_node()
        nodes += [node] if node is not None else []
    return nodes


def _composer(text: str, limits: Limits) -> type[_Composer]:
    # No key or value takes less than two characters: `a,` or `-` and the end of its line.
    if len(text) > 2 * limits.nodes:
        return _CountingComposer
    return _DepthLimitedComposer if _may_be_deep(text, limits.depth) else _Composer


def _may_be_deep(text: str, limit: int) -> bool:
    # Indentation alone cannot nest deep enough to matter before the size limit; brackets and `- - -` can.
    if text.count("[") + text.count("{") > limit:
        return True
    return text.count("-") + text.count("?") > limit and len(_COMPACT_NESTING.findall(text)) > limit


def _syntax_fault(error: YAMLError, text: str) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    opening = getattr(error, "context_mark", None)
    if opening is not None and str(getattr(error, "context", "")).startswith("while parsing a flow"):
        # An opening bracket without its closing one is noticed lines later; it is mended where it opens.
        mark = opening
    offset = min(mark.index, len(text)) if mark is not None else _first_unprintable(text)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "the text is not YAML"
    context = getattr(error, "context", None)
    if context and context.startswith("found duplicate anchor"):
        message = "the anchor is defined twice"
    else:
        message = f"{problem} {context}" if context else str(problem)
    return Fault("syntax-error", message[:1].lower() + message[1:], offset, offset + 1)


# Compiled only where it is asked for: so large a set takes five milliseconds.
_UNPRINTABLE = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"


def _first_unprintable(text: str) -> int:
    match = re.search(_UNPRINTABLE, text)
    return match.start() if match else 0
