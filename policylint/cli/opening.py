"""Opening the workspace of a path; faults of its definitions are named from where the command runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from policylint.errors import DefinitionError
from policylint.workspace import open_workspace, root_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylint.workspace import Workspace


def opened(path: str, environment: Mapping[str, str] | None, start: str) -> Workspace:
    """The workspace that a file or folder belongs to; no environment, no cache. Raises DefinitionError."""
    root = root_of(path, start)
    try:
        return open_workspace(path, environment, start)
    except DefinitionError as error:
        faults = [fault._replace(path=_from(start, os.path.join(root, fault.path))) for fault in error.faults]
        raise DefinitionError(faults) from None


def _from(start: str, path: str) -> str:
    return os.path.relpath(path, start).replace(os.sep, "/")
