"""A rule's own examples, run: each is a small repository of which the rule must report exactly the given lines."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, NamedTuple

from policylint import engine
from policylint.definitions.configuration import compile_configuration
from policylint.definitions.rule import EncodedFile, InvalidExample
from policylint.discovery import CONFIGURATION_FILE
from policylint.filetree import MemoryTree

if TYPE_CHECKING:
    from policylint.definitions.rule import Example, RuleFile
    from policylint.diagnostics import Diagnostic
    from policylint.pack import Pack


# Examples of rules about age are written for this day.
_TODAY = "2026-11-21"


class ExampleResult(NamedTuple):
    """What an example gave: expected lines that did not come, and lines that came and were not expected."""

    rule: str
    title: str
    missing: tuple[str, ...]
    noisy: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether the report was exactly as expected."""
        return not self.missing and not self.noisy


def run(definition: RuleFile, with_pack: Pack) -> list[ExampleResult]:
    """Run every example of a rule against a pack that holds the rule."""
    examples = [*definition.examples.valid, *definition.examples.invalid]
    return [_run_example(definition, example, with_pack) for example in examples]


def _run_example(definition: RuleFile, example: Example, with_pack: Pack) -> ExampleResult:
    expected = list(example.expect) if isinstance(example, InvalidExample) else []
    actual = [_line(diagnostic, definition) for diagnostic in _diagnostics(definition, example, with_pack)]
    missing = tuple(line for line in expected if line not in actual)
    noisy = tuple(line for line in actual if line not in expected or actual.count(line) > expected.count(line))
    return ExampleResult(definition.id, example.title, missing, noisy)


def _line(diagnostic: Diagnostic, definition: RuleFile) -> str:
    """A diagnostic as examples write it: with its severity where the rule has several.

    One of another rule is named, since no example expects it.
    """
    line, column = diagnostic.span.start
    other = "" if diagnostic.rule == definition.id else f" [{diagnostic.rule}]"
    severity = f"{diagnostic.severity.label}: " if len(definition.severities) > 1 else ""
    return f"{diagnostic.path}:{line}:{column}: {severity}{diagnostic.message}{other}"


def _diagnostics(definition: RuleFile, example: Example, with_pack: Pack) -> list[Diagnostic]:
    """What the rule and the rules for faults of the text report: an example that cannot be read proves nothing.

    A rule that the engine reports for runs beside all others, of which suppressions speak, and these are left out.
    """
    files = {path: _content(content) for path, content in example.files.items()}
    settings = engine.Settings(
        select=["ALL" if definition.given.engine else definition.id], stage=definition.stage, today=_TODAY
    )
    configuration = files.pop(CONFIGURATION_FILE, None)
    if isinstance(configuration, str):
        own: dict[str, Any] = compile_configuration(CONFIGURATION_FILE, configuration, (), "").settings
        settings = settings._replace(external_ids=own["external_ids"], evidence=own["evidence"])
    by_engine = {rule.name for rule in with_pack.rules if rule.subject == "engine"}
    report = engine.check(MemoryTree(files), with_pack, settings)
    return [each for each in report.diagnostics if each.rule == definition.id or each.rule in by_engine]


def _content(content: str | EncodedFile) -> str | bytes:
    return base64.b64decode(content.base64) if isinstance(content, EncodedFile) else content
