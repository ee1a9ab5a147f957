"""Writing the new text of a file: atomically or not at all, and never anywhere but in the place of that very file.

The text goes to a new file beside it, which takes its place when everything is on disk. Folders are opened one below
the other without following links, so that nothing that happens to the repository meanwhile leads outside of it.
"""

from __future__ import annotations

import codecs
import errno
import os
import secrets
import signal
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
_HAS_FOLDERS = os.open in os.supports_dir_fd
# Only its owner may read the new file until it is complete and has the mode of the old one.
_PRIVATE = 0o600
# Of a file that replaces none, the user's mask decides.
_USUAL = 0o666
_WRITABLE = 0o222
_HELD = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name))


class RewriteError(Exception):
    """A file was not rewritten, and is as it was; the message says why."""


class _Folder(NamedTuple):
    """A folder that is open, or its path on systems that cannot open folders."""

    descriptor: int | None
    path: str

    def of(self, name: str) -> str:
        """How the system is told of a file in it."""
        return name if self.descriptor is not None else os.path.join(self.path, name)


def put(root: str, path: str, text: str) -> None:
    """Write a file of ours below a root, whether there is one already or not. Raises RewriteError."""
    *folders, name = path.split("/")
    with _explained(), _held_signals(), _opened(root, folders) as folder:
        try:
            status = _read(folder, name)[1]
        except FileNotFoundError:
            status = None
        with _temporary(folder, text.encode(), status) as source:
            os.replace(source, folder.of(name), src_dir_fd=folder.descriptor, dst_dir_fd=folder.descriptor)


def rewrite(root: str, path: str, before: str, after: str) -> None:
    """Replace the text of a file below a root, which must still be `before`; neither has a byte order mark.

    Mode, owner and byte order mark stay. Raises RewriteError.
    """
    *folders, name = path.split("/")
    with _explained(), _held_signals(), _opened(root, folders) as folder:
        _replace(folder, name, before, after)


@contextmanager
def _explained() -> Iterator[None]:
    """What the system refuses is a RewriteError that says why."""
    try:
        yield
    except OSError as error:
        is_link = error.errno in (errno.ELOOP, errno.ENOTDIR)
        reason = "a link is on the way to it" if is_link else (error.strerror or str(error)).lower()
        raise RewriteError(reason) from None


@contextmanager
def _held_signals() -> Iterator[None]:
    """Whoever asks the run to end waits until a file is complete and its temporary one is gone: some milliseconds."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _HELD)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _opened(root: str, folders: list[str]) -> Iterator[_Folder]:
    """The folder that a file lies in. Raises OSError when a link or anything else than a folder is on the way."""
    if os.pardir in folders:
        raise RewriteError("it lies outside the repository")
    path = os.path.join(root, *folders)
    if not _HAS_FOLDERS:
        if os.path.realpath(path) != os.path.join(os.path.realpath(root), *folders):
            raise RewriteError("a link is on the way to it")
        yield _Folder(None, path)
        return
    descriptor = os.open(root, _FOLDER)
    try:
        for name in folders:
            below = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = below
        yield _Folder(descriptor, path)
    finally:
        os.close(descriptor)


def _replace(folder: _Folder, name: str, before: str, after: str) -> None:
    old, status = _read(folder, name)
    mark = codecs.BOM_UTF8 if old.startswith(codecs.BOM_UTF8) else b""
    if old != mark + before.encode():
        raise RewriteError("it has changed since it was read")
    if not status.st_mode & _WRITABLE or not os.access(folder.of(name), os.W_OK, dir_fd=folder.descriptor):
        raise RewriteError("it is read-only")
    with _temporary(folder, mark + after.encode(), status) as source:
        _refuse_changed(folder, name, old, status)
        os.replace(source, folder.of(name), src_dir_fd=folder.descriptor, dst_dir_fd=folder.descriptor)


@contextmanager
def _temporary(folder: _Folder, data: bytes, like: os.stat_result | None) -> Iterator[str]:
    """A complete new file that is to take the place of another; it goes if it does not come to that."""
    temporary = f".policylint-{secrets.token_hex(8)}.tmp"
    try:
        _write(folder, temporary, data, like)
        yield folder.of(temporary)
    except BaseException:
        with suppress(OSError):
            os.unlink(folder.of(temporary), dir_fd=folder.descriptor)
        raise
    if folder.descriptor is not None:
        # Some file systems cannot do that to a folder; the file is complete all the same.
        with suppress(OSError):
            os.fsync(folder.descriptor)


def _refuse_changed(folder: _Folder, name: str, old: bytes, status: os.stat_result) -> None:
    data, latest = _read(folder, name)
    if data != old or (latest.st_dev, latest.st_ino) != (status.st_dev, status.st_ino):
        raise RewriteError("it has changed since it was read")


def _read(folder: _Folder, name: str) -> tuple[bytes, os.stat_result]:
    """The bytes of a regular file that is no link."""
    descriptor = os.open(folder.of(name), _READ, dir_fd=folder.descriptor)
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise RewriteError("it is not a regular file")
        return file.read(), status


def _write(folder: _Folder, name: str, data: bytes, like: os.stat_result | None) -> None:
    """A new file with the mode of another, and its owner if we may give files away; all of it on disk."""
    descriptor = os.open(folder.of(name), _CREATE, _PRIVATE if like else _USUAL, dir_fd=folder.descriptor)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        if like and hasattr(os, "fchown"):
            with suppress(OSError):
                os.fchown(descriptor, like.st_uid, like.st_gid)
            os.fchmod(descriptor, stat.S_IMODE(like.st_mode))
        os.fsync(descriptor)
