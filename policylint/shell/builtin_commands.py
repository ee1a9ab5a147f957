"""The builtins of bash that change the shell or decide its exit status."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from policylint.shell.conditions import evaluate, is_number
from policylint.shell.expansion import Field, arguments_of
from policylint.shell.state import FunctionReturn, LoopJump, Shell, ShellExit, Unanalysable

if TYPE_CHECKING:
    from collections.abc import Callable

    from policylint.shell.simulation import Simulation

    Fields = tuple[Field, ...]
    Builtin = Callable[[Simulation, Shell, Fields], int]

_NOT_FOUND = 127
_STATUSES = 256
_SET_LETTERS = frozenset("abefhkmnptuvxBCEHPTo")
_SET_NAMES = frozenset(
    [
        "allexport",
        "braceexpand",
        "emacs",
        "errexit",
        "errtrace",
        "functrace",
        "hashall",
        "histexpand",
        "history",
        "ignoreeof",
        "interactive-comments",
        "keyword",
        "monitor",
        "noclobber",
        "noexec",
        "noglob",
        "nolog",
        "notify",
        "nounset",
        "onecmd",
        "physical",
        "pipefail",
        "posix",
        "privileged",
        "verbose",
        "vi",
        "xtrace",
    ]
)
# Options that change which commands run at all, or in which process.
_UNSUPPORTED_SET_NAMES = frozenset(["noexec", "onecmd", "posix", "keyword"])
_UNSUPPORTED_SET_LETTERS = frozenset("ntk")
_UNSUPPORTED_SHOPT = frozenset(["lastpipe", "expand_aliases", "extglob"])
_TRAPS = {"EXIT": "EXIT", "0": "EXIT", "ERR": "ERR"}
_UNSUPPORTED_TRAPS = frozenset(["DEBUG", "RETURN"])


def run_opaque(run: Simulation, text: str) -> int:
    """Note a command that may hide anything; it counts as the test or build whose script it is."""
    return run.record(run.assumed or "opaque", text)


def _written(name: str, arguments: Fields) -> str:
    return " ".join([name, *(argument.text for argument in arguments)])


def _true(_run: Simulation, _shell: Shell, _arguments: Fields) -> int:
    return 0


def _false(_run: Simulation, _shell: Shell, _arguments: Fields) -> int:
    return 1


def _status(run: Simulation, shell: Shell, arguments: Fields, name: str) -> int:
    """The status that `exit` or `return` is given."""
    if not arguments:
        return shell.status
    if not arguments[0].known:
        return 0 if run.trace.ask(f"{name} {arguments[0].text}") else 1
    if len(arguments) > 1 or not is_number(arguments[0].text):
        raise Unanalysable(f"it calls `{name}` with something other than one number")
    return int(arguments[0].text) % _STATUSES


def _exit(run: Simulation, shell: Shell, arguments: Fields) -> int:
    raise ShellExit(_status(run, shell, arguments, "exit"))


def _return(run: Simulation, shell: Shell, arguments: Fields) -> int:
    if not shell.calls:
        raise Unanalysable("it calls `return` outside a function")
    raise FunctionReturn(_status(run, shell, arguments, "return"))


def _jump(shell: Shell, arguments: Fields, *, goes_on: bool) -> int:
    if not shell.loops:
        return 0
    levels = arguments[0] if arguments else Field("1")
    if not levels.known or not is_number(levels.text) or int(levels.text) < 1:
        raise Unanalysable("it leaves a loop in an unusual way")
    raise LoopJump(min(int(levels.text), shell.loops), goes_on=goes_on)


def _break(_run: Simulation, shell: Shell, arguments: Fields) -> int:
    return _jump(shell, arguments, goes_on=False)


def _continue(_run: Simulation, shell: Shell, arguments: Fields) -> int:
    return _jump(shell, arguments, goes_on=True)


def _cd(_run: Simulation, shell: Shell, arguments: Fields) -> int:
    operands = [argument for argument in arguments if argument.text not in ("-P", "-L", "--")]
    target = operands[0] if len(operands) == 1 else Field("", known=False)
    shell.directory = _resolved(shell.directory, target)
    return 0


def _resolved(directory: str | None, target: Field) -> str | None:
    if directory is None or not target.known or target.text.startswith(("/", "-")) or not target.text:
        return None
    return posixpath.normpath(posixpath.join(directory, target.text))


def _pushd(run: Simulation, shell: Shell, arguments: Fields) -> int:
    shell.directories.append(shell.directory)
    return _cd(run, shell, arguments)


def _popd(_run: Simulation, shell: Shell, _arguments: Fields) -> int:
    shell.directory = shell.directories.pop() if shell.directories else None
    return 0


def _set(_run: Simulation, shell: Shell, arguments: Fields) -> int:
    apply_options(shell, arguments)
    return 0


def apply_options(shell: Shell, arguments: Fields) -> Fields:
    """Read options as `set` does and return what is left; raises Unanalysable for those that change too much."""
    while arguments and arguments[0].text[:1] in ("-", "+"):
        option = arguments[0].text
        if option == "--":
            shell.arguments = arguments_of(arguments[1:])
            return ()
        arguments = _apply_option(shell, option, arguments[1:])
    if arguments:
        if not all(argument.known for argument in arguments):
            raise Unanalysable("it sets shell options from a variable")
        shell.arguments = arguments_of(arguments)
    return ()


def _apply_option(shell: Shell, option: str, rest: Fields) -> Fields:
    is_on = option[0] == "-"
    letters = set(option[1:])
    if not letters <= _SET_LETTERS or letters & _UNSUPPORTED_SET_LETTERS:
        raise Unanalysable(f"it uses `set {option}`")
    if "e" in letters:
        shell.errexit = is_on
    if "E" in letters:
        shell.errtrace = is_on
    if "u" in letters:
        shell.nounset = is_on
    if "o" in letters and rest:
        _apply_named_option(shell, rest[0], is_on=is_on)
        return rest[1:]
    return rest


def _apply_named_option(shell: Shell, name: Field, *, is_on: bool) -> None:
    if not name.known or name.text not in _SET_NAMES or name.text in _UNSUPPORTED_SET_NAMES:
        raise Unanalysable(f"it uses `set -o {name.text}`")
    if name.text == "errexit":
        shell.errexit = is_on
    elif name.text == "pipefail" and shell.is_posix:
        raise Unanalysable("it sets `pipefail` in `sh`, which may not know it")
    elif name.text == "pipefail":
        shell.pipefail = is_on
    elif name.text == "errtrace":
        shell.errtrace = is_on
    elif name.text == "nounset":
        shell.nounset = is_on


def _shopt(_run: Simulation, shell: Shell, arguments: Fields) -> int:
    names = {argument.text for argument in arguments}
    if not all(argument.known for argument in arguments) or names & _UNSUPPORTED_SHOPT or "-o" in names:
        raise Unanalysable("it changes how the shell reads commands (`shopt`)")
    if "inherit_errexit" in names:
        shell.inherit_errexit = "-s" in names
    return 0


def _unsupported(_run: Simulation, _shell: Shell, _arguments: Fields) -> int:
    raise Unanalysable("it replaces builtins of the shell")


def _eval(run: Simulation, shell: Shell, arguments: Fields) -> int:
    if not all(argument.known for argument in arguments):
        shell.variables.clear()
        return run_opaque(run, _written("eval", arguments))
    return run.run_text(" ".join(argument.text for argument in arguments), shell)


def _source(run: Simulation, shell: Shell, arguments: Fields) -> int:
    text = _sourced_text(run, shell, arguments)
    if text is None:
        shell.variables.clear()
        return run_opaque(run, _written("source", arguments))
    outer = shell.arguments
    if len(arguments) > 1:
        shell.arguments = arguments_of(arguments[1:])
    shell.calls += 1
    try:
        return run.run_text(text, shell)
    except FunctionReturn as leave:
        return leave.status
    finally:
        shell.arguments = outer
        shell.calls -= 1


def _sourced_text(run: Simulation, shell: Shell, arguments: Fields) -> str | None:
    """The text of a file of the repository; a bare name would be looked for in the PATH first."""
    if not arguments or not arguments[0].known or "/" not in arguments[0].text or shell.directory is None:
        return None
    return run.resolver.script(arguments[0].text, shell.directory)


def _trap(_run: Simulation, shell: Shell, arguments: Fields) -> int:
    if arguments and arguments[0].text == "--":
        arguments = arguments[1:]
    if not arguments or arguments[0].text in ("-p", "-l"):
        return 0
    action, *signals = arguments
    if not all(argument.known for argument in arguments) or not signals:
        raise Unanalysable("it sets a trap from a variable")
    for signal in signals:
        _set_trap(shell, action.text, signal.text.upper().removeprefix("SIG"))
    return 0


def _set_trap(shell: Shell, action: str, signal: str) -> None:
    if signal in _UNSUPPORTED_TRAPS:
        raise Unanalysable(f"it sets a {signal} trap")
    name = _TRAPS.get(signal)
    if name is None:
        return
    if name == "ERR" and shell.is_posix:
        raise Unanalysable("it sets an ERR trap in `sh`, which may not know it")
    if action in ("-", ""):
        shell.traps.pop(name, None)
    else:
        shell.traps[name] = action


def _wait(_run: Simulation, shell: Shell, arguments: Fields) -> int:
    if not arguments:
        shell.jobs.clear()
        return 0
    names_jobs = all(argument.known and argument.text.isdecimal() for argument in arguments)
    if not names_jobs and len(set(shell.jobs.values())) == 1:
        return next(iter(shell.jobs.values()))
    if not names_jobs:
        raise Unanalysable("it waits for a job that cannot be told")
    return shell.jobs.get(arguments[-1].text, _NOT_FOUND)


def _test(run: Simulation, shell: Shell, arguments: Fields) -> int:
    _check_posix(shell, arguments)
    return run.decide(_written("test", arguments), evaluate(arguments))


def _check_posix(shell: Shell, arguments: Fields) -> None:
    if shell.is_posix and any(argument.text == "==" for argument in arguments):
        raise Unanalysable("it compares with `==`, which `sh` may not know")


def _bracket(run: Simulation, shell: Shell, arguments: Fields) -> int:
    _check_posix(shell, arguments)
    return run.decide(_written("[", arguments), evaluate(arguments[:-1]))


def _unset(_run: Simulation, shell: Shell, arguments: Fields) -> int:
    for argument in arguments:
        shell.functions.pop(argument.text, None)
        shell.variables.pop(argument.text, None)
    return 0


def _forget(_run: Simulation, shell: Shell, arguments: Fields) -> int:
    """`read X`, `printf -v X`: every name among the arguments may get a new value."""
    for argument in arguments:
        shell.variables.pop(argument.text, None)
    return 0


def _shift(_run: Simulation, shell: Shell, arguments: Fields) -> int:
    if arguments:
        raise Unanalysable("it shifts its arguments by a number")
    shell.arguments = shell.arguments[1:]
    return 0


BUILTINS: dict[str, Builtin] = {
    ":": _true,
    "true": _true,
    "false": _false,
    "exit": _exit,
    "return": _return,
    "break": _break,
    "continue": _continue,
    "cd": _cd,
    "pushd": _pushd,
    "popd": _popd,
    "set": _set,
    "shopt": _shopt,
    "enable": _unsupported,
    "eval": _eval,
    "source": _source,
    ".": _source,
    "trap": _trap,
    "wait": _wait,
    "test": _test,
    "[": _bracket,
    "unset": _unset,
    "read": _forget,
    "mapfile": _forget,
    "readarray": _forget,
    "printf": _forget,
    "shift": _shift,
}

# `sh` may be a shell that has none of these, or other options for them.
BASH_ONLY = frozenset(["source", "pushd", "popd", "shopt", "enable", "mapfile", "readarray", "builtin"])
# The builtins that also exist as programs, so that `timeout 9 true` works.
ALSO_PROGRAMS = frozenset(["true", "false", "test", "[", "printf"])
