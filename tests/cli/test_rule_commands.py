"""The commands about rules: `explain`, `rules` and `test`, on the shipped rules and on those of a repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policylint.cli import rule_commands

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.conftest import Runner

    Write = Callable[[Mapping[str, str | bytes]], Path]

RULES = Path(__file__).resolve().parent.parent.parent / "rules"
SHIPPED = sorted(path.relative_to(RULES).with_suffix("").as_posix() for path in RULES.rglob("*.yaml"))

CONFIGURATION = """\
rules = ["policies"]
[kinds.ship]
title = "A ship"
format = "yaml"
paths = ["*.ship.yaml"]
"""
RULE = """\
id: fleet/known-port
title: A ship sails to an unknown port
severity: warning
rationale: >-
  Ports are few, and a captain who sails for one that is not on the list will not be met by anybody who knows the cargo.
fix: Choose a port.
references: [seed 007, "https://example.org/ports"]
given: {document: ship, select: port, missing: skip}
then: {one_of: [Kiel, Bergen], message: "the port is unknown"}
examples:
  valid:
    - title: a known port
      files:
        a.ship.yaml: |
          port: Kiel
  invalid:
    - title: an unknown one
      files:
        a.ship.yaml: |
          port: Rome
      expect: ["a.ship.yaml:1:7: the port is unknown"]
"""
PAGE = """\
fleet/known-port (warning)
A ship sails to an unknown port

Why
  Ports are few, and a captain who sails for one that is not on the list will not be met by
  anybody who knows the cargo.

How to fix
  Choose a port.

Avoid
  an unknown one
    a.ship.yaml
      port: Rome
  reported as a.ship.yaml:1:7: the port is unknown

Prefer
  a known port
    a.ship.yaml
      port: Kiel

References
  seed 007
  https://example.org/ports
"""


def fleet(repository: Write, rule: str = RULE, **others: str) -> Path:
    files = {f"policies/fleet/{name}.yaml": text for name, text in {"known-port": rule, **others}.items()}
    return repository({"policylint.toml": CONFIGURATION, **files})


class TestExplain:
    @pytest.mark.parametrize("name", ["fleet/known-port", "known-port"])
    def test_a_page(self, run: Runner, repository: Write, name: str) -> None:
        assert run("explain", name, cwd=fleet(repository)) == (0, PAGE, "")

    def test_from_a_subfolder(self, run: Runner, repository: Write) -> None:
        assert run("explain", "known-port", cwd=fleet(repository) / "policies" / "fleet").stdout == PAGE

    def test_a_category_lists_its_rules(self, run: Runner, repository: Write) -> None:
        other = RULE.replace("fleet/known-port", "fleet/a-flag").replace("A ship sails to an unknown port", "No flag")
        assert run("explain", "fleet", cwd=fleet(repository, **{"a-flag": other})) == (
            0,
            (
                "fleet (2 rules)\n"
                "\n"
                "fleet/a-flag      warning  No flag\n"
                "fleet/known-port  warning  A ship sails to an unknown port\n"
            ),
            "",
        )

    @pytest.mark.parametrize("category", sorted({name.partition("/")[0] for name in SHIPPED}))
    def test_every_shipped_category_lists_its_rules(self, category: str) -> None:
        lines = rule_commands.explanation(category, {}).splitlines()
        rules = [name for name in SHIPPED if name.startswith(f"{category}/")]
        assert [line.split()[0] for line in lines[2:]] == rules
        assert lines[0] == f"{category} ({len(rules)} {'rule' if len(rules) == 1 else 'rules'})"

    @pytest.mark.parametrize("name", SHIPPED)
    def test_every_shipped_rule_has_one(self, name: str, run: Runner) -> None:
        lines = rule_commands.explanation(name, run.environment).splitlines()
        assert lines[0].startswith(f"{name} (")
        headings = [line for line in lines if line in ("Why", "How to fix", "Avoid", "Prefer", "References")]
        assert headings == ["Why", "How to fix", "Avoid", "Prefer", "References"]

    def test_a_slug_that_two_rules_have(self, run: Runner, repository: Write) -> None:
        own = RULE.replace("fleet/known-port", "fleet/missing-owner")
        outcome = run("explain", "missing-owner", cwd=fleet(repository, **{"missing-owner": own}))
        message = "'missing-owner' may be any of deployment/missing-owner, fleet/missing-owner"
        assert outcome == (2, "", f"policylint: error: {message}\n")

    @pytest.mark.parametrize(
        ("name", "hint"),
        [
            ("known-prot", "; did you mean 'known-port'?"),
            ("fleet/known-prot", "; did you mean 'fleet/known-port'?"),
            ("fleeet", "; did you mean 'fleet'?"),
            ("KNOWN-PORT", "; did you mean 'known-port'?"),
            ("qqqqqqq", ""),
        ],
    )
    def test_an_unknown_name(self, run: Runner, repository: Write, name: str, hint: str) -> None:
        outcome = run("explain", name, cwd=fleet(repository))
        assert outcome == (2, "", f"policylint: error: no rule is named '{name}'{hint}\n")

    def test_without_a_name(self, run: Runner, repository: Write) -> None:
        outcome = run("explain", cwd=repository({}))
        assert (outcome.code, outcome.stdout) == (2, "")
        assert outcome.stderr.splitlines()[0] == "policylint: error: argument 'RULE' is missing"

    def test_a_hostile_rule_moves_no_cursor(self, run: Runner, repository: Write) -> None:
        folder = fleet(repository, RULE.replace("a known port", '"\\e[2Ja\\u202e##[error]b"'))
        outcome = run("explain", "known-port", cwd=folder)
        assert outcome.code == 0
        assert "  \\x1b[2Ja\\u202e##\\x5berror]b\n" in outcome.stdout


class TestRules:
    def test_as_text(self, run: Runner, repository: Write) -> None:
        outcome = run("rules", cwd=fleet(repository))
        assert (outcome.code, outcome.stderr) == (0, "")
        rows = [line.split(maxsplit=2) for line in outcome.lines]
        assert [row[0] for row in rows] == sorted([*SHIPPED, "fleet/known-port"])
        assert ["fleet/known-port", "warning", "A ship sails to an unknown port"] in rows
        columns = {line.index(row[1], len(row[0])) for line, row in zip(outcome.lines, rows, strict=True)}
        assert len(columns) == 1

    def test_as_json(self, run: Runner, repository: Write) -> None:
        folder = fleet(repository)
        outcome = run("rules", "--output-format", "json", cwd=folder)
        assert (outcome.code, outcome.stderr) == (0, "")
        listing = json.loads(outcome.stdout)
        assert (sorted(listing), listing["version"]) == (["rules", "version"], 1)
        rows = {row["rule"]: row for row in listing["rules"]}
        assert rows["fleet/known-port"] == {
            "rule": "fleet/known-port",
            "severity": "warning",
            "title": "A ship sails to an unknown port",
            "fix": "Choose a port.",
            "url": "https://example.org/ports",
            "opt_in": False,
            "stage": "",
        }
        assert [name for name in ("netlify/e2e-in-build", "ids/stale-entry") if not rows[name]["opt_in"]] == []
        assert rows["deployment/failing-test"]["stage"] == "release"
        text = run("rules", cwd=folder).lines
        assert [line.split()[0] for line in text] == [row["rule"] for row in listing["rules"]]

    def test_as_json_a_hostile_rule_gives_no_command(self, run: Runner, repository: Write) -> None:
        folder = fleet(repository, RULE.replace("A ship sails to an unknown port", "'##[error]b'"))
        outcome = run("rules", "known-port", "--output-format", "json", cwd=folder)
        assert "##[" not in outcome.stdout
        assert json.loads(outcome.stdout)["rules"][0]["title"] == "##[error]b"

    def test_of_the_categories_and_rules_that_are_named(self, run: Runner, repository: Write) -> None:
        folder = fleet(repository)
        by_name = run("rules", "e2e-in-build", "failing-test", "fleet", cwd=folder)
        assert [line.split()[0] for line in by_name.lines] == [
            "deployment/failing-test",
            *(line.split()[0] for line in run("rules", cwd=folder).lines if line.startswith("fleet/")),
            "netlify/e2e-in-build",
        ]
        listing = json.loads(run("rules", "netlify", "--output-format", "json", cwd=folder).stdout)
        assert {row["rule"].partition("/")[0] for row in listing["rules"]} == {"netlify"}

    def test_what_is_not_judged_unless_it_is_asked_for_is_marked(self, run: Runner, repository: Write) -> None:
        lines = run("rules", "e2e-in-build", "failing-test", "missing-test-gate", cwd=repository({})).lines
        assert [line.rpartition("  ")[2] for line in lines] == [
            "A release is gated by a test that fails (stage release)",
            "The build command runs end-to-end tests (opt-in)",
            "Netlify builds without running the tests",
        ]

    def test_of_a_name_that_there_is_not(self, run: Runner, repository: Write) -> None:
        outcome = run("rules", "netlify", "netlfy", cwd=repository({}))
        error = "policylint: error: no rule is named 'netlfy'; did you mean 'netlify'?\n"
        assert outcome == (2, "", error)

    def test_an_unknown_format(self, run: Runner, repository: Write) -> None:
        outcome = run("rules", "--output-format", "jsn", cwd=repository({}))
        assert outcome.code == 2
        message = "option '--output-format' is 'jsn', not one of text, json; did you mean 'json'?"
        assert outcome.stderr.splitlines()[0] == f"policylint: error: {message}"


class TestTest:
    def test_all_shipped_examples_pass(self, run: Runner, repository: Write) -> None:
        outcome = run("test", cwd=repository({}))
        assert (outcome.code, outcome.stderr) == (0, "")
        assert len(outcome.lines) == 1
        assert outcome.lines[0].endswith(f" examples passed, 0 failed ({len(SHIPPED)} rules)")

    def test_named_rules(self, run: Runner, repository: Write) -> None:
        outcome = run("test", "known-port", "netlify/missing-test-gate", cwd=fleet(repository))
        assert outcome.code == 0
        assert outcome.stdout.endswith(" examples passed, 0 failed (2 rules)\n")

    def test_one_example_that_passes_is_one_example(self, run: Runner, repository: Write) -> None:
        outcome = run("test", "known-port", cwd=fleet(repository, RULE.replace("port: Kiel", "port: Genoa")))
        assert outcome.lines[-1] == "1 example passed, 1 failed (1 rule)"

    def test_failing_examples_say_what_is_missing_and_what_is_noisy(self, run: Runner, repository: Write) -> None:
        wrong = RULE.replace("port: Kiel", "port: Genoa").replace('1:7: the port is unknown"', '1:8: the port is lost"')
        outcome = run("test", "known-port", cwd=fleet(repository, wrong))
        assert (outcome.code, outcome.stderr) == (1, "")
        assert outcome.lines == [
            "fleet/known-port: a known port",
            "  noisy:   a.ship.yaml:1:7: the port is unknown",
            "fleet/known-port: an unknown one",
            "  missing: a.ship.yaml:1:8: the port is lost",
            "  noisy:   a.ship.yaml:1:7: the port is unknown",
            "0 examples passed, 2 failed (1 rule)",
        ]

    def test_an_example_of_which_nothing_is_judged_says_why(self, run: Runner, repository: Write) -> None:
        wrong = RULE.replace("a.ship.yaml: |\n          port: Rome", "a.boat.yaml: |\n          port: Rome")
        outcome = run("test", "known-port", cwd=fleet(repository, wrong))
        assert outcome.lines[1:3] == [
            "  missing: a.ship.yaml:1:7: the port is unknown",
            "  the rule judges nothing of it: no ship document was found",
        ]

    def test_an_example_that_cannot_be_read_fails(self, run: Runner, repository: Write) -> None:
        outcome = run("test", "known-port", cwd=fleet(repository, RULE.replace("port: Kiel", "port: [")))
        assert outcome.code == 1
        assert "fleet/known-port: a known port\n  noisy:   a.ship.yaml:" in outcome.stdout
        assert "[documents/syntax-error]\n" in outcome.stdout

    def test_a_rule_without_an_invalid_example_is_refused(self, run: Runner, repository: Write) -> None:
        outcome = run("test", cwd=fleet(repository, RULE.partition("  invalid:")[0]))
        assert (outcome.code, outcome.stdout) == (2, "")
        assert "'invalid' is missing" in outcome.stderr
        assert " --> policies/fleet/known-port.yaml:" in outcome.stderr

    def test_hostile_titles(self, run: Runner, repository: Write) -> None:
        wrong = RULE.replace("port: Kiel", "port: Genoa").replace("a known port", '"a\\n::error::b\\e[2J"')
        outcome = run("test", "known-port", cwd=fleet(repository, wrong))
        assert outcome.code == 1
        assert outcome.lines[0] == "fleet/known-port: a\\n::error::b\\x1b[2J"
