"""Edits of single scalars and keys in JSON and YAML texts; everything that would change lines is left to people."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from policylint import edits
from policylint.edits import TextEdit

if TYPE_CHECKING:
    from policylint.documents.document import Document
    from policylint.edits import Edit

# Text that YAML reads as nothing else, in flow collections too.
_PLAIN = re.compile(r"[A-Za-z_./][A-Za-z0-9_./+@-]*(?: [A-Za-z0-9_./+@-]+)*")
_WORDS = re.compile(r"(?i)true|false|null|yes|no|on|off|y|n|\.inf|\.nan")
_NOT_SCALAR = ("{", "[", "&", "*", "!", "|", ">")
# What no YAML text may hold as it is, and what ends a line for some readers.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def json_edited(document: Document, edit: Edit) -> list[TextEdit] | None:
    """The edit of a JSON text that replaces a scalar or a key."""
    return _replaced(document, edit, "json")


def yaml_edited(document: Document, edit: Edit) -> list[TextEdit] | None:
    """The edit of a YAML text that replaces a scalar or a key, with the quotes that it had."""
    return _replaced(document, edit, "yaml")


def _replaced(document: Document, edit: Edit, format_name: str) -> list[TextEdit] | None:
    place = document.find(edit.path)
    if place is None or not edit.path:
        return None
    extent = place.key if edit.action == edits.RENAME else place.value
    old = document.source.text[slice(*extent)] if extent else ""
    if extent is None or not old or old.startswith(_NOT_SCALAR) or "\n" in old:
        return None
    if edit.action == edits.AS_TEXT:
        written = "" if old[0] in "\"'" else f'"{old}"'
    elif edit.action in (edits.SET, edits.AS_VALUE, edits.RENAME):
        written = _written(edit.value, old, format_name)
    else:
        written = ""
    return [TextEdit(*extent, written)] if written else None


def _written(value: object, old: str, format_name: str) -> str:
    """A scalar as text; empty for anything else."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        return ""
    if format_name == "yaml":
        if old.startswith("'") and not _CONTROL.search(value):
            return "'" + value.replace("'", "''") + "'"
        if not old.startswith('"') and _PLAIN.fullmatch(value) and not _WORDS.fullmatch(value):
            return value
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))
