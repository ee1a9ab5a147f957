"""mermaid: a flowchart (https://mermaid.js.org/syntax/flowchart.html), as GitHub shows it in Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.trace_reports import graph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.trace_reports.view import View

# Letters, digits and marks that mean nothing anywhere in mermaid, Markdown or HTML; the others become entities.
_ACTIVE = re.compile(r"[^\w ,./()\-]|_")


def render(view: View) -> Iterator[str]:
    """A subgraph for each prefix, then the edges; what leads to nothing is dashed, a mention is dotted."""
    yield "flowchart LR\n"
    for prefix, identifiers in graph.clusters(view).items():
        yield f'  subgraph group_{_safe(prefix)}["{_escaped(prefix)}"]\n'
        yield from (f"    {_node(view, identifier)}\n" for identifier in identifiers)
        yield "  end\n"
    yield from (f"  {_edge(view, edge)}\n" for edge in graph.edges(view))
    yield "  classDef dangling stroke-dasharray: 5 5\n  classDef focus stroke-width: 3px\n"


def _node(view: View, identifier: str) -> str:
    second = view.short(view.title(identifier)) or view.remark(identifier)
    label = f"{_escaped(identifier)}<br>{_escaped(second)}" if second else _escaped(identifier)
    style = ":::focus" if identifier == view.focus else ""
    style = ":::dangling" if view.is_dangling(identifier) else style
    return f'{_safe(identifier)}["{label}"]{style}'


def _edge(view: View, edge: graph.Edge) -> str:
    arrow = "-.->" if edge.is_mention or view.is_dangling(edge.target) else "-->"
    label = _escaped(view.text(view.link_title(edge.type)))
    return f'{_safe(edge.source)} {arrow}|"{label}"| {_safe(edge.target)}'


def _safe(identifier: str) -> str:
    """An ID as the name of a node: IDs have no underscores, so that no two become one."""
    return identifier.replace("-", "_")


def _escaped(text: str) -> str:
    """Entities in mermaid's own form; among what they keep from being read are directives (`%%{init: …}%%`)."""
    return _ACTIVE.sub(lambda match: f"#{ord(match[0])};", text)
