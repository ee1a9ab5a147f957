"""What a path on the command line leads to: something that exists, the workspace it belongs to, and its root.

Faults of definitions are named from where the command runs.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from policylint import configuration_file
from policylint.errors import DefinitionError, UsageError
from policylint.regular_files import relative
from policylint.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylint.workspace import Workspace


def existing(path: str, start: str) -> str:
    """The absolute path of what was named. Raises UsageError, with the nearest right name, if nothing is there."""
    absolute = os.path.normpath(os.path.join(start, path))
    if not path or not os.path.lexists(absolute):
        raise UsageError(_no_such_path(path, absolute))
    return absolute


def _no_such_path(path: str, absolute: str) -> str:
    from policylint.suggestions import nearest

    folder, name = os.path.split(absolute)
    try:
        names = os.listdir(folder) if path else []
    except OSError:
        names = []
    suggestion = nearest(name, names)
    hint = f"; did you mean '{os.path.join(os.path.dirname(path), suggestion)}'?" if suggestion else ""
    return f"path '{path}' does not exist{hint}"


def root_of(path: str, start: str) -> str:
    """The root of the workspace that a file or folder belongs to. Raises DefinitionError."""
    try:
        return configuration_file.root_of(path, start)
    except DefinitionError as error:
        raise _seen_from(start, "", error) from None


def opened(path: str, environment: Mapping[str, str] | None, start: str) -> Workspace:
    """The workspace that a file or folder belongs to; no environment, no cache. Raises DefinitionError."""
    root = root_of(path, start)
    try:
        return open_workspace(path, environment, start)
    except DefinitionError as error:
        raise _seen_from(start, root, error) from None


def _seen_from(start: str, root: str, error: DefinitionError) -> DefinitionError:
    return DefinitionError(
        [fault._replace(path=relative(os.path.join(root, fault.path), start)) for fault in error.faults],
        error.left_out,
    )
