"""The page of an entry: where it is defined, what it says, what it links to and what links to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policylint.diagnostics import Span
    from policylint.facts import EntryFact, EntryField
    from policylint.trace_reports.scope import Link
    from policylint.trace_reports.view import View

_Row = tuple[str, str, str]

# IDs are shorter; a range that is written wrongly may be longer than anything should be moved for.
_WIDEST = 16


class Pages:
    """The pages of a view, with its links by both their ends."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._outgoing: dict[str, list[Link]] = {}
        self._incoming: dict[str, list[Link]] = {}
        for link in view.scope.links:
            self._outgoing.setdefault(link.source, []).append(link)
            self._incoming.setdefault(link.target, []).append(link)

    def page(self, identifier: str) -> Iterator[str]:
        """The lines of an ID's page, whether or not an entry has it."""
        outgoing = self._outgoing.get(identifier, [])
        incoming = self._incoming.get(identifier, [])
        definitions = self._view.index.definitions(identifier)
        yield from self._definition(definitions) if definitions else self._no_definition(identifier, len(incoming))
        yield from self._groups(outgoing, self._view.link_title, self._target_row)
        yield from self._groups([each for each in incoming if each.source], self._view.link_inverse, self._source_row)
        texts = [each for each in incoming if not each.source]
        if texts:
            yield from ("", "  mentioned in:")
            yield from (f"    {self._view.place(*_place(each))}" for each in texts)
        if definitions and not outgoing:
            yield from ("", "  links nothing")
        if definitions and not incoming:
            yield from ("", "  nothing refers to it")

    def _definition(self, definitions: list[EntryFact]) -> Iterator[str]:
        view, entry = self._view, definitions[0]
        yield _headline(entry.identifier, view.short(entry.title))
        yield f"  defined at    {view.place(entry.path, entry.span)}"
        for other in definitions[1:]:
            yield f"  also defined  {view.place(other.path, other.span)}  {view.short(other.title)}".rstrip()
        yield f"  kind          {self._kind(entry)}"
        if entry.state:
            yield f"  state         {view.text(entry.state)}"
        if entry.fields:
            yield from ("", "  fields:")
            yield from (f"    {self._field(each)}" for each in entry.fields.values())

    def _field(self, field: EntryField) -> str:
        return f"{self._view.short(field.name)}: {self._view.short(_one_line(field.value))}"

    def _kind(self, entry: EntryFact) -> str:
        kinds = ", ".join(self._view.kind_title(kind) for kind in entry.kinds)
        return self._view.text((f"{kinds} ({entry.dialect})" if entry.dialect else kinds) or "none that is known")

    def _no_definition(self, identifier: str, count: int) -> Iterator[str]:
        noun = "reference" if count == 1 else "references"
        yield f"{identifier} is {self._view.remark(identifier)}; {count} {noun}"

    def _groups(self, links: list[Link], title: Callable[[str], str], row: Callable[[Link], _Row]) -> Iterator[str]:
        """Links under the titles of their types; mentions last."""
        by_title: dict[str, list[_Row]] = {}
        for link in sorted(links, key=lambda each: self._view.order(each.type)):
            by_title.setdefault(self._view.text(title(link.type)), []).append(row(link))
        for name, rows in by_title.items():
            yield from ("", f"  {name}:")
            yield from _aligned(dict.fromkeys(rows))

    def _target_row(self, link: Link) -> _Row:
        """What the link leads to; of a reference that leads nowhere, what is wrong with it and where it stands."""
        view, reference = self._view, link.reference
        if not link.target:
            return view.short(reference.text), view.short(reference.fault), view.place(*_place(link))
        defined = view.index.definitions(link.target)
        place = view.place(defined[0].path, defined[0].span) if defined else view.remark(link.target)
        return link.target, view.short(view.title(link.target)), place

    def _source_row(self, link: Link) -> _Row:
        return link.source, self._view.short(self._view.title(link.source)), self._view.place(*_place(link))


def _place(link: Link) -> tuple[str, Span]:
    return link.reference.path, link.reference.span


def _aligned(rows: Iterable[_Row]) -> Iterator[str]:
    found = list(rows)
    width = min(_WIDEST, max(len(identifier) for identifier, _, _ in found))
    for identifier, title, place in found:
        yield "  ".join(part for part in (f"    {identifier:{width}}", title, place) if part)


def _headline(identifier: str, title: str) -> str:
    return f"{identifier}: {title}" if title else identifier


def _one_line(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(map(_one_line, value))
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_one_line(item)}" for key, item in value.items())
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)
