"""Read the command line of a package manager: which script, in which folder, in which workspaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from policylint.shell.vocabulary import Vocabulary

Words = tuple[str, ...]

_RUN = frozenset(["run", "run-script", "rum", "urn"])
# `npm cit` installs and then runs the script `test` (docs.npmjs.com/cli/v11/commands/npm-install-ci-test).
_INSTALL_TEST = frozenset(["it", "install-test", "cit", "sit", "clean-install-test", "install-ci-test"])
# `pnpm recursive run test` is `pnpm -r run test` (pnpm.io/cli/recursive).
_RECURSIVE = frozenset(["recursive", "multi", "m"])
_EXEC = frozenset(["exec", "x", "dlx"])
_FOLDERS = frozenset(["--prefix", "-C", "--cwd", "--dir"])
_WORKSPACES = frozenset(["--workspace", "-w", "--filter", "-F", "--filter-prod", "--include"])
_VALUED: dict[str, frozenset[str]] = {
    "npm": frozenset(["--prefix", "-C", "--workspace", "-w", "--loglevel", "--script-shell", "--registry", "--cache"]),
    "yarn": frozenset(["--cwd", "--include", "--exclude", "--from", "--since", "-j", "--jobs", "--mutex"]),
    "pnpm": frozenset(
        ["-C", "--dir", "--filter", "-F", "--filter-prod", "--workspace-concurrency", "--loglevel", "--reporter"]
    ),
    "bun": frozenset(["--cwd", "--filter", "-F", "--config", "-c", "--env-file"]),
}
# These choose by what has changed, which only a history tells.
_BY_HISTORY = frozenset(["--since", "--from", "--changed-files-ignore-pattern"])


MANAGERS = frozenset(_VALUED)


class Invocation(NamedTuple):
    """A package manager's command line.

    `name` is the script or, with `is_program`, the program, empty when it runs neither. `is_run` tells `run NAME` from
    the short form. `filters` choose workspaces, and `is_everywhere` means all of them.
    """

    manager: str
    name: str = ""
    arguments: Words = ()
    folders: Words = ()
    filters: Words = ()
    flags: frozenset[str] = frozenset()
    is_run: bool = True
    is_program: bool = False
    is_everywhere: bool = False
    is_unclear: bool = False

    @property
    def chooses_workspaces(self) -> bool:
        """Whether it runs in other packages than the one around it."""
        return self.is_everywhere or bool(self.filters)


class _Reader:
    """Takes options and words off the front of a command line."""

    def __init__(self, manager: str, words: Words) -> None:
        self.valued = _VALUED[manager]
        self.words = words
        self.values: list[tuple[str, str]] = []
        self.flags: set[str] = set()

    def word(self) -> str:
        """The next word that is no option; empty at the end."""
        while self.words and self.words[0].startswith("-") and self.words[0] != "--":
            self._option()
        if not self.words or self.words[0] == "--":
            return ""
        first, *rest = self.words
        self.words = tuple(rest)
        return first

    def _option(self) -> None:
        first, *rest = self.words
        name, has_value, value = first.partition("=")
        if not has_value and name in self.valued and rest:
            value, *rest = rest
        self.words = tuple(rest)
        if name in self.valued:
            self.values.append((name, value))
        else:
            self.flags.add(name)

    def rest(self) -> Words:
        """What is left; the `--` in front of it belongs to the package manager."""
        return self.words[1:] if self.words[:1] == ("--",) else self.words

    def all_words(self) -> Words:
        """The words that are no options, up to `--`, and everything after it."""
        found: list[str] = []
        while word := self.word():
            found.append(word)
        return (*found, *self.rest())


def read(words: Words, vocabulary: Vocabulary) -> Invocation:
    """What a command line of npm, yarn, pnpm or bun asks for."""
    manager = words[0]
    reader = _Reader(manager, words[1:])
    command = reader.word()
    if manager == "pnpm" and command in _RECURSIVE:
        reader.flags.add("--recursive")
        command = reader.word()
    if manager == "yarn" and command == "workspace":
        return _of_workspace(reader, vocabulary)
    if manager == "yarn" and command == "workspaces":
        return _of_workspaces(reader)
    is_run = command in _RUN or (manager != "npm" and command == "run")
    name = reader.word() if is_run else _short_name(manager, command, vocabulary)
    if command in _EXEC and manager in ("npm", "pnpm"):
        return _invocation(manager, reader, "")._replace(is_program=True, arguments=reader.rest())
    arguments = reader.all_words() if manager == "npm" else reader.rest()
    return _invocation(manager, reader, name)._replace(arguments=arguments, is_run=is_run)


def _short_name(manager: str, command: str, vocabulary: Vocabulary) -> str:
    """The script that a command without `run` stands for."""
    if command in _INSTALL_TEST and manager in ("npm", "pnpm"):
        return vocabulary.npm_scripts["test"]
    if manager in ("npm", "pnpm") and command in vocabulary.npm_scripts:
        return vocabulary.npm_scripts[command]
    # `bun test` and `bun build` are programs of bun's own, whatever the scripts (bun.sh/docs/cli/run).
    is_own = vocabulary.is_package_command(manager, command) or (manager == "bun" and command in ("test", "build", "x"))
    return "" if manager == "npm" or is_own else command


def _invocation(manager: str, reader: _Reader, name: str) -> Invocation:
    flags = frozenset(reader.flags)
    options = {option for option, _ in reader.values}
    return Invocation(
        manager,
        name,
        folders=tuple(value for option, value in reader.values if option in _FOLDERS),
        filters=tuple(value for option, value in reader.values if option in _WORKSPACES and manager != "yarn"),
        flags=flags,
        is_everywhere=not flags.isdisjoint(_EVERYWHERE[manager]),
        is_unclear=not _BY_HISTORY.isdisjoint(flags | options),
    )


_EVERYWHERE: dict[str, frozenset[str]] = {
    "npm": frozenset(["--workspaces", "-ws"]),
    "pnpm": frozenset(["-r", "--recursive", "--parallel"]),
    "yarn": frozenset(),
    "bun": frozenset(["--workspaces"]),
}


def _of_workspace(reader: _Reader, vocabulary: Vocabulary) -> Invocation:
    """`yarn workspace NAME ...`: what follows is a command line of its own."""
    name = reader.word()
    outer = _invocation("yarn", reader, "")
    inner = read(("yarn", *reader.words), vocabulary)
    return inner._replace(filters=(name,), folders=(*outer.folders, *inner.folders))


def _of_workspaces(reader: _Reader) -> Invocation:
    """`yarn workspaces run NAME` of version 1, `yarn workspaces foreach ... run NAME` of later ones."""
    command = reader.word()
    is_foreach = command == "foreach"
    if is_foreach:
        command = reader.word()
    name = reader.word() if command == "run" else ""
    found = _invocation("yarn", reader, name)
    is_unclear = (
        found.is_unclear or not name or any(option in ("--include", "--exclude") for option, _ in reader.values)
    )
    flags = found.flags | {"foreach"} if is_foreach else found.flags
    return found._replace(arguments=reader.rest(), is_everywhere=True, is_unclear=is_unclear, flags=_letters(flags))


def _letters(flags: frozenset[str]) -> frozenset[str]:
    """Flags with `-pt` taken apart into `-p` and `-t`."""
    single = {f"-{letter}" for flag in flags if not flag.startswith("--") for letter in flag.removeprefix("-")}
    return flags | single if single else flags
