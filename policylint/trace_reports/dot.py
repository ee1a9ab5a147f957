"""dot: a graph for Graphviz (https://graphviz.org/doc/info/lang.html)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.trace_reports import graph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.trace_reports.view import View

_DASHED = "style=dashed"
_DOTTED = "style=dotted"
_BOLD = "style=bold"


def render(view: View) -> Iterator[str]:
    """A cluster for each prefix, then the edges; what leads to nothing is dashed, a mention is dotted."""
    yield "digraph trace {\n  rankdir=LR;\n  node [shape=box];\n"
    for prefix, identifiers in graph.clusters(view).items():
        yield f"  subgraph {_quoted(f'cluster_{prefix}')} {{\n    label={_quoted(prefix)};\n"
        yield from (f"    {_node(view, identifier)}\n" for identifier in identifiers)
        yield "  }\n"
    yield from (f"  {_edge(view, edge)}\n" for edge in graph.edges(view))
    yield "}\n"


def _node(view: View, identifier: str) -> str:
    second = view.short(view.title(identifier)) or view.remark(identifier)
    label = f'"{_escaped(identifier)}\\n{_escaped(second)}"' if second else _quoted(identifier)
    style = _BOLD if identifier == view.focus else ""
    style = _DASHED if view.is_dangling(identifier) else style
    return f"{_quoted(identifier)} [label={label}{f', {style}' if style else ''}];"


def _edge(view: View, edge: graph.Edge) -> str:
    style = _DOTTED if edge.is_mention else ""
    style = _DASHED if view.is_dangling(edge.target) else style
    label = _quoted(view.text(view.link_title(edge.type)))
    return f"{_quoted(edge.source)} -> {_quoted(edge.target)} [label={label}{f', {style}' if style else ''}];"


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    """Backslashes start escapes such as `\\N`, and labels are read for HTML entities."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
