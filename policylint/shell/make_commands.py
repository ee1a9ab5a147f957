"""What `make TARGET` runs: prerequisites first, each target once, and each line of a recipe in a shell of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.named_tuple import NamedTuple
from policylint.shell.files import inside_folder, is_open, joined
from policylint.shell.makefiles import Makefile, NotFollowed, Target, expand, read
from policylint.shell.plans import (
    NOTHING,
    Choice,
    Graph,
    Hidden,
    Ignored,
    Outcome,
    Plan,
    Reassigned,
    Script,
    Steps,
    Task,
)

if TYPE_CHECKING:
    from policylint.shell.files import Files

MAX_TARGETS = 200
_NAMES = ("GNUmakefile", "makefile", "Makefile")
_NO_RULE = 2
_OVERRIDE = re.compile(r"([A-Za-z_][\w.-]*)[:?+]?=(.*)", re.DOTALL)
_LETTERS = frozenset("ksiBrRw")
_LONG = {"--keep-going": "k", "--silent": "s", "--quiet": "s", "--ignore-errors": "i", "--always-make": "B"}
_HARMLESS = ("--no-print-directory", "--no-builtin-rules", "--warn-undefined-variables", "--output-sync")


class _Call(NamedTuple):
    """A command line of make."""

    targets: tuple[str, ...]
    folder: str
    file: str
    flags: frozenset[str]
    variables: dict[str, str | None]


def plan(words: tuple[str, ...], directory: str, files: Files) -> Plan | None:
    """What make runs; None where the directory has no Makefile that is known."""
    text = " ".join(words)
    call = _read_call(words[1:], directory)
    if call is None:
        return Hidden(text)
    names = files.names(call.folder)
    name = call.file or next((each for each in _NAMES if each in names), "")
    content = files.text(inside_folder(call.folder, name)) if name else None
    if content is None:
        return None
    try:
        makefile = read(content)
        variables = {**makefile.variables, **call.variables, "MAKE": " ".join(["make", *_inherited(call.flags)])}
        return _Planner(makefile, variables, call, files).plan(text)
    except NotFollowed:
        return Hidden(text)


def _inherited(flags: frozenset[str]) -> list[str]:
    """What a make inside a recipe is given by way of MAKEFLAGS."""
    return [f"-{letter}" for letter in sorted(flags & {"i", "k", "B"})]


def _read_call(words: tuple[str, ...], directory: str) -> _Call | None:
    """The parts of a command line; None at an option that is not known or a word that is not."""
    targets: list[str] = []
    flags: set[str] = set()
    variables: dict[str, str | None] = {}
    folder: str | None = directory
    file = ""
    rest = list(words)
    while rest and folder is not None:
        word = rest.pop(0)
        override = _OVERRIDE.fullmatch(word)
        if override and not word.startswith("-"):
            variables[override[1]] = None if is_open(override[2]) else override[2]
        elif not word.startswith("-"):
            targets.append(word)
        elif word in ("-C", "--directory", "-f", "--file", "--makefile") or word.startswith(
            ("-C", "-f", "--directory=", "--file=", "--makefile=")
        ):
            value = _option_value(word, rest)
            folder, file = (joined(folder, value), file) if "C" in word or "directory" in word else (folder, value)
        elif not _add_flag(word, rest, flags):
            return None
    if folder is None or any(is_open(target) for target in targets) or is_open(file):
        return None
    return _Call(tuple(targets), folder, file, frozenset(flags), variables)


def _option_value(word: str, rest: list[str]) -> str:
    if word.startswith("--"):
        name, has_value, value = word.partition("=")
        return value if has_value else (rest.pop(0) if rest else name)
    return word[2:] or (rest.pop(0) if rest else "")


def _add_flag(word: str, rest: list[str], flags: set[str]) -> bool:
    name = word.partition("=")[0]
    if name in _LONG:
        flags.add(_LONG[name])
    elif word.startswith("-j") or name == "--jobs":
        flags.add("j")
        if word in ("-j", "--jobs") and rest and rest[0].isdecimal():
            rest.pop(0)
    elif name not in _HARMLESS:
        if word.startswith("--") or not set(word[1:]) <= _LETTERS:
            return False
        flags.update(word[1:])
    return True


class _Planner:
    """Collects the recipes that a call of make runs, in its order."""

    def __init__(self, makefile: Makefile, variables: dict[str, str | None], call: _Call, files: Files) -> None:
        self._makefile = makefile
        self._variables = variables
        self._call = call
        self._files = files
        self._names = files.names(call.folder)
        self._tasks: list[Task] = []
        self._places: dict[str, int] = {}

    def plan(self, text: str) -> Plan:
        wanted = self._call.targets or (
            (expand(self._makefile.default, self._variables),) if self._makefile.default else ()
        )
        if not wanted:
            return Hidden(text)
        for name in wanted:
            self._visit(name, asked=True)
        tasks = tuple(self._tasks)
        is_serial = self._call.flags.isdisjoint({"j", "k"})
        whole: Plan = (
            Steps(tuple(task.plan for task in tasks), keeps_going=False)
            if is_serial
            else Graph(tasks, keeps_going=False)
        )
        assigned = tuple(name for name in self._variables if name != "MAKE")
        return Reassigned(assigned, whole) if assigned else whole

    def _visit(self, name: str, *, asked: bool) -> int | None:
        """The place of a target among the tasks; None for one that is being made already (make drops such circles)."""
        if name in self._places:
            return self._places[name] if self._places[name] >= 0 else None
        if len(self._places) >= MAX_TARGETS:
            raise NotFollowed
        self._places[name] = -1
        target = self._makefile.targets.get(name)
        needs: tuple[int, ...] = ()
        if target is not None:
            places = [self._visit(each, asked=False) for each in target.prerequisites]
            needs = tuple(sorted({place for place in places if place is not None}))
        self._tasks.append(Task(self._own_plan(name, target, asked=asked), needs))
        self._places[name] = len(self._tasks) - 1
        return self._places[name]

    def _own_plan(self, name: str, target: Target | None, *, asked: bool) -> Plan:
        exists = self._exists(name)
        if target is None:
            return self._without_rule(name, exists=exists, asked=asked)
        if target.is_open:
            return Hidden(f"make {name}")
        recipe = Steps(tuple(self._line(name, line) for line in target.recipe), keeps_going=False)
        if not target.recipe and self._makefile.has_patterns and name not in self._makefile.phony:
            return Hidden(f"make {name}")
        if not exists or name in self._makefile.phony or "B" in self._call.flags or not target.recipe:
            return recipe
        if not target.prerequisites:
            # A file or folder of that name is there, so that make has nothing to do.
            return NOTHING
        return Choice(f"whether '{name}' is up to date for make", NOTHING, recipe)

    def _without_rule(self, name: str, *, exists: bool, asked: bool) -> Plan:
        if exists:
            return NOTHING
        might_be_implied = self._makefile.has_patterns or any(each.startswith(f"{name}.") for each in self._names)
        if might_be_implied:
            return Hidden(f"make {name}")
        # What another target needs may have been made before, like node_modules by Netlify.
        return Outcome(_NO_RULE, None) if asked else NOTHING

    def _exists(self, name: str) -> bool:
        path = joined(self._call.folder, name)
        if path is None:
            return False
        folder, _, last = path.rpartition("/")
        return last in self._files.names(folder or ".")

    def _line(self, name: str, line: str) -> Plan:
        plain = line.lstrip("@-+ \t")
        prefix = line[: len(line) - len(plain)]
        text = expand(plain, {**self._variables, "@": name})
        script = Script(text, self._call.folder, "sh", (), (), "")
        if "-" in prefix:
            return Ignored(script, "a recipe line that starts with `-`")
        return Ignored(script, "`make -i`") if "i" in self._call.flags else script
