"""Run one simple command on paper: a function, a builtin, another shell, or a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylint.diagnostics import excerpt
from policylint.shell.builtin_commands import ALSO_PROGRAMS, BASH_ONLY, BUILTINS, apply_options, run_opaque
from policylint.shell.expansion import Field, arguments_of
from policylint.shell.state import FunctionReturn, Shell, ShellExit, Unanalysable
from policylint.shell.wrappers import Unwrapped, unwrap, without_directories

if TYPE_CHECKING:
    from collections.abc import Callable

    from policylint.shell.plans import Plan
    from policylint.shell.simulation import Simulation
    from policylint.shell.vocabulary import Role

# What `set`, and so a shell, does not take as an option, and what only tells how it starts.
_OWN_OPTIONS = "cli"
_LONG_OPTIONS = ("--login", "--norc", "--noprofile")


def run_command(run: Simulation, fields: tuple[Field, ...], shell: Shell) -> int:
    """The status of a command after expansion of its words."""
    command = unwrap(fields, run.vocabulary)
    if command is None:
        return run_opaque(run, " ".join(field.text for field in fields))
    if not command.words:
        return 0
    status = _dispatch(run, command, shell)
    if command.replaces:
        raise ShellExit(status, replaced=True)
    return status


def _dispatch(run: Simulation, command: Unwrapped, shell: Shell) -> int:
    name, *arguments = command.words
    if not name.known:
        return run_opaque(run, " ".join(word.text for word in command.words))
    if not command.is_program and not command.skips_functions and name.text in shell.functions:
        return _call(run, name.text, tuple(arguments), shell)
    if name.text in BUILTINS and (not command.is_program or name.text in ALSO_PROGRAMS):
        if shell.is_posix and name.text in BASH_ONLY:
            raise Unanalysable(f"it calls `{name.text}` in `sh`, which may not know it")
        return BUILTINS[name.text](run, shell, tuple(arguments))
    environment = _environment(command, shell)
    if run.vocabulary.is_shell(name.text):
        status = _run_shell(run, name.text, tuple(arguments), Shell(shell.directory, environment))
        if status is not None:
            return status
    return run_program(run, tuple(word.text for word in command.words), shell.directory, environment)


def _environment(command: Unwrapped, shell: Shell) -> dict[str, str | None]:
    if command.clears:
        return {}
    return {**shell.environment(), **dict.fromkeys(command.changed)}


def _call(run: Simulation, name: str, arguments: tuple[Field, ...], shell: Shell) -> int:
    if not all(argument.countable for argument in arguments):
        raise Unanalysable(f"it calls its function '{name}' with arguments that cannot be told")
    outer, shell.arguments = shell.arguments, arguments_of(arguments)
    shell.calls += 1
    try:
        return run.execute(shell.functions[name], shell)
    except FunctionReturn as leave:
        return leave.status
    finally:
        shell.arguments = outer
        shell.calls -= 1


def _run_shell(run: Simulation, name: str, arguments: tuple[Field, ...], child: Shell) -> int | None:
    """The status of `bash [options] -c TEXT` and `bash [options] FILE`; None when it reads something unknown."""
    child.is_posix = is_posix(name)
    reads_text = False
    while arguments and arguments[0].known and arguments[0].text[:1] in ("-", "+"):
        option = arguments[0].text
        reads_text = reads_text or (option[:2] != "--" and "c" in option[1:])
        arguments = arguments[1:]
        if option not in _LONG_OPTIONS:
            arguments = _apply_option(child, option, arguments)
    if not arguments or not arguments[0].known:
        return None
    text = arguments[0].text if reads_text else _file(run, arguments[0].text, child)
    if text is None:
        return None
    child.arguments = arguments_of(arguments[2:] if reads_text else arguments[1:])
    return run.run_process(text, child)


def is_posix(shell: str) -> bool:
    """Whether a shell of that name may lack what bash adds."""
    return shell in ("sh", "dash")


def _apply_option(child: Shell, option: str, arguments: tuple[Field, ...]) -> tuple[Field, ...]:
    letters = option[:1] + "".join(letter for letter in option[1:] if letter not in _OWN_OPTIONS)
    if option in ("-o", "+o") or letters[-1:] == "o":
        apply_options(child, (Field(letters), *arguments[:1]))
        return arguments[1:]
    if len(letters) > 1:
        apply_options(child, (Field(letters),))
    return arguments


def _file(run: Simulation, path: str, shell: Shell) -> str | None:
    return None if shell.directory is None else run.resolver.script(path, shell.directory)


def run_program(
    run: Simulation, words: tuple[str, ...], directory: str | None, environment: dict[str, str | None]
) -> int:
    """The status of a program, by what stands behind it if that can be told, else by what its words say."""
    plan = None if directory is None else run.resolver.plan(words, directory, run.manager)
    role = run.vocabulary.role(words)
    if plan is not None:
        if run.vocabulary.is_e2e(words) and runs_something(plan):
            _note_e2e(run, words)
        return _run_named(run, role, lambda: run.run_plan(plan, environment))
    return run_leaf(run, words, role)


def run_leaf(run: Simulation, words: tuple[str, ...], role: Role) -> int:
    """The status of a program whose words are all there is to judge by."""
    text = " ".join(words)
    vocabulary = run.vocabulary
    if role is None and vocabulary.is_idle(words):
        return run.record("idle", text)
    if role == "test" or (role is None and run.assumed == "test" and not vocabulary.is_harmless(words)):
        _note_test(run, words)
    if role is not None:
        return run.record(role, text)
    if vocabulary.is_task_runner(words[0]) and run.assumed == "build":
        # What a script is called tells what it does, but not what it does besides.
        return run.record("opaque", text)
    if vocabulary.is_opaque(words):
        return run_opaque(run, text)
    if vocabulary.answers(words):
        return run.decide(text)
    if vocabulary.is_harmless(words):
        return run.record("other", text)
    if run.assumed != "test" and vocabulary.names_test([*map(without_directories, words)]):
        return run.record("opaque", text)
    return run.record(run.assumed or "program", text)


def runs_something(plan: Plan) -> bool:
    """Whether a plan is more than an exit status."""
    from policylint.shell.plans import Outcome

    return not isinstance(plan, Outcome)


def _note_e2e(run: Simulation, words: tuple[str, ...]) -> None:
    from policylint.shell.plans import E2E, Note

    run.trace.note(Note(E2E, f"runs end-to-end tests ('{excerpt(' '.join(words))}')", "", "", ""))


def _note_test(run: Simulation, words: tuple[str, ...]) -> None:
    """Note what is worth telling about a program that tests."""
    if run.vocabulary.is_e2e(words):
        _note_e2e(run, words)
    empty, watching = run.vocabulary.empty_option(words), run.vocabulary.watching(words)
    if not empty and not watching:
        return
    from policylint.shell.plans import EMPTY_TEST, Note

    text = excerpt(" ".join(words))
    option = empty or watching
    what = "passes when there are no tests" if empty else "waits for changes and never ends"
    run.trace.note(Note(EMPTY_TEST, f"{what} ('{text}')", f"leave out '{option}'", option, ""))


def _run_named(run: Simulation, role: Role, work: Callable[[], int]) -> int:
    """Run what stands behind a name. When none of its programs is known but the name says what it does, run it once
    more and take its programs for that.
    """
    if role is None:
        return work()
    mark = len(run.trace.events), len(run.trace.losses)
    outer = run.assumed
    try:
        run.assumed = None
        status = work()
        events = run.trace.events[mark[0] :]
        kinds = {event.kind for event in events}
        if not kinds.isdisjoint(("test", "build")) or kinds.isdisjoint(("opaque", "program")):
            return status
        del run.trace.events[mark[0] :], run.trace.losses[mark[1] :]
        run.assumed = role
        return work()
    finally:
        run.assumed = outer
