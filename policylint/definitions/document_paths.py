"""Whether the paths of a rule lead to keys that its documents may have, where a schema says which these are.

A rule whose path is misspelt judges nothing, and nobody would know. Only what is surely a slip is told: a key that the
schema refuses and that is one letter away from one it knows, or the first key of a path into Markdown, where our own
reader decides which keys there are. Everything else may be what the rule is about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from policylint import schemas
from policylint.definitions.paths import parse as parse_path
from policylint.documents.markdown import BODY, ELEMENTS, FRONT_MATTER, LINES
from policylint.suggestions import did_you_mean, one_step_away

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policylint.definitions.reading import Faults
    from policylint.definitions.rule import Given
    from policylint.documents.document import Document
    from policylint.pack import Compiled
    from policylint.selectors import Path, Steps

_MARKDOWN = "markdown"
_MARKDOWN_KEYS = (BODY, ELEMENTS, FRONT_MATTER, LINES)
_MARKDOWN_HINT = f"a path into Markdown starts with one of {', '.join(_MARKDOWN_KEYS)}"

# A rule of a linted repository may have any number of paths, and its schema any number of keys.
_MOST_PATHS = 50
_MOST_WAYS = 20
_MOST_KEYS = 1000

_COMBINATORS = ("all", "any", "not")
# Their keys are paths.
_CONDITIONS = ("when", "where")


def check_paths(document: Document, given: Given, then: list[Any], kind: Compiled, faults: Faults) -> None:
    """Add a fault for each key in the paths of a rule on documents of a compiled kind that is surely misspelt."""
    is_markdown, schema = kind.get("format") == _MARKDOWN, str(kind.get("schema", ""))

    def slip(ways: list[Steps]) -> tuple[str, str] | None:
        if is_markdown and (found := _markdown_slip(ways) or _part_slip(ways, kind)):
            return found
        return _slip(schema, ways) if schema else None

    for place, (key, hint) in _slips(given, then, slip):
        message = f"no document of kind '{given.document}' may have the key '{key}' there"
        span_of = document.key_span if place[-2] in _CONDITIONS else document.span
        faults.add(document, span_of(_written(document, place)), message, hint)


def check_markdown_path(document: Document, text: str, path: Path, faults: Faults) -> None:
    """Add a fault for a path that leads nowhere in any Markdown document; the text is written at the path."""
    slip = next(filter(None, (_markdown_slip([steps]) for steps in _steps(text))), None)
    if slip:
        key, hint = slip
        faults.add(document, document.span(_written(document, path)), f"no Markdown document has the key '{key}'", hint)


def _markdown_slip(ways: list[Steps]) -> tuple[str, str] | None:
    """The first key of all ways that no Markdown document has, and how to mend it."""
    firsts = [way[0] if way else None for way in ways]
    wrong = [first for first in firsts if isinstance(first, str) and first not in _MARKDOWN_KEYS]
    if not wrong or len(wrong) < len(firsts):
        return None
    return wrong[0], did_you_mean(wrong[0], _MARKDOWN_KEYS) or _MARKDOWN_HINT


def _part_slip(ways: list[Steps], kind: Compiled) -> tuple[str, str] | None:
    """The name of elements or lines that a kind does not have, if all ways go by such, and how to mend it."""
    elements = cast("dict[str, list[str]]", kind.get("elements") or {})
    known = {
        ELEMENTS: sorted({name for names in elements.values() for name in names}),
        LINES: list(cast("dict[str, object]", kind.get("lines") or {})),
    }
    wrong: tuple[str, str] | None = None
    for way in ways:
        names = known.get(str(way[0])) if len(way) > 1 else None
        if names is None or not isinstance(way[1], str) or way[1] in names:
            return None
        wrong = wrong or (way[1], did_you_mean(way[1], names) or _listed(str(way[0]), names))
    return wrong


def _listed(what: str, names: list[str]) -> str:
    return f"its {what} are {', '.join(names)}" if names else f"it has no {what}"


def _slips(
    given: Given, then: list[Any], slip_of: Callable[[list[Steps]], tuple[str, str] | None]
) -> Iterator[tuple[Path, tuple[str, str]]]:
    """Each misspelt key with how to mend it, and the place in the rule."""
    selected = [(index, steps) for index, text in enumerate(given.select) for steps in _steps(text)]
    if len(selected) > _MOST_WAYS:
        return
    bases: list[Steps] = [] if given.select else [[]]
    for index, steps in selected:
        slip = slip_of([steps])
        if slip:
            yield ("given", "select", index), slip
        else:
            bases.append(steps)
    of_document: list[tuple[str, Path, list[Steps]]] = [
        (text, _path("given", "when", text), [[]]) for text in given.when
    ]
    of_places = [(text, place, bases) for text, place in _below(given, then)] if bases else []
    for text, place, starts in [*of_document, *of_places][:_MOST_PATHS]:
        for steps in _steps(text)[:_MOST_WAYS]:
            slip = slip_of([[*start, *steps] for start in starts])
            if slip:
                yield place, slip


def _below(given: Given, then: list[Any]) -> Iterator[tuple[str, Path]]:
    """The paths that start at what the rule selects."""
    yield from ((text, _path("given", "where", text)) for text in given.where)
    yield from _fields(then, ("then",))


def _path(*steps: str) -> Path:
    return steps


def _steps(text: str) -> list[Steps]:
    try:
        return parse_path(text)
    except ValueError:
        # Told where the path is compiled.
        return []


def _slip(schema: str, ways: list[Steps]) -> tuple[str, str] | None:
    """The key that none of the ways may go by, and how to mend it, if a known one is meant."""
    refused = [schemas.refused_key(schema, way) for way in ways]
    if not all(refused):
        return None
    meant = (
        (key, one_step_away(key, _in_one_case(known)))
        for key, known in filter(None, refused)
        if len(known) <= _MOST_KEYS
    )
    return next(((key, f"did you mean '{name}'?") for key, name in meant if name), None)


def _in_one_case(names: list[str]) -> list[str]:
    """The names without those that differ from another in case only: small letters stay."""
    return list({name.lower(): name for name in sorted(names)}.values())


def _fields(raw: object, path: Path) -> Iterator[tuple[str, Path]]:
    """The fields of assertions and of their conditions, at any depth, and where they are written."""
    for index, each in enumerate(raw) if isinstance(raw, list) else ():
        yield from _fields(each, (*path, index))
    if isinstance(raw, dict):
        if isinstance(raw.get("field"), str):
            yield raw["field"], (*path, "field")
        when = raw.get("when")
        yield from ((str(text), (*path, "when", str(text))) for text in (when if isinstance(when, dict) else ()))
        for key in _COMBINATORS:
            yield from _fields(raw.get(key), (*path, key))


def _written(document: Document, path: Path) -> Path:
    """A path without the numbers of lists that the file writes as their only element."""
    found: Path = ()
    for step in path:
        if document.find((*found, step)) is not None:
            found = (*found, step)
    return found
