"""A configuration, rules, kinds and schemas that mean harm: refused with a message, or harmless."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.hostile.harness import check_safe, run_limited

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.conftest import Runner

    Write = Callable[[Mapping[str, str | bytes]], Path]

TIMEOUT = 20
DEEP = 20_000

BOMB = "deployment:\n" + "".join(
    f"  k{level}: &k{level} [{', '.join([f'*k{level - 1}' if level else 'x'] * 9)}]\n" for level in range(9)
)
RANGES = "DEP-001: a\nType: Criteria\nLinked IDs: " + "TEST-1 to TEST-999999999, " * 1000 + "\n"
ENTITIES = (
    '<!DOCTYPE a [<!ENTITY a0 "a">'
    + "".join(f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 15))
    + ']><testsuite name="&a14;"/>'
)


OWN_RULE = """\
id: own/a
title: a
severity: warning
rationale: r
fix: f
references: [x]
given: {{document: own, select: "items[*]", missing: skip}}
then:
{}examples:
  valid: [{{title: v, files: {{o.own.yaml: "a: 1"}}}}]
  invalid: [{{title: v, files: {{o.own.yaml: "a: 1"}}, expect: ["o.own.yaml:1:1: m"]}}]
"""


class TestHostileConfiguration:
    @pytest.mark.parametrize(
        ("files", "code"),
        [
            ({"policylint.toml": "a = " + "[" * DEEP}, 2),
            ({"policylint.toml": "x" * 2_000_000}, 2),
            ({"policylint.toml": b"\0\xff"}, 2),
            ({"policylint.toml": f'exclude = ["{"a/" * 5000}"]\n'}, 1),
            ({"policylint.toml": 'exclude = ["["]\n'}, 2),
            ({"policylint.toml": f"exclude = {json.dumps([f'a{n}' for n in range(50_000)])}\n"}, 2),
            ({"policylint.toml": f"exclude = {json.dumps(['*a' * 90 + str(n) for n in range(80)])}\n"}, 1),
            ({"policylint.toml": f"[entries]\nplaceholders = {json.dumps(['z' * 250] * 10)}\n"}, 1),
            ({"policylint.toml": f"[entries]\nplaceholders = {json.dumps(['z' * 250] * 2000)}\n"}, 2),
            (
                {
                    "policylint.toml": f"[entries]\nplaceholders = {json.dumps(['(a{100}){9}'] * 100)}\n",
                    "docs/deployment.md": f"DEP-001: {'a' * 100_000}!\nType: Criteria\n",
                },
                1,
            ),
            ({"policylint.toml": '[entries]\nplaceholders = ["\\\\Qa", "b"]\n'}, 2),
            ({"policylint.toml": 'rules = ["/etc"]\n'}, 2),
            ({"policylint.toml": 'rules = ["../"]\n'}, 2),
            ({"policylint.toml": 'rules = ["a\\u0000b"]\n'}, 2),
            ({"policylint.toml": f'external-ids = ["{"A" * 100_000}"]\n'}, 1),
            ({"policylint.toml": "max-file-size = " + "9" * 5000 + "\n"}, 2),
            ({"policylint.toml": 'rules = ["r"]\n', "r/a/b.yaml": BOMB}, 2),
            ({"policylint.toml": 'rules = ["r"]\n', "r/a/b.yaml": "[" * DEEP}, 2),
            ({"policylint.toml": 'rules = ["r"]\n', "r/a/b.yaml": "#" * 50_000_000}, 2),
            ({"policylint.toml": "max-file-size = 2097153\n"}, 2),
            ({"policylint.toml": 'rules = ["r"]\n', "r/a/b.yaml": b"\xff\xfe"}, 2),
            ({".gitignore": "!\n/\n[\n\\\n" + "*a" * 200 + "b\n" + "**/" * 200}, 1),
            ({".gitignore": b"\xff\xfe\0\n"}, 1),
            ({"pyproject.toml": "[tool.policylint]\n" + "[" * DEEP}, 2),
            ({"policylint.toml": "[entries]\nrange-limit = 999999999\n", "docs/deployment.md": RANGES}, 1),
            ({"policylint.toml": "[entries]\nrange-limit = " + "9" * 5000 + "\n", "docs/deployment.md": RANGES}, 2),
            (
                {
                    "policylint.toml": f"[entries]\nplaceholders = ['({'(a+)+' * 20})$', '((a{{1,100}}){{1,9}})']\n",
                    "docs/deployment.md": f"DEP-001: {'a' * 100_000}!\nType: Criteria\n",
                },
                1,
            ),
            ({"policylint.toml": f'[entries]\ntemplates = ["{"*a" * 25}b"]\n', f"{'a' * 200}.md": RANGES}, 1),
            ({"policylint.toml": 'stage = "release"\nevidence = ["/dev/zero", "../../dev/zero"]\n'}, 2),
            ({"policylint.toml": 'stage = "release"\nevidence = ["a.xml"]\n', "a.xml": ENTITIES}, 1),
            ({"policylint.toml": 'stage = "release"\nevidence = ["a.json"]\n', "a.json": '{"a": ' + "[" * DEEP}, 1),
        ],
        ids=lambda value: str(value)[:60] if isinstance(value, dict) else "",
    )
    def test_is_refused_or_does_nothing(
        self, run: Runner, repository: Write, files: dict[str, str | bytes], code: int
    ) -> None:
        folder = repository({"netlify.toml": '[build]\ncommand = "npm run build"\n', **files})
        outcome = run("check", ".", cwd=folder, timeout=TIMEOUT)
        assert outcome.code == code, outcome
        check_safe(outcome)
        assert outcome.stderr or code == 1

    @pytest.mark.parametrize(
        ("configuration", "place", "message"),
        [
            (
                f"[entries]\nplaceholders = {json.dumps(['z' * 500] * 9)}\n",
                "2:16",
                "the pattern of all placeholders, with those that are shipped, is # characters long, more than #",
            ),
            (
                f"exclude = {json.dumps(['a'] * 16_385)}\n",
                "1:11",
                "the globs are # characters long together, more than #",
            ),
        ],
    )
    def test_what_is_too_much_together_is_told_at_its_place(
        self, run: Runner, repository: Write, configuration: str, place: str, message: str
    ) -> None:
        outcome = run("check", cwd=repository({"policylint.toml": configuration}))
        assert (outcome.code, outcome.stdout) == (2, "")
        first, second, *_ = outcome.stderr.split("\n")
        assert (re.sub(r"\d+", "#", first), second) == (f"error: {message}", f" --> policylint.toml:{place}")

    def test_placeholders_that_are_many_together_are_found(self, run: Runner, repository: Write) -> None:
        names = [letter * 250 for letter in "yz"]
        text = "".join(f"DEP-00{n}: a\nType: Environment\nAccess: {name}\n\n" for n, name in enumerate(names))
        files = {"policylint.toml": f"[entries]\nplaceholders = {json.dumps(names)}\n", "deployment.md": text}
        arguments = ("--select", "deployment/placeholder", "--output-format", "json")
        outcome = run("check", *arguments, cwd=repository(files))
        assert [each["line"] for each in json.loads(outcome.stdout)["diagnostics"]] == [3, 7]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (
                "".join(f'[[severity]]\npaths = ["a{n}*"]\nrules = ["ALL"]\nlevel = "off"\n' for n in range(201)),
                "'severity' has more than 200 elements",
            ),
            (
                "".join(f'[kinds.k{n}]\ntitle = "k"\nformat = "yaml"\npaths = ["a{n}*"]\n' for n in range(201)),
                "'kinds' has more than 200 elements",
            ),
            (
                '[kinds.k]\ntitle = "k"\nformat = "markdown"\npaths = ["*.md"]\n[kinds.k.lines]\n'
                + "".join(f'l{n} = {{pattern = "^{n}"}}\n' for n in range(101)),
                "'kinds.k.lines' has more than 100 elements",
            ),
            (
                "".join(
                    f'[kinds.k{n}]\ntitle = "k"\nformat = "markdown"\npaths = ["*.md"]\n'
                    f'lines = {{a = {{pattern = "^{n}"}}}}\n'
                    for n in range(11)
                ),
                "more than 10 kinds read elements or lines",
            ),
            (
                "".join(
                    f'[kinds.k{n}]\ntitle = "k"\nformat = "markdown"\npaths = ["*.md"]\n[kinds.k{n}.lines]\n'
                    + "".join(f'l{line} = {{pattern = "^{line}"}}\n' for line in range(60))
                    for n in range(2)
                ),
                "the kinds have more than 100 patterns of lines together",
            ),
        ],
        ids=range(5),
    )
    def test_what_is_compared_with_every_file_has_a_limit(
        self, run: Runner, repository: Write, text: str, message: str
    ) -> None:
        outcome = run("check", ".", cwd=repository({"policylint.toml": text, "netlify.toml": ""}), timeout=TIMEOUT)
        assert outcome.code == 2
        assert f"error: {message}\n --> policylint.toml:" in outcome.stderr

    @pytest.mark.parametrize(
        ("assertions", "items", "code", "message"),
        [
            (51, 1, 2, "'then' has more than 50 elements"),
            (50, 20_000, 1, "the file asks for more than 500000 judgements, and 'own/a' and what follows are left out"),
        ],
    )
    def test_many_assertions_at_many_places_have_a_limit(
        self, repository: Write, tmp_path: Path, assertions: int, items: int, code: int, message: str
    ) -> None:
        folder = repository(
            {
                "policylint.toml": 'rules = ["r"]\n[kinds.own]\ntitle = "o"\nformat = "yaml"\npaths = ["*.own.yaml"]\n',
                "r/own/a.yaml": OWN_RULE.format("  - equals: 1\n" * assertions),
                "x.own.yaml": f"items: [{'1, ' * items}]\n",
            }
        )
        outcome = run_limited("check", ".", cwd=folder, home=tmp_path)
        check_safe(outcome)
        assert outcome.code == code
        assert message in outcome.stdout + outcome.stderr

    def test_wrong_names_by_the_ten_thousand_on_one_line(self, repository: Write, tmp_path: Path) -> None:
        names = ", ".join(f'"wrong{number}"' for number in range(20_000))
        folder = repository({"policylint.toml": f"ignore = [{names}]\n", "netlify.toml": ""})
        outcome = run_limited("check", ".", cwd=folder, home=tmp_path)
        check_safe(outcome)
        assert outcome.code == 2
        assert outcome.stderr.startswith("error: no rule or category is named 'wrong0'\n")
        assert outcome.stderr.endswith("policylint: error: 19900 more mistakes are left out\n")
        assert len(outcome.stderr) < 100_000

    def test_the_same_evidence_many_times_is_read_once(self, repository: Write, tmp_path: Path) -> None:
        text = json.dumps({f"TEST-{number}": "passed" for number in range(80_000)})
        named = ", ".join(f'"{"./" * number}a.json"' for number in range(50))
        folder = repository(
            {"policylint.toml": f'stage = "release"\nevidence = [{named}]\n', "a.json": text, "netlify.toml": ""}
        )
        outcome = run_limited("check", ".", cwd=folder, home=tmp_path)
        check_safe(outcome)
        assert outcome.code == 1
        assert "limit" not in outcome.stdout

    def test_results_of_many_files_have_a_limit_together(self, repository: Write, tmp_path: Path) -> None:
        text = json.dumps({f"TEST-{number}": "passed" for number in range(60_000)})
        folder = repository(
            {
                "policylint.toml": 'stage = "release"\nevidence = ["a.json", "b.json", "c.json", "d.json"]\n',
                **{f"{name}.json": text for name in "abcd"},
                "netlify.toml": "",
            }
        )
        outcome = run_limited("check", ".", "--output-format", "concise", cwd=folder, home=tmp_path)
        check_safe(outcome)
        [told] = [line for line in outcome.stdout.splitlines() if "limit-exceeded" in line]
        assert told == (
            "c.json:1:1: error[documents/limit-exceeded] "
            "is not read, nor what follows it: the evidence before has 100000 results or more"
        )

    def test_a_glob_with_many_stars(self, run: Runner, repository: Write) -> None:
        folder = repository({"policylint.toml": f'exclude = ["{"*a" * 25}b"]\n', f"{'a' * 200}.md": ""})
        try:
            outcome = run("check", ".", cwd=folder, timeout=5)
        except subprocess.TimeoutExpired:
            pytest.fail("it hangs")
        assert outcome.code == 3

    def test_pipes_instead_of_definitions(self, run: Runner, repository: Write) -> None:
        for name in ("policylint.toml", "pyproject.toml"):
            folder = repository({"netlify.toml": ""})
            os.mkfifo(folder / name)
            outcome = run("check", ".", cwd=folder, timeout=TIMEOUT)
            assert outcome.code == 2
            assert "not a regular file" in outcome.stderr
            (folder / name).unlink()

    def test_rules_a_thousand_folders_deep(self, run: Runner, repository: Write) -> None:
        folder = repository({"policylint.toml": 'rules = ["r"]\n', "netlify.toml": "", "r/.keep": ""})
        subprocess.run(["mkdir", "-p", "d/" * 1500], cwd=folder / "r", check=True)
        try:
            check_safe(run("check", ".", cwd=folder, timeout=TIMEOUT))
        finally:
            subprocess.run(["rm", "-rf", str(folder / "r")], check=True)

    def test_folders_a_thousand_deep(self, run: Runner, repository: Write) -> None:
        folder = repository({})
        deep = "d/" * 1500
        subprocess.run(["mkdir", "-p", deep], cwd=folder, check=True)
        (folder / deep / "netlify.toml").write_text("")
        try:
            outcome = run("check", ".", "--output-format=concise", cwd=folder, timeout=TIMEOUT)
            assert outcome.code == 1
            assert outcome.lines[0].startswith(f"{deep}netlify.toml:1:1: error[netlify/missing-test-gate]")
            check_safe(outcome)
        finally:
            subprocess.run(["rm", "-rf", str(folder / "d")], check=True)

    def test_folders_too_deep_to_be_seen_fail_the_run(self, run: Runner, repository: Write) -> None:
        folder = repository({"netlify.toml": '[build]\ncommand = "npm run build"\n'})
        subprocess.run(["mkdir", "-p", "d/" * 1500], cwd=folder, check=True)
        subprocess.run(["mkdir", "-p", "d/" * 1500], cwd=folder.parent, check=True)
        (folder.parent / "d").rename(folder / ("d/" * 1500) / "d")
        try:
            outcome = run("check", ".", "--output-format=concise", cwd=folder, timeout=TIMEOUT)
            assert outcome.code == 2
            assert outcome.lines[0].startswith("netlify.toml:2:11: "), "what was found is reported all the same"
            assert outcome.stderr.startswith("policylint: error: the check is not complete: 'd/d/")
            assert "cannot be read: file name too long; use 'exclude'" in outcome.stderr
        finally:
            subprocess.run(["rm", "-rf", str(folder / "d")], check=True)


# Forty definitions, each of which asks twice for the one before: 2**40 evaluations of one value.
DOUBLING = json.dumps(
    {
        "$defs": {
            "a0": {},
            **{f"a{level}": {"allOf": [{"$ref": f"#/$defs/a{level - 1}"}] * 2} for level in range(1, 41)},
        },
        "$ref": "#/$defs/a40",
    }
)
SHIP = '[kinds.ship]\ntitle = "A ship"\nformat = "yaml"\npaths = ["*.ship.yaml"]\nschema = "ship.json"\n'


OBJECTS = "items:\n" + "- {a: 1}\n" * 10_000


class TestHostileSchemas:
    """A kind of the repository has a schema of the repository."""

    @pytest.mark.parametrize(
        "part",
        [
            {"required": [f"e{number}" for number in range(20_000)]},
            {"enum": [f"e{number}" for number in range(50_000)]},
            {"dependentRequired": {"a": [f"e{number}" for number in range(20_000)]}},
            {"allOf": [{"minProperties": 0}] * 9_000},
        ],
        ids=lambda part: str(*part),
    )
    def test_keywords_of_any_size_are_counted(self, repository: Write, tmp_path: Path, part: dict[str, object]) -> None:
        schema = json.dumps({"properties": {"items": {"items": part}}})
        folder = repository({"policylint.toml": SHIP, "ship.json": schema, "a.ship.yaml": OBJECTS})
        outcome = run_limited("check", ".", cwd=folder, home=tmp_path)
        check_safe(outcome)
        assert outcome.code == 2
        assert "'ship.json' may take more than 5000 evaluations for one value" in outcome.stderr

    def test_mistakes_by_the_million_are_not_all_looked_for(self, repository: Write, tmp_path: Path) -> None:
        schema = json.dumps({"properties": {"items": {"items": {"required": [f"e{n}" for n in range(100)]}}}})
        folder = repository({"policylint.toml": SHIP, "ship.json": schema, "a.ship.yaml": OBJECTS})
        outcome = run_limited("check", ".", "--output-format", "concise", cwd=folder, home=tmp_path)
        check_safe(outcome)
        assert "is wrong in so many places that not all are told" in outcome.stdout

    @pytest.mark.parametrize(
        ("schema", "code"),
        [
            ('{"properties": {"a": {"pattern": "^(a+)+$"}}}', 1),
            ('{"patternProperties": {"^(a+)+$": {}}, "additionalProperties": false}', 1),
            ('{"$ref": "http://127.0.0.1:9/x.json"}', 2),
            ('{"type": 3}', 2),
            (DOUBLING, 2),
            (
                '{"$defs": {"n": {"properties": {"a": {"allOf": ['
                + '{"$ref": "#/$defs/n"}, ' * 2
                + "{}]}}}}, "
                + '"$ref": "#/$defs/n"}',
                2,
            ),
            ('{"allOf": [{"$ref": "#"}], "type": "string"}', 2),
            ('{"$defs": {"n": {"$anchor": "n", "anyOf": [{"$ref": "#n"}]}}, "$ref": "#n"}', 2),
            ('{"properties": {"a": {"$ref": "#"}}, "items": {"$ref": "#"}}', 0),
            ('{"$dynamicRef": "file:///etc/passwd"}', 2),
            ('{"$schema": "file:///etc/passwd"}', 2),
            ("{", 2),
            ("[" * DEEP, 2),
            (b"\xff\xfe", 2),
            ('{"properties": {"a": {"pattern": "(?=a)"}}}', 2),
            (None, 2),
        ],
    )
    def test_is_refused_or_does_no_harm(
        self, run: Runner, repository: Write, schema: str | bytes | None, code: int
    ) -> None:
        key = "a" * 40 + "!"
        folder = repository({"policylint.toml": SHIP, "beagle.ship.yaml": f"a: {key}\n{key}: 1\n"})
        if schema is None:
            os.mkfifo(folder / "ship.json")
        else:
            repository({"ship.json": schema})
        outcome = run("check", ".", cwd=folder, timeout=4)
        assert outcome.code == code
        check_safe(outcome)
