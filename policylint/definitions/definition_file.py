"""The files that hold definitions, and reading them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from policylint.definitions.reading import parse
from policylint.regular_files import read_regular_file

if TYPE_CHECKING:
    from policylint.definitions.reading import Faults
    from policylint.documents.document import Document

# A rule file of a linted repository may be of any size.
_LARGEST_FILE = 1024 * 1024


class DefinitionFile(NamedTuple):
    """A definition file: its absolute path, the path shown to people, and the name that its place gives it."""

    path: str
    shown: str
    name: str


def read_definitions(file: DefinitionFile, format_name: str, faults: Faults) -> Document | None:
    """A file as a document of a format; None, with a fault added, if it cannot be read or is none."""
    try:
        text = read_regular_file(file.path, _LARGEST_FILE).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        faults.add_file(file.shown, f"the file cannot be read: {reason}")
        return None
    return parse(file.shown, text, format_name, faults)
