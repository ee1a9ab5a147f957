"""A rule's own examples, run: each is a small repository of which the rule must report exactly the given lines."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, NamedTuple

from policylint import engine
from policylint.configuration_file import CONFIGURATION_FILE
from policylint.definitions.configuration import compile_configuration
from policylint.definitions.rule import EncodedFile, InvalidExample
from policylint.filetree import MemoryTree
from policylint.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policylint.definitions.rule import Example, RuleFile
    from policylint.diagnostics import Diagnostic
    from policylint.pack import Pack


# Examples of rules about age are written for this day.
_TODAY = "2026-11-21"


class ExampleResult(NamedTuple):
    """What an example gave: expected lines that did not come, and lines that came and were not expected.

    `idle` says why the rule judged nothing of it; empty if it did.
    """

    rule: str
    title: str
    missing: tuple[str, ...]
    noisy: tuple[str, ...]
    idle: str = ""

    @property
    def passed(self) -> bool:
        """Whether the report was exactly as expected."""
        return not self.missing and not self.noisy


def run(definition: RuleFile, with_pack: Pack) -> Iterator[ExampleResult]:
    """Run the examples of a rule against a pack that holds the rule, each when its result is asked for."""
    for example in (*definition.examples.valid, *definition.examples.invalid):
        yield _run_example(definition, example, with_pack)
    if _has_edit(definition.then) and not any(example.fixed for example in definition.examples.invalid):
        yield ExampleResult(definition.id, "the edit of the rule", ("an example with 'fixed'",), ())


def _has_edit(raw: object) -> bool:
    """Whether an assertion, or a part of one, offers a fix."""
    if isinstance(raw, dict):
        return "edit" in raw or any(map(_has_edit, raw.values()))
    return isinstance(raw, list) and any(map(_has_edit, raw))


def _run_example(definition: RuleFile, example: Example, with_pack: Pack) -> ExampleResult:
    expected = list(example.expect) if isinstance(example, InvalidExample) else []
    run = _Run(definition, example, with_pack)
    actual = [_line(diagnostic, definition) for diagnostic in run.diagnostics()]
    if isinstance(example, InvalidExample) and example.fixed:
        expected += _fixed_lines({**run.files, **example.fixed})
        actual += _fixed_lines(run.fixed())
    missing = tuple(line for line in expected if line not in actual)
    noisy = tuple(line for line in actual if line not in expected or actual.count(line) > expected.count(line))
    return ExampleResult(definition.id, example.title, missing, noisy, run.idle)


def _fixed_lines(files: Mapping[str, str | bytes]) -> list[str]:
    """The files after the fixes, as lines that tell where two of them differ."""
    texts = {path: text for path, text in files.items() if isinstance(text, str)}
    return [
        f"{path}, fixed, line {number}: {line!r}"
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(keepends=True), 1)
    ]


def _line(diagnostic: Diagnostic, definition: RuleFile) -> str:
    """A diagnostic as examples write it: with its severity where the rule has several.

    One of another rule is named, since no example expects it.
    """
    line, column = diagnostic.span.start
    other = "" if diagnostic.rule == definition.id else f" [{diagnostic.rule}]"
    severity = f"{diagnostic.severity.label}: " if len(definition.severities) > 1 else ""
    return f"{diagnostic.path}:{line}:{column}: {severity}{diagnostic.message}{other}"


class _Run:
    """An example as a repository, with the settings under which its rule judges."""

    def __init__(self, definition: RuleFile, example: Example, with_pack: Pack) -> None:
        self._name = definition.id
        self._pack = with_pack
        self._settings = Settings(
            select=["ALL" if definition.given.engine else definition.id], stage=definition.stage, today=_TODAY
        )
        self.files = {path: _content(content) for path, content in example.files.items()}
        configuration = self.files.pop(CONFIGURATION_FILE, None)
        if isinstance(configuration, str):
            own: dict[str, Any] = compile_configuration(CONFIGURATION_FILE, configuration, (), "").settings
            self._settings = self._settings._replace(
                external_ids=own["external_ids"], evidence=own["evidence"], stage=own["stage"] or definition.stage
            )
        self._report = engine.check(MemoryTree(self.files), with_pack, self._settings)

    @property
    def idle(self) -> str:
        """Why the rule judged nothing; empty if it did."""
        return self._report.skipped.get(self._name, "")

    def diagnostics(self) -> list[Diagnostic]:
        """What the rule and the rules for faults of the text report: an example that cannot be read proves nothing.

        A rule that the engine reports for runs beside all others, of which suppressions speak: these are left out.
        """
        by_engine = {rule.name for rule in self._pack.rules if rule.subject == "engine"}
        return [each for each in self._report.diagnostics if each.rule == self._name or each.rule in by_engine]

    def fixed(self) -> dict[str, str | bytes]:
        """The files after all fixes that the rule offers, safe and unsafe."""
        from policylint.fixing import fix

        tree = MemoryTree(self.files)
        outcome = fix(tree, self._pack, self._settings, sorted(self.files), self._report, unsafe=True)
        return {**self.files, **{path: change.after for path, change in outcome.changes.items()}}


def _content(content: str | EncodedFile) -> str | bytes:
    return base64.b64decode(content.base64) if isinstance(content, EncodedFile) else content
