"""What a command line of npm, yarn, pnpm or bun runs: a script here, in other packages, or a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.shell.files import is_open, joined, package, package_folder, table
from policylint.shell.package_commands import Invocation, read
from policylint.shell.package_scripts import is_expression, matching, runs_hooks, script_plan, workspace_root
from policylint.shell.plans import ABSENT_SCRIPT, Choice, Command, Graph, Hidden, Note, Outcome, Plan, Steps, Task

if TYPE_CHECKING:
    from policylint.shell.files import Files
    from policylint.shell.vocabulary import Vocabulary


def plan(words: tuple[str, ...], directory: str, files: Files, vocabulary: Vocabulary) -> Plan | None:
    """What a command line of a package manager runs; None when it runs no script that can be looked up."""
    invocation = read(words, vocabulary)
    folder = _start(invocation, directory)
    text = " ".join(words)
    if invocation.is_program:
        return _program_plan(invocation, folder, text)
    if not invocation.name:
        return Hidden(text) if invocation.is_unclear else None
    if is_expression(invocation):
        return (None if folder is None else _expression_plan(invocation, folder, files, vocabulary)) or Hidden(text)
    if invocation.is_unclear or folder is None or is_open(invocation.name):
        return Hidden(text)
    if invocation.chooses_workspaces:
        from policylint.shell.workspaces import plan_in_workspaces

        return plan_in_workspaces(invocation, folder, text, files, vocabulary)
    home = package_folder(files, folder)
    if home is not None and not {"-w", "--workspace-root"}.isdisjoint(invocation.flags):
        home = workspace_root(files, home)
    if home is not None and _may_be_of_another(invocation, home, files):
        from policylint.shell.workspaces import plan_of_any

        return plan_of_any(invocation, home, text, files, vocabulary)
    return None if home is None else script_plan(invocation, home, files, vocabulary)


def _expression_plan(invocation: Invocation, folder: str, files: Files, vocabulary: Vocabulary) -> Plan | None:
    """The scripts that fit a regular expression, side by side unless `--sequential` is given (pnpm.io/cli/run); None
    where it cannot be told which they are, or whether their failure counts.
    """
    home = package_folder(files, folder)
    if home is None or invocation.is_unclear or invocation.chooses_workspaces or "--no-bail" in invocation.flags:
        return None
    names = matching(table(package(files, home) or {}, "scripts"), invocation.name)
    found = {name: script_plan(invocation._replace(name=name), home, files, vocabulary) for name in names}
    plans = {name: plan for name, plan in found.items() if plan is not None}
    if not plans:
        return None
    if "--sequential" not in invocation.flags:
        return Graph(tuple(Task(plan, ()) for plan in plans.values()), keeps_going=False)
    # Versions differ: in the order of package.json, or by name.
    written = Steps(tuple(plans.values()), keeps_going=False)
    by_name = Steps(tuple(plans[name] for name in sorted(plans)), keeps_going=False)
    question = f"in which order this version of pnpm runs '{invocation.name}'"
    return written if written == by_name else Choice(question, by_name, written)


def _may_be_of_another(invocation: Invocation, home: str, files: Files) -> bool:
    """Whether yarn looks for a script in other packages: from version 2 on, for a name with a colon."""
    if invocation.manager != "yarn" or ":" not in invocation.name:
        return False
    has_script = invocation.name in table(package(files, home) or {}, "scripts")
    return not has_script and runs_hooks("yarn", home, files) is not True


def _start(invocation: Invocation, directory: str) -> str | None:
    folder: str | None = directory
    for each in invocation.folders:
        folder = joined(folder, each) if folder is not None else None
    return folder


def _program_plan(invocation: Invocation, folder: str | None, text: str) -> Plan:
    if folder is None or invocation.chooses_workspaces or not invocation.arguments:
        return Hidden(text)
    return Command(invocation.arguments, folder, "")


def not_a_command(words: tuple[str, ...], directory: str, files: Files, vocabulary: Vocabulary) -> Plan | None:
    """What npm makes of a word that is no command of its own: `Unknown command: "test:run"`, with status 1."""
    invocation = read(words, vocabulary)
    command = next((word for word in words[1:] if not word.startswith("-")), "")
    if invocation.manager != "npm" or invocation.name or invocation.is_program or invocation.folders:
        return None
    if not command or vocabulary.is_package_command("npm", command) or is_open(command):
        return None
    home = package_folder(files, directory)
    scripts = table(package(files, home) or {}, "scripts") if home is not None else {}
    if ":" not in command and command not in scripts:
        return None
    message = f"runs 'npm {command}', which is no command of npm"
    right = f"npm run {command}"
    return Outcome(1, Note(ABSENT_SCRIPT, message, f"write '{right}'", f"npm {command}", right))
