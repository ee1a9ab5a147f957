"""The scripts of a package.json: what a package manager's command runs, with hooks, in the right folders."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.shell.files import inside_folder, is_open, package, table, upwards
from policylint.shell.plans import ABSENT_SCRIPT, NOTHING, Choice, Command, Hidden, Note, Outcome, Plan, Script, Steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylint.shell.files import Files
    from policylint.shell.package_commands import Invocation
    from policylint.shell.vocabulary import Vocabulary

# Patterns of few repositories, compiled (and kept by `re`) when they are used.
_MAJOR = r"(\w+)@(\d+)"
_LOCKFILE_VERSION = r"lockfileVersion: '?(\d+)"
_LOCKFILE_START = 400
# A regular expression of JavaScript that means the same in Python, with room for backtracking only in short texts.
_EXPRESSION = r"(?a:/(\^?(?:[\w:-]|\((?:\?:)?[\w:-]+(?:\|[\w:-]+)*\))*(?:\.[*+])?[\w:-]*\$?)/)"
_LONGEST_TEXT = 200
# pnpm 9 writes lock files of version 9 and runs hooks; 7 and 8 write 5 and 6 and do not (measured).
_PNPM_WITH_HOOKS = 9
_FIRST_YARN_WITHOUT_HOOKS = 2


def workspace_root(files: Files, folder: str) -> str:
    """The folder around a package that says which its workspaces are; the package's own when none does."""
    for each in upwards(folder):
        if "pnpm-workspace.yaml" in files.names(each) or "workspaces" in (package(files, each) or {}):
            return each
    return folder


def is_expression(invocation: Invocation) -> bool:
    """Whether the name of a script is a regular expression, which pnpm takes between slashes."""
    name = invocation.name
    return invocation.manager == "pnpm" and len(name) > 1 and name.startswith("/") and "/" in name[1:]


def matching(scripts: Mapping[str, object], expression: str) -> list[str]:
    """The scripts that fit a regular expression, in their order; none for one that is not certain to be understood."""
    if expression in scripts:
        return [expression]
    if any(len(text) > _LONGEST_TEXT for text in (expression, *scripts)):
        return []
    read = re.fullmatch(_EXPRESSION, expression)
    return [name for name in scripts if read and re.search(read[1], name)]


def script_plan(invocation: Invocation, home: str, files: Files, vocabulary: Vocabulary) -> Plan | None:
    """What runs for the script of one package, in its folder; None when the package.json cannot be read."""
    data = package(files, home)
    if data is None:
        return None
    scripts = table(data, "scripts")
    if isinstance(scripts.get(invocation.name), str):
        return _with_hooks(invocation, scripts, home, files)
    return _without_script(invocation, scripts, home, vocabulary)


def _with_hooks(invocation: Invocation, scripts: Mapping[str, object], home: str, files: Files) -> Plan:
    name, manager = invocation.name, invocation.manager
    text = " ".join([str(scripts[name]), *map(quoted, invocation.arguments)])
    main = Script(text, home, "sh", (), (), manager)
    hooks = [scripts.get(f"{prefix}{name}") for prefix in ("pre", "post")]
    before, after = [Script(hook, home, "sh", (), (), manager) if isinstance(hook, str) else None for hook in hooks]
    whole = Steps(tuple(each for each in (before, main, after) if each is not None), keeps_going=False)
    if len(whole.plans) == 1 or "--ignore-scripts" in invocation.flags:
        return main
    runs = runs_hooks(manager, home, files)
    if runs is None:
        return Choice(f"whether this version of {manager} runs the hooks of '{name}'", whole, main)
    return whole if runs else main


def quoted(word: str) -> str:
    """An argument as part of a shell text; one that is not known stays so."""
    if is_open(word):
        return '"$__unknown__"'
    import shlex

    return shlex.quote(word)


def runs_hooks(manager: str, folder: str, files: Files) -> bool | None:
    """Whether a package manager runs `preX` and `postX` around X; None when its version is not known.

    Measured: npm 11, yarn 1.22, bun 1.4, pnpm 9 and 10 do, pnpm 7 and 8 and yarn 4 do not.
    """
    if manager not in ("yarn", "pnpm"):
        return True
    for each in upwards(folder):
        pinned = re.match(_MAJOR, str((package(files, each) or {}).get("packageManager", "")))
        if pinned and pinned[1] == manager:
            major = int(pinned[2][:4])
            return major >= _PNPM_WITH_HOOKS if manager == "pnpm" else major < _FIRST_YARN_WITHOUT_HOOKS
        told = _by_lock_file(manager, each, files)
        if told is not None:
            return told
    return None


def _by_lock_file(manager: str, folder: str, files: Files) -> bool | None:
    names = files.names(folder)
    if manager == "pnpm" and "pnpm-lock.yaml" in names:
        version = re.search(
            _LOCKFILE_VERSION, (files.text(inside_folder(folder, "pnpm-lock.yaml")) or "")[:_LOCKFILE_START]
        )
        return int(version[1][:4]) >= _PNPM_WITH_HOOKS if version else None
    if manager == "yarn" and ".yarnrc.yml" in names:
        return False
    if manager == "yarn" and "yarn.lock" in names:
        start = (files.text(inside_folder(folder, "yarn.lock")) or "")[:_LOCKFILE_START]
        return True if "yarn lockfile v1" in start else False if "__metadata:" in start else None
    return None


def _without_script(
    invocation: Invocation, scripts: Mapping[str, object], home: str, vocabulary: Vocabulary
) -> Plan | None:
    name, manager = invocation.name, invocation.manager
    if name == "start" and manager == "npm":
        # `npm start` without such a script runs server.js.
        return Hidden("npm start")
    if "--if-present" in invocation.flags or "--if-present" in invocation.arguments:
        return NOTHING
    if manager in ("npm", "pnpm") and (invocation.is_run or manager == "npm"):
        return absent(name, scripts, home)
    if "." in name or "/" in name:
        # `bun run x.ts` runs a file.
        return None
    if vocabulary.role((manager, name)) is not None or ":" in name:
        return absent(name, scripts, home)
    # yarn, pnpm and bun look for a program of that name next.
    return Command((name, *invocation.arguments), home, "")


def absent(name: str, scripts: Mapping[str, object], home: str) -> Plan:
    """The failure of a package manager that is asked for a script that the package.json of a folder does not have."""
    from policylint.suggestions import nearest

    similar, manifest = nearest(name, scripts), inside_folder(home, "package.json")
    fix = f"did you mean '{similar}'?" if similar else f"add the script '{name}' to {manifest}"
    message = f"runs the script '{name}', which {manifest} does not have"
    return Outcome(1, Note(ABSENT_SCRIPT, message, fix, name if similar else "", similar))
