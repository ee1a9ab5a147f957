"""Coverage-guided fuzzing with atheris: `python fuzz/fuzz.py TARGET [libFuzzer options]`; `make fuzz` runs all targets.

A target is given any bytes and must not raise: faults of a text are values, never exceptions. What is found becomes a
test.
"""

from __future__ import annotations

import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import atheris

with atheris.instrument_imports(include=["policylint"]):
    from policylint import documents, engine, evidence, suppression
    from policylint.definitions.rule_compilation import read_rule
    from policylint.diagnostics import FILE_START, Diagnostic, Report, Severity
    from policylint.documents.document import Limits
    from policylint.documents.source import Source
    from policylint.filetree import MemoryTree
    from policylint.identifiers import Grammar
    from policylint.reporters import RENDERERS, View, render
    from policylint.settings import Settings
    from policylint.shell.files import NoFiles
    from policylint.shell.gate import Rehearsal, Surroundings, judge_gate, notes_on
    from policylint.shell.vocabulary import Vocabulary
    from policylint.workspace import open_workspace, rule_files

    # Imported where a text needs them, which would be too late to be instrumented.
    for _name in (*(f"documents.{each}" for each in documents.FORMATS), "shell.treesitter", "extraction"):
        import_module(f"policylint.{_name}")
    for _name in RENDERERS.values():
        import_module(f"policylint.reporters.{_name}")

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIMITS = Limits()
PACK = open_workspace("/", None, "/").pack
VOCABULARY = Vocabulary(PACK.commands)
RELEASE = Settings(stage="release", today="2026-11-21", evidence=["results.json"])
# A text is tried as each of these.
PATHS = (
    "docs/deployment.md",
    "docs/release-workflow.md",
    "release/dep/DEP-001.yaml",
    ".planning/phases/01-a/01-01-PLAN.md",
    ".planning/STATE.md",
    "state.yaml",
    "netlify.toml",
    "package.json",
    "results.json",
)


def load(format_name: str) -> Callable[[str], None]:
    """The loader of a format: every fault stands in the text, and every comment and suppression is read."""

    def target(text: str) -> None:
        source = Source("a", text)
        loaded = documents.load(source, format_name, LIMITS)
        for fault in loaded.faults:
            source.span(fault.start, fault.end)
        for document in loaded.documents:
            if document.find(()) is None:
                raise AssertionError("a document has no place")
            if len(document.statements) != len(source.text):
                raise AssertionError("statements have another length than the text")
            list(suppression.read(document))

    return target


def identifiers(text: str) -> None:
    for each in Grammar().references(text):
        if text[each.start : each.end] != each.text:
            raise AssertionError("a reference is not where it says")
        if bool(each.targets) == bool(each.fault):
            raise AssertionError("a reference has targets or a fault")


def shell(text: str) -> None:
    rehearsal = Rehearsal(text, Surroundings(VOCABULARY, NoFiles()))
    judge_gate(rehearsal)
    notes_on(rehearsal)


def results(text: str) -> None:
    try:
        evidence.read(
            Source("evidence", text),
            lambda each: [str(t) for r in Grammar().references(each) for t in r.targets],
            {"ok": "passed"},
        )
    except evidence.EvidenceFault as fault:
        if fault.line < 1 or fault.column < 1:
            raise AssertionError("a fault has no place") from fault


def renderers(text: str) -> None:
    path = text[:40].replace("/", "") or "a"
    diagnostic = Diagnostic(path, FILE_START, "a/b", Severity.ERROR, text, text, text, "https://example.org")
    report = Report(diagnostics=(diagnostic,), suppressed=(), judged=(), skipped={}, files=1)
    for name in RENDERERS:
        output = "".join(render(name, View(report, MemoryTree({path: text}), "/r", "/r")))
        if not all(character == "\n" or character.isprintable() for character in output):
            raise AssertionError(f"{name} prints what is not printable")
        if "##[" in output or (name == "github" and output.count("\n") != 2):  # noqa: PLR2004
            raise AssertionError(f"{name} prints a command or a line too many")


def files(text: str) -> None:
    """Every rule over the text as each kind of document, and all of them together."""
    for tree in (*({path: text} for path in PATHS), dict.fromkeys(PATHS, text)):
        for each in engine.check(MemoryTree(tree), PACK, RELEASE).diagnostics:
            if each.path not in PATHS or each.span.end < each.span.start:
                raise AssertionError(f"{each.rule} reports at no place")


TARGETS: dict[str, Callable[[str], None]] = {
    **{name: load(name) for name in ("yaml", "toml", "json", "markdown")},
    "identifiers": identifiers,
    "shell": shell,
    "evidence": results,
    "renderers": renderers,
    "files": files,
}


# What the files of examples end in that make a start for a target; the others start from nothing.
SEEDS = {
    "yaml": (".yaml", ".yml"),
    "toml": (".toml",),
    "json": (".json",),
    "markdown": (".md",),
    "identifiers": (".md", ".yaml"),
    "files": (".md", ".yaml", ".toml", ".json"),
}


def write_seeds(folder: str, endings: tuple[str, ...]) -> None:
    """Write the files of all rules' own examples that end so into a folder."""
    for number, text in enumerate(sorted(set(_texts(endings)))):
        (Path(folder) / str(number)).write_text(text, encoding="utf-8")


def _texts(endings: tuple[str, ...]) -> Iterator[str]:
    for rule in map(read_rule, rule_files("/", [])):
        for example in (*rule.examples.valid, *rule.examples.invalid):
            for path, text in example.files.items():
                if path.endswith(endings) and isinstance(text, str):
                    yield text


def main() -> None:
    name = sys.argv.pop(1)
    with tempfile.TemporaryDirectory() as folder:
        write_seeds(folder, SEEDS.get(name, ("no such file",)))
        atheris.Setup([*sys.argv, folder], lambda data: TARGETS[name](data.decode("utf-8", "replace")))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
