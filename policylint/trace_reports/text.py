"""text: for people; the page of one entry, or an overview of many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.trace_reports import overview, page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.trace_reports.view import View


def render(view: View) -> Iterator[str]:
    """Pages if one entry was asked for: its own, then those of the entries whose links were asked for as well."""
    if not view.focus:
        yield from overview.render(view)
        return
    pages = page.Pages(view)
    for number, identifier in enumerate(view.scope.inner):
        if number:
            yield "\n"
        yield from (f"{line}\n" for line in pages.page(identifier))
