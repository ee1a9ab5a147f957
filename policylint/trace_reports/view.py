"""A trace with what it takes to show it: words for links and kinds, places, and text that is made harmless."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.diagnostics import excerpt
from policylint.facts import MENTION
from policylint.trace_reports.numbering import prefix_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from policylint.diagnostics import Span
    from policylint.index import Index
    from policylint.pack import EntrySettings, LinkType
    from policylint.trace_reports.scope import Scope

_LONGEST = 100


class View:
    """What renderers ask. `focus` is the entry that was asked for, empty for many; `external` are prefixes.

    `path` turns a path relative to the root into one relative to where the run started, `text` makes a text of a
    linted file harmless, on one line.
    """

    def __init__(
        self,
        index: Index,
        scope: Scope,
        settings: EntrySettings,
        external: Iterable[str],
        *,
        focus: str = "",
        path: Callable[[str], str],
        text: Callable[[str], str],
    ) -> None:
        self.index = index
        self.scope = scope
        self.focus = focus
        self.path = path
        self.text = text
        self.link_types: list[LinkType] = settings.link_types
        self._words = {each.name: (each.title, each.inverse) for each in settings.link_types}
        self._order = {each.name: number for number, each in enumerate(settings.link_types)}
        self._words[MENTION] = "mentions", "is mentioned by"
        self._kinds = {kind.name: kind.title for kind in settings.kinds}
        self._external = frozenset(external)

    def link_title(self, link: str) -> str:
        """What an entry does to the target of a link of this type."""
        return self._words.get(link, (link, link))[0]

    def link_inverse(self, link: str) -> str:
        """What the target of a link of this type is to the entry."""
        return self._words.get(link, (link, link))[1]

    def kind_title(self, kind: str) -> str:
        """The title of a kind of entry."""
        return self._kinds.get(kind, kind)

    def is_defined(self, identifier: str) -> bool:
        """Whether an entry of this repository has the ID."""
        return bool(self.index.definitions(identifier))

    def is_external(self, identifier: str) -> bool:
        """Whether IDs with this prefix are defined elsewhere."""
        return not self.is_defined(identifier) and prefix_of(identifier) in self._external

    def is_dangling(self, identifier: str) -> bool:
        """Whether an ID leads nowhere."""
        return not self.is_defined(identifier) and not self.is_external(identifier)

    def remark(self, identifier: str) -> str:
        """What is to be said of an ID that no entry has; empty for one that an entry has."""
        if self.is_defined(identifier):
            return ""
        return "defined elsewhere" if self.is_external(identifier) else "not defined"

    def title(self, identifier: str) -> str:
        """The title of an ID's first definition, as it stands in the file."""
        return next((each.title for each in self.index.definitions(identifier)), "")

    def short(self, text: str) -> str:
        """A text of a linted file on one line, harmless and of bounded length."""
        return self.text(excerpt(text[: _LONGEST * 20], _LONGEST))

    def order(self, link: str) -> int:
        """The place of a link type among all; mentions are last."""
        return self._order.get(link, len(self._order))

    def place(self, path: str, span: Span) -> str:
        """`path:line:column`; a path that GitHub's runner would take for a command starts with `./` instead."""
        shown = self.text(self.path(path))
        shown = f"./{shown}" if shown.lstrip().startswith("::") else shown
        return f"{shown}:{span.start.line}:{span.start.column}"
