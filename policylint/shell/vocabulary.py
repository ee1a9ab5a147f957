"""What commands do, told by the words they start with, as `schemas/commands.yaml` lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from policylint.named_tuple import NamedTuple
from policylint.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Role = Literal["test", "build"] | None


class Commands(Record):
    """The lists of `schemas/commands.yaml`, which explains them."""

    inert_options: list[str]
    empty_options: list[str]
    watch_options: list[str]
    idle_options: dict[str, list[str]]
    watch_commands: list[str]
    test_scripts: list[str]
    placeholders: list[str]
    e2e: list[str]
    tests: list[str]
    builds: list[str]
    shells: list[str]
    harmless: list[str]
    wrappers: dict[str, list[str]]
    bystanders: list[str]
    unknown_tests: list[str]
    task_runners: list[str]
    interpreters: list[str]
    inline_code_options: list[str]
    questions: list[str]
    git_questions: list[str]
    package_commands: dict[str, list[str]]
    npm_scripts: dict[str, str]


# The characters of commands whose meaning is remembered, and of how many it is.
_SHORT = 100
_MOST_REMEMBERED = 4096
# The words of a command among which the name of a test command is looked for, and of such a command.
_MOST_WORDS = 50
_MOST_NAMED = 10


class Wrapper(NamedTuple):
    """A program that only runs another: of how many words its name is, and the options that it takes."""

    length: int
    flags: frozenset[str]
    valued: frozenset[str]


class Vocabulary:
    """The roles of commands; of the words of a line any but the first may be the start of one, with a `*`."""

    def __init__(self, table: Commands) -> None:
        self._table = table
        self._inert_options = frozenset(table.inert_options)
        self._watching = _by_first_word(table.watch_commands)
        self._idle = _by_first_word(table.idle_options)
        self._bystanders = _by_first_word(table.bystanders)
        self._unknown_tests = [line.split() for line in table.unknown_tests]
        self._wrappers = _by_first_word(table.wrappers)
        # Of commands of a few words, which the scripts of a repository repeat.
        self._known: dict[tuple[str, ...], bool] = {}
        self._lines = {
            "e2e": _by_first_word(table.e2e),
            "test": _by_first_word(table.tests),
            "build": _by_first_word(table.builds),
        }

    def role(self, words: Sequence[str]) -> Role:
        """What a command does; None when no line fits."""
        if self._is_one(words, "e2e") or self._is_one(words, "test"):
            return None if self.is_idle(words) else "test"
        return "build" if self._is_one(words, "build") else None

    def is_e2e(self, words: Sequence[str]) -> bool:
        """Whether a command runs end-to-end tests."""
        return self._is_one(words, "e2e")

    def _is_one(self, words: Sequence[str], kind: str) -> bool:
        lines = self._lines[kind].get(words[0])
        if not lines or not self._inert_options.isdisjoint(words):
            return False
        if sum(map(len, words)) > _SHORT:
            return _fits_one(words, lines)
        key = (kind, *words)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            known = self._known[key] = _fits_one(words, lines)
        return known

    def empty_option(self, words: Sequence[str]) -> str:
        """The option with which a test command passes though it finds no tests; empty when there is none."""
        return next((word for word in words[1:] if word in self._table.empty_options), "")

    def watching(self, words: Sequence[str]) -> str:
        """The option, or the words, with which a test command waits for changes; empty when it ends by itself."""
        option = next((word for word in words[1:] if word in self._table.watch_options), "")
        if option or not _fits_one(words, self._watching.get(words[0], [])):
            return option
        return " ".join(words[:2])

    def is_idle(self, words: Sequence[str]) -> bool:
        """Whether a command that may look like a test only lists, compiles or skips its tests."""
        for rest in self._idle.get(words[0], ()):
            if _fits_one(words, [rest]):
                options = self._table.idle_options[" ".join([words[0], *rest])]
                text = f" {' '.join(words[1:])} "
                if not options or any(f" {option}{_after(option)}" in text for option in options):
                    return True
        return False

    def is_placeholder(self, text: str) -> bool:
        """Whether a script is what stands there for want of tests."""
        return any(each in text for each in self._table.placeholders)

    def is_shell(self, name: str) -> bool:
        """Whether a program reads commands as bash does."""
        return name in self._table.shells

    def is_package_command(self, manager: str, name: str) -> bool:
        """Whether a package manager has a command of its own of this name, which no script can take."""
        return name in self._table.package_commands[manager]

    def is_package_manager(self, name: str) -> bool:
        """Whether the program runs the scripts of a package.json."""
        return name in self._table.package_commands

    @property
    def npm_scripts(self) -> Mapping[str, str]:
        """npm's own names for scripts."""
        return self._table.npm_scripts

    @property
    def test_scripts(self) -> Sequence[str]:
        """The names of scripts that test and nothing else, best first."""
        return self._table.test_scripts

    def wrapper(self, words: Sequence[str]) -> Wrapper | None:
        """The wrapper that a command starts with, if something follows it."""
        for rest in self._wrappers.get(words[0], ()):
            length = 1 + len(rest)
            if len(words) > length and list(words[1:length]) == rest:
                options = self._table.wrappers[" ".join(words[:length])]
                valued = frozenset(option[:-1] for option in options if option.endswith("="))
                return Wrapper(length, frozenset(option for option in options if not option.endswith("=")), valued)
        return None

    def names_test(self, words: Sequence[str]) -> bool:
        """Whether a program that is not known may well test: by its words, or those of a command that it is given."""
        if _fits_one(words, self._bystanders.get(words[0], [])):
            return False
        if _fits_one(words, self._unknown_tests):
            return True
        # A command may be given as one word.
        given = [part for word in words[1:_MOST_WORDS] for part in word.split(None, _MOST_NAMED)][:_MOST_WORDS]
        tails = (given[place : place + _MOST_NAMED] for place in range(len(given)))
        return any(self.role(tail) == "test" or self._is_script_run(tail) for tail in tails)

    def _is_script_run(self, words: Sequence[str]) -> bool:
        """Whether a package manager is told in full, with `run`, to run a script of which nothing is known."""
        is_run = words[1:2] == ["run"] and self.is_package_manager(words[0])
        return is_run and self.role(words) is None and self.is_opaque(words)

    def is_harmless(self, words: Sequence[str]) -> bool:
        """Whether the command certainly neither tests nor builds."""
        if self.is_package_manager(words[0]):
            return not self.is_opaque(words)
        return words[0] in self._table.harmless or self.answers(words)

    def answers(self, words: Sequence[str]) -> bool:
        """Whether the exit status is the answer to a question, so that both answers must be considered."""
        if words[0] == "command" or words[0] in self._table.questions:
            return True
        return words[0] == "git" and not set(self._table.git_questions).isdisjoint(words)

    def is_task_runner(self, name: str) -> bool:
        """Whether a program is there to run others, which it does not name on its command line."""
        return name in self._table.task_runners

    def is_opaque(self, words: Sequence[str]) -> bool:
        """Whether the command may run anything, tests included, without our seeing it."""
        name, *arguments = words
        if "/" in name or self.is_task_runner(name) or self.is_shell(name):
            return True
        if self.is_package_manager(name) and self._runs_script(name, arguments):
            return "--if-present" not in arguments
        if name == "find":
            places = [place for place, argument in enumerate(arguments) if argument.startswith(("-exec", "-ok"))]
            return not all(self.is_harmless(arguments[place + 1 : place + 2] or ["sh"]) for place in places)
        return name in self._table.interpreters and self._runs_file(arguments)

    def _runs_script(self, name: str, arguments: list[str]) -> bool:
        commands = [argument for argument in arguments if not argument.startswith("-")]
        if name == "npm":
            return not {"run", "run-script", "rum", "urn", *self.npm_scripts}.isdisjoint(commands)
        return bool(commands) and not self.is_package_command(name, commands[0])

    def _runs_file(self, arguments: list[str]) -> bool:
        if not set(self._table.inline_code_options).isdisjoint(arguments):
            return False
        return any(not argument.startswith("-") for argument in arguments)


def _after(option: str) -> str:
    return "" if option.endswith("=") else " "


def _by_first_word(lines: Iterable[str]) -> dict[str, list[list[str]]]:
    table: dict[str, list[list[str]]] = {}
    for line in lines:
        first, *rest = line.split()
        table.setdefault(first, []).append(rest)
    return table


def _fits_one(words: Sequence[str], lines: list[list[str]]) -> bool:
    written = words[1:]
    plain = [word for word in written if not word.startswith("-")]
    has_options = len(plain) < len(written)
    return any(_starts_with(written, line) or (has_options and _starts_with(plain, line)) for line in lines)


def _starts_with(words: Sequence[str], line: list[str]) -> bool:
    if len(words) < len(line):
        return False
    for word, wanted in zip(words, line, strict=False):
        if word != wanted and not (wanted.endswith("*") and word.startswith(wanted[:-1])):
            return False
    return True
