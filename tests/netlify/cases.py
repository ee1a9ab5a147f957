"""Texts of netlify.toml that are wrong, with what is said of them, and texts that are right."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from policylint import engine
from policylint.diagnostics import Diagnostic
from policylint.filetree import MemoryTree
from policylint.settings import Settings
from tests.rules.shipped import pack

_FOLDER = Path(__file__).parent

# Whether the tests run before the build, and in which version a plugin comes, is no matter of the file's form.
APART = {
    "netlify/context-drops-test-gate",
    "netlify/late-test-gate",
    "netlify/missing-test-gate",
    "netlify/unenforced-test-gate",
    "netlify/unknown-test-gate",
    "netlify/unpinned-plugin",
}


class Case(NamedTuple):
    """A text with the lines that are expected of it, or the reason why nothing is said."""

    title: str
    toml: str
    expect: tuple[str, ...] = ()
    silent: str = ""


@cache
def faults() -> list[Case]:
    return _cases("faults")


@cache
def benign() -> list[Case]:
    return _cases("benign")


def _cases(name: str) -> list[Case]:
    raw = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))[name]
    return [Case(**{**each, "expect": tuple(each.get("expect", ()))}) for each in raw]


def diagnostics(toml: str) -> list[Diagnostic]:
    """What the rules about netlify.toml and about documents say, some aside."""
    settings = Settings(select=["netlify", "documents"])
    report = engine.check(MemoryTree({"netlify.toml": toml}), pack(), settings)
    return [each for each in report.diagnostics if each.rule not in APART]


def line(found: Diagnostic) -> str:
    start = found.span.start
    return f"{start.line}:{start.column}: {found.severity.label}[{found.rule}] {found.message}"
