"""What a run asked of its file tree, and whether the tree would answer the same again.

A run is a function of the pack, the settings and these answers, so a report may be given again if all are the same, and
most of it if few files have changed.
"""

from __future__ import annotations

from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING

from policylint.filetree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policylint.documents.source import Source
    from policylint.filetree import FileTree

# What was asked (the name of a method and a path, of which only `files` has none), and a digest of the answer.
Question = tuple[str, str]
Answers = dict[Question, bytes]

_DIGEST_SIZE = 16


class RecordingTree:
    """A file tree that remembers a digest of every answer; one that changes its answers `is_contradictory`."""

    def __init__(self, tree: FileTree) -> None:
        self._tree = tree
        self.answers: Answers = {}
        self.is_contradictory = False
        self._taken = 0

    def files(self) -> Iterable[str]:
        """As in the tree."""
        files = self._tree.files()
        self._record("files", "", _digest_of_names(files))
        return files

    def read(self, path: str) -> Source | Unreadable:
        """As in the tree."""
        read = self._tree.read(path)
        self._record("read", path, digest(read))
        return read

    def type_of(self, path: str) -> str:
        """As in the tree."""
        found = self._tree.type_of(path)
        self._record("type_of", path, found.encode())
        return found

    def names(self, folder: str) -> list[str]:
        """As in the tree."""
        names = self._tree.names(folder)
        self._record("names", folder, _digest_of_names(names))
        return names

    def _record(self, method: str, path: str, answer: bytes) -> None:
        if self.answers.setdefault((method, path), answer) != answer:
            self.is_contradictory = True

    def taken(self) -> tuple[bool, Answers]:
        """What was recorded since the last time, as plain values."""
        new = dict(islice(self.answers.items(), self._taken, None))
        self._taken = len(self.answers)
        return self.is_contradictory, new

    def add(self, taken: tuple[bool, Answers]) -> None:
        """Add what was recorded elsewhere: by a copy of this tree in another process."""
        is_contradictory, answers = taken
        self.is_contradictory = self.is_contradictory or is_contradictory
        for (method, path), answer in answers.items():
            self._record(method, path, answer)


def changed_files(tree: FileTree, answers: Mapping[Question, bytes], most: int) -> list[str] | None:
    """The files that read otherwise now; None where other answers differ, or those of more files than `most`."""
    again = RecordingTree(tree)
    changed: list[str] = []
    for method, path in answers:
        getattr(again, method)(*([] if method == "files" else [path]))
        if again.answers[method, path] == answers[method, path]:
            continue
        if method != "read" or len(changed) == most:
            return None
        changed.append(path)
    return changed


def digest(read: Source | Unreadable) -> bytes:
    """A digest of a file as it was read: of its text with its mark, or of why it could not be read."""
    if isinstance(read, Unreadable):
        told = repr((read.fault, read.message, read.readable.text, read.guess))
        return blake2b(told.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_SIZE, person=b"unreadable").digest()
    text = read.text.encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=_DIGEST_SIZE, person=b"marked" if read.is_marked else b"plain").digest()


def _digest_of_names(names: Iterable[str]) -> bytes:
    return blake2b("\0".join(names).encode("utf-8", "surrogateescape"), digest_size=_DIGEST_SIZE).digest()
