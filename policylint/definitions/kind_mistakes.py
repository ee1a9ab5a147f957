"""Mistakes in kinds of documents that would make them judge nothing, in silence: names that lead nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint import documents, schemas
from policylint.definitions.document_paths import check_markdown_path
from policylint.documents.document import ROOT
from policylint.patterns import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policylint.definitions.kind import ContextsDefinition, KindDefinition, LineDefinition
    from policylint.definitions.reading import Faults
    from policylint.documents.document import Document
    from policylint.selectors import Path

_MARKDOWN = "markdown"
_PARTS = ("elements", "element_lists", "lines")


def check_kind(document: Document, kind: KindDefinition, path: Path, schema: str, faults: Faults) -> None:
    """Add a fault for each slip in a kind that is written at a path of a document.

    `schema` is the absolute path of the kind's schema; empty where it has none, or none that can be used.
    """
    check = _Check(document, path, faults)
    if kind.format == _MARKDOWN:
        check.required_paths(kind)
    if documents.FORMATS[kind.format].has_parts:
        check.elements(kind)
        check.lines(kind.lines)
    else:
        check.without_parts(kind)
    check.called(kind.called)
    if kind.contexts is not None:
        check.contexts(kind.contexts, kind.format, schema)


class _Check:
    """Adds the faults of one kind; `path` leads to its table."""

    def __init__(self, document: Document, path: Path, faults: Faults) -> None:
        self._document = document
        self._path = path
        self._faults = faults

    def _add(self, path: Path, message: str, hint: str = "", *, at_key: bool = False) -> None:
        span_of = self._document.key_span if at_key else self._document.span
        self._faults.add(self._document, span_of((*self._path, *path)), message, hint)

    def required_paths(self, kind: KindDefinition) -> None:
        """Documents that must have what none of them has would all vanish."""
        ways: list[tuple[Path, list[str]]] = [((), kind.has)]
        ways += [(("also", number), way.has) for number, way in enumerate(kind.also)]
        for place, has in ways:
            for index, text in enumerate(has):
                check_markdown_path(self._document, text, (*self._path, *place, "has", index), self._faults)

    def without_parts(self, kind: KindDefinition) -> None:
        """Only some formats have text in which elements and lines are read."""
        readable = " and ".join(name for name, each in documents.FORMATS.items() if each.has_parts)
        for key in _PARTS:
            if getattr(kind, key):
                message = f"'{key}' is for documents of the format {readable}, and this one is {kind.format}"
                self._add((key,), message, at_key=True)

    def elements(self, kind: KindDefinition) -> None:
        """Every element has one that it may stand in."""
        known = {name for names in kind.elements.values() for name in names}
        known_holders = {ROOT, *known}
        strays = [holder for holder in kind.elements if holder not in known_holders]
        for holder in strays:
            hint = self._faults.suggestion(holder, known_holders)
            self._add(("elements", holder), f"element '{holder}' may stand nowhere", hint, at_key=True)
        if kind.elements and not strays and not kind.elements.get(ROOT):
            hint = f"name under '{ROOT}' those that need no other around them"
            self._add(("elements",), f"'elements' lets none stand in '{ROOT}'", hint, at_key=True)
        for index, name in enumerate(kind.element_lists):
            if name not in known:
                hint = self._faults.suggestion(name, known)
                self._add(("element_lists", index), f"no element is named '{name}'", hint)

    def lines(self, lines: Mapping[str, LineDefinition]) -> None:
        """Every line can be reached, and its lists are among the values that its pattern reads."""
        for name, line in lines.items():
            place: Path = ("lines", name)
            if line.within and line.within not in lines:
                hint = self._faults.suggestion(line.within, lines)
                self._add((*place, "within"), f"no line is named '{line.within}'", hint)
            groups = compile_pattern(line.pattern).groupindex
            for group in line.lists:
                if group not in groups:
                    hint = self._faults.suggestion(group, groups)
                    self._add(
                        (*place, "lists", group), f"no group of the pattern is named '{group}'", hint, at_key=True
                    )

        for name in _circles(lines):
            self._add(("lines", name, "within"), f"line '{name}' stands only within itself")

    def called(self, pattern: str) -> None:
        """What is called by no name is found by none."""
        if pattern and not compile_pattern(pattern).groupindex:
            hint = "mark the part of the path that is the name, as in '(?P<id>[0-9]+)'"
            self._add(("called",), "'called' names no group of its pattern, and so no document", hint)

    def contexts(self, contexts: ContextsDefinition, format_name: str, schema: str) -> None:
        """Contexts are tables of data, which the schema of the kind has to allow."""
        if not documents.FORMATS[format_name].is_data:
            readable = ", ".join(name for name, each in documents.FORMATS.items() if each.is_data)
            message = f"'contexts' is for documents of the formats {readable}, and this one is {format_name}"
            self._add(("contexts",), message, at_key=True)
            return
        for key, name in (("table", contexts.table), ("into", contexts.into)):
            refused = schemas.refused_key(schema, [name]) if name and schema else None
            if refused:
                message = f"the schema of the kind allows no key '{name}'"
                self._add(("contexts", key), message, self._faults.suggestion(name, refused[1]))


def _circles(lines: Mapping[str, LineDefinition]) -> Iterator[str]:
    """One line of each circle of lines that stand within each other."""
    followed: set[str] = set()
    for name in lines:
        around: dict[str, None] = {}
        outer = name
        while outer in lines and outer not in followed and outer not in around:
            around[outer] = None
            outer = lines[outer].within
        if outer in around:
            yield outer
        followed.update(around)
