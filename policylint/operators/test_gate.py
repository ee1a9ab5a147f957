"""test_gate: a shell command stops when the tests fail, before it builds anything."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Literal, TypedDict, cast

from policylint.filetree import inside
from policylint.operators.operator import Failure, folder_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policylint.operators.operator import Scope, Value
    from policylint.project import Project
    from policylint.shell.gate import GateVerdict

NEEDS_PROJECT = True
SUBJECT = "document"

_PACKAGE_FILE = "package.json"


class _Place(TypedDict, total=False):
    """`folder` is a template for the folder that the command runs in; the document's base when it is empty."""

    folder: str


class Options(_Place):
    """`is_not`: the outcome that the rule refuses, one of those of `policylint.shell.gate`."""

    is_not: Literal["missing", "unenforced", "late", "unknown"]


def check(value: Value, options: Options, scope: Scope) -> Iterator[Failure]:
    """Simulates the command under failing tests; scripts of the package.json in its folder are followed."""
    project = cast("Project", scope.project)
    command = value.text
    folder = folder_in(options.get("folder", ""), scope) or "."
    verdict = project.remember(("test_gate", command, folder), lambda: _verdict(command, folder, project))
    if verdict.outcome == options["is_not"]:
        yield Failure(verdict.reason)


def _verdict(command: str, folder: str, project: Project) -> GateVerdict:
    from policylint.shell.gate import judge_gate

    def resolve(words: tuple[str, ...], directory: str) -> str | None:
        from policylint.shell.package_scripts import script_text

        return script_text(words, _scripts(posixpath.normpath(posixpath.join(folder, directory)), project))

    return judge_gate(command, project.vocabulary.role, resolve)


def _scripts(folder: str, project: Project) -> Mapping[str, object]:
    path = inside("", posixpath.join(folder, _PACKAGE_FILE))
    document = project.document(path) if path else None
    data = document.data if document else None
    scripts = data.get("scripts") if isinstance(data, dict) else None
    return scripts if isinstance(scripts, dict) else {}
