"""The files of a repository on disk: an own walk that honours `.gitignore`, opens nothing but regular files and
never leaves the root nor enters what version control keeps in it. git is not called: its configuration can make it
run programs of the linted repository.
"""

from __future__ import annotations

import codecs
import errno
import os
import stat
from typing import TYPE_CHECKING, Any

from policylint import globs
from policylint.configuration_file import is_configured
from policylint.documents.source import Source
from policylint.filetree import FILE, FOLDER, OTHER, Unreadable, decode
from policylint.named_tuple import NamedTuple
from policylint.regular_files import (
    FileTooLargeError,
    is_below,
    is_of_repository,
    is_version_control,
    read_regular_file,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_IGNORE_FILE = ".gitignore"
_LARGEST_IGNORE_FILE = 256 * 1024
_LONGEST_IGNORE_PATTERN = 512
_PATTERNS_TRIED_TOGETHER = 64
_PATTERN_MEMORY = 32 * 1024 * 1024
# Whether a link can be refused when it is opened, and what Linux, macOS and FreeBSD then say.
_REFUSES_LINKS = hasattr(os, "O_NOFOLLOW")
_IS_LINK = (errno.ELOOP, errno.EMLINK)
_NO_NAMES = ("", ".", "..")


class _IgnorePattern(NamedTuple):
    """A line of a `.gitignore`: whether it ignores or brings back, and the library's expression for it."""

    ignores: bool
    expression: str


class _IgnoreRules:
    """The patterns of one `.gitignore`, for paths below its folder.

    The library translates each pattern. Which one decides is settled here, since the walk itself leaves out what lies
    in ignored folders: the last that fits the whole path. Names are matched byte for byte (Latin-1 keeps them apart),
    by RE2, which keeps a hostile pattern from taking forever.
    """

    def __init__(self, prefix: str, data: bytes) -> None:
        lines = data.removeprefix(codecs.BOM_UTF8).decode("latin-1").split("\n")
        patterns = [pattern for pattern in map(_ignore_pattern, lines) if pattern is not None]
        self._start = len(prefix)
        self._patterns = [(each.ignores, _compiled(each.expression)) for each in reversed(patterns)]
        chunks = range(0, len(patterns), _PATTERNS_TRIED_TOGETHER)
        self._any = [_any_of(patterns[start : start + _PATTERNS_TRIED_TOGETHER]) for start in chunks]

    def decision(self, path: str, *, is_folder: bool) -> bool | None:
        """Whether the last pattern that fits a path ignores it; None when none fits."""
        name = os.fsencode(f"{path[self._start :]}/" if is_folder else path[self._start :])
        if not any(several.fullmatch(name) for several in self._any):
            return None
        return next((ignores for ignores, pattern in self._patterns if pattern.fullmatch(name)), None)


def _ignore_pattern(line: str) -> _IgnorePattern | None:
    """A line as a pattern; None for one that the library or RE2 refuses: what it might ignore is then checked."""
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    if len(line) > _LONGEST_IGNORE_PATTERN:
        return None
    try:
        expression, ignores = GitIgnoreSpecPattern.pattern_to_regex(_rewritten(line.removesuffix("\r")))
        if expression is None or ignores is None:
            return None
        pattern = _IgnorePattern(ignores, _for_whole_paths(str(expression)))
        _compiled(pattern.expression)
    except Exception:  # the library and RE2 raise errors of unrelated classes
        return None
    return pattern


def _rewritten(line: str) -> str:
    """`a/**/` stands for the folders in `a`; the library would take it for `a` itself."""
    return f"{line}*/" if line.endswith("/**/") else line


def _for_whole_paths(expression: str) -> str:
    """The library writes expressions to search with; some say nothing of the rest of the path."""
    if expression == ".":
        return ".+"
    if expression == "(?P<ps_d>/)":
        return ".*/"
    # As in git, no bracket is a slash: else `a[!b]` would leave out all of the folder `a`.
    plain = expression.replace("?P<ps_d>", "?:").replace("[^", "[^/")
    return f"{plain}.+" if plain.endswith("/") else plain


def _any_of(patterns: list[_IgnorePattern]) -> Any:
    return _compiled("|".join(f"(?:{pattern.expression})" for pattern in patterns))


def _compiled(expression: str) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    options.dot_nl = True
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = _PATTERN_MEMORY
    return re2.compile(expression.encode("latin-1"), options)


class DiskTree:
    """The file tree of a root folder on disk."""

    def __init__(self, root: str, exclude: list[str], limit: int) -> None:
        self._root = root
        self._real_root = os.path.realpath(root)
        self._exclude = exclude
        self._limit = limit
        self._files: list[str] | None = None
        self._real_folders: dict[str, str] = {}
        self._own_folders: dict[str, str] = {}
        self._names: dict[str, list[str]] = {}
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
        """A file's text; a link that leaves the repository is not followed."""
        nothing = Source(path, "")
        try:
            data = self._bytes(path)
        except FileTooLargeError:
            message = f"the file is larger than {self._limit} bytes"
            return Unreadable("limit-exceeded", message, nothing)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            return Unreadable("unreadable-file", f"the file cannot be read: {reason}", nothing)
        if data is None:
            return Unreadable("unreadable-file", self._refusal(path), nothing)
        return decode(path, data)

    def _refusal(self, path: str) -> str:
        if is_below(os.path.realpath(self._absolute(path)), self._real_root):
            return "the file belongs to version control, not to the repository"
        return "the file is a link that leaves the repository"

    def _bytes(self, path: str) -> bytes | None:
        """What a file holds; None for one that is none of the repository. Raises OSError.

        Most files are no links: they are opened where they stand, which refuses a link, without a look before.
        """
        folder, _, name = path.rpartition("/")
        own_folder = self._own_folder(folder)
        if _REFUSES_LINKS and own_folder and name not in _NO_NAMES and not is_version_control(name):
            try:
                return read_regular_file(f"{own_folder}{os.sep}{name}", self._limit, follows_link=False)
            except OSError as error:
                if error.errno not in _IS_LINK:
                    raise
        resolved = self._resolved(path)
        return read_regular_file(resolved, self._limit, follows_link=False) if resolved else None

    def type_of(self, path: str) -> str:
        """What lies at a path; of what is none of the repository not even that something is there."""
        if "\0" in path:
            return ""
        if not self._resolved(path):
            return OTHER
        try:
            mode = os.stat(self._absolute(path)).st_mode
        except (OSError, ValueError):
            return OTHER if os.path.islink(self._absolute(path)) else ""
        if stat.S_ISREG(mode):
            return FILE
        return FOLDER if stat.S_ISDIR(mode) else OTHER

    def names(self, folder: str) -> list[str]:
        """The names in a folder."""
        known = self._names.get(folder)
        if known is None:
            known = self._names[folder] = self._listed(folder)
        return known

    def _listed(self, folder: str) -> list[str]:
        try:
            return sorted(os.listdir(self._absolute(folder))) if self._resolved(folder) else []
        except OSError:
            return []

    def _absolute(self, path: str) -> str:
        return os.path.join(self._root, *path.split("/"))

    def _resolved(self, path: str) -> str:
        """Where a path leads, links and all; empty for what is none of the repository.

        The way to a folder is followed once a run.
        """
        folder, _, name = path.rpartition("/")
        whole = os.path.join(self._real_folder(folder), name)
        is_plain = name not in _NO_NAMES and not os.path.islink(whole)
        real = whole if is_plain else os.path.realpath(whole)
        return real if is_of_repository(real, self._real_root) else ""

    def _own_folder(self, folder: str) -> str:
        """Where a folder really lies; empty for one that is none of the repository."""
        known = self._own_folders.get(folder)
        if known is None:
            real = self._real_folder(folder)
            known = self._own_folders[folder] = real if is_of_repository(real, self._real_root) else ""
        return known

    def _real_folder(self, folder: str) -> str:
        known = self._real_folders.get(folder)
        if known is None:
            known = self._real_folders[folder] = os.path.realpath(self._absolute(folder))
        return known

    def _walk(self) -> Iterator[str]:
        """Depth by a list, not by recursion: a hostile repository may nest deeper than Python's stack."""
        pending: list[tuple[str, tuple[_IgnoreRules, ...]]] = [("", ())]
        while pending:
            folder, ignores = pending.pop()
            prefix = f"{folder}/" if folder else ""
            entries = self._entries(folder)
            if folder and is_configured(self._absolute(folder), {entry.name for entry in entries}):
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
