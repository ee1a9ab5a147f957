"""The documents beside a plan, the words of topics, and severities that depend on conditions, as users meet them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import Runner

Repository = Callable[[Mapping[str, str | bytes]], Path]
FOLDER = ".planning/phases/01-a"


@pytest.mark.parametrize(
    ("path", "front_matter", "is_plan"),
    [
        (".planning/phases/01-a/01-01-PLAN.md", "phase: 1", True),
        (".planning/phases/05-email-templates/05-01-PLAN.md", "phase: 5", True),
        ("work/01-01-PLAN.md", "phase: 1\nfiles_modified: []", True),
        ("work/01-01-PLAN.md", "phase: 1\nmust_haves:\n  truths: [it works]", True),
        # As other tools write them, and their forms.
        ("work/01-PLAN.md", "phase: 1\nwave: 2\nmust_haves:\n  - it works", False),
        ("templates/PLAN.md", "phase: 1\nfiles_modified: [{path}]", False),
    ],
)
def test_a_plan_is_known_by_its_place_or_its_form(
    run: Runner, repository: Repository, path: str, front_matter: str, is_plan: bool
) -> None:
    folder = repository({path: f"---\n{front_matter}\n---\n"})
    outcome = run("check", "--select", "plan,documents", "--output-format", "concise", cwd=folder)
    assert outcome.code == (1 if is_plan else 3)


def test_a_verification_has_one_of_three_states_and_a_score(run: Runner, repository: Repository) -> None:
    files = {
        f"{FOLDER}/01-VERIFICATION.md": "---\nphase: 01-a\nstatus: complete\nscore: all\n---\n# Verification\n",
        f"{FOLDER}/VERIFICATION.md": "---\nphase: 01-a\nstatus: passed\nscore: 5/5 must-haves verified\n---\n# Done\n",
    }
    outcome = run("check", "--select", "documents", "--output-format", "concise", cwd=repository(files))
    path, rule = f"{FOLDER}/01-VERIFICATION.md", "error[documents/schema-violation]"
    assert outcome.lines[:2] == [
        f"{path}:3:9: {rule} status is 'complete', expected 'passed', 'gaps_found' or 'human_needed'",
        f"{path}:4:8: {rule} score is 'all', expected a score such as '5/5 must-haves verified'",
    ]


def test_front_matter_of_a_summary_that_is_no_yaml_is_reported_at_its_place(
    run: Runner, repository: Repository
) -> None:
    files = {f"{FOLDER}/01-01-SUMMARY.md": "---\nphase: 01-a\nprovides:\n  - @scope/package\n---\n# Done\n"}
    outcome = run("check", "--select", "documents", "--output-format", "concise", cwd=repository(files))
    assert outcome.lines[0].startswith(f"{FOLDER}/01-01-SUMMARY.md:4:5: error[documents/syntax-error] ")


def test_front_matter_that_cannot_be_read_hides_no_tag_that_is_never_closed(
    run: Runner, repository: Repository
) -> None:
    files = {f"{FOLDER}/01-01-PLAN.md": "---\nphase: @a\n---\n<task>\n<name>a\n"}
    outcome = run("check", "--select", "documents", "--output-format", "concise", cwd=repository(files))
    assert [line.partition(": error[")[0] for line in outcome.lines[:3]] == [
        f"{FOLDER}/01-01-PLAN.md:2:8",
        f"{FOLDER}/01-01-PLAN.md:4:1",
        f"{FOLDER}/01-01-PLAN.md:5:1",
    ]


@pytest.mark.parametrize(
    ("front_matter", "told"),
    [
        ("---\nphase: 01-a\nplan: 01\n\n", "1:1: error[documents/syntax-error] the front matter has no closing '---'"),
        (
            "---\nphase: [01-a\nplan: 01\n---\n",
            "2:8: error[documents/syntax-error] did not find expected ',' or ']' while parsing a flow sequence",
        ),
    ],
    ids=["unclosed", "not YAML"],
)
def test_front_matter_of_a_plan_that_cannot_be_read_is_told_once_and_not_as_absent(
    run: Runner, repository: Repository, front_matter: str, told: str
) -> None:
    folder = repository({f"{FOLDER}/01-01-PLAN.md": f"{front_matter}# Plan\n"})
    outcome = run("check", "--output-format", "concise", cwd=folder)
    assert outcome.code == 1
    assert outcome.lines[:-1] == [f"{FOLDER}/01-01-PLAN.md:{told}"]


def test_words_of_a_configuration_add_to_those_of_a_topic(run: Runner, repository: Repository) -> None:
    postmortem = "# Postmortem\n## Origine\n## Detection\n## Timeline\n## Remediation\n## Prevention\n"
    select = ("check", "--select", "operations", "--output-format", "concise")
    before = run(*select, cwd=repository({"docs/postmortem.md": postmortem}))
    rule = "warning[operations/incomplete-postmortem]"
    assert before.lines[0] == f"docs/postmortem.md:1:1: {rule} the postmortem does not ask for the root cause"
    after = run(*select, cwd=repository({"policylint.toml": '[topics]\n"root cause" = ["origine"]\n'}))
    assert after.code == 0
    assert after.lines[0].startswith("Checked 1 file with ")


def test_the_same_finding_fails_a_run_only_once_the_plan_has_its_summary(run: Runner, repository: Repository) -> None:
    plan = "---\nplan: 01\nmust_haves:\n  artifacts: [{path: gone.ts}]\n---\n"
    select = ("check", "--select", "missing-artifact", "--output-format", "concise")
    place, message = f"{FOLDER}/01-01-PLAN.md:4:22", "[plan/missing-artifact] gone.ts does not exist"
    before = run(*select, cwd=repository({f"{FOLDER}/01-01-PLAN.md": plan}))
    assert (before.code, before.lines[0]) == (0, f"{place}: info{message}")
    after = run(*select, cwd=repository({f"{FOLDER}/01-01-SUMMARY.md": "# Done\n"}))
    assert (after.code, after.lines[0]) == (1, f"{place}: error{message}")


RULE = """\
id: own/rule
title: A title
severity:
  error: {when}
  info: {last}
rationale: Why.
fix: How.
references: [us]
given:
  document: plan
then:
  exists: true
examples:
  valid: [{{title: one, files: {{a.md: x}}}}]
  invalid: [{{title: one, files: {{a.md: x}}, expect: ["a.md:1:1: info: x"]}}]
"""


@pytest.mark.parametrize(
    ("when", "last", "message"),
    [
        ("{}", "{}", "each severity but the last has conditions, the last is '{}'"),
        ("{a: 1}", "{b: 1}", "each severity but the last has conditions, the last is '{}'"),
        ("{a: {exist: true}}", "{}", "unknown operator or key 'exist'"),
    ],
)
def test_severities_without_an_end_or_with_an_unknown_operator_are_faults_of_the_rule(
    run: Runner, repository: Repository, when: str, last: str, message: str
) -> None:
    files = {"policylint.toml": 'rules = ["policy"]\n', "policy/own/rule.yaml": RULE.format(when=when, last=last)}
    outcome = run("check", cwd=repository(files))
    assert outcome.code == 2
    assert message in outcome.stderr
