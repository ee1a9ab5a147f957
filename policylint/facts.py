"""What one file yields: plain values that depend only on the file's text, the rules and the configuration.

Everything that crosses files is decided from these values alone, so that they can be cached and computed in
parallel. Only tuples, lists, dictionaries, texts and numbers: no parsed tree outlives its file.
"""

from __future__ import annotations

from typing import NamedTuple

from policylint.diagnostics import Diagnostic, Span
from policylint.selectors import Path


class EntryFact(NamedTuple):
    """The definition of an entry; `kinds` are the entry kinds that recognise it."""

    identifier: str
    prefix: str
    title: str
    path: str
    span: Span
    kinds: tuple[str, ...]


class ReferenceFact(NamedTuple):
    """One reference in a link field: what is written, the IDs it stands for, and the entry that refers."""

    text: str
    targets: tuple[str, ...]
    fault: str
    note: str
    path: str
    span: Span
    source: str


class FieldFact(NamedTuple):
    """The value of one field of a deferred subject, its name for messages, and its path in the document.

    The path becomes a line and a column only if there is something to report there.
    """

    value: object
    label: str
    path: Path
    is_missing: bool


class DeferredSubject(NamedTuple):
    """A place in a document whose rule needs other files: everything the rule may ask of it.

    `document` counts the documents of a stream that were loaded as `format` from the file.
    """

    rule: str
    path: str
    format: str
    document: int
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


class FileFacts(NamedTuple):
    """Everything that one file yields; `selected` counts the subjects of each rule that applies to the file."""

    path: str
    kinds: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    entries: tuple[EntryFact, ...]
    references: tuple[ReferenceFact, ...]
    deferred: tuple[DeferredSubject, ...]
    suppressions: tuple[Suppression, ...]
    selected: dict[str, int]
