"""Lines of Markdown that mean something to entries: headers, headings, fields and thematic breaks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.extraction.misspelling import Misspelling, misspelling_at
from policylint.extraction.placeholders import PLACEHOLDER
from policylint.identifiers import Identifier
from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from policylint.documents.document import Extent
    from policylint.documents.markdown import MarkdownDocument
    from policylint.identifiers import Grammar

# The level of what is no heading: any heading is above it.
NO_HEADING = 7

HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})[ \t]+")
THEMATIC_BREAK = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})\Z")
# The name of a field begins with a capital letter, or with a small one where the name has to be a known one.
_FIELD_NAME = r"[A-Z][A-Za-z0-9 /()&'-]{0,48}?"
# French puts a blank before the colon, Japanese and Chinese have a wide one with none behind it.
_BEFORE_COLON = r"[ \t\u00a0\u202f]?"
FIELD = re.compile(
    r"(?:>[ \t]?)?(?P<bullet>[-*+][ \t]+)?(?P<bold>\*\*|__)?"
    rf"(?P<key>{_FIELD_NAME})(?:(\*\*|__){_BEFORE_COLON})?"
    r"(?::(\*\*|__)?(?:[ \t]+|\Z)|：(\*\*|__)?[ \t]*)"
)
LOWER_CASE_FIELD = re.compile(FIELD.pattern.replace("(?P<key>[A-Z][", "(?P<key>[a-z][_"))
# Between fields in bold that share a line.
FIELD_DIVIDER = re.compile(
    r"(?<![ \t])(?:[ \t]+[|·•/][ \t]+|[,;][ \t]+|[ \t]*<br[ \t]*/?>[ \t]*)"
    rf"(?=(?:\*\*|__){_FIELD_NAME}(?:(?:\*\*|__){_BEFORE_COLON}[:：]|[:：](?:\*\*|__)))"
)
UNDERLINE = re.compile(r" {0,3}(?P<sign>[=-])(?P=sign)*[ \t]*\Z")
DASHED_HEADER = re.compile(r"(?:[A-Z][A-Z0-9]*-)+[0-9]{1,18}[a-z]?[ \t]+(?:—|–|--?)[ \t]+(?=[^\s0-9])")

_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\n|\r|\Z)")
_OPENING = re.compile(
    r" {0,3}(?:(?P<marks>#{1,6})[ \t]+)?(?P<bullet>(?:[-*+]|[0-9]{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?)?"
    r"(?P<open>[*_`\[]{0,4})"
)
_CLOSING = re.compile(r"(?:-[A-Z][A-Z0-9-]*)?[*_`\]]{0,4}(?P<blank>[ \t]*)(?P<separator>[:：—–|]|-(?=[ \t]))?[*_]{0,2}")
_NO_HEADER = re.compile(
    r"[*_`\]]{0,4}[ \t]*(?:→|⇒|-{1,2}>|=>)|[ \t]*(?:(?:to|through)\b|\.\.|[–/][ \t]*[`\[]?(?:[A-Z][A-Z0-9]*-)?\d)"
)
# What may stand in a heading before an ID: an anchor, signs that are no letters, a number of its own.
_LEAD = re.compile(
    r"(?:<a [^<>]*>(?:</a>)?[ \t]*|[^\w\s\x00-\x7f→⇒]+[ \t]+|[0-9]+(?:\.[0-9]+)*[.)]?[ \t]+){1,4}(?P<open>[*_`\[]{0,4})"
)
# What may follow the ID directly: the target of its link, or a full stop as after a number.
_LINK_TARGET = re.compile(r"\([^()\r\n]*\)[*_`]{0,3}(?:[ \t]*[:—–|]|[ \t]+-(?=[ \t]))?")
# Another ID, where a line lists some.
_LISTED = re.compile(r"[ \t]*[*_`\[]{0,4}[A-Z][A-Z0-9]*-[0-9]")
# What goes on behind an ID as a sentence does, or in brackets.
_WORDS = re.compile(r"[ \t]+[^\W_]|[ \t]*\(|[,;&+]|'s\b")
_STOP = re.compile(r"\.(?=[ \t])")
_BOLD = ("**", "__")
_COLONS = (":", "：")
# What Pandoc, kramdown and Docusaurus put behind a heading: `{#rollback .wide}`.
_ATTRIBUTES = re.compile(r"(?:^|(?<![ \t])[ \t]++)\{:?[ \t]*+[#.][^{}]*+\}\Z")
_MARKS = " \t*_`[]"
_WHOLE_OPENING = re.compile(r"[*_`~\[]*+")
_WHOLE_CLOSING = re.compile(
    r"(?:-[A-Z][A-Z0-9-]*+)?(?:[*_`~]*+\](?:\([^()\r\n]*+\))?)?[*_`~]*+(?:[ \t]++\([^()\r\n]*+\))?"
)


_COLON = re.compile(r"[*_`\]]{0,4}:[*_]{0,2}[ \t]+")


class Header(NamedTuple):
    """A line that opens an entry, or that a placeholder or a wrong ID keeps from opening one: offsets in the line.

    It is loose if it goes on without a sign, so that it may speak of the ID: `EPIC-005 Team workflow`.
    """

    identifier: Identifier | None
    start: int
    end: int
    title: str
    level: int
    is_item: bool
    misspelling: Misspelling | None = None
    is_loose: bool = False


def lines_outside_code(document: MarkdownDocument) -> Iterator[tuple[str | None, int]]:
    """Every line of the body without its line end and comments, and its offset; for a code block None and its end."""
    lines, blocks = _lines(document.statements, document.body_start), document.code_blocks
    return _between(lines, blocks) if blocks else lines


def _between(lines: Iterator[tuple[str, int]], blocks: list[Extent]) -> Iterator[tuple[str | None, int]]:
    index, count = 0, len(blocks)
    for line, start in lines:
        while index < count and blocks[index][1] <= start:
            yield None, blocks[index][1]
            index += 1
        if index == count or start + len(line) <= blocks[index][0]:
            yield line, start
    for block in blocks[index:]:
        yield None, block[1]


def _lines(text: str, start: int) -> Iterator[tuple[str, int]]:
    if "\r" in text:
        for match in _LINE.finditer(text, start):
            yield match[1], match.start()
        return
    for line in text[start:].split("\n"):
        yield line, start
        start += len(line) + 1


def header_of(line: str, grammar: Grammar, prefixes: Collection[str], *, is_in_field: bool) -> Header | None:
    """The header that a line is, if it is one; inside a field of links a bullet names a target."""
    opening = _OPENING.match(line)
    if opening is None or (opening["bullet"] and is_in_field):
        return None
    start = opening.end()
    level = len(opening["marks"] or "") or NO_HEADING
    found = grammar.identifier_at(line, start)
    if found is None and opening["open"].startswith("__") and "__" in line[start:]:
        # An underscore is a part of names, and only here a mark.
        line = line.replace("__", "**")
        found = grammar.identifier_at(line, start)
    if found is None and opening["marks"] and (lead := _LEAD.match(line, opening.end("marks") + 1)):
        start = lead.end()
        found = grammar.identifier_at(line, start)
    if found is not None:
        identifier, end = found
        if not _is_header(line, opening, end):
            return None
        title = _title(line, end, is_compact=bool(opening["bullet"]))
        is_loose = level != NO_HEADING and _is_loose(line, end)
        return Header(identifier, start, end, title, level, bool(opening["bullet"]), is_loose=is_loose)
    if placeholder := PLACEHOLDER.match(line, start):
        end = placeholder.end()
        if not _is_header(line, opening, end):
            return None
        title = _title(line, end, is_compact=bool(opening["bullet"]))
        return Header(None, start, end, title, level, is_item=bool(opening["bullet"]))
    wrong = misspelling_at(line, start, prefixes)
    if wrong is None or not _would_be_header(line, opening, wrong):
        return None
    return Header(None, start, wrong.end, "", level, is_item=False, misspelling=wrong)


def _is_header(line: str, opening: re.Match[str], end: int) -> bool:
    closing = _CLOSING.match(line, end)
    separator = closing["separator"] if closing else None
    is_bold = opening["open"][:2] in _BOLD
    if _NO_HEADER.match(line, end):
        return False
    if separator == "|" and not opening["bullet"] and closing and _LISTED.match(line, closing.end()):
        return False
    if opening["marks"]:
        return True
    if opening["bullet"]:
        # `- API-001: text` names what it defines; so does whatever stands in bold or, in compact lists, between pipes.
        # A check list repeats what is defined elsewhere, unless it marks the ID.
        is_marked = is_bold or (separator is not None and opening["open"] != "")
        return is_marked or (separator in (*_COLONS, "—", "–") and "[" not in opening["bullet"])
    return separator in _COLONS or (is_bold and (separator is not None or not line[end:].strip("*_ \t")))


def _is_loose(line: str, end: int) -> bool:
    """Whether a heading goes on behind its ID with neither a sign nor a mark between: a title, or words about it."""
    return _WORDS.match(line, end) is not None


def _would_be_header(line: str, opening: re.Match[str], wrong: Misspelling) -> bool:
    """Whether a line with a wrong ID would be a header with a right one."""
    if wrong.is_only_too_long:
        return _is_header(line, opening, wrong.end)
    return _is_misspelt_header(line, opening, wrong)


def _is_misspelt_header(line: str, opening: re.Match[str], wrong: Misspelling) -> bool:
    closing = _CLOSING.match(line, wrong.end)
    if closing is None or not wrong.is_deliberate or _NO_HEADER.match(line, wrong.end):
        return False
    is_bold, separator = opening["open"][:2] in _BOLD, closing["separator"]
    is_end = closing.end() == len(line)
    if opening["bullet"] and not opening["marks"]:
        return is_bold and separator is not None
    if opening["marks"] or is_bold:
        return bool(separator or is_end or closing["blank"])
    return separator == ":" and not closing["blank"] and wrong.is_name


def _title(line: str, end: int, *, is_compact: bool) -> str:
    """What follows the ID without marks; of a compact line ("- `DEV-001` | `2026-04-07` | …") the next cell."""
    closing = _CLOSING.match(line, end)
    title = line[closing.end() if closing else end :]
    if title[:1] in ("(", ".") and closing and not (closing["blank"] or closing["separator"]):
        title = title[_end_of_id(line[end : closing.end()], title) :]
    if is_compact and closing and closing["separator"] == "|":
        return title.partition("|")[0].strip(_MARKS)
    return without_attributes(title.strip(" \t*_#"))


def without_attributes(heading: str) -> str:
    """The text of a heading without the attributes behind it."""
    return _ATTRIBUTES.sub("", heading) if heading.endswith("}") else heading


def _end_of_id(marks: str, title: str) -> int:
    """Where the title starts in what follows the ID and its marks."""
    match = _LINK_TARGET.match(title) if "]" in marks else _STOP.match(title) if not marks else None
    return match.end() if match else 0


def dashed_header(line: str, grammar: Grammar) -> Header | None:
    """What a line `DEP-001 — Title` is if the fields below it make it a header."""
    found = grammar.identifier_at(line, 0)
    if found is None or _NO_HEADER.match(line, found[1]):
        return None
    title = _title(line, found[1], is_compact=False)
    if grammar.identifier_at(title, 0) is not None:
        return None
    return Header(found[0], 0, found[1], title, NO_HEADING, is_item=False)


def whole_identifier(text: str, start: int, end: int, grammar: Grammar) -> tuple[Identifier, int, int] | None:
    """The ID that a stretch of a line holds and nothing else, but for marks and a link's target, and its extent."""
    opening = _WHOLE_OPENING.match(text, start, end)
    found = grammar.identifier_at(text, opening.end()) if opening else None
    if opening is None or found is None or not _WHOLE_CLOSING.fullmatch(text, found[1], end):
        return None
    return found[0], opening.end(), found[1]


def titled_identifier(text: str, start: int, end: int, grammar: Grammar) -> tuple[Identifier, int, int, int] | None:
    """The ID at the start of a cell `TEST-004: Sign in`, its extent, and where the title starts."""
    opening = _WHOLE_OPENING.match(text, start, end)
    found = grammar.identifier_at(text, opening.end()) if opening else None
    colon = _COLON.match(text, found[1], end) if found else None
    return (found[0], opening.end(), found[1], colon.end()) if opening and found and colon else None
