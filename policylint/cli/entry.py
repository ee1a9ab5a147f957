"""From arguments to an exit code: plain checks directly, everything else through click, every failure explained."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from policylint.cli import exit_codes, options
from policylint.errors import DefinitionError, NothingToCheck, PolicylintError, UsageError

if TYPE_CHECKING:
    from policylint.errors import DefinitionFault

_DEEPEST_CAUSE = 20
BUG_ADDRESS = "https://github.com/policylint/policylint/issues"


def run(arguments: list[str]) -> int:
    """Run a command; whatever goes wrong becomes a message on standard error and an exit code."""
    _prepare_output()
    try:
        code = _dispatch(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        _say("interrupted")
        return exit_codes.INTERRUPTED
    except BrokenPipeError:
        # The reader has gone (`| head`): not our failure, and nobody is left to tell.
        _drop_output()
        return exit_codes.ERROR
    except NothingToCheck as nothing:
        _say(str(nothing))
        return exit_codes.NOTHING_TO_CHECK
    except DefinitionError as error:
        _say_faults(error)
        return exit_codes.ERROR
    except PolicylintError as error:
        _say(f"error: {error}")
        if isinstance(error, UsageError) and error.see:
            _say(error.see)
        return exit_codes.ERROR
    except OSError as error:
        # A full disk, a folder that was deleted under us: the machine's failure, and what was not written stays so.
        _drop_output()
        place = f"{error.filename}: " if isinstance(error.filename, str) else ""
        _say(f"error: {place}{(error.strerror or str(error)).lower()}")
        return exit_codes.ERROR
    except MemoryError:
        _say("error: not enough memory; check fewer files at once")
        return exit_codes.ERROR
    except Exception as error:
        if _is_interruption(error):
            _say("interrupted")
            return exit_codes.INTERRUPTED
        return _report_bug()
    return code


def _is_interruption(error: BaseException) -> bool:
    """Whether a Ctrl-C lies behind an error: libraries that are being imported may turn it into one of their own."""
    cause: BaseException | None = error
    for _ in range(_DEEPEST_CAUSE):
        if cause is None or isinstance(cause, KeyboardInterrupt):
            break
        cause = cause.__cause__ or cause.__context__
    return isinstance(cause, KeyboardInterrupt)


def _dispatch(arguments: list[str]) -> int:
    plain = options.read_plain(arguments)
    if plain is not None:
        from policylint.cli import check

        return check.run(plain, os.environ)
    from policylint.cli.commands import invoke

    return invoke(arguments)


def _prepare_output() -> None:
    """File names and texts may hold what a terminal's encoding does not have: write it out instead of failing.

    A stream that was closed before we started (`>&-`) takes anything.
    """
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as long as the process
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Send what is still in the buffer nowhere, so that the exit does not fail on it again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(message: str) -> None:
    from policylint.reporters.escaping import visible

    sys.stderr.write(f"policylint: {visible(message)}\n")


def _say_faults(error: DefinitionError) -> None:
    for fault in error.faults:
        sys.stderr.write(_definition_fault(fault))
    if error.left_out:
        _say(f"error: {error.left_out} more mistakes are left out")


def _definition_fault(fault: DefinitionFault) -> str:
    from policylint.reporters.escaping import cells, visible

    number = str(fault.line)
    lines = [
        f"error: {visible(fault.message)}",
        f"{' ' * len(number)}--> {visible(fault.path)}:{number}:{fault.column}",
    ]
    if fault.source_line:
        shown = fault.source_line[:160]
        indent = " " * cells(shown[: fault.column - 1])
        lines += [f"{' ' * len(number)} |", f"{number} | {visible(shown)}", f"{' ' * len(number)} | {indent}^"]
    if fault.hint:
        lines.append(f"{' ' * len(number)} = {visible(fault.hint)}")
    return "\n".join(lines) + "\n\n"


def _report_bug() -> int:
    import traceback

    from policylint import __version__
    from policylint.reporters.escaping import inert, visible

    sys.stderr.writelines(f"{inert(visible(line))}\n" for line in traceback.format_exc().split("\n") if line)
    _say(f"this is a bug in policylint {__version__}; please report it with the lines above: {BUG_ADDRESS}")
    return exit_codes.ERROR
