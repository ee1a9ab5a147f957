"""Where a configuration lies, and so where a workspace begins: told in one place for paths and for the walk of a tree.

A `pyproject.toml` is a configuration if TOML says that it has the table. One that names policylint and is no TOML is
taken for one, so that its fault is told at its place instead of another configuration being used in silence.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from policylint.errors import DefinitionError, DefinitionFault
from policylint.named_tuple import NamedTuple
from policylint.regular_files import is_below, is_of_repository, read_regular_file

if TYPE_CHECKING:
    from collections.abc import Collection

CONFIGURATION_FILE = "policylint.toml"
PROJECT_FILE = "pyproject.toml"
_NAMES = (CONFIGURATION_FILE, PROJECT_FILE)
_PROJECT_TABLE = ("tool", "policylint")
_MENTION = b"policylint"
_LARGEST_DEFINITION = 1024 * 1024


class ConfigurationText(NamedTuple):
    """A configuration file: its absolute path, its text and the table in it; all empty when there is none."""

    path: str
    text: str
    table: tuple[str, ...]


def locate(start: str, working_folder: str) -> tuple[ConfigurationText, str]:
    """The nearest configuration upwards, and the root: its folder, else the repository's, else where the run starts.

    Raises DefinitionError, with an absolute path, for a file that may be a configuration and cannot be read.
    """
    folder = start if os.path.isdir(start) else os.path.dirname(start)
    fallback = working_folder if is_below(folder, working_folder) else folder
    repository = ""
    while True:
        configuration = _configuration_in(folder)
        if configuration is not None:
            return configuration, folder
        if not repository and os.path.exists(os.path.join(folder, ".git")):
            repository = folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return ConfigurationText("", "", ()), repository or fallback
        folder = parent


def root_of(path: str, working_folder: str) -> str:
    """The root of the workspace that a file or folder belongs to. Raises DefinitionError as `locate` does."""
    return locate(path, working_folder)[1]


def is_configured(folder: str, names: Collection[str]) -> bool:
    """Whether a folder, in which these names are, has a configuration and so is a workspace of its own.

    One that cannot be read counts: what is wrong with it is told when the workspace is opened.
    """
    if CONFIGURATION_FILE not in names and PROJECT_FILE not in names:
        return False
    try:
        return _configuration_in(folder, names) is not None
    except DefinitionError:
        return True


def whole_repository(folder: str) -> str:
    """The outermost folder that was checked out together with a folder, as far as can be told; else the folder itself.

    A `.git` that is a file is that of a submodule, whose repository may lie around it.
    """
    whole, current, parent = folder, "", folder
    while current != parent:
        current, parent = parent, os.path.dirname(parent)
        if any(os.path.lexists(os.path.join(current, name)) for name in (".git", CONFIGURATION_FILE)):
            whole = current
        if os.path.isdir(os.path.join(current, ".git")):
            break
    return whole


def definition_text(path: str) -> str | None:
    """The text of a file that defines policy, None when there is none. Raises DefinitionError if it cannot be read."""
    data = _read(path)
    return None if data is None else _decoded(path, data)


def _configuration_in(folder: str, names: Collection[str] = _NAMES) -> ConfigurationText | None:
    """The configuration in a folder. No other names are looked for than may be there: a walk meets many folders."""
    own = os.path.join(folder, CONFIGURATION_FILE)
    data = _read_inside(own) if CONFIGURATION_FILE in names else None
    if data is not None:
        return ConfigurationText(own, _decoded(own, data), ())
    project = os.path.join(folder, PROJECT_FILE)
    data = _read_inside(project) if PROJECT_FILE in names else None
    # Most say nothing of us: nothing needs to be known of them, not even whether they are text.
    if data is None or _MENTION not in data:
        return None
    text = _decoded(project, data)
    return ConfigurationText(project, text, _PROJECT_TABLE) if _may_have_table(text) else None


@lru_cache(maxsize=16)
def _may_have_table(text: str) -> bool:
    """Whether a text has our table, or is no TOML; remembered, since every path that is checked asks again."""
    from policylint.documents import toml
    from policylint.documents.document import Limits
    from policylint.documents.source import Source

    documents = toml.load(Source(PROJECT_FILE, text), Limits()).documents
    if not documents:
        return True
    data: Any = documents[0].data
    tools = data.get(_PROJECT_TABLE[0])
    return isinstance(tools, dict) and _PROJECT_TABLE[1] in tools


def _read_inside(path: str) -> bytes | None:
    """The bytes of a configuration file. Raises DefinitionError for a link that leaves its repository.

    What lies there would be read, and shown in messages.
    """
    if os.path.islink(path):
        folder = os.path.dirname(path)
        if not is_of_repository(os.path.realpath(path), os.path.realpath(_repository_of(folder) or folder)):
            message = "is a link that leaves the repository"
            raise DefinitionError([DefinitionFault(path, 1, 1, message)])
    return _read(path)


def _repository_of(folder: str) -> str:
    """The nearest folder upwards that git calls a repository; empty if there is none."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return ""
        folder = parent
    return folder


def _read(path: str) -> bytes | None:
    try:
        return read_regular_file(path, _LARGEST_DEFINITION)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DefinitionError([DefinitionFault(path, 1, 1, f"cannot be read: {error.strerror or error}")]) from None


def _decoded(path: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DefinitionError([DefinitionFault(path, 1, 1, "is not UTF-8")]) from None
