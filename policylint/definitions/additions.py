"""What a configuration adds to the tables, and whether anything asks for it: a misspelt name would change nothing.

States, fields and topics are open: a repository may invent some, and ask for them in rules of its own. A name that
nothing asks for is therefore a mistake only where it does nothing else, and a state, which `policylint trace` shows,
only where it is a known one but for a slip.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from policylint import schemas
from policylint.compiled_parts import unpacked
from policylint.field_names import normalise
from policylint.subjects.entries import STATE
from policylint.suggestions import one_step_away

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policylint.definitions.entries import EntriesPart
    from policylint.definitions.reading import Faults
    from policylint.documents.document import Document
    from policylint.pack import Compiled
    from policylint.selectors import Path


_ONE_OF_TWO = "leave it with one of the two"
_WORD = re.compile(r"\w+")


class TopicsPart(NamedTuple):
    """Words for topics, and where they are written."""

    words: dict[str, list[str]]
    document: Document
    path: Path


class Additions(NamedTuple):
    """What a configuration adds to the tables: compiled kinds of documents, settings of entries, words for topics."""

    kinds: dict[str, list[Compiled]] = {}
    entries: EntriesPart | None = None
    topics: TopicsPart | None = None


class Shipped(NamedTuple):
    """What the additions are compared with: the shipped table of entries, and the names of the shipped topics."""

    entries: EntriesPart
    topics: list[str]


def check_additions(additions: Additions, shipped: Shipped, pack: dict[str, Any], faults: Faults) -> None:
    """Add a fault for each name of a configuration that is surely a mistake; the pack has what was made of all."""
    bodies = [(rule.get("subject"), unpacked(rule["body"])) for rule in pack["rules"]]
    asked = frozenset(text for _, body in bodies for text in _texts(body))
    if additions.topics is not None:
        _check_topics(additions.topics, shipped.topics, asked, faults)
    if additions.entries is not None:
        entries = unpacked(pack["entries"])
        fields = fields_asked_for([body for subject, body in bodies if subject == "entry"], entries, shipped.entries)
        _check_aliases(additions.entries, shipped.entries, asked, fields, faults)
        texts = [text for _, body in bodies for text in _wanted_of(STATE, body)]
        wanted = frozenset(texts) | {word for text in texts for word in _WORD.findall(text)}
        _check_states(additions.entries, shipped.entries, wanted, faults)
        _check_prefixes(additions.entries, faults)
        _check_link_fields(additions.entries, shipped.entries, faults)


def _check_topics(added: TopicsPart, known: list[str], asked: frozenset[str], faults: Faults) -> None:
    for name in added.words:
        if name not in known and name not in asked:
            span = added.document.key_span((*added.path, name))
            faults.add(added.document, span, f"no rule asks for the topic '{name}'", faults.suggestion(name, known))


# Fields


def fields_asked_for(bodies: list[Any], entries: dict[str, Any], shipped: EntriesPart) -> dict[str, str]:
    """The names of fields that rules, schemas, links and dialects ask for, by their normalised form."""
    tables = [each for kind in entries["kinds"] for each in (kind["recognised_by"], kind["dialects"])]
    paths = [dialect["schema"] for kind in entries["kinds"] for dialect in kind["dialects"] if dialect["schema"]]
    definition = shipped.definition
    names = [
        *(name for path in paths for name in schemas.property_names(path).values()),
        *(name for label in _labels([*bodies, *tables]) for name in label.split(" | ")),
        *(name for key in ("id_fields", "title_fields", "state_fields") for name in entries[key]),
        *(name for link in entries["link_types"] for name in link["fields"]),
        *(name for link in definition.link_types.values() for name in link.fields),
        *definition.aliases,
    ]
    return {normalise(name): name for name in names if not name.startswith("entry.")}


def _check_aliases(
    added: EntriesPart, shipped: EntriesPart, asked: frozenset[str], fields: dict[str, str], faults: Faults
) -> None:
    parts = (shipped, added)
    canonical = {
        normalise(each): name for part in parts for name, others in part.definition.aliases.items() for each in others
    }
    texts = {normalise(text) for text in asked} | {normalise(text.rpartition(".")[2]) for text in asked}
    _check_owners_of_aliases(added, faults)
    for name in added.definition.aliases:
        span = added.document.key_span((*added.path, "aliases", name))
        of = canonical.get(normalise(name), name)
        # Who asks by any of its names asks for the field.
        names = {normalise(name), *map(normalise, added.definition.aliases[name])}
        if normalise(of) != normalise(name):
            faults.add(added.document, span, f"'{name}' is itself another name of '{of}'", f"write '{of}' instead")
        elif names.isdisjoint(fields) and names.isdisjoint(texts):
            message = f"no rule, schema or link asks for a field '{name}'"
            hint = faults.suggestion(name, fields.values()) or "an alias of it changes nothing until one of them does"
            faults.add(added.document, span, message, hint)


def _check_owners_of_aliases(added: EntriesPart, faults: Faults) -> None:
    """An alias of two fields would be that of the last one, without a word."""
    owners: dict[str, str] = {}
    for name, aliases in added.definition.aliases.items():
        for index, alias in enumerate(aliases):
            other = owners.setdefault(normalise(alias), name)
            if normalise(other) != normalise(name):
                span = added.document.span((*added.path, "aliases", name, index))
                message = f"'{alias}' is already another name of '{other}'"
                faults.add(added.document, span, message, _ONE_OF_TWO)


def _labels(value: object) -> Iterator[str]:
    """The fields that compiled assertions are about, at any depth."""
    if isinstance(value, dict):
        label = value.get("label")
        if isinstance(label, str):
            yield label
    for each in _children(value):
        yield from _labels(each)


# States and prefixes


def _check_states(added: EntriesPart, shipped: EntriesPart, wanted: frozenset[str], faults: Faults) -> None:
    known = {state for _, states in _state_tables(shipped) for state in states}
    for path, states in _state_tables(added):
        _check_words_of_states(added, path, states, faults)
        for state in states:
            meant = "" if state in known or state in wanted else one_step_away(state, known)
            if meant:
                span = added.document.key_span((*added.path, *path, state))
                faults.add(added.document, span, f"no rule asks for the state '{state}'", f"did you mean '{meant}'?")


def _check_words_of_states(added: EntriesPart, path: Path, states: dict[str, list[str]], faults: Faults) -> None:
    """A word for two states would stand for the last one, without a word."""
    owners: dict[str, str] = {}
    for state, words in states.items():
        for index, word in enumerate(words):
            other = owners.setdefault(normalise(word), state)
            if other != state:
                span = added.document.span((*added.path, *path, state, index))
                faults.add(added.document, span, f"'{word}' already means the state '{other}'", _ONE_OF_TWO)


def _check_link_fields(added: EntriesPart, shipped: EntriesPart, faults: Faults) -> None:
    """A field of two types of links is one of the first, and the other would have no links."""
    own = added.definition.link_types
    owners = {
        normalise(field): name
        for name, each in shipped.definition.link_types.items()
        for field in (each.fields if name not in own else ())
    }
    for name, link_type in own.items():
        for index, field in enumerate(link_type.fields):
            other = owners.setdefault(normalise(field), name)
            if other != name:
                span = added.document.span((*added.path, "link-types", name, "fields", index))
                faults.add(added.document, span, f"'{field}' is already a field of the links '{other}'", _ONE_OF_TWO)


def _state_tables(part: EntriesPart) -> Iterator[tuple[Path, dict[str, list[str]]]]:
    yield ("states",), part.definition.states
    for name, kind in part.definition.kinds.items():
        yield ("kinds", name, "states"), kind.states


def _check_prefixes(added: EntriesPart, faults: Faults) -> None:
    """Of two kinds with a prefix one has to say which entries are its own: otherwise each entry is of both."""
    owners: dict[str, str] = {}
    for name, kind in added.definition.kinds.items():
        for index, prefix in enumerate(kind.prefixes if not kind.recognised_by else ()):
            other = owners.setdefault(prefix, name)
            if other != name:
                span = added.document.span((*added.path, "kinds", name, "prefixes", index))
                message = f"prefix '{prefix}' already belongs to the kind '{other}'"
                hint = "say in 'recognised-by' of one of them which entries are its own, or choose another prefix"
                faults.add(added.document, span, message, hint)


# What compiled rules say


def _wanted_of(field: str, value: object) -> Iterator[str]:
    """The texts in the options of operators on a field: values, and patterns whose words are values."""
    if isinstance(value, dict) and field in str(value.get("label", "")).split(" | "):
        yield from _texts(value.get("options"))
    for each in _children(value):
        yield from _wanted_of(field, each)


def _texts(value: object) -> Iterator[str]:
    """Every text in a compiled value, keys too."""
    if isinstance(value, str):
        yield value
    if isinstance(value, dict):
        yield from value
    for each in _children(value):
        yield from _texts(each)


def _children(value: object) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
