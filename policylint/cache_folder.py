"""The folder of policylint's caches: where it may be, and reading, replacing, ageing and removing files in it.

It is the user's own folder, which nobody else can write, and never lies in the linted repository, nor in one around it.
Whatever is odd about it or about a file in it means doing without, never an error. Files are replaced atomically, so
that several runs may write at once; the last one wins.
"""

from __future__ import annotations

import os
import stat
import time
from binascii import crc32
from typing import TYPE_CHECKING

from policylint.configuration_file import whole_repository
from policylint.named_tuple import NamedTuple
from policylint.regular_files import is_below, read_regular_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# What all files together may take, and how long one that is not used stays (docs/performance.md).
LARGEST_FOLDER = 1024 * 1024 * 1024
LARGEST_FILE = 512 * 1024 * 1024
_DAY = 24 * 60 * 60
DAYS_KEPT = 30

# What files of ours are called, with the number of the process for one that is being written.
_PREFIXES = ("definitions-", "facts-", "report-")


def place(environment: Mapping[str, str]) -> str | None:
    """Where the cache folder is or would be; None where the environment names no place for it."""
    base = environment.get("XDG_CACHE_HOME") or environment.get("LOCALAPPDATA")
    home = environment.get("HOME") or environment.get("USERPROFILE")
    if not base and home:
        base = os.path.join(home, ".cache")
    return os.path.join(base, "policylint") if base and os.path.isabs(base) else None


def folder(environment: Mapping[str, str], root: str) -> str | None:
    """The cache folder for a linted root, created if need be; None where none can be trusted."""
    path = place(environment)
    if path is None or any(_lies_around(each, path) for each in {root, os.path.realpath(root)}):
        return None
    try:
        os.makedirs(path, mode=0o700, exist_ok=True)
        return path if _is_private(os.stat(path)) else None
    except OSError:
        return None


def _lies_around(root: str, path: str) -> bool:
    """Whether the repository of a root holds a path: what lies there was written by whoever wrote the repository."""
    return is_below(os.path.realpath(path), os.path.realpath(whole_repository(root)))


def _is_private(status: os.stat_result) -> bool:
    if not hasattr(os, "geteuid"):
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def file_for(cache_folder: str, purpose: str, identity: str) -> str:
    """The file for a purpose; two identities that share one only cost each other time."""
    return os.path.join(cache_folder, f"{purpose}-{crc32(os.fsencode(identity)):08x}.data")


def read(path: str) -> bytes:
    """What a file holds; empty when there is nothing usable."""
    try:
        return read_regular_file(path, LARGEST_FILE, follows_link=False)
    except OSError:
        return b""


def write(path: str, pieces: Iterable[bytes]) -> None:
    """Replace a file; on a full or read-only disk it stays away, and the next run does its work again."""
    temporary = f"{path}.{os.getpid()}"
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with open(descriptor, "wb") as file:
            file.writelines(pieces)
        os.replace(temporary, path)
    except BaseException as error:
        _remove(temporary)
        if not isinstance(error, OSError):
            raise


def mark_used(path: str) -> None:
    """Say that a file was of use today."""
    try:
        if os.stat(path).st_mtime < time.time() - _DAY:
            os.utime(path)
    except OSError:
        return


class _Kept(NamedTuple):
    used: float
    size: int
    path: str


def prune(cache_folder: str) -> None:
    """Remove what was not used for DAYS_KEPT days, then the least recently used beyond LARGEST_FOLDER."""
    total = 0
    oldest = time.time() - DAYS_KEPT * _DAY
    for used, size, path in sorted(_own_files(cache_folder), reverse=True):
        total += size
        if used < oldest or total > LARGEST_FOLDER:
            _remove(path)


class Removed(NamedTuple):
    """How many files were removed, how many bytes they had, and which could not be removed, with the reason."""

    files: int
    size: int
    refused: dict[str, str]


def clean(cache_folder: str) -> Removed:
    """Remove all files of ours, and the folder if nothing else is in it."""
    files, size, refused = 0, 0, {}
    for each in _own_files(cache_folder):
        try:
            os.unlink(each.path)
        except OSError as error:
            refused[each.path] = (error.strerror or str(error)).lower()
            continue
        files, size = files + 1, size + each.size
    _remove_if_empty(cache_folder)
    return Removed(files, size, refused)


def _remove_if_empty(folder: str) -> None:
    try:
        os.rmdir(folder)
    except OSError:
        return


def _own_files(cache_folder: str) -> list[_Kept]:
    """The regular files that policylint has written, also those of writes that were killed."""
    found = []
    try:
        with os.scandir(cache_folder) as entries:
            for entry in entries:
                if entry.name.startswith(_PREFIXES) and entry.is_file(follow_symlinks=False):
                    status = entry.stat(follow_symlinks=False)
                    found.append(_Kept(status.st_mtime, status.st_size, entry.path))
    except OSError:
        return found
    return found


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
