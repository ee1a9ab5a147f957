"""Files on disk: what lies where and below what, and reading regular files and nothing else that a path may lead to."""

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


def relative(path: str, folder: str) -> str:
    """A path as seen from a folder: posix, and with `..` where it lies outside. Both are absolute."""
    return os.path.relpath(path, folder).replace(os.sep, "/")


def folder_below(root: str, folder: str) -> str:
    """The absolute path of a folder that is named from the root; empty when it is none, or leads out of the root."""
    path = os.path.normpath(os.path.join(root, folder.replace("\0", "\ufffd")))
    return path if is_below(os.path.realpath(path), os.path.realpath(root)) and os.path.isdir(path) else ""


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
