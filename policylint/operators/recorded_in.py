"""recorded_in: the value is among those that other documents, or parts of them, state at some paths."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, TypedDict, cast

from policylint import selectors
from policylint.catalogue import plain, values
from policylint.filetree import as_text
from policylint.named_tuple import NamedTuple
from policylint.operators.operator import Failure, Traits, render, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policylint.catalogue import Named
    from policylint.identifiers import Grammar
    from policylint.operators.operator import Scope, Value
    from policylint.project import Project

TRAITS = Traits(
    needs_project=True, subject="document", needs_index=True, path_options=("at", "records"), names={"kind": "document"}
)

_FOLDER = "file.folder"
_SHOWN = 5
_Key = tuple[str, ...]


class _Documents(TypedDict):
    kind: str
    at: list[str] | str


class Options(_Documents, total=False):
    """Documents of a `kind` below the same base folder state values at the paths `at`, below those of `records`.

    A record counts if what `of` names is what the templates there say: a group of `named`, a pattern of paths,
    `file.folder`, or a key of the record. With `elsewhere` a value that no record has is fine, and one that only
    others have is not. Where no record that counts states anything, all is well unless `even_if_none` is set. `text`
    is a template for what is looked for instead of the value, `prefix` a mark before the value.
    """

    records: list[str] | str
    named: str
    of: dict[str, str]
    elsewhere: bool
    even_if_none: bool
    text: str
    prefix: str


def validate(options: Options) -> None:
    """Raise ValueError when the pattern cannot be compiled."""
    from policylint.patterns import compile_pattern

    compile_pattern(options.get("named", ""))


class _Table(NamedTuple):
    """What records state, by their base folder and what `of` names; and the other way round, the first few of them."""

    stated: dict[_Key, set[str]]
    keys: dict[tuple[str, str], dict[_Key, None]]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """A range of IDs counts as all its members; `{elsewhere}` is where the value was found instead."""
    project = cast("Project", scope.project)
    grammar = scope.grammar()
    table = project.remember(("recorded_in", id(options)), lambda: _table(project, options, grammar))
    wanted = [plain(render(each, scope.names)) for each in options.get("of", {}).values()]
    stated = table.stated.get((scope.base, *wanted), set())
    if not (stated or options.get("elsewhere") or options.get("even_if_none")):
        return
    text = render(options["text"], scope.names) if "text" in options else value.text
    for each in _members(text.removeprefix(options.get("prefix", "")), grammar):
        if plain(each) in stated:
            continue
        others = _others(table.keys.get((scope.base, plain(each)), {}), wanted)
        if others or not options.get("elsewhere"):
            details = {"elsewhere": ", ".join(others), "missing": each}
            yield Failure(f"{shown(each)} is in no {options['kind']}", is_sentence=True, details=details)


def _others(keys: Iterable[_Key], wanted: list[str]) -> list[str]:
    """What the first records are called that state a value and are not those that were asked for."""
    others = (key for key in keys if list(key[1:]) != wanted)
    return list(dict.fromkeys(" ".join(key[1:2]) for key in islice(others, _SHOWN)))


def _members(text: str, grammar: Grammar) -> list[str]:
    """The IDs that a text stands for; the text itself if it is none."""
    found = [str(target) for reference in grammar.references(text) for target in reference.targets]
    return found or ([text.strip()] if text.strip() else [])


def _table(project: Project, options: Options, grammar: Grammar) -> _Table:
    table = _Table({}, {})
    for document in project.catalogue(options["kind"]).documents.values():
        for key, record in _records(document, options):
            for text in _stated(record, options, grammar):
                table.stated.setdefault(key, set()).add(text)
                _add(table.keys.setdefault((document.base, text), {}), key)
    return table


def _add(keys: dict[_Key, None], key: _Key) -> None:
    """Keep a key if it may be shown: one of those kept is what was asked for."""
    if len(keys) <= _SHOWN:
        keys[key] = None


def _records(document: Named, options: Options) -> Iterator[tuple[_Key, object]]:
    """The records of a document that have all that `of` names, with what they say there."""
    from policylint.patterns import compile_pattern

    match = compile_pattern(options.get("named", "")).search(as_text(document.path))
    if match is None:
        return
    known = {_FOLDER: document.folder or ".", **match.groupdict()}
    for steps in cast("Any", options.get("records", [[]])):
        for _, record in selectors.select(document.data, steps):
            own = record if isinstance(record, dict) else {}
            key = [known.get(name) or own.get(name) for name in options.get("of", {})]
            if None not in key:
                yield (document.base, *(plain(str(each)) for each in key)), record


def _stated(record: object, options: Options, grammar: Grammar) -> Iterator[str]:
    for _, value in values(record, cast("Any", options["at"])):
        yield from map(plain, _members(str(value), grammar))
