"""The files of a repository as the engine sees them, and the same interface over a dictionary of texts."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Protocol

from policylint.documents.source import Source
from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FILE = "file"
FOLDER = "folder"
OTHER = "other"


class Unreadable(NamedTuple):
    """Why a file cannot be read: the fault's name in the rule pack, a message, and the text before the fault.

    `guess` is what the text may be, where only its encoding is wrong: enough to tell whether the file matters.
    """

    fault: str
    message: str
    readable: Source
    guess: str | None = None


class FileTree(Protocol):
    """A repository. All paths are posix and relative to the root; nothing outside the root is ever reached."""

    def files(self) -> Iterable[str]:
        """The paths of all files that are not ignored, sorted."""
        ...

    def read(self, path: str) -> Source | Unreadable:
        """The text of a file, or why it cannot be had."""
        ...

    def type_of(self, path: str) -> str:
        """FILE, FOLDER, OTHER (a device, a pipe, a link that leaves the root) or empty for nothing at all."""
        ...

    def names(self, folder: str) -> list[str]:
        """The names in a folder, sorted; empty when there is no such folder."""
        ...


def decode(path: str, data: bytes) -> Source | Unreadable:
    """A file's bytes as text; UTF-8 is the only encoding."""
    try:
        return Source(path, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        readable = Source(path, data[: error.start].decode("utf-8"))
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            guess = data.decode("utf-16", "replace")
            return Unreadable("unreadable-file", "the file is UTF-16, expected UTF-8", readable, guess)
        message = f"the file is not UTF-8: byte 0x{data[error.start]:02x}"
        return Unreadable("unreadable-file", message, readable, data.decode("utf-8", "replace"))


def as_text(path: str) -> str:
    """A path as text that can be encoded: bytes of a name that are not UTF-8 become U+FFFD."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def base_of(name: str, path: str) -> str:
    """The folder that a document's own paths start from: the parent of the folder of that name, or the root."""
    parts = path.split("/")[:-1]
    if not name or name not in parts:
        return ""
    return "/".join(parts[: len(parts) - 1 - parts[::-1].index(name)])


def inside(base: str, path: str) -> str | None:
    """A path of a linted file, relative to `base`, as a path relative to the root; None when it would leave it."""
    posix = path.replace("\\", "/")
    if posix.startswith("/") or posix[1:2] == ":" or "\0" in posix:
        return None
    joined = posixpath.normpath(posixpath.join(base, posix))
    return None if joined == ".." or joined.startswith("../") else joined


class MemoryTree:
    """A tree of texts or bytes, for the examples of rules."""

    def __init__(self, texts: Mapping[str, str | bytes]) -> None:
        self._texts = dict(texts)

    def files(self) -> list[str]:
        """All paths, sorted."""
        return sorted(self._texts)

    def read(self, path: str) -> Source | Unreadable:
        """The text, or that there is none."""
        text = self._texts.get(path)
        if text is not None:
            return decode(path, text) if isinstance(text, bytes) else Source(path, text)
        return Unreadable("unreadable-file", "the file does not exist", Source(path, ""))

    def type_of(self, path: str) -> str:
        """A path that others lie under is a folder."""
        if path in self._texts:
            return FILE
        is_folder = path == "." or any(each.startswith(f"{path}/") for each in self._texts)
        return FOLDER if is_folder else ""

    def names(self, folder: str) -> list[str]:
        """The first path segment of whatever lies under the folder."""
        prefix = "" if folder in ("", ".") else f"{folder}/"
        return sorted({path[len(prefix) :].split("/")[0] for path in self._texts if path.startswith(prefix)})
