"""The files of a repository on disk: an own walk that honours `.gitignore`, opens nothing but regular files and
never leaves the root. git is not called: its configuration can make it run programs of the linted repository.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from policylint import globs
from policylint.documents.source import Source
from policylint.filetree import FILE, FOLDER, OTHER, Unreadable, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pathspec import GitIgnoreSpec

_IGNORE_FILE = ".gitignore"
_LARGEST_IGNORE_FILE = 1024 * 1024
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)


class FileTooLargeError(OSError):
    """The file is larger than the limit it was to be read under."""


def read_regular_file(path: str, limit: int) -> bytes:
    """The bytes of a regular file. Raises OSError for anything else; a pipe or device is never waited for."""
    descriptor = os.open(path, _OPEN_FLAGS)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        pieces, size = [], 0
        while piece := os.read(descriptor, 1 << 20):
            size += len(piece)
            if size > limit:
                raise FileTooLargeError(errno.EFBIG, "file too large")
            pieces.append(piece)
        return b"".join(pieces)
    finally:
        os.close(descriptor)


class _IgnoreRules(NamedTuple):
    """The patterns of one `.gitignore`, for paths below its folder."""

    prefix: str
    spec: GitIgnoreSpec


class DiskTree:
    """The file tree of a root folder on disk."""

    def __init__(self, root: str, exclude: list[str], limit: int) -> None:
        self._root = root
        self._real_root = os.path.realpath(root)
        self._exclude = exclude
        self._limit = limit
        self._files: list[str] | None = None

    def files(self) -> list[str]:
        """Every file that is neither ignored nor excluded, sorted; walked once a run."""
        if self._files is None:
            self._files = sorted(self._walk("", ()))
        return self._files

    def read(self, path: str) -> Source | Unreadable:
        """A file's text; a link that leaves the root is not followed."""
        nothing = Source(path, "")
        if not self._is_inside(path):
            return Unreadable("unreadable-file", "the file is a link that leaves the repository", nothing)
        try:
            data = read_regular_file(self._absolute(path), self._limit)
        except FileTooLargeError:
            message = f"the file is larger than {self._limit} bytes"
            return Unreadable("limit-exceeded", message, nothing)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            return Unreadable("unreadable-file", f"the file cannot be read: {reason}", nothing)
        return decode(path, data)

    def type_of(self, path: str) -> str:
        """What lies at a path; links are followed as long as they stay inside the root."""
        try:
            mode = os.stat(self._absolute(path)).st_mode
        except (OSError, ValueError):
            return OTHER if os.path.islink(self._absolute(path)) else ""
        if not self._is_inside(path):
            return OTHER
        if stat.S_ISREG(mode):
            return FILE
        return FOLDER if stat.S_ISDIR(mode) else OTHER

    def names(self, folder: str) -> list[str]:
        """The names in a folder."""
        try:
            return sorted(os.listdir(self._absolute(folder))) if self._is_inside(folder) else []
        except OSError:
            return []

    def _absolute(self, path: str) -> str:
        return os.path.join(self._root, *path.split("/"))

    def _is_inside(self, path: str) -> bool:
        real = os.path.realpath(self._absolute(path))
        return real == self._real_root or real.startswith(self._real_root.rstrip(os.sep) + os.sep)

    def _walk(self, folder: str, ignores: tuple[_IgnoreRules, ...]) -> Iterator[str]:
        try:
            entries = list(os.scandir(self._absolute(folder) if folder else self._root))
        except OSError:
            return
        prefix = f"{folder}/" if folder else ""
        own = self._ignore_rules(prefix, entries)
        ignores = (*ignores, own) if own else ignores
        for entry in entries:
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                if not self._is_left_out(f"{path}/", ignores):
                    yield from self._walk(path, ignores)
            elif not self._is_left_out(path, ignores):
                yield path

    def _is_left_out(self, path: str, ignores: tuple[_IgnoreRules, ...]) -> bool:
        if globs.matches(self._exclude, path):
            return True
        for rules in reversed(ignores):
            decision = rules.spec.check_file(path[len(rules.prefix) :]).include
            if decision is not None:
                return decision
        return False

    def _ignore_rules(self, prefix: str, entries: list[os.DirEntry[str]]) -> _IgnoreRules | None:
        if not any(entry.name == _IGNORE_FILE and entry.is_file(follow_symlinks=False) for entry in entries):
            return None
        try:
            data = read_regular_file(self._absolute(prefix + _IGNORE_FILE), _LARGEST_IGNORE_FILE)
        except OSError:
            return None
        # pathspec costs thirty milliseconds to import: only for repositories that ignore something.
        from pathspec import GitIgnoreSpec

        return _IgnoreRules(prefix, GitIgnoreSpec.from_lines(data.decode("utf-8", "replace").splitlines()))
