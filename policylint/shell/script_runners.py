"""run-s, run-p, npm-run-all and concurrently: several scripts by one command."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from policylint.named_tuple import NamedTuple
from policylint.shell.files import Files, is_open, package, package_folder, table
from policylint.shell.plans import (
    ABSENT_SCRIPT,
    Graph,
    Hidden,
    Note,
    Outcome,
    Plan,
    Script,
    Steps,
    Task,
    package_script,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Words = tuple[str, ...]

_SERIAL = ("-s", "--serial", "--sequential")
_PARALLEL = ("-p", "--parallel")
_CONTINUE = ("-c", "--continue-on-error")
_PLAIN_FLAGS = frozenset(
    "-l --print-label -n --print-name --aggregate-output --silent -r --race --color --no-color".split()
)
_VALUED = frozenset(["--max-parallel", "--npm-path"])
_LETTERS = re.compile(r"-[clnrs]{2,}")


class _Group(NamedTuple):
    """Scripts that run one after the other or side by side."""

    is_parallel: bool
    patterns: list[str]


def run_all_plan(words: Words, directory: str, manager: str, files: Files) -> Plan:
    """What npm-run-all and its short forms run (npm-run-all 4, measured); scripts are called by the package manager
    that called it.
    """
    read = _read_groups(words)
    home = package_folder(files, directory)
    data = package(files, home) if home is not None else None
    if read is None or data is None or home is None:
        return Hidden(" ".join(words))
    groups, keeps_going = read
    scripts = table(data, "scripts")
    plans = [_group_plan(group, home, manager or "npm", scripts, keeps_going=keeps_going) for group in groups]
    return plans[0] if len(plans) == 1 else Steps(tuple(plans), keeps_going=keeps_going)


def _read_groups(words: Words) -> tuple[list[_Group], bool] | None:
    """The groups of scripts, and whether all run whatever fails; None at an unknown option."""
    groups = [_Group(words[0] == "run-p", [])]
    keeps_going = False
    rest = [letter for word in words[1:] for letter in _letters(word)]
    while rest:
        word = rest.pop(0)
        if word == "--":
            break
        if word in _SERIAL or word in _PARALLEL:
            groups.append(_Group(word in _PARALLEL, []))
        elif word in _CONTINUE:
            keeps_going = True
        elif word in _VALUED:
            del rest[:1]
        elif not word.startswith("-"):
            groups[-1].patterns.append(word)
        elif word.partition("=")[0] not in _PLAIN_FLAGS | _VALUED:
            return None
    groups = [group for group in groups if group.patterns]
    return (groups, keeps_going) if groups else None


def _letters(word: str) -> list[str]:
    return [f"-{letter}" for letter in word[1:]] if _LETTERS.fullmatch(word) else [word]


def _group_plan(group: _Group, home: str, manager: str, scripts: Mapping[str, object], *, keeps_going: bool) -> Plan:
    plans: list[Plan] = []
    for written in group.patterns:
        pattern, *arguments = written.split()
        if is_open(written) or any("{" in each for each in arguments):
            return Hidden(written)
        names = matching(scripts, pattern)
        if not names:
            message = f"runs the script '{pattern}', which package.json does not have"
            return Outcome(1, Note(ABSENT_SCRIPT, message, f"add the script '{pattern}' to package.json", "", ""))
        passed = tuple(each for each in arguments if each != "--")
        plans += [package_script(manager, name, passed, home) for name in names]
    if group.is_parallel:
        return Graph(tuple(Task(plan, ()) for plan in plans), keeps_going=keeps_going)
    return Steps(tuple(plans), keeps_going=keeps_going)


def matching(names: Iterable[str], pattern: str) -> list[str]:
    """The scripts that fit a pattern of npm-run-all: `*` is one part between colons, `**` any number of them."""
    if "*" not in pattern:
        return [name for name in names if name == pattern]
    any_part, any_parts = re.escape("*"), re.escape("**")
    expression = re.escape(pattern).replace(any_parts, ".+").replace(any_part, "[^:]+")
    # At most a few stars, each ended by a colon or by the end: no room for backtracking.
    compiled = re.compile(expression) if pattern.count("*") <= 4 else None  # noqa: PLR2004
    return [name for name in names if compiled and compiled.fullmatch(name)]


_CONCURRENTLY_VALUED = frozenset(
    """
    -n --names --name-separator -c --prefix-colors -p --prefix -l --prefix-length -t --timestamp-format --hide
    --restart-tries --restart-after --handle-input-default --default-input-target --kill-signal --teardown
    """.split()
)
_CONCURRENTLY_FLAGS = frozenset(
    """
    -k --kill-others --kill-others-on-fail -r --raw --no-color -g --group -i --handle-input --timings --pad-prefix
    """.split()
)
_SHORTHAND = re.compile(r"(npm|yarn|pnpm|bun):(\S+)(.*)", re.DOTALL)


def concurrently_plan(words: Words, directory: str, files: Files) -> Plan:
    """What concurrently runs: commands side by side, all of which must succeed (concurrently 9, its documentation)."""
    commands = _read_commands(words[1:])
    if commands is None or any(is_open(command) for command in commands):
        return Hidden(" ".join(words))
    home = package_folder(files, directory)
    scripts = table((package(files, home) if home is not None else None) or {}, "scripts")
    plans = [plan for command in commands for plan in _command_plans(command, directory, scripts)]
    return Graph(tuple(Task(plan, ()) for plan in plans), keeps_going=False)


def _read_commands(words: Words) -> list[str] | None:
    """The commands among the words; None when an option is not known or changes when it succeeds."""
    commands: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name, has_value, value = word.partition("=")
        if word == "--":
            return commands or None
        if not word.startswith("-"):
            commands.append(word)
        elif name in ("-s", "--success"):
            if (value if has_value else "".join(rest[:1])) != "all":
                return None
            del rest[: 0 if has_value else 1]
        elif name in _CONCURRENTLY_VALUED:
            del rest[: 0 if has_value else 1]
        elif word not in _CONCURRENTLY_FLAGS:
            return None
    return commands or None


def _command_plans(command: str, directory: str, scripts: Mapping[str, object]) -> list[Plan]:
    short = _SHORTHAND.fullmatch(command)
    if short is None:
        return [Script(command, directory, "sh", (), (), "")]
    manager, pattern, arguments = short.groups()
    names = matching(scripts, pattern) if "*" in pattern else [pattern]
    try:
        passed = tuple(shlex.split(arguments))
    except ValueError:
        return [Hidden(command)]
    return [package_script(manager, name, passed, directory) for name in names]
