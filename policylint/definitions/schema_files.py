"""What is wrong with a JSON Schema of a repository, told at the line of the schema where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint import documents, schema_mistakes
from policylint.definitions.reading import Faults, parse
from policylint.diagnostics import excerpt
from policylint.documents.document import Limits
from policylint.documents.source import Source
from policylint.regular_files import read_regular_file
from policylint.schema_explanation import TYPE_WORDS
from policylint.schema_mistakes import DRAFT, PATTERN, REFERENCE, UNKNOWN_KEYWORD
from policylint.suggestions import did_you_mean

if TYPE_CHECKING:
    from policylint.documents.document import Document
    from policylint.schema_mistakes import SchemaMistake

_LARGEST = 1024 * 1024
_LONGEST = 200
_TYPE = "type"
_PATTERN_KEY = "pattern"
_IN_RE2 = "write the pattern in RE2 syntax, as ECMAScript reads it too"
_SCHEMA = ["object", "boolean"]


def add_faults(absolute: str, shown: str, faults: Faults, *, is_usable: bool) -> bool:
    """Add the faults of a schema file that stand at a line of it; whether there are any.

    A usable one without mistakes may be written in ways that are refused elsewhere: only its repeated keys are faults.
    """
    before = len(faults.found)
    mistakes = schema_mistakes.mistakes_of(absolute)
    try:
        text = read_regular_file(absolute, _LARGEST).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    if is_usable and not mistakes:
        return _add_repeated_keys(Source(shown, text), faults)
    document = parse(shown, text, "json", faults)
    if document is not None:
        for mistake in mistakes:
            _add(document, mistake, faults)
    return len(faults.found) > before


def _add_repeated_keys(source: Source, faults: Faults) -> bool:
    """Of a key that stands twice in a table the first value says nothing."""
    loaded = documents.load(source, "json", Limits(file_bytes=_LARGEST))
    repeated = [fault for fault in loaded.faults if fault.name == "duplicate-key"]
    for fault in repeated if loaded.documents else ():
        faults.add(loaded.documents[0], source.span(fault.start, fault.end), fault.message)
    return bool(repeated)


def _add(document: Document, mistake: SchemaMistake, faults: Faults) -> None:
    path, value = mistake.path, mistake.value
    if mistake.rule == UNKNOWN_KEYWORD:
        message = f"'{value}' is no keyword of JSON Schema"
        faults.add(document, document.key_span(path), message, f"did you mean '{mistake.expected}'?")
    elif mistake.rule == PATTERN:
        span = document.span(path) if path[-1] == _PATTERN_KEY else document.key_span(path)
        faults.add(document, span, f"pattern {_shown(value)} {mistake.expected}", _IN_RE2)
    elif mistake.rule == REFERENCE:
        outside = "is outside the schema" if not str(value).startswith("#") else "leads nowhere"
        faults.add(document, document.span(path), f"'$ref' {_shown(value)} {outside}")
    elif mistake.rule == DRAFT:
        message = f"'$schema' is {_shown(value)}, which is none of the drafts 4, 6, 7, 2019-09 and 2020-12"
        faults.add(document, document.span(path), message, "leave it out for 2020-12")
    elif path[-1:] == (_TYPE,):
        wrong = _wrong_type(value)
        place = (*path, value.index(wrong)) if isinstance(value, list) and wrong in value else path
        message = f"'type' is {_shown(wrong)}, which is none of {', '.join(TYPE_WORDS)}"
        faults.add(document, document.span(place), message, did_you_mean(str(wrong), TYPE_WORDS))
    else:
        faults.add(document, document.span(path), f"{_subject(mistake)} {_asked(mistake)}")


def _wrong_type(value: object) -> object:
    """The type that there is not; of a list its first one."""
    elements = value if isinstance(value, list) else [value]
    return next((each for each in elements if not isinstance(each, str) or each not in TYPE_WORDS), value)


def _shown(value: object) -> str:
    return f"'{excerpt(value, _LONGEST)}'" if isinstance(value, str) else str(value)


def _subject(mistake: SchemaMistake) -> str:
    """The keyword, with what leads from it to the place."""
    path = mistake.path
    start = len(path) - 1
    while start > 0 and isinstance(path[start], int):
        start -= 1
    return f"'{'.'.join(map(str, path[max(start, 0) :]))}'" if path else "the schema"


def _asked(mistake: SchemaMistake) -> str:
    if mistake.rule == "type":
        names = mistake.expected if isinstance(mistake.expected, list) else [mistake.expected]
        forms = " or ".join(TYPE_WORDS.get(str(each), str(each)) for each in names)
        return (
            "should be a schema: a table of keys, true or false"
            if sorted(names) == sorted(_SCHEMA)
            else f"should be {forms}"
        )
    if mistake.rule in ("minimum", "exclusiveMinimum"):
        return f"should be {'at least' if mistake.rule == 'minimum' else 'more than'} {mistake.expected}"
    if mistake.rule == "minItems":
        return "needs at least one element"
    if mistake.rule == "uniqueItems":
        return "lists the same twice"
    return "has a value that JSON Schema does not allow here"
