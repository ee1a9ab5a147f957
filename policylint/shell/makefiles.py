"""Read a Makefile: targets, prerequisites, recipes and plain variables (gnu.org/software/make/manual)."""

from __future__ import annotations

import re

from policylint.named_tuple import NamedTuple

MAX_LENGTH = 100_000
_MAX_VALUE = 2_000
_MAX_DEPTH = 20
# What a reference becomes whose value is not known: a variable that the shell does not know either.
UNKNOWN = "$__unknown__"

_ASSIGNMENT = re.compile(
    r"(?P<words>(?:(?:export|override|unexport|private)\s+)*)(?P<name>[\w.-]+)\s*(?P<operator>:{0,3}=|\?=|\+=|!=)\s*"
    r"(?P<value>.*)",
    re.DOTALL,
)
_RULE = re.compile(r"(?P<targets>[^:=#]+?)\s*(?P<colons>::?)(?!=)\s*(?P<rest>.*)", re.DOTALL)
_CONTINUED = re.compile(r"\s*\\\n\s*")
_COMMENT = re.compile(r"(?<!\\)#.*", re.DOTALL)
_CONDITIONAL = ("ifeq", "ifneq", "ifdef", "ifndef")
_INCLUDE = ("include", "-include", "sinclude", "load", "-load", "vpath")
# These change what every recipe does.
_UNFOLLOWED = frozenset(
    ".ONESHELL .POSIX .IGNORE .DEFAULT .SECONDEXPANSION SHELL .SHELLFLAGS MAKEFLAGS MAKE VPATH".split()
)
_HARMLESS_LINES = ("$(info ", "$(warning ", "export", "unexport", "undefine ")


class NotFollowed(Exception):  # noqa: N818 - the Makefile is at fault
    """The Makefile does something whose outcome only make can tell."""


class Target(NamedTuple):
    """What to do for one target; an `is_open` one depends on a condition."""

    prerequisites: tuple[str, ...]
    recipe: tuple[str, ...]
    is_open: bool


class Makefile(NamedTuple):
    """`default` is the target of a bare `make`; a variable that is None has a value that cannot be told."""

    targets: dict[str, Target]
    variables: dict[str, str | None]
    phony: frozenset[str]
    default: str
    has_patterns: bool


def read(text: str) -> Makefile:
    """The targets of a Makefile; raises NotFollowed."""
    if len(text) > MAX_LENGTH:
        raise NotFollowed
    reader = _Reader()
    for line in _logical_lines(text):
        reader.line(line)
    return reader.result()


def _logical_lines(text: str) -> list[str]:
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and lines[-1].endswith("\\") and not lines[-1].endswith("\\\\"):
            lines[-1] += "\n" + line
        else:
            lines.append(line)
    return lines


class _Reader:
    def __init__(self) -> None:
        self.targets: dict[str, Target] = {}
        self.variables: dict[str, str | None] = {"MAKE": "make"}
        self.phony: set[str] = set()
        self.default = ""
        self.has_patterns = False
        self._current: list[str] = []
        self._conditions = 0
        self._in_define = False

    def result(self) -> Makefile:
        return Makefile(self.targets, self.variables, frozenset(self.phony), self.default, self.has_patterns)

    def line(self, line: str) -> None:
        first = (line.split(None, 1) or [""])[0]
        if self._in_define:
            self._in_define = first != "endef"
        elif line.startswith("\t") and self._current:
            self._recipe_line(line[1:].replace("\\\n\t", "\\\n"))
        else:
            self._statement(_CONTINUED.sub(" ", _COMMENT.sub("", line)).strip(), first)

    def _recipe_line(self, line: str) -> None:
        for name in self._current:
            target = self.targets[name]
            is_open = target.is_open or self._conditions > 0
            self.targets[name] = Target(target.prerequisites, (*target.recipe, line), is_open)

    def _statement(self, line: str, first: str) -> None:
        if first in _CONDITIONAL:
            self._conditions += 1
        elif first == "endif":
            self._conditions -= 1
        elif first == "define":
            self._define(line)
        elif first in _INCLUDE:
            raise NotFollowed
        elif line and first != "else" and not line.startswith("else "):
            self._definition(line)

    def _define(self, line: str) -> None:
        self._in_define = True
        for word in line.split()[1:2]:
            self.variables[word] = None

    def _definition(self, line: str) -> None:
        assignment = _ASSIGNMENT.fullmatch(line)
        if assignment:
            self._assign(assignment)
            return
        rule = _RULE.fullmatch(line)
        if rule:
            self._rule(rule)
        elif not line.startswith(_HARMLESS_LINES):
            raise NotFollowed

    def _assign(self, found: re.Match[str]) -> None:
        name, operator, value = found["name"], found["operator"], found["value"]
        if name in _UNFOLLOWED:
            raise NotFollowed
        if name == ".DEFAULT_GOAL":
            self.default = value
        self.variables[name] = None if self._conditions else self._new_value(name, operator, value)

    def _new_value(self, name: str, operator: str, value: str) -> str | None:
        """The value after an assignment; after `?=` and `+=` the environment may have a say."""
        if operator in ("?=", "!="):
            return None
        old = self.variables.get(name)
        if operator == "+=":
            # A part of a command says something else than the whole.
            return None if old is None or len(old) + len(value) >= _MAX_VALUE else f"{old} {value}"
        return expand(value, self.variables) if operator != "=" else value

    def _rule(self, found: re.Match[str]) -> None:
        names = expand(found["targets"], self.variables).split()
        prerequisites, _, recipe = found["rest"].partition(";")
        if any(name in _UNFOLLOWED or UNKNOWN in name for name in names) or found["colons"] == "::":
            raise NotFollowed
        variable = _ASSIGNMENT.fullmatch(prerequisites.strip())
        if variable:
            # A variable of one target, and of all that it needs.
            self.variables[variable["name"]] = None
            return
        needed = expand(prerequisites.replace("|", " "), self.variables).split()
        self._current = []
        for name in names:
            self._add(name, needed)
        if recipe.strip():
            self._recipe_line(recipe.strip())

    def _add(self, name: str, needed: list[str]) -> None:
        if name == ".PHONY":
            self.phony.update(needed)
        elif "%" in name:
            self.has_patterns = True
        if name.startswith(".") and "/" not in name:
            return
        old = self.targets.get(name, Target((), (), is_open=False))
        # A second recipe replaces the first, with a warning that nobody reads: not followed.
        is_open = old.is_open or self._conditions > 0 or bool(old.recipe) or any(UNKNOWN in each for each in needed)
        self.targets[name] = Target((*old.prerequisites, *needed), old.recipe, is_open)
        self.default = self.default or ("" if "%" in name else name)
        self._current.append(name)


def expand(text: str, variables: dict[str, str | None], depth: int = 0) -> str:
    """The text with references replaced; one whose value is not known becomes UNKNOWN, and `$$` a dollar sign."""
    parts: list[str] = []
    place = 0
    while (dollar := text.find("$", place)) >= 0:
        parts.append(text[place:dollar])
        name, place = _reference(text, dollar + 1)
        parts.append("$" if name == "$" else _value(name, variables, depth))
    parts.append(text[place:])
    whole = "".join(parts)
    if len(whole) > _MAX_VALUE * 5:
        raise NotFollowed
    return whole


def _value(name: str, variables: dict[str, str | None], depth: int) -> str:
    value = variables.get(name)
    if value is None or depth >= _MAX_DEPTH:
        return UNKNOWN
    return expand(value, variables, depth + 1) if "$" in value and value != UNKNOWN else value


def _reference(text: str, start: int) -> tuple[str, int]:
    """The name of the variable, or the call, that starts here, and where it ends."""
    opening = text[start : start + 1]
    closing = {"(": ")", "{": "}"}.get(opening)
    if closing is None:
        return opening, start + 1
    level = 0
    for place in range(start, len(text)):
        level += (text[place] == opening) - (text[place] == closing)
        if not level:
            return text[start + 1 : place], place + 1
    raise NotFollowed
