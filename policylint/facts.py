"""What one file yields: plain values that depend only on the file's text, the rules and the configuration.

Everything that crosses files is decided from these values alone, so that they can be cached and computed in
parallel. Only tuples, records, lists, dictionaries, texts and numbers: no parsed tree outlives its file.
"""

from __future__ import annotations

from policylint.allowance import Counted
from policylint.diagnostics import Diagnostic, Span
from policylint.named_tuple import NamedTuple
from policylint.record import Record
from policylint.selectors import Path

# Links that no field states.
MENTION = "mention"
ARROW = "arrow"

# How a reference is written, and what an arrow is: between IDs of one prefix, or of two.
SINGLE = "single"
RANGE = "range"
LIST = "list"
SEQUENCE = "sequence"
RELATION = "relation"

# Where a reference stands.
FIELD = "field"
TEXT = "text"

# How explicitly an entry defines its ID. A heading that goes on without a sign ("EPIC-005 Team workflow"), or a part of
# data without a title, may speak of what is defined elsewhere: with fields that somebody asks for it is LOOSE, which
# counts as EXPLICIT but for being the second one; without it is MENTIONING. A table row or list item may repeat it.
EXPLICIT = 0
LOOSE = 1
ITEM = 2
MENTIONING = 3

# Boxes of check lists, in list items and in rows of tables.
CHECKED = "checked"
UNCHECKED = "unchecked"


class Origin(NamedTuple):
    """Which document of a file: `document` counts those of a stream that were loaded as `format`.

    `kind` is the kind whose elements and lines are among its data; empty where nothing of the kind is asked for.
    """

    format: str
    document: int
    kind: str = ""


class EntryField(NamedTuple):
    """One field of an entry: its name as written, its value as data, and where both stand (character offsets).

    A field of an entry in data has a path in its document instead: it is found there if there is something to report.
    """

    name: str
    value: object
    key: tuple[int, int] = (0, 0)
    extent: tuple[int, int] = (0, 0)
    path: Path = ()


class EntryFact(NamedTuple):
    """The definition of an entry; `span` is that of its ID, `fields` are keyed by canonical normalised name.

    `kinds` are the entry kinds that recognise it, `dialect` is the form it has, `state` the meaning of its state
    words. `rank` says how explicitly it defines its ID. `pending` are the rules that select it and need other entries.
    """

    identifier: str
    prefix: str
    title: str
    path: str
    origin: Origin
    span: Span
    kinds: tuple[str, ...]
    dialect: str
    state: str
    rank: int
    fields: dict[str, EntryField]
    pending: tuple[str, ...]


class ReferenceFact(NamedTuple):
    """One reference: what is written, the IDs it stands for, and the entry that refers (empty for a document's text).

    `link` is the name of a link type, MENTION for an ID in running text, ARROW for what `A-1 → B-2` states of its
    source. `place` says whether it stands in a link field or in running text, `box` what the check box of its list
    item says.
    """

    text: str
    targets: tuple[str, ...]
    fault: str
    note: str
    path: str
    span: Span
    source: str
    link: str
    form: str
    place: str
    box: str


class FieldFact(NamedTuple):
    """The value of one field of a deferred subject, and its path in the document as it was read.

    The path becomes a label, a line and a column only if there is something to report there.
    """

    value: object
    path: Path
    is_missing: bool


class DeferredSubject(NamedTuple):
    """A place in a document whose rule needs other files: everything the rule may ask of it.

    `context` is the one in which it is judged, empty where it is judged as it is written. A run holds all of them at
    once, a hundred thousand where plans are many.
    """

    rule: str
    path: str
    origin: Origin
    context: str
    base: str
    fields: dict[str, FieldFact]
    names: dict[str, object]


class Suppression(NamedTuple):
    """One `policylint: ignore[…]` comment: the line it covers (0 for the whole file) and the rules it names."""

    path: str
    span: Span
    line: int
    rules: tuple[tuple[str, Span], ...]
    reason: str
    fault: str


class FileFacts(Record):
    """Everything that one file yields; `selected` says of each rule that applies whether it has subjects there."""

    path: str
    kinds: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    entries: tuple[EntryFact, ...]
    references: tuple[ReferenceFact, ...]
    deferred: tuple[DeferredSubject, ...]
    suppressions: tuple[Suppression, ...]
    selected: dict[str, int]


class Examination(NamedTuple):
    """What examining one file gives: its facts, None for a file of no kind, and what it has had reported so far."""

    facts: FileFacts | None
    counted: Counted
