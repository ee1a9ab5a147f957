"""Rewrite a command so that failing tests stop it; every rewriting is judged again before it is offered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.named_tuple import NamedTuple
from policylint.shell.files import package, package_folder, table
from policylint.shell.outcomes import Rehearsal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylint.shell.outcomes import Surroundings

MAX_LENGTH = 1_000
_MAX_PARTS = 20
_PIECE = re.compile(r"'[^']*'|\"(?:[^\"\\$`]|\\.|\$\w+)*\"|\\.|\|\||&&|[;\n|&]|[^'\"\\|&;\n]+", re.DOTALL)
_SEPARATORS = ("&&", "||", ";", "\n", "|")
# What only says that a failure does not matter.
_SHRUGS = ("true", ":", "exit 0")
_COMPOUND = re.compile(r"[(){}`#!]|\$\(|<<|\b(?:if|for|while|until|case|function|do|then|trap|set|exit|wait)\b")
_RUN = {"npm": "npm run {}", "yarn": "yarn {}", "pnpm": "pnpm {}", "bun": "bun run {}"}


class _Part(NamedTuple):
    """A simple command or pipeline element, with the operator in front of it (empty for the first)."""

    operator: str
    text: str


def remedy(rehearsal: Rehearsal) -> str:
    """A command that is strict and builds the same as this one; empty when none was found."""
    command, around = rehearsal.command, rehearsal.around
    if len(command) > MAX_LENGTH or not command.strip():
        return ""
    builds = _built(rehearsal)
    if builds is None:
        return ""
    candidates = _with_tests(command, around) if rehearsal.verdict.outcome == "missing" else _rewritten(command, around)
    for candidate in candidates:
        tried = Rehearsal(candidate, around)
        if tried.verdict.outcome == "strict" and _built(tried) == builds:
            return candidate
    return ""


def _built(rehearsal: Rehearsal) -> set[frozenset[str]] | None:
    """What a command builds when the tests pass, on each way through; None when it is not known or always stops."""
    runs = rehearsal.passing
    if all(run.stopped for run in runs) or any(run.verdict.outcome == "unknown" for run in runs):
        return None
    return {frozenset(event.text for event in run.trace.events if event.kind == "build") for run in runs}


def _with_tests(command: str, around: Surroundings) -> Iterator[str]:
    """The command behind a script of the package.json that runs the tests, by the command's own package manager."""
    home = package_folder(around.files, around.folder)
    scripts = table((package(around.files, home) if home is not None else None) or {}, "scripts")
    manager = next((word for word in command.split() if word in _RUN), "npm")
    for name in around.vocabulary.test_scripts:
        text = scripts.get(name)
        if isinstance(text, str) and _is_real(text, around):
            call = _RUN[manager].format(name)
            yield from _before_build(call, command, around)
            yield f"{call} && {command.strip()}"


def _before_build(call: str, command: str, around: Surroundings) -> Iterator[str]:
    """The call in front of the first command that builds, behind an installation, say."""
    parts = _parts(command.strip())
    if parts is not None and all(part.operator in ("", "&&") for part in parts):
        texts = [part.text for part in parts]
        first = _first_build(texts, around)
        if first:
            yield " && ".join([*texts[:first], call, *texts[first:]])


def _is_real(script: str, around: Surroundings) -> bool:
    words = script.split()
    return bool(words) and not around.vocabulary.is_placeholder(script) and not around.vocabulary.watching(words)


def _rewritten(command: str, around: Surroundings) -> Iterator[str]:
    text = command.strip()
    parts = _parts(text)
    if parts is not None:
        kept = _without_shrugs(parts)
        yield _joined(kept, text)
        yield _with_pipefail(_joined(kept, text), text)
        yield from _tests_first(kept, around)
    first = "set -eo pipefail" if parts is None or any(part.operator == "|" for part in parts) else "set -e"
    if "\n" in text:
        yield f"{first}\n{text}"


def _parts(text: str) -> list[_Part] | None:
    """The commands of a list without other constructs; None for anything else."""
    parts = [_Part("", "")]
    place = 0
    while place < len(text):
        piece = _PIECE.match(text, place)
        if piece is None or piece[0] == "&":
            return None
        place = piece.end()
        if piece[0] in _SEPARATORS:
            parts.append(_Part(piece[0], ""))
        else:
            parts[-1] = _Part(parts[-1].operator, parts[-1].text + piece[0])
    found = [_Part(part.operator, part.text.strip()) for part in parts]
    found = [part for part in found if part.text or part.operator not in (";", "\n")]
    is_plain = all(part.text in _SHRUGS or (part.text and not _COMPOUND.search(part.text)) for part in found)
    return found if is_plain and 1 < len(found) <= _MAX_PARTS else None


def _without_shrugs(parts: list[_Part]) -> list[_Part]:
    return [part for part in parts if part.operator != "||" or part.text not in _SHRUGS]


def _joined(parts: list[_Part], text: str) -> str:
    """The parts joined by `&&`; several lines stay lines below `set -e`."""
    if "\n" in text:
        glue = {";": "; ", "\n": "\n"}
        return (
            "set -e\n"
            + "".join(f"{glue.get(part.operator, f' {part.operator} ')}{part.text}" for part in parts).strip()
        )
    written = ["&&" if part.operator == ";" else part.operator for part in parts]
    return " ".join(f"{operator} {part.text}".strip() for operator, part in zip(written, parts, strict=True))


def _with_pipefail(joined: str, text: str) -> str:
    if "\n" in text:
        return joined.replace("set -e\n", "set -eo pipefail\n", 1)
    return f"set -o pipefail; {joined}"


def _tests_first(parts: list[_Part], around: Surroundings) -> Iterator[str]:
    """`B && A` as `A && B`: the commands that test in front of the first that builds."""
    if any(part.operator in ("||", "|") for part in parts):
        return
    texts = [part.text for part in parts]
    if any(text.split()[0] in ("cd", "export", "pushd", "popd") for text in texts) or any(
        "=" in text.split()[0] for text in texts
    ):
        return
    tests = [text for text in texts if Rehearsal(text, around).verdict.outcome == "strict"]
    first = _first_build(texts, around)
    if first is not None and tests:
        before = [text for text in texts[:first] if text not in tests]
        after = [text for text in texts[first:] if text not in tests]
        yield " && ".join([*before, *tests, *after])


def _first_build(texts: list[str], around: Surroundings) -> int | None:
    """The place of the first of the commands that builds something."""
    return next((place for place, text in enumerate(texts) if any(_built(Rehearsal(text, around)) or ())), None)
