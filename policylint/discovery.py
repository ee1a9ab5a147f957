"""The files of a repository on disk: an own walk that honours `.gitignore`, opens nothing but regular files and
never leaves the root. git is not called: its configuration can make it run programs of the linted repository.
"""

from __future__ import annotations

import codecs
import errno
import os
import re
import stat
import string
from typing import TYPE_CHECKING, Any, NamedTuple

from policylint import globs
from policylint.documents.source import Source
from policylint.filetree import FILE, FOLDER, OTHER, Unreadable, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIGURATION_FILE = "policylint.toml"
_IGNORE_FILE = ".gitignore"
_LARGEST_IGNORE_FILE = 256 * 1024
_LONGEST_IGNORE_PATTERN = 512
_IGNORE_PATTERNS_IN_A_SET = 64
_IGNORE_MEMORY = 32 * 1024 * 1024

# `**` between slashes or at an end. Anywhere else it is a `*`.
_FOLDERS = re.compile(r"\*\*+(?:(?P<slash>\\?/)|\Z)")
_CLASS = r"\[:[^\]]*:\]"
_RANGE_END = r"(?:-(?:\\.|[^\]\\]))?"
_BRACKET = rf"\[[!^]?(?>{_CLASS}|(?:\\.|[^\\]){_RANGE_END})(?>{_CLASS}|(?:\\.|[^\]\\]){_RANGE_END})*+\]"
_TOKEN = re.compile(rf"\*+|\?|\\.|{_BRACKET}|[^*?\\\[]", re.DOTALL)
_BRACKET_ITEM = re.compile(r"\[:(?P<class>[^\]]*):\]|(?P<first>\\.|[^\\])(?:-(?P<last>\\.|[^\]\\]))?", re.DOTALL)
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


# Bytes that a bracket of a pattern names by class; as in git, only ASCII has classes.
_CLASSES = {
    "alnum": string.ascii_letters + string.digits,
    "alpha": string.ascii_letters,
    "blank": " \t",
    "cntrl": "".join(map(chr, (*range(32), 127))),
    "digit": string.digits,
    "graph": string.ascii_letters + string.digits + string.punctuation,
    "lower": string.ascii_lowercase,
    "print": string.ascii_letters + string.digits + string.punctuation + " ",
    "punct": string.punctuation,
    "space": string.whitespace,
    "upper": string.ascii_uppercase,
    "xdigit": string.hexdigits,
}


class _IgnorePattern(NamedTuple):
    """A line of a `.gitignore`: whether it ignores or brings back, and an RE2 expression for `/folder` or `:file`."""

    ignores: bool
    expression: str


class _IgnoreRules:
    """The patterns of one `.gitignore`, for paths below its folder.

    The library for globs differs from git on brackets and refuses lines that git only passes over. What is ignored is
    not checked, so here git's own rules hold, byte for byte; RE2 keeps a hostile pattern from taking forever.
    One oddity of git is not followed: that `**` after plain letters, as in `a**/b`, crosses folders.
    """

    def __init__(self, prefix: str, data: bytes) -> None:
        lines = data.removeprefix(codecs.BOM_UTF8).decode("latin-1").split("\n")
        patterns = [pattern for pattern in map(_ignore_pattern, lines) if pattern is not None]
        size = _IGNORE_PATTERNS_IN_A_SET
        parts = [patterns[start : start + size] for start in range(0, len(patterns), size)]
        self._start = len(prefix)
        self._sets = [([each.ignores for each in part], _pattern_set(part)) for part in reversed(parts)]

    def decision(self, path: str, *, is_folder: bool) -> bool | None:
        """Whether the last pattern that fits a path ignores it; None when none fits."""
        name = os.fsencode(path[self._start :])
        for ignores, patterns in self._sets:
            fitting: list[int] | None = patterns.Match((b"/" if is_folder else b":") + name)
            if fitting:
                return ignores[max(fitting)]
        return None


def _pattern_set(patterns: list[_IgnorePattern]) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    options.dot_nl = True
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = _IGNORE_MEMORY
    compiled = re2.Set.FullMatchSet(options)
    for pattern in patterns:
        compiled.Add(pattern.expression)
    compiled.Compile()
    return compiled


def _ignore_pattern(line: str) -> _IgnorePattern | None:
    """A line as a pattern; None for a comment and for what can match nothing."""
    text = _without_trailing_blanks(line.removesuffix("\r"))
    if text.startswith("#") or len(text) > _LONGEST_IGNORE_PATTERN:
        return None
    body = text.removeprefix("!")
    only_folders = body.endswith("/")
    body = body.removesuffix("/")
    anywhere = "/" not in body
    expression = _ignore_expression(body.removeprefix("/"), anywhere=anywhere)
    if not expression:
        return None
    start = ("/" if only_folders else "[/:]") + ("(?:.+/)?" if anywhere else "")
    return _IgnorePattern(not text.startswith("!"), start + expression)


def _without_trailing_blanks(line: str) -> str:
    kept = line.rstrip(" ")
    is_escaped = (len(kept) - len(kept.rstrip("\\"))) % 2 == 1
    return line[: len(kept) + 1] if is_escaped else kept


def _ignore_expression(glob: str, *, anywhere: bool) -> str:
    """A glob as an RE2 expression; empty when nothing matches it."""
    pieces = []
    position = 0
    while position < len(glob):
        is_segment_start = not anywhere and (position == 0 or glob[position - 1] == "/")
        token = (_FOLDERS.match(glob, position) if is_segment_start else None) or _TOKEN.match(glob, position)
        piece = _piece(token) if token else ""
        if token is None or not piece:
            return ""
        pieces.append(piece)
        position = token.end()
    return "".join(pieces)


def _piece(token: re.Match[str]) -> str:
    if token.re is _FOLDERS:
        return "(?:.+/)?" if token["slash"] else ".+"
    text = token[0]
    if text[0] == "*":
        return "[^/]*"
    if text == "?":
        return "[^/]"
    return _bracket(text) if text[0] == "[" else f"\\x{ord(text[-1]):02x}"


def _bracket(text: str) -> str:
    """A bracket as an RE2 class, which never holds a slash; empty when it names an unknown class."""
    is_negated = text[1] in "!^"
    numbers: set[int] = set()
    for item in _BRACKET_ITEM.finditer(text[2 if is_negated else 1 : -1]):
        if item["class"] is not None:
            if item["class"] not in _CLASSES:
                return ""
            numbers.update(map(ord, _CLASSES[item["class"]]))
        else:
            first = ord(item["first"][-1])
            last = ord(item["last"][-1]) if item["last"] else first
            numbers.update((first, *range(first, last + 1)))
    slash = {ord("/")}
    members = "".join(f"\\x{number:02x}" for number in sorted(numbers | slash if is_negated else numbers - slash))
    return f"[{'^' if is_negated else ''}{members}]" if members else ""


class DiskTree:
    """The file tree of a root folder on disk."""

    def __init__(self, root: str, exclude: list[str], limit: int) -> None:
        self._root = root
        self._real_root = os.path.realpath(root)
        self._exclude = exclude
        self._limit = limit
        self._files: list[str] | None = None
        # Folders with a configuration of their own: they are workspaces of their own, and not part of this one.
        self.nested: list[str] = []
        # Folders and ignore files that the walk could not read, and why: what lies below was not seen.
        self.unreadable: dict[str, str] = {}

    def files(self) -> list[str]:
        """Every file that is neither ignored nor excluded, sorted; walked once a run."""
        if self._files is None:
            self._files = sorted(self._walk())
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

    def _walk(self) -> Iterator[str]:
        """Depth by a list, not by recursion: a hostile repository may nest deeper than Python's stack."""
        pending: list[tuple[str, tuple[_IgnoreRules, ...]]] = [("", ())]
        while pending:
            folder, ignores = pending.pop()
            prefix = f"{folder}/" if folder else ""
            entries = self._entries(folder)
            if folder and any(entry.name == CONFIGURATION_FILE and entry.is_file() for entry in entries):
                self.nested.append(folder)
                continue
            own = self._ignore_rules(prefix, entries)
            ignores = (*ignores, own) if own else ignores
            for entry in entries:
                path = prefix + entry.name
                is_folder = entry.is_dir(follow_symlinks=False)
                if self._is_left_out(path, ignores, is_folder=is_folder):
                    continue
                if is_folder:
                    pending.append((path, ignores))
                else:
                    yield path

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self._absolute(folder) if folder else self._root) as entries:
                return list(entries)
        except OSError as error:
            self.unreadable[folder or "."] = (error.strerror or str(error)).lower()
            return []

    def _is_left_out(self, path: str, ignores: tuple[_IgnoreRules, ...], *, is_folder: bool) -> bool:
        if globs.matches(self._exclude, f"{path}/" if is_folder else path):
            return True
        decisions = (rules.decision(path, is_folder=is_folder) for rules in reversed(ignores))
        return next((decision for decision in decisions if decision is not None), False)

    def _ignore_rules(self, prefix: str, entries: list[os.DirEntry[str]]) -> _IgnoreRules | None:
        path = prefix + _IGNORE_FILE
        if not any(entry.name == _IGNORE_FILE and entry.is_file(follow_symlinks=False) for entry in entries):
            return None
        try:
            return _IgnoreRules(prefix, read_regular_file(self._absolute(path), _LARGEST_IGNORE_FILE))
        except OSError as error:
            self.unreadable[path] = (error.strerror or str(error)).lower()
            return None
