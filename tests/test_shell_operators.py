"""Operators on shell commands, as rules use them: variables of a context, a comparison, and what a failure says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import Runner

Write = Callable[[Mapping[str, str | bytes]], Path]

RULE = """\
id: ops/gate
title: A gate
severity: warning
rationale: Because.
fix: Test.
references: [our handbook]
given: {{document: netlify, select: '{select}', missing: skip{contexts}}}
then:
  {operator}: {options}
examples:
  valid: [{{title: none, files: {{a.txt: ''}}}}]
  invalid: [{{title: some, files: {{a.txt: ''}}, expect: ["a.txt:1:1: x"]}}]
"""
GATE = """[ \\"$STAGE\\" != production ] || npx vitest run && hugo"""


def check(
    run: Runner,
    repository: Write,
    toml: str,
    *,
    options: str,
    operator: str = "test_gate",
    select: str = "build.command",
    contexts: str = "",
    **files: str,
) -> list[str]:
    """What a rule of one's own reports, with the fix."""
    looks_at = f", contexts: [{contexts}]" if contexts else ""
    rule = RULE.format(select=select, contexts=looks_at, operator=operator, options=options)
    others = {name.replace("_", "."): text for name, text in files.items()}
    configuration = 'rules = ["policy"]\n'
    folder = repository(
        {"policylint.toml": configuration, "policy/ops/gate.yaml": rule, "netlify.toml": toml, **others}
    )
    outcome = run("check", "--select", "ops/gate", "--output-format", "github", "netlify.toml", cwd=folder)
    assert outcome.stderr == ""
    return [line.rpartition("::")[2] for line in outcome.lines if "::" in line]


@pytest.mark.parametrize(
    ("variables", "refused", "expected"),
    [
        ("{STAGE: production}", "missing", 0),
        ("{STAGE: deploy-preview}", "missing", 1),
        ("{STAGE: deploy-preview}", "unknown", 0),
        ("{STAGE: '{document.build.nothing}'}", "unknown", 1),
        ("{STAGE: '{document.build.context}'}", "unknown", 0),
        ("{}", "unknown", 1),
    ],
)
def test_variables_are_templates_and_stay_open_when_a_name_leads_nowhere(
    run: Runner, repository: Write, variables: str, refused: str, expected: int
) -> None:
    toml = f'[build]\ncommand = "{GATE}"\ncontext = "production"\n'
    found = check(run, repository, toml, options=f"{{is_not: {refused}, variables: {variables}}}")
    assert len(found) == expected


@pytest.mark.parametrize(
    ("environment", "extra", "expected"),
    [
        ('STAGE = "production"', "", 0),
        ('STAGE = "preview"', "", 1),
        ('STAGE = "production"', ", variables: {STAGE: preview}", 1),
        ('STAGE = "preview"', ", variables: {STAGE: production}", 0),
        ('OTHER = "production"', "", 0),
    ],
)
def test_a_table_gives_variables_and_single_ones_win(
    run: Runner, repository: Write, environment: str, extra: str, expected: int
) -> None:
    toml = f'[build]\ncommand = "{GATE}"\n[build.environment]\n{environment}\n'
    options = f"{{is_not: missing, environment: document.build.environment{extra}}}"
    assert len(check(run, repository, toml, options=options)) == expected


@pytest.mark.parametrize(
    "environment", ["", 'environment = "text"', "environment = [1]", "environment = {STAGE = [1]}"]
)
def test_an_environment_that_is_no_table_of_values_tells_nothing(
    run: Runner, repository: Write, environment: str
) -> None:
    toml = f'[build]\ncommand = "{GATE}"\n{environment}\n'
    options = "{is_not: unknown, environment: document.build.environment}"
    assert len(check(run, repository, toml, options=options)) == 1


@pytest.mark.parametrize(
    ("build", "expected"),
    [('command = "npx vitest run && hugo"', 1), ('command = "hugo"', 0), ("", 1), ('command = "hugo --minify"', 1)],
)
def test_a_failure_is_left_out_where_the_same_command_comes_to_the_same(
    run: Runner, repository: Write, build: str, expected: int
) -> None:
    toml = f'[build]\n{build}\n[context.preview]\ncommand = "hugo"\n'
    found = check(run, repository, toml, options="{is_not: missing, unlike_in: production}", contexts="preview")
    assert len(found) == expected


def test_the_other_command_has_variables_of_its_own(run: Runner, repository: Write) -> None:
    toml = f'[build]\ncommand = "{GATE}"\n[context.preview]\n'
    options = "{is_not: missing, variables: {STAGE: '{context}'}, unlike_in: %s}"
    assert len(check(run, repository, toml, options=options % "production", contexts="deploy-preview")) == 1
    assert check(run, repository, toml, options=options % "preview", contexts="deploy-preview") == []


@pytest.mark.parametrize(
    ("option", "folder"),
    [
        ("my-document.d/{document.build.base}", "my-document.d/site"),
        ("document.d", "document.d"),
        ("{document.build.missing | document.build.base}/document.d", "site/document.d"),
        ("{context}", "deploy-preview"),
    ],
)
def test_only_names_are_those_of_the_other_context(run: Runner, repository: Write, option: str, folder: str) -> None:
    toml = '[build]\nbase = "site"\ncommand = "npm run build"\n'
    package = '{"scripts": {"build": "npx vitest run; hugo"}}'
    options = f"{{is_not: unenforced, folder: '{option}', unlike_in: production}}"
    files = {f"{folder}/package.json": package, "production/package.json": package}
    assert check(run, repository, toml, options=options, contexts="deploy-preview", **files) == []
    elsewhere = toml + '[context.production]\ncommand = "npx vitest run && npm run build"\n'
    assert len(check(run, repository, elsewhere, options=options, contexts="deploy-preview", **files)) == 1


def test_the_remedy_is_the_fix(run: Runner, repository: Write) -> None:
    toml = '[build]\ncommand = "npx vitest run; hugo"\n'
    found = check(run, repository, toml, options="{is_not: unenforced}")
    assert found == [
        (
            "build.command lets the build go on when the tests fail (joined by ';', not '&&') "
            "(fix: write 'npx vitest run && hugo')"
        )
    ]


def test_the_remedy_of_several_lines_is_their_first(run: Runner, repository: Write) -> None:
    toml = '[build]\ncommand = """\nnpx vitest run\nhugo\n"""\n'
    found = check(run, repository, toml, options="{is_not: unenforced}")
    assert found == [
        (
            "build.command lets the build go on when the tests fail (on a line of their own, without `set -e`) "
            "(fix: begin with a line 'set -e')"
        )
    ]


def test_without_a_remedy_the_fix_of_the_rule_stands(run: Runner, repository: Write) -> None:
    toml = '[build]\ncommand = "if npx vitest run; then hugo; fi"\n'
    found = check(run, repository, toml, options="{is_not: unenforced}")
    assert found == ["build.command uses the tests as a condition and goes on when they fail (fix: Test.)"]


def test_a_missing_gate_names_the_script_that_is_there(run: Runner, repository: Write) -> None:
    toml = '[build]\ncommand = "yarn build"\n'
    package = '{"scripts": {"build": "hugo", "test": "vitest", "test:run": "vitest run"}}'
    found = check(run, repository, toml, options="{is_not: missing}", package_json=package)
    assert found == ["build.command runs no tests (fix: write 'yarn test:run && yarn build')"]


def test_a_missing_script_is_told_with_the_nearest(run: Runner, repository: Write) -> None:
    toml = '[build]\ncommand = "npm run biuld"\n'
    package = '{"scripts": {"build": "hugo"}}'
    found = check(run, repository, toml, operator="scripts_exist", options="{}", package_json=package)
    assert found == [
        "build.command runs the script 'biuld', which package.json does not have (fix: did you mean 'build'?)"
    ]


def test_only_the_first_end_to_end_test_is_told(run: Runner, repository: Write) -> None:
    toml = '[build]\ncommand = "npx playwright test && npx cypress run"\n'
    found = check(run, repository, toml, operator="runs_none_of", options="{role: e2e}")
    assert found == ["build.command runs end-to-end tests ('playwright test') (fix: Test.)"]


def test_what_only_a_compiled_rule_has_is_a_mistake_in_one_that_is_written(run: Runner, repository: Write) -> None:
    options = "{is_not: missing, unlike: {command: x}}"
    rule = RULE.format(select="build.command", contexts="", operator="test_gate", options=options)
    folder = repository({"policylint.toml": 'rules = ["policy"]\n', "policy/ops/gate.yaml": rule})
    outcome = run("check", cwd=folder)
    assert outcome.code == 2
    assert "unknown option 'unlike' of 'test_gate'" in outcome.stderr
