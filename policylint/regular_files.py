"""Files on disk: what lies where and below what, which are those of a repository, and reading regular files only."""

from __future__ import annotations

import errno
import os
import stat

_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)


def is_below(path: str, folder: str) -> bool:
    """Whether an absolute path is the folder or leads below it. Links count only if both paths are resolved."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


# What version control keeps beside the files of a repository, with credentials in it: `.git/config` of a CI checkout
# holds a token. `git~1` is what Windows may call `.git` too.
_VERSION_CONTROL = frozenset([".bzr", ".git", "git~1", ".hg", ".jj", ".svn"])


def is_of_repository(path: str, root: str) -> bool:
    """Whether what lies there is a file or folder of a repository: below its root, and nothing of version control.

    Both paths are absolute and resolved.
    """
    return is_below(path, root) and not is_version_control(path[len(root) :].replace(os.sep, "/"))


def is_version_control(path: str) -> bool:
    """Whether a posix path, relative to a root, leads to what version control keeps, under any name of it."""
    return not _VERSION_CONTROL.isdisjoint(map(_plain_name, path.split("/")))


def _plain_name(name: str) -> str:
    """A name as systems compare it that ignore case, what cannot be seen, and endings: `.GIT`, `.git::$DATA`."""
    if name.isalnum():
        return name
    plain = name if name.isascii() else "".join(filter(str.isprintable, name))
    return plain.casefold().partition(":")[0].rstrip(" .")


def relative(path: str, folder: str) -> str:
    """A path as seen from a folder: posix, and with `..` where it lies outside. Both are absolute."""
    return os.path.relpath(path, folder).replace(os.sep, "/")


def folder_below(root: str, folder: str) -> str:
    """The absolute path of a folder that is named from the root; empty when it is none, or leads out of the root."""
    path = os.path.normpath(os.path.join(root, folder.replace("\0", "\ufffd")))
    return path if is_of_repository(os.path.realpath(path), os.path.realpath(root)) and os.path.isdir(path) else ""


_PIECE = 1024 * 1024


class FileTooLargeError(OSError):
    """The file is larger than the limit it was to be read under."""


def read_regular_file(path: str, limit: int, *, follows_link: bool = True) -> bytes:
    """The bytes of a regular file. Raises OSError for anything else; a pipe or device is never waited for.

    A path that was resolved is read with `follows_link=False`: what has become a link since then is refused.
    """
    descriptor = os.open(path, _OPEN_FLAGS if follows_link else _OPEN_FLAGS | getattr(os, "O_NOFOLLOW", 0))
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        pieces, size = [], 0
        while piece := os.read(descriptor, _PIECE):
            size += len(piece)
            if size > limit:
                raise FileTooLargeError(errno.EFBIG, "file too large")
            pieces.append(piece)
        return b"".join(pieces)
    finally:
        os.close(descriptor)
