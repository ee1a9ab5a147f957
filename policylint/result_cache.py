"""What examining files gave, and whole reports, between runs: files of the cache folder that hold plain data.

A file starts with what it depends on and with a checksum; with anything else about it the run does its work again.
`marshal` reads only what has passed both, since it trusts what it reads.
"""

from __future__ import annotations

import marshal
import os
import sys
import time
from binascii import crc32
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from policylint import __version__, cache_folder, plain_values
from policylint.diagnostics import Report
from policylint.facts import Examination
from policylint.named_tuple import NamedTuple
from policylint.observation import Observed
from policylint.recording import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policylint.documents.source import Source
    from policylint.pack import Pack
    from policylint.recording import Answers
    from policylint.settings import Settings

_MAGIC = b"policylint results 1\n"
_DIGEST = 32
_DAY = 24 * 60 * 60
_NUMBER = 8
# Examinations are kept in so many files: one that has changed costs reading and writing one of them.
PARTS = 16
# What is packed of the examinations in one of them, so that they leave half of the folder to others.
_LARGEST = cache_folder.LARGEST_FOLDER // 2 // PARTS

# What reading data that was written differently may raise.
_UNFIT = (ValueError, TypeError, EOFError, KeyError, IndexError, AttributeError)


def context(pack: Pack, pack_digest: str, settings: Settings) -> bytes:
    """A digest of everything that results depend on besides files, and the day: program, libraries, pack, settings."""
    told = (
        *_program(),
        pack_digest,
        *(f"{path}\0{_digest_of_file(path)}" for path in sorted(_schemas(pack))),
        repr(settings._replace(today="")),
    )
    return _digest("\0\0".join(told).encode("utf-8", "surrogatepass"))


def _program() -> Iterator[str]:
    """What computes: this version and its source files, the interpreter, and every library by name and version."""
    yield from (__version__, sys.version, sys.byteorder, str(marshal.version))
    yield from (plain_values.shape(Examination), plain_values.shape(Report))
    package = os.path.dirname(os.path.abspath(__file__))
    for folder, folders, names in os.walk(package):
        folders[:] = sorted(set(folders) - {"__pycache__", "_data"})
        for name in sorted(names):
            status = os.stat(os.path.join(folder, name))
            yield f"{folder}/{name}\0{status.st_mtime_ns}\0{status.st_size}"
    for folder in sys.path:
        yield from sorted(name for name in _names(folder) if name.endswith((".dist-info", ".egg-info")))


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder) if folder else []
    except OSError:
        return []


def _schemas(pack: Pack) -> set[str]:
    dialects = (dialect.schema for kind in pack.entries.kinds for dialect in kind.dialects)
    return {path for path in (*dialects, *(kind.schema for kind in pack.kinds)) if path}


def _digest_of_file(path: str) -> str:
    return blake2b(cache_folder.read(path), digest_size=_DIGEST).hexdigest()


def _digest(data: bytes | memoryview) -> bytes:
    return blake2b(data, digest_size=_DIGEST).digest()


class _Kept(NamedTuple):
    """What examining a text gave: the digest of the text, the day of its last use, and the packed examination."""

    key: bytes
    day: int
    packed: memoryview | bytes


def part_of(path: str) -> int:
    """The number of the file in which the examination of a linted file is kept."""
    return crc32(path.encode("utf-8", "surrogateescape")) % PARTS


class FactCache:
    """Examinations by path and text, in files that are read when they are first asked for; `file_of` names them."""

    def __init__(self, file_of: Callable[[int], str], of_context: bytes) -> None:
        self._file_of = file_of
        self._context = of_context
        self._files: dict[int, FactFile] = {}

    def _file(self, path: str) -> FactFile:
        part = part_of(path)
        if part not in self._files:
            self._files[part] = FactFile(self._file_of(part), self._context)
        return self._files[part]

    def get(self, source: Source) -> Examination | None:
        """What examining exactly this text at this path gave; None if that is not known."""
        return self._file(source.path).get(source)

    def before(self, path: str, key: bytes) -> Examination | None:
        """What examining the text at a path gave that had such a digest; None if that is not known."""
        return self._file(path).before(path, key)

    def put(self, source: Source, examination: Examination) -> int:
        """Keep what examining a text gave, unless it holds something that only this process understands.

        Gives the number of bytes that are held for it.
        """
        return self._file(source.path).put(source, examination)

    def save(self) -> bool:
        """Write what is new, or was not used yet today, if anything is."""
        saved = [file.save() for file in self._files.values()]
        return any(saved)


class FactFile:
    """One file of examinations. `now` is in seconds since 1970."""

    def __init__(self, path: str, of_context: bytes, now: float | None = None) -> None:
        self._path = path
        self._context = of_context
        self._today = int(time.time() if now is None else now) // _DAY
        self._kept = _read_kept(path, of_context)
        self._is_changed = False

    def get(self, source: Source) -> Examination | None:
        """As in the cache."""
        kept = self._kept.get(source.path)
        if kept is None or kept.key != digest(source):
            return None
        if kept.day != self._today:
            self._kept[source.path] = kept._replace(day=self._today)
            self._is_changed = True
        return _unpacked(kept)

    def before(self, path: str, key: bytes) -> Examination | None:
        """As in the cache."""
        kept = self._kept.get(path)
        return _unpacked(kept) if kept is not None and kept.key == key else None

    def put(self, source: Source, examination: Examination) -> int:
        """As in the cache."""
        try:
            packed = marshal.dumps(plain_values.pack(Examination, examination))
        except ValueError:
            return 0
        self._kept[source.path] = _Kept(digest(source), self._today, packed)
        self._is_changed = True
        return len(packed)

    def save(self) -> bool:
        """As in the cache; of too much the least recently used is left out."""
        if not self._is_changed:
            return False
        kept: list[tuple[str, _Kept]] = []
        size = 0
        for path, each in sorted(self._kept.items(), key=lambda item: -item[1].day):
            size += len(each.packed) + len(path) + 2 * _DIGEST
            if size > _LARGEST or each.day < self._today - cache_folder.DAYS_KEPT:
                break
            kept.append((path, each))
        table = marshal.dumps([(path, each.key, each.day, len(each.packed)) for path, each in kept])
        _write(self._path, self._context, [len(table).to_bytes(_NUMBER, "big"), table, *(e.packed for _, e in kept)])
        self._is_changed = False
        return True


def _unpacked(kept: _Kept) -> Examination | None:
    try:
        examination: Examination = plain_values.unpack(Examination, marshal.loads(kept.packed))  # noqa: S302 - passed _read
    except _UNFIT:
        return None
    return examination


def _read_kept(path: str, of_context: bytes) -> dict[str, _Kept]:
    payload = _read(path, of_context)
    if not payload:
        return {}
    try:
        end = _NUMBER + int.from_bytes(payload[:_NUMBER], "big")
        kept = {}
        for name, key, day, size in marshal.loads(payload[_NUMBER:end]):  # noqa: S302
            kept[name] = _Kept(key, day, payload[end : end + size])
            end += size
    except _UNFIT:
        return {}
    return kept


class KnownReport(NamedTuple):
    """A report, the answers of the file tree that led to it, and what judging files together looked at."""

    answers: Answers
    report: Report
    observed: Observed


def read_report(path: str, of_context: bytes) -> KnownReport | None:
    """The report that was stored; None when there is none of this context."""
    payload = _read(path, of_context)
    try:
        if not payload:
            return None
        answers, report, observed = marshal.loads(payload)  # noqa: S302 - passed _read
        return KnownReport(dict(answers), plain_values.unpack(Report, report), Observed(*observed))
    except _UNFIT:
        return None


def write_report(path: str, of_context: bytes, known: KnownReport) -> None:
    """Store a report, unless it holds something that only this process understands."""
    try:
        told = (list(known.answers.items()), plain_values.pack(Report, known.report), tuple(known.observed))
        payload = marshal.dumps(told)
    except ValueError:
        return
    _write(path, of_context, [payload])


def of_paths(of_context: bytes, today: str, paths: Iterable[str]) -> bytes:
    """The context of a report: also the day and the paths that it is about."""
    return _digest(b"\0".join([of_context, today.encode(), *(os.fsencode(path) for path in paths)]))


def _read(path: str, of_context: bytes) -> memoryview | None:
    """What a file holds, if it was written in this context and nothing about it has changed since."""
    data = memoryview(cache_folder.read(path))
    start = len(_MAGIC) + 2 * _DIGEST
    head, payload = data[:start], data[start:]
    if bytes(head[:-_DIGEST]) != _MAGIC + of_context or bytes(head[-_DIGEST:]) != _digest(payload):
        return None
    cache_folder.mark_used(path)
    return payload


def _write(path: str, of_context: bytes, pieces: list[Any]) -> None:
    checksum = blake2b(digest_size=_DIGEST)
    for piece in pieces:
        checksum.update(piece)
    cache_folder.write(path, [_MAGIC, of_context, checksum.digest(), *pieces])
