"""From kinds of documents to their compiled form: how their files are found quickly, and what is read in them."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

from policylint import globs
from policylint.definitions.paths import parse as parse_path

if TYPE_CHECKING:
    from policylint.definitions.kind import KindDefinition, Recognition
    from policylint.pack import Compiled


def compiled_kinds(name: str, kind: KindDefinition, folder: str) -> list[Compiled]:
    """A kind's compiled rows, one for each way to tell it; its schema lies beside the file that defines it."""
    ways: list[KindDefinition | Recognition] = [kind, *kind.also]
    return [_compiled_kind(name, kind, each, folder) for each in ways]


def _compiled_kind(name: str, kind: KindDefinition, told_by: KindDefinition | Recognition, folder: str) -> Compiled:
    return {
        "name": name,
        "format": kind.format,
        "globs": [globs.translate(glob) for glob in told_by.paths if not _is_plain_name(glob)],
        "names": [glob for glob in told_by.paths if _is_plain_name(glob)],
        "except_globs": [globs.translate(glob) for glob in kind.except_paths],
        "basenames": sorted({_basename_key(glob) for glob in told_by.paths}),
        "contains": told_by.contains,
        "has": [parse_path(path) for path in told_by.has],
        "schema": os.path.join(folder, kind.schema_file) if kind.schema_file else "",
        "base": kind.base,
        "entries": kind.entries or kind.fenced_entries,
        "fenced_entries": kind.fenced_entries,
        "contexts": kind.contexts and kind.contexts.model_dump(exclude={"references"}),
        "commands": kind.commands.model_dump(exclude_defaults=True),
        "elements": kind.elements,
        "element_lists": kind.element_lists,
        "lines": {name: each.model_dump() for name, each in kind.lines.items()},
        "called": kind.called,
    }


def _is_plain_name(glob: str) -> bool:
    """Whether a glob is a file name that may stand in any folder."""
    return not any(character in glob for character in "*?[]\\!#/ ")


def _basename_key(glob: str) -> str:
    """How the file names of a glob are found quickly: the whole name, `*` and the extension, or `*` for any."""
    name = glob.rpartition("/")[2]
    if not name:
        # A folder: whatever lies below it.
        return "*"
    if not any(character in name for character in "*?[\\"):
        return name
    extension = posixpath.splitext(name)[1]
    return f"*{extension}" if extension and not any(character in extension for character in "*?[]\\") else "*"
