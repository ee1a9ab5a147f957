"""Make-believe repositories, and the verdicts on commands in them."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping

import yaml

from policylint.shell.gate import GateVerdict, Rehearsal, Surroundings, judge_gate, notes_on
from policylint.shell.vocabulary import Vocabulary
from tests.rules.shipped import pack

VOCABULARY = Vocabulary(pack().commands)
SCRIPTS = {
    "test": "vitest run",
    "test:run": "vitest run",
    "build": "hugo",
    "ci": "npm run test:run && npm run build",
    "sloppy": "vitest run; hugo",
    "lint": "eslint .",
    "loop": "npm run loop",
    "placeholder": 'echo "Error: no test specified" && exit 1',
    "hooked": "npm run build",
    "prehooked": "vitest run",
}


class Repository:
    """Texts by path, as the simulation sees them."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def text(self, path: str) -> str | None:
        return self._texts.get(path)

    def data(self, path: str) -> object:
        text = self._texts.get(path, "")
        try:
            return json.loads(text) if path.endswith(".json") else yaml.safe_load(text)
        except (ValueError, RecursionError):
            return None

    def names(self, folder: str) -> list[str]:
        prefix = "" if folder == "." else f"{posixpath.normpath(folder)}/"
        return sorted({path.removeprefix(prefix).split("/")[0] for path in self._texts if path.startswith(prefix)})


def package(**scripts: str) -> str:
    """A package.json with these scripts; `test_run` is written `test:run`."""
    return json.dumps({"scripts": {name.replace("_", ":"): text for name, text in scripts.items()}})


FILES = {
    "package.json": json.dumps({"scripts": SCRIPTS}),
    "app/package.json": package(verify="vitest run && hugo"),
    "e2e/README": "a folder without a package.json",
}


def around(files: Mapping[str, str] = FILES, folder: str = ".", **variables: str) -> Surroundings:
    return Surroundings(VOCABULARY, Repository(files), folder, variables)


def judge(command: str, files: Mapping[str, str] = FILES, folder: str = ".", **variables: str) -> GateVerdict:
    return judge_gate(Rehearsal(command, around(files, folder, **variables)))


def outcome(command: str, files: Mapping[str, str] = FILES, folder: str = ".", **variables: str) -> str:
    return judge(command, files, folder, **variables).outcome


def notes(command: str, files: Mapping[str, str] = FILES, folder: str = ".", **variables: str) -> list[tuple[str, ...]]:
    found = notes_on(Rehearsal(command, around(files, folder, **variables)))
    return [(note.kind, note.message, note.fix) for note in found]
