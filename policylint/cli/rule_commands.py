"""The commands about rules: `explain`, `rules` and `test`."""

from __future__ import annotations

import os
import textwrap
from typing import TYPE_CHECKING, TextIO

from policylint import resources
from policylint.cli.opening import opened
from policylint.counts import counted
from policylint.errors import UsageError
from policylint.json_output import written
from policylint.operators.operator import without_names
from policylint.regular_files import is_below
from policylint.reporters.escaping import inert, visible
from policylint.suggestions import did_you_mean
from policylint.workspace import rule_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policylint.definitions.definition_file import DefinitionFile
    from policylint.definitions.rule import Example, RuleFile
    from policylint.pack import Rule
    from policylint.workspace import Workspace


# What the references of shipped rules name; a wheel holds no docs.
_SOURCES = "https://github.com/policylint/policylint/blob/main/docs/sources.md"


def _workspace(environment: Mapping[str, str]) -> Workspace:
    folder = os.getcwd()
    return opened(folder, environment, folder)


def _files(workspace: Workspace) -> dict[str, DefinitionFile]:
    return {file.name: file for file in rule_files(workspace.root, workspace.rule_folders)}


def _named(name: str, files: Iterable[str]) -> str:
    """The rule a name means. Raises UsageError with the nearest right name."""
    known = list(files)
    fitting = [each for each in known if each == name or each.endswith(f"/{name}")]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise UsageError(f"'{name}' may be any of {', '.join(fitting)}")
    hint = did_you_mean(name, [*known, *(part for each in known for part in each.split("/"))])
    raise UsageError(f"no rule is named '{name}'" + (f"; {hint}" if hint else ""))


def _meant(name: str, files: Iterable[str]) -> list[str]:
    """The rules that a name or a category means. Raises UsageError with the nearest right name."""
    return _of_category(name, files) or [_named(name, files)]


def _of_category(name: str, files: Iterable[str]) -> list[str]:
    return sorted(each for each in files if each.startswith(f"{name}/"))


def explanation(name: str, environment: Mapping[str, str]) -> str:
    """A rule's page as plain text, or the rules of a category, with a line each."""
    workspace = _workspace(environment)
    files = _files(workspace)
    members = _of_category(name, files)
    if members:
        return _contents(name, [rule for rule in workspace.pack.rules if rule.name in members])
    from policylint.definitions.rule_compilation import read_rule

    file = files[_named(name, files)]
    rule = read_rule(file)
    lines = _page(rule)
    if is_below(file.path, resources.folder("rules")) and any(map(_is_document, rule.references)):
        lines += ["", f"What the documents say: {_SOURCES}"]
    return "".join(f"{inert(visible(line))}\n" for line in lines)


def _is_document(reference: str) -> bool:
    """Whether a reference names a document instead of its address."""
    return not reference.startswith("https://")


def _contents(category: str, rules: list[Rule]) -> str:
    return f"{category} ({counted(len(rules), 'rule')})\n\n{_rows(rules)}"


def _page(rule: RuleFile) -> list[str]:
    lines = [f"{rule.id} ({', '.join([*rule.severities, *_terms(rule)])})", rule.title, ""]
    lines += ["Why", *_wrapped(rule.rationale), "", "How to fix", *_wrapped(without_names(rule.fix)), ""]
    lines += ["Avoid", *_example(rule.examples.invalid[0])]
    lines += [f"  reported as {line}" for line in rule.examples.invalid[0].expect]
    lines += ["", "Prefer", *_example(rule.examples.valid[0]), "", "References"]
    return [*lines, *(f"  {reference}" for reference in rule.references)]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 96, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


def _example(example: Example) -> list[str]:
    lines = [f"  {example.title}"]
    for path, content in example.files.items():
        shown = content.splitlines() if isinstance(content, str) else ["(not text)"]
        lines += [f"    {path}", *(f"      {line}"[:160] for line in shown)]
    return lines


def listing(names: tuple[str, ...], output_format: str, environment: Mapping[str, str]) -> str:
    """The rules that names and categories mean, or all, a line each or as JSON."""
    rules = _workspace(environment).pack.rules
    if names:
        known = [rule.name for rule in rules]
        chosen = {each for name in names for each in _meant(name, known)}
        rules = [rule for rule in rules if rule.name in chosen]
    if output_format == "json":
        rows = [
            {
                "rule": r.name,
                "severity": r.severity.label,
                "title": r.title,
                "fix": r.fix,
                "url": r.url,
                "opt_in": r.opt_in,
                "stage": r.stage,
            }
            for r in _by_name(rules)
        ]
        return written({"version": 1, "rules": rows})
    return _rows(rules)


def _rows(rules: list[Rule]) -> str:
    width = max(len(rule.name) for rule in rules)
    return "".join(
        f"{rule.name:{width}}  {rule.severity.label:7}  {visible(rule.title)}{_when(rule)}\n"
        for rule in _by_name(rules)
    )


def _when(rule: Rule) -> str:
    terms = _terms(rule)
    return f" ({', '.join(terms)})" if terms else ""


def _terms(rule: Rule | RuleFile) -> list[str]:
    """What it takes for a rule to be judged at all: otherwise nobody would know that it is silent."""
    return [*(["opt-in"] if rule.opt_in else []), *([f"stage {rule.stage}"] if rule.stage else [])]


def _by_name(rules: list[Rule]) -> list[Rule]:
    return sorted(rules, key=lambda rule: rule.name)


def run_examples(names: tuple[str, ...], environment: Mapping[str, str], output: TextIO) -> bool:
    """Run the examples of the named rules, or of all; print what is missing and what is noisy."""
    from policylint import selftest
    from policylint.definitions.rule_compilation import read_rule

    workspace = _workspace(environment)
    files = _files(workspace)
    chosen = sorted({rule for name in names for rule in _meant(name, files)}) or sorted(files)
    results = [result for name in chosen for result in selftest.run(read_rule(files[name]), workspace.pack)]
    for result in results:
        if not result.passed:
            output.write(f"{result.rule}: {visible(result.title)}\n")
            output.writelines(f"  missing: {visible(line)}\n" for line in result.missing)
            output.writelines(f"  noisy:   {visible(line)}\n" for line in result.noisy)
            output.write(f"  the rule judges nothing of it: {result.idle}\n" if result.idle and result.missing else "")
    failed = sum(not result.passed for result in results)
    passed = counted(len(results) - failed, "example")
    output.write(f"{passed} passed, {failed} failed ({counted(len(chosen), 'rule')})\n")
    return not failed
