"""Take the programs that only run another command, such as `timeout 60`, off the front of a command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.named_tuple import NamedTuple
from policylint.shell.expansion import Field

if TYPE_CHECKING:
    from collections.abc import Callable

    from policylint.shell.vocabulary import Vocabulary

Words = tuple[Field, ...]

# Compiled (and kept by `re`) when there is something to try them on.
_ASSIGNMENT = r"(?a:[A-Za-z_]\w*=)"
_DIRECTORIES = r"^(?:/usr/local/bin|/usr/bin|/bin|(?:\S*/)?node_modules/\.bin)/(?=[^/]+$)"
_VERSION = r"(?<=.)@[^/@]+$"
_PACKAGE_RUNNERS = {
    "npm": ("exec", "x"),
    "pnpm": ("exec", "dlx", "node"),
    "yarn": ("exec", "dlx", "node"),
    "bun": ("x",),
}


class Unwrapped(NamedTuple):
    """A command without its wrappers. `is_program` excludes builtins and functions, `skips_functions` functions only;
    with `replaces` the shell does not outlive it. Variables that a wrapper may set are `changed`, each of them when
    it `clears` the environment.
    """

    words: Words
    is_program: bool = False
    skips_functions: bool = False
    replaces: bool = False
    changed: tuple[str, ...] = ()
    clears: bool = False


def without_directories(name: str) -> str:
    """A program's name without the folder that programs of that name are started from."""
    return re.sub(_DIRECTORIES, "", name) if "/" in name else name


def _is_assignment(word: Field) -> bool:
    return "=" in word.text and re.match(_ASSIGNMENT, word.text) is not None


def unwrap(words: Words, vocabulary: Vocabulary) -> Unwrapped | None:
    """The innermost command; None when an option of a wrapper is not known. The words may come out empty."""
    command = Unwrapped(words)
    while command.words and command.words[0].known:
        name = without_directories(command.words[0].text)
        if name != command.words[0].text:
            command = command._replace(words=(command.words[0]._replace(text=name), *command.words[1:]))
        if not _is_wrapper(command.words):
            behind = _behind_listed(command.words, vocabulary)
            if behind is None:
                break
            # Most of them set variables, from files or from elsewhere.
            command = command._replace(words=behind, is_program=True, clears=True)
            continue
        inner = _WRAPPERS[name](command.words[1:])
        if inner is None:
            return None
        command = Unwrapped(
            inner,
            is_program=command.is_program or name not in _IN_SHELL,
            skips_functions=command.skips_functions or name in ("command", "builtin"),
            replaces=command.replaces or name == "exec",
            changed=(*command.changed, *_assigned(command.words)),
            clears=command.clears or name in _CLEARING or _clears(name, command.words[1]),
        )
    return command


def _behind_listed(words: Words, vocabulary: Vocabulary) -> Words | None:
    """The command behind a wrapper of the table; None for anything else, and at an option that is not known."""
    texts = [word.text for word in words]
    wrapper = vocabulary.wrapper(texts)
    if wrapper is None or vocabulary.role(texts) is not None:
        return None
    return _after_options(words[wrapper.length :], wrapper.flags, wrapper.valued) or None


def _assigned(words: Words) -> list[str]:
    """The names in the assignments of `env`, `cross-env` and the like."""
    return [word.text.partition("=")[0] for word in words if _is_assignment(word)]


def _clears(name: str, option: Field) -> bool:
    """Whether `env` is given an option, of which most take variables away."""
    return name == "env" and option.text.startswith("-")


def _is_wrapper(words: Words) -> bool:
    name = words[0].text
    if name in _PACKAGE_RUNNERS:
        return len(words) > 1 and words[1].text in _PACKAGE_RUNNERS[name]
    if name == "command":
        return len(words) > 1 and words[1].text not in ("-v", "-V")
    return name in _WRAPPERS and len(words) > 1


def _after_options(words: Words, flags: frozenset[str], valued: frozenset[str] = frozenset()) -> Words | None:
    """The words after the options; None at an option that is neither a flag nor takes a value."""
    while words and words[0].text.startswith("-"):
        option, has_value, _ = words[0].text.partition("=")
        if option == "--":
            return words[1:]
        if option in flags or (has_value and option in valued):
            words = words[1:]
        elif option in valued:
            words = words[2:]
        elif option[1:2] != "-" and option[:2] in valued:
            # `-oL` is `-o L`.
            words = words[1:]
        else:
            return None
    return words


def _after(flags: str = "", valued: str = "") -> Callable[[Words], Words | None]:
    flag_names, valued_names = frozenset(flags.split()), frozenset(valued.split())
    return lambda words: _after_options(words, flag_names, valued_names)


def _after_assignments(words: Words) -> Words:
    while words and _is_assignment(words[0]):
        words = words[1:]
    return words


def _env(words: Words) -> Words | None:
    rest = _after_options(words, frozenset(["-i", "-", "--ignore-environment"]), frozenset(["-u", "--unset"]))
    return None if rest is None else _after_assignments(rest)


def _timeout(words: Words) -> Words | None:
    flags = frozenset(["--preserve-status", "--foreground", "-v", "--verbose"])
    rest = _after_options(words, flags, frozenset(["-k", "--kill-after", "-s", "--signal"]))
    return None if rest is None else rest[1:]


def _dotenv(words: Words) -> Words | None:
    texts = [word.text for word in words]
    return words[texts.index("--") + 1 :] if "--" in texts else None


def _shell_text(words: Words) -> Words:
    """A wrapper that hands one string to a shell."""
    return (Field("sh"), Field("-c"), *words)


def _cross_env_shell(words: Words) -> Words:
    return _shell_text(_after_assignments(words)[:1])


def _npx(words: Words) -> Words | None:
    if len(words) > 1 and words[0].text in ("-c", "--call"):
        return _shell_text(words[1:2])
    flags = frozenset(["-y", "--yes", "-q", "--quiet", "--no", "--no-install", "--bun", "--silent"])
    rest = _after_options(words, flags, frozenset(["-p", "--package"]))
    if not rest:
        return None
    return (rest[0]._replace(text=re.sub(_VERSION, "", rest[0].text)), *rest[1:])


def _package_runner(words: Words) -> Words | None:
    return words if words[0].text == "node" else _npx(words[1:])


# They start programs with an environment of their own, or with one from a file.
_CLEARING = ("sudo", "dotenv")
# `time`, `command`, `builtin` and `exec` are the shell's own, so what they run may still be a builtin.
_IN_SHELL = ("time", "command", "builtin", "exec")
_WRAPPERS: dict[str, Callable[[Words], Words | None]] = {
    "time": _after("-p"),
    "command": _after("-p"),
    "builtin": _after(),
    "exec": _after("-c -l", "-a"),
    "nohup": _after(),
    "setsid": _after("-w --wait"),
    "nice": _after("", "-n --adjustment"),
    "timeout": _timeout,
    "env": _env,
    "cross-env": _after_assignments,
    "cross-env-shell": _cross_env_shell,
    "dotenv": _dotenv,
    "xvfb-run": _after("-a --auto-servernum", "-s --server-args"),
    "corepack": _after(),
    "sudo": _after("-E -n -H --preserve-env", "-u --user"),
    "npx": _npx,
    "bunx": _npx,
    "npm": _package_runner,
    "pnpm": _package_runner,
    "yarn": _package_runner,
    "bun": _package_runner,
}
