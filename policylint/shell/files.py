"""The files of a repository, as far as a command leads to them."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PACKAGE_FILE = "package.json"


class Files(Protocol):
    """A repository; paths are relative to its root and never lead out of it."""

    def text(self, path: str) -> str | None:
        """The text of a file; None when it is not there, too large or not text."""
        ...

    def data(self, path: str) -> object:
        """What a JSON or YAML file holds; None when it cannot be read."""
        ...

    def names(self, folder: str) -> Sequence[str]:
        """What lies in a folder; empty when there is no such folder."""
        ...


class NoFiles:
    """A repository of which nothing is known."""

    def text(self, path: str) -> str | None:
        """Nothing."""
        del path
        return None

    def data(self, path: str) -> object:
        """Nothing."""
        del path
        return None

    def names(self, folder: str) -> Sequence[str]:
        """Nothing."""
        del folder
        return ()


def joined(directory: str, path: str) -> str | None:
    """A path as seen from a directory; None when it leaves the repository or depends on a variable."""
    if path.startswith(("/", "~")) or is_open(path):
        return None
    whole = posixpath.normpath(posixpath.join(directory, path))
    return None if whole == ".." or whole.startswith("../") else whole


def is_open(word: str) -> bool:
    """Whether a word depends on a variable or a substitution; quoted dollar signs are taken for that too."""
    return "$" in word or "`" in word


def upwards(directory: str) -> Iterator[str]:
    """A folder and those around it, up to the root."""
    if directory == ".." or directory.startswith(("../", "/")):
        return
    while directory not in ("", "."):
        yield directory
        directory = posixpath.dirname(directory)
    yield "."


def inside_folder(folder: str, name: str) -> str:
    """The path of a name in a folder."""
    return name if folder == "." else f"{folder}/{name}"


def package_folder(files: Files, directory: str) -> str | None:
    """The folder whose package.json counts in a directory; None when there is none or the directory is not there."""
    if directory != "." and not files.names(directory):
        return None
    return next((folder for folder in upwards(directory) if _PACKAGE_FILE in files.names(folder)), None)


def package(files: Files, folder: str) -> Mapping[str, object] | None:
    """The package.json of a folder; None when it cannot be read."""
    data = files.data(inside_folder(folder, _PACKAGE_FILE))
    return data if isinstance(data, dict) else None


def table(data: Mapping[str, object], key: str) -> Mapping[str, object]:
    """A table in a table; empty when it is something else."""
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def texts(value: object) -> list[str]:
    """The texts in a list; empty when it is no list."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
