"""The configuration that a document really gives in each of its contexts, and where each part of it is written.

Some documents hold one configuration and, for each context in which it is used, what is different there: a production
build, a preview, a branch. A rule about contexts judges what is in force in each of them; what it reports stands where
the deciding value is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.named_tuple import NamedTuple
from policylint.selectors import MISSING, Path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policylint.documents.document import Limits
    from policylint.pack import ContextSettings

_WILDCARD = "*"


class _Table(NamedTuple):
    """Where a merged table stands, and where what is in it comes from."""

    path: Path
    children: dict[str | int, _Source]


# A path: everything below is written there, under the same keys.
_Source = Path | _Table
_Part = tuple[object, _Source]


class Context(NamedTuple):
    """A context by name, what it is built as, and the data in force there."""

    name: str
    built_as: str
    data: object
    source: _Source

    def written_at(self, path: Path) -> Path:
        """Where the value at a path of this context's data is written in the document.

        What is missing is looked for below the nearest table that is there.
        """
        source = self.source
        for position, step in enumerate(path):
            if not isinstance(source, _Table):
                return (*source, *path[position:])
            if step not in source.children:
                return (*source.path, *path[position:])
            source = source.children[step]
        return source.path if isinstance(source, _Table) else source


class Contexts(NamedTuple):
    """The contexts that were made, and what there was too much of for the others; empty if there are no others."""

    made: list[Context]
    excess: str


def contexts(data: object, settings: ContextSettings, limits: Limits) -> Contexts:
    """The contexts of a document's data: those that are always there, then the others in the order of the text.

    Only so many are made, since each holds what it states and all that it shares.
    """
    stated = data.get(settings.table) if isinstance(data, dict) else None
    room = _Room(limits.context_values)
    made: list[Context] = []
    try:
        layers = _layers(stated if isinstance(stated, dict) else {}, settings, room)
        base = _respelt((data, ()), settings)
        names = list(dict.fromkeys([*settings.always, *layers]))
        for name in names[: limits.contexts]:
            made.append(_context(name, base, layers, settings, room))
    except _FullError:
        return Contexts(made, f"contexts that share more than {limits.context_values} values with others")
    return Contexts(made, f"more than {limits.contexts} contexts" if len(names) > limits.contexts else "")


class _FullError(Exception):
    """More would have to be merged than there is room for."""


class _Room:
    """How many values may still be merged for all contexts of a document."""

    def __init__(self, values: int) -> None:
        self._left = values

    def take(self, values: int) -> None:
        """Raise _FullError where the values are too many."""
        self._left -= values
        if self._left < 0:
            raise _FullError


def _layers(stated: Mapping[str, object], settings: ContextSettings, room: _Room) -> dict[str, _Part]:
    return {
        name: _moved(_respelt((own, (settings.table, name)), settings), settings, room)
        for name, own in stated.items()
        if isinstance(own, dict)
    }


def _context(name: str, base: _Part, layers: dict[str, _Part], settings: ContextSettings, room: _Room) -> Context:
    is_branch = name not in settings.always and name not in settings.also
    built_as = settings.branch if is_branch else name
    part = base
    for applied in dict.fromkeys(each for of in (built_as, name) for each in _applied(of, layers)):
        part = _merged(part, layers[applied], settings, room)
    return Context(name, built_as, *part)


def _applied(name: str, layers: Mapping[str, _Part]) -> Iterator[str]:
    """The differences that hold in a context: its own, or else those of all that stand for it."""
    if name in layers and not name.endswith(_WILDCARD):
        yield name
        return
    for each in layers:
        if each.endswith(_WILDCARD) and name.startswith(each.removesuffix(_WILDCARD)):
            yield each


def _respelt(part: _Part, settings: ContextSettings) -> _Part:
    """The part with the usual spelling of its keys, and of those in its table."""
    part = _renamed(part, settings.spellings)
    table, source = _child(part, settings.into)
    if not isinstance(table, dict):
        return part
    return _with(part, settings.into, _renamed((table, source), settings.spellings))


def _renamed(part: _Part, spellings: Mapping[str, str]) -> _Part:
    data, _ = part
    for written, usual in spellings.items():
        if isinstance(data, dict) and written in data and usual not in data:
            part = _with(part, usual, _child(part, written))
    return part


def _moved(part: _Part, settings: ContextSettings, room: _Room) -> _Part:
    """What a context states at its top that belongs into the table; what the table itself says counts more."""
    data, source = part
    if not isinstance(data, dict):
        return part
    names = [*settings.moved, *(each for each in settings.moved_text if isinstance(data.get(each), str))]
    moved: _Part = ({}, _Table(_path(source), {}))
    for name in names:
        if name in data:
            moved = _with(moved, name, _child(part, name))
    rest = ({key: value for key, value in data.items() if key not in names}, source)
    own = _child(part, settings.into)
    if own[0] is MISSING:
        return _with(rest, settings.into, moved) if moved[0] else rest
    return _with(rest, settings.into, _merged(moved, own, settings, room))


def _merged(under: _Part, over: _Part, settings: ContextSettings, room: _Room, key: str = "") -> _Part:
    """What two parts say together; tables are merged, and what the second says counts more."""
    if isinstance(under[0], dict) and isinstance(over[0], dict):
        room.take(len(under[0]) + len(over[0]))
        data, children = dict(under[0]), dict(_children(under))
        for name in over[0]:
            below, above = _child(under, name), _child(over, name)
            data[name], children[name] = above if below[0] is MISSING else _merged(below, above, settings, room, name)
        return data, _Table(_path(under[1]), children)
    if key in settings.joined and isinstance(under[0], list) and isinstance(over[0], list):
        return _joined(under, over, settings, room, settings.joined[key])
    return over


def _joined(under: _Part, over: _Part, settings: ContextSettings, room: _Room, told_by: str) -> _Part:
    """Two lists as one; elements with the same name are merged."""
    room.take(len(_listed(under)) + len(_listed(over)))
    elements = _elements(under)
    places = {_name(element, told_by): place for place, element in enumerate(elements)}
    for element in _elements(over):
        name = _name(element, told_by)
        place = places.get(name) if name else None
        if place is None:
            elements.append(element)
        else:
            elements[place] = _merged(elements[place], element, settings, room)
    sources: dict[str | int, _Source] = {index: source for index, (_, source) in enumerate(elements)}
    return [value for value, _ in elements], _Table(_path(under[1]), sources)


def _name(element: _Part, told_by: str) -> str:
    name = _child(element, told_by)[0]
    return name if isinstance(name, str) else ""


def _elements(part: _Part) -> list[_Part]:
    return [(value, _below(part[1], index)) for index, value in enumerate(_listed(part))]


def _listed(part: _Part) -> list[object]:
    return part[0] if isinstance(part[0], list) else []


def _child(part: _Part, key: str) -> _Part:
    data, source = part
    if not isinstance(data, dict) or key not in data:
        return MISSING, ()
    return data[key], _below(source, key)


def _with(part: _Part, key: str, child: _Part) -> _Part:
    """The part with another value under a key."""
    data, source = part
    known = data if isinstance(data, dict) else {}
    return {**known, key: child[0]}, _Table(_path(source), {**_children(part), key: child[1]})


def _children(part: _Part) -> dict[str | int, _Source]:
    data, source = part
    if isinstance(source, _Table):
        return source.children
    return {key: (*source, key) for key in data} if isinstance(data, dict) else {}


def _below(source: _Source, step: str | int) -> _Source:
    if isinstance(source, _Table):
        return source.children.get(step, (*source.path, step))
    return (*source, step)


def _path(source: _Source) -> Path:
    return source.path if isinstance(source, _Table) else source
