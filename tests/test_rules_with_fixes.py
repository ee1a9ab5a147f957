"""Rules that offer fixes: what each action does to a file, and which mistakes in them are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from tests.conftest import Runner

Write = Callable[[Mapping[str, str | bytes]], Path]

CONFIGURATION = 'rules = ["policy"]\nselect = ["ops"]\n'


def rule(given: object, then: object, name: str = "own") -> str:
    """A rule file; its examples are never run here."""
    example = {"title": "some", "files": {"x": "y"}}
    return yaml.safe_dump(
        {
            "id": f"ops/{name}",
            "title": "Not as we want it",
            "severity": "error",
            "rationale": "Because.",
            "fix": "Mend it.",
            "references": ["our handbook"],
            "given": given,
            "then": then,
            "examples": {"valid": [example], "invalid": [{**example, "expect": ["x:1:1: y"]}]},
        }
    )


def repaired(run: Runner, repository: Write, files: Mapping[str, str], *flags: str) -> Mapping[str, str]:
    """The files after a check with --fix."""
    folder = repository({"policylint.toml": CONFIGURATION, **files})
    outcome = run("check", "--fix", *flags, cwd=folder)
    assert outcome.code in (0, 1), outcome
    return {path: (folder / path).read_text() for path in files if "policy/" not in path}


NETLIFY = {"document": "netlify", "missing": "skip"}
ENVIRONMENT = {**NETLIFY, "select": ["build.environment", "context.*.environment"]}
TEXT = """\
[build]
publish = "dist"

[build.environment]
NODE_VERSION = "20"
command = "npm test"  # never read here

[context.production.environment]
CI = "1"

[context.production]
base = "web"
"""

CASES: dict[str, tuple[object, object, str]] = {
    "a key moves to the table around": (
        ENVIRONMENT,
        {"field": "command", "exists": False, "edit": {"applicability": "safe", "move": "^"}},
        TEXT.replace('command = "npm test"  # never read here\n', "").replace(
            '"dist"\n', '"dist"\ncommand = "npm test"  # never read here\n'
        ),
    ),
    "a key moves to a table of the document under another name": (
        {**NETLIFY, "select": "build"},
        {
            "field": "publish",
            "exists": False,
            "edit": {"applicability": "safe", "move": "context.production", "rename": "{key}ed"},
        },
        TEXT.replace('publish = "dist"\n', "").replace('"web"\n', '"web"\npublished = "dist"\n'),
    ),
    "a value is set from a template": (
        {**NETLIFY, "select": "build.environment"},
        {"field": "NODE_VERSION", "equals": "v20", "edit": {"applicability": "safe", "set": "v{value}"}},
        TEXT.replace('"20"', '"v20"'),
    ),
    "a missing key is set to a value of the document": (
        {**NETLIFY, "select": "build"},
        {
            "field": "base",
            "exists": True,
            "edit": {"applicability": "safe", "set": "{document.context.production.base}"},
        },
        TEXT.replace('"dist"\n', '"dist"\nbase = "web"\n'),
    ),
    "a key is set below the place that is reported": (
        {**NETLIFY, "select": "build.environment"},
        {"matches": "CI: ", "edit": {"applicability": "safe", "at": "CI", "set": "true"}},
        TEXT.replace("# never read here\n", '# never read here\nCI = "true"\n'),
    ),
    "a key is set where it is said": (
        {**NETLIFY, "select": "context.*.environment"},
        {
            "not": {"field": "CI", "equals": "1"},
            "message": "CI is on",
            "edit": {"applicability": "safe", "set": False},
        },
        TEXT.replace('CI = "1"', "CI = false"),
    ),
    "a key is removed": (
        {**NETLIFY, "select": "context.*.environment.*"},
        {"exists": False, "edit": {"applicability": "safe", "remove": True}},
        TEXT.replace('CI = "1"\n', ""),
    ),
    "the first part that fails is mended as the whole says": (
        {**NETLIFY, "select": "build"},
        {
            "field": "publish",
            "all": [{"exists": True}, {"equals": "site"}],
            "edit": {"applicability": "safe", "set": "site"},
        },
        TEXT.replace('"dist"', '"site"'),
    ),
    "what looks at other files can be mended": (
        {**NETLIFY, "select": "build"},
        {
            "field": "publish",
            "file": {"path": "{publish}"},
            "edit": {"applicability": "safe", "set": "policylint.toml"},
        },
        TEXT.replace('"dist"', '"policylint.toml"'),
    ),
    "a name that leads nowhere offers nothing": (
        {**NETLIFY, "select": "build"},
        {"field": "base", "exists": True, "edit": {"applicability": "safe", "set": "{document.build.nothing}"}},
        TEXT,
    ),
    "what does not remove the violation is not done": (
        {**NETLIFY, "select": "build"},
        {"field": "publish", "equals": "site", "edit": {"applicability": "safe", "set": "sites"}},
        TEXT,
    ),
    "an operator that knows no edit offers none": (
        {**NETLIFY, "select": "build"},
        {"field": "publish", "equals": "site", "edit": {"applicability": "safe"}},
        TEXT,
    ),
    "a guess is not safe": (
        {**NETLIFY, "select": "build"},
        {"field": "publish", "equals": "site", "edit": {"applicability": "unsafe", "set": "site"}},
        TEXT,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_a_rule_makes_of_a_file(run: Runner, repository: Write, name: str) -> None:
    given, then, expected = CASES[name]
    files = {"policy/ops/own.yaml": rule(given, then), "netlify.toml": TEXT}
    assert repaired(run, repository, files) == {"netlify.toml": expected}


def test_a_fix_that_breaks_another_rule_is_not_made(run: Runner, repository: Write) -> None:
    build = {**NETLIFY, "select": "build"}
    wanted = {"field": "publish", "equals": "site", "edit": {"applicability": "safe", "set": "site"}}
    files = {
        "policy/ops/own.yaml": rule(build, wanted),
        "policy/ops/other.yaml": rule(build, {"field": "publish", "one_of": ["dist", "public"]}, "other"),
        "netlify.toml": TEXT,
    }
    assert repaired(run, repository, files) == {"netlify.toml": TEXT}


def test_a_fix_that_breaks_a_rule_in_another_file_is_not_made(run: Runner, repository: Write) -> None:
    wanted = {"field": "publish", "equals": "site", "edit": {"applicability": "safe", "set": "site"}}
    other = {"file": {"path": "a/netlify.toml", "contains": "dist"}}
    files = {
        "policy/ops/own.yaml": rule({**NETLIFY, "select": "build"}, wanted),
        "policy/ops/other.yaml": rule({"document": "package-json"}, other, "other"),
        "package.json": "{}",
        "a/netlify.toml": TEXT,
        "b/netlify.toml": TEXT,
    }
    changed = TEXT.replace('"dist"', '"site"')
    after = {"package.json": "{}", "a/netlify.toml": TEXT, "b/netlify.toml": changed}
    assert repaired(run, repository, files) == after


def test_values_and_keys_of_yaml_and_json(run: Runner, repository: Write) -> None:
    files = {
        "policy/ops/own.yaml": rule(
            {"document": "ship-state"},
            {"field": "current_phase", "equals": "ship it", "edit": {"applicability": "safe", "set": "ship it"}},
        ),
        "policy/ops/other.yaml": rule(
            {"document": "package-json"},
            {"field": "nmae", "exists": False, "edit": {"applicability": "unsafe", "rename": "name"}},
            "other",
        ),
        "state.yaml": "# s\ncurrent_phase: 'implement'  # c\n",
        "a/state.yaml": "current_phase: |\n  implement\n",
        "package.json": '{ "nmae" : "x" }\n',
    }
    assert repaired(run, repository, files, "--unsafe-fixes") == {
        "state.yaml": "# s\ncurrent_phase: 'ship it'  # c\n",
        "a/state.yaml": "current_phase: |\n  implement\n",
        "package.json": '{ "name" : "x" }\n',
    }


MISTAKES = {
    "no applicability": ({"set": "x"}, "'applicability' should be 'safe' or 'unsafe'"),
    "another applicability": ({"applicability": "sure", "set": "x"}, "'applicability' should be 'safe' or 'unsafe'"),
    "an unknown action of an operator": (
        {"applicability": {"renam": "safe"}},
        "no action is named 'renam'",
    ),
    "an unknown action": ({"applicability": "safe", "sett": "x"}, "unknown key 'sett' of an edit"),
    "two actions": ({"applicability": "safe", "set": "x", "remove": True}, "an edit has one action; only 'move'"),
    "no flag": ({"applicability": "safe", "remove": "x"}, "'remove' should be true"),
    "a table": ({"applicability": "safe", "set": {"a": 1}}, "'set' takes a text, a number, true, false, or a list"),
    "a place of no action": ({"applicability": "safe", "at": "x"}, "'at' needs an action"),
    "several places": ({"applicability": "safe", "at": "x.*", "set": 1}, "'at' should lead to one place"),
    "a wrong path": ({"applicability": "safe", "move": "a."}, "path 'a.' ends with a dot"),
    "an empty name": ({"applicability": "safe", "rename": ""}, "'rename' should be text"),
    "no mapping": ("safe", "an edit is a mapping with its 'applicability'"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_wrong_edit_is_reported_in_its_rule(run: Runner, repository: Write, name: str) -> None:
    edit, message = MISTAKES[name]
    text = rule(NETLIFY, {"field": "build.publish", "exists": True, "edit": edit})
    folder = repository({"policylint.toml": CONFIGURATION, "policy/ops/own.yaml": text, "netlify.toml": TEXT})
    outcome = run("check", cwd=folder)
    assert outcome.code == 2
    assert outcome.stderr.startswith(f"error: {message}")
    assert "policy/ops/own.yaml:" in outcome.stderr


def test_references_offer_nothing(run: Runner, repository: Write) -> None:
    text = rule({"reference": "*"}, {"resolves": True, "edit": {"applicability": "safe", "remove": True}})
    outcome = run("check", cwd=repository({"policylint.toml": CONFIGURATION, "policy/ops/own.yaml": text}))
    assert outcome.stderr.startswith("error: references are not edited\n")


EXAMPLES = """\
id: ops/own
title: The wrong folder
severity: error
rationale: Because.
fix: Mend it.
references: [our handbook]
given: {document: netlify, select: build, missing: skip}
then: {field: publish, equals: site, edit: {applicability: unsafe, set: site}}
examples:
  valid:
    - title: the right one
      files: {netlify.toml: "build.publish = 'site'"}
  invalid:
    - title: another
      files: {netlify.toml: "build.publish = 'dist' # c"}
      expect: ["netlify.toml:1:17: build.publish is 'dist', expected 'site'"]
"""


@pytest.mark.parametrize(
    ("fixed", "lines"),
    [
        ("      fixed: {netlify.toml: \"build.publish = 'site' # c\"}\n", ["2 examples passed, 0 failed (1 rule)"]),
        (
            "      fixed: {netlify.toml: \"build.publish = 'site'\"}\n",
            [
                "ops/own: another",
                "  missing: netlify.toml, fixed, line 1: \"build.publish = 'site'\"",
                "  noisy:   netlify.toml, fixed, line 1: \"build.publish = 'site' # c\"",
                "1 example passed, 1 failed (1 rule)",
            ],
        ),
        (
            "",
            [
                "ops/own: the edit of the rule",
                "  missing: an example with 'fixed'",
                "2 examples passed, 1 failed (1 rule)",
            ],
        ),
    ],
)
def test_examples_say_how_the_files_read_after_the_fixes(
    run: Runner, repository: Write, fixed: str, lines: list[str]
) -> None:
    folder = repository({"policylint.toml": CONFIGURATION, "policy/ops/own.yaml": EXAMPLES + fixed})
    assert run("test", "ops", cwd=folder).lines == lines
