"""Repositories that mean harm: none makes policylint hang, crash, keep silent, write, or run what lies in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policylint.reporters import RENDERERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.conftest import Outcome, Runner

    Write = Callable[[Mapping[str, str | bytes]], Path]

TIMEOUT = 20
DEEP = 20_000
PLAN = "---\nplan: 1\nmust_haves:\n  {}\n---\n"


def plan(key: str, *items: str) -> str:
    return PLAN.format(f"{key}:\n" + "\n".join(f"    - {item}" for item in items))


BOMB = "deployment:\n" + "".join(
    f"  k{level}: &k{level} [{', '.join([f'*k{level - 1}' if level else 'x'] * 9)}]\n" for level in range(9)
)
RANGES = "DEP-001: a\nType: Criteria\nLinked IDs: " + "TEST-1 to TEST-999999999, " * 1000 + "\n"
ENTITIES = (
    '<!DOCTYPE a [<!ENTITY a0 "a">'
    + "".join(f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 15))
    + ']><testsuite name="&a14;"/>'
)
OUTSIDE = ["/etc/passwd", "../outside.txt", "a/../../outside.txt", "\\\\server\\share\\a", "C:\\a", "c:a"]

# Every file, and what is said about it: the rule and a part of the message. None: nothing needs to be said.
HOSTILE: dict[str, tuple[str | bytes, tuple[str, str] | None]] = {
    "bomb/state.yaml": (BOMB, ("documents/limit-exceeded", "aliases expand to more than 100000 values")),
    "deep/state.yaml": ("manual_gates: " + "[" * DEEP, ("documents/limit-exceeded", "more than 100 levels deep")),
    "deep-flow/state.yaml": ("manual_gates: " + "{a: " * DEEP, ("documents/limit-exceeded", "more than 100 levels")),
    "deep-block/state.yaml": (
        "manual_gates:\n" + "".join(f"{' ' * level}a:\n" for level in range(1, 2000)),
        ("documents/limit-exceeded", "more than 100 levels deep"),
    ),
    "deep-dashes/state.yaml": ("- " * DEEP, ("documents/limit-exceeded", "more than 100 levels deep")),
    "deep/package.json": ('{"scripts": ' + "[" * DEEP, ("documents/limit-exceeded", "more than 100 levels deep")),
    "deep/netlify.toml": ("a = " + "[" * DEEP, ("documents/limit-exceeded", "more than 100 levels deep")),
    "deep-keys/netlify.toml": (
        "[" + ".".join("a" * DEEP) + "]\nb = 1\n",
        ("documents/limit-exceeded", "more than 100 levels deep"),
    ),
    "deep/01-01-PLAN.md": (
        "---\nplan: 1\nmust_haves: " + "[" * DEEP + "\n---\n",
        ("documents/limit-exceeded", "more than 100 levels deep"),
    ),
    "deep/deployment.md": ("> " * DEEP + "DEP-001: Production\n", None),
    "deep-lists/deployment.md": ("- " * DEEP + "DEP-001: Production\n", None),
    "brackets/deployment.md": ("DEP-001: Production\n" + "[" * DEEP + "](" * DEEP, None),
    "stars/deployment.md": ("DEP-001: Production\n" + "*a **b " * DEEP, None),
    "itself/state.yaml": ("deployment: &a [*a]\n", ("documents/", "")),
    "itself-merged/state.yaml": ("deployment: &a\n  <<: *a\n", ("documents/", "")),
    "number/state.yaml": ("current_phase: " + "9" * 5000 + "\n", None),
    "number/package.json": ('{"scripts": {"a": ' + "9" * 5000 + "}}", ("documents/", "")),
    "number/netlify.toml": ("[build]\ncommand = " + "9" * 5000 + "\n", ("documents/", "")),
    "number-float/package.json": ('{"scripts": {"a": 1e999999}}', None),
    "nul/state.yaml": ("current_phase: a\0b\n", ("documents/syntax-error", "")),
    "nul/package.json": ('{"scripts": {"a": "b\0"}}', ("documents/syntax-error", "")),
    "nul/netlify.toml": ('[build]\ncommand = "a\0"\n', ("documents/syntax-error", "")),
    "nul/deployment.md": ("DEP-001: Produc\0tion\nType: Environment\n", ("deployment/missing-owner", "DEP-001")),
    "utf16/state.yaml": ("current_phase: a\n".encode("utf-16"), ("documents/unreadable-file", "UTF-16")),
    "utf16/netlify.toml": (b"\xfe\xff" + "a = 1\n".encode("utf-16-be"), ("documents/unreadable-file", "UTF-16")),
    "latin1/state.yaml": (b"current_phase: caf\xe9\n", ("documents/unreadable-file", "not UTF-8: byte 0xe9")),
    "latin1/deployment.md": (b"DEP-001: caf\xe9\n", ("documents/unreadable-file", "not UTF-8: byte 0xe9")),
    "bom/netlify.toml": (b'\xef\xbb\xbf[build]\ncommand = "make"\n', ("netlify/unknown-test-gate", "")),
    "bom/state.yaml": (b"\xef\xbb\xbfcurrent_phase: [\n", ("documents/syntax-error", "")),
    "bom/package.json": (b'\xef\xbb\xbf{"scripts": 1}', ("documents/schema-violation", "scripts")),
    "bom/01-01-PLAN.md": (b"\xef\xbb\xbf" + PLAN.format("artifacts: [{path: gone}]").encode(), None),
    "cr/state.yaml": ("current_phase: a\rcurrent_phase: b\r", ("documents/duplicate-key", "current_phase")),
    "cr/deployment.md": ("DEP-001: Production\rType: Environment\r", ("deployment/missing-owner", "DEP-001")),
    "cr/netlify.toml": ('[build]\rcommand = "a"\r', ("documents/syntax-error", "")),
    "large/netlify.toml": ("# " + "x" * 3_000_000, ("documents/limit-exceeded", "larger than 2097152 bytes")),
    "large/deployment.md": ("DEP-001: a\n" * 300_000, ("documents/limit-exceeded", "larger than 2097152 bytes")),
    "long/state.yaml": (f'current_phase: ["{"x" * 1_000_000}"]\n', ("documents/schema-violation", "current_phase")),
    "long/netlify.toml": (
        f'[build]\ncommand = "echo {"x" * 1_000_000}"\n',
        ("netlify/unknown-test-gate", "is too long"),
    ),
    "long-command/netlify.toml": (f'[build]\ncommand = "{"a;" * 100_000}"\n', ("netlify/", "")),
    "nested-command/netlify.toml": (f'[build]\ncommand = "{"$(" * 20_000}"\n', ("netlify/", "")),
    "groups/netlify.toml": (f'[build]\ncommand = "{"(" * 20_000}{")" * 20_000}"\n', ("netlify/", "")),
    "long/deployment.md": (f"DEP-001: {'y' * 1_000_000}\nType: Environment\n", ("deployment/missing-owner", "DEP-001")),
    "commands/package.json": ('{"scripts": {"a": "npm run b", "b": "npm run a"}}', None),
    "commands/netlify.toml": ('[build]\ncommand = "npm run a"\n', ("netlify/", "")),
    "empty/netlify.toml": ("", ("netlify/missing-test-gate", "")),
    "empty/package.json": ("", ("documents/syntax-error", "")),
    "empty/state.yaml": ("", None),
    "empty/01-01-PLAN.md": ("", None),
    "empty/deployment.md": ("", None),
    "empty/release-workflow.md": ("", ("release/undocumented-health-check", "")),
    "empty/incident-log.md": ("", None),
    "empty/ship-report.md": ("", None),
    "empty/rollback_1_2_3.md": ("", None),
    "scalar/state.yaml": ("just text\n", None),
    "scalar/package.json": ("1", ("documents/schema-violation", "")),
    "tags/state.yaml": ('current_phase: !!python/object/apply:os.system ["touch pwned"]\n', ("documents/", "")),
    "many/state.yaml": ("---\ncurrent_phase: [\n" * 1000, ("documents/syntax-error", "")),
    "range/deployment.md": (
        "DEP-001: Production\nOwner: a\nLinked IDs: TEST-1 to TEST-999999999\n",
        ("ids/invalid-range", "'TEST-1 to TEST-999999999' has 999999999 members"),
    ),
    "ranges/deployment.md": (
        "DEP-002: a\nOwner: a\nLinked IDs: " + "TEST-1 to TEST-400, " * 2000,
        ("ids/range-gap", "'TEST-1 to TEST-400' has 400 of 400 IDs not defined"),
    ),
    "patterns/01-01-PLAN.md": (
        plan(
            "key_links",
            '{from: patterns/text.md, to: x, pattern: "(a+)+$"}',
            '{from: patterns/text.md, to: x, pattern: "(x+x+)+y"}',
            '{from: patterns/text.md, to: x, pattern: "((a{1,100}){1,100}){1,100}"}',
            '{from: patterns/text.md, to: x, pattern: "' + "(" * 300 + '"}',
            "{from: patterns/text.md, to: x, pattern: '(?=a)(.)\\1'}",
            '{from: patterns/text.md, to: x, pattern: "' + "a?" * 5000 + '"}',
        ),
        ("plan/invalid-link-pattern", "is not an RE2 pattern"),
    ),
    "patterns/text.md": ("a" * 5000 + "!" + "x" * 5000, None),
    "paths/01-01-PLAN.md": (
        plan("artifacts", *(f"path: '{path}'\n      contains: root" for path in OUTSIDE)),
        ("plan/path-outside-repository", "is outside the repository"),
    ),
    "linked/01-01-PLAN.md": (
        plan("artifacts", "path: linked/out.txt", "path: linked/folder/outside.txt", "path: linked/pipe"),
        ("plan/missing-artifact", "is not a regular file of this repository"),
    ),
    "odd-paths/01-01-PLAN.md": (
        plan("artifacts", 'path: "a\\0b"', f'path: "{"x" * 5000}"', f'path: "{"x/" * 3000}"', "path: ''", "path: [a]"),
        ("plan/missing-artifact", ""),
    ),
    "names/\x1b[2J/netlify.toml": ('[build]\ncommand = "make"\n', ("netlify/unknown-test-gate", "")),
    "names/\u202e/netlify.toml": ('[build]\ncommand = "make"\n', ("netlify/unknown-test-gate", "")),
    "names/::error::a/netlify.toml": ('[build]\ncommand = "make"\n', ("netlify/unknown-test-gate", "")),
    "names/a\nb.md": ("DEP-009: Production\nType: Environment\n", ("deployment/missing-owner", "DEP-009")),
}
SPECIAL = {
    "pipe/state.yaml": ("documents/unreadable-file", "not a regular file"),
    "link/state.yaml": ("documents/unreadable-file", "link that leaves the repository"),
    "zero/state.yaml": ("documents/unreadable-file", "link that leaves the repository"),
    "loop/state.yaml": ("documents/unreadable-file", "symbolic links"),
    "folder/state.yaml": ("documents/unreadable-file", "not a regular file"),
}


@pytest.fixture
def hostile(repository: Write, tmp_path: Path) -> Path:
    """A folder with every hostile file that a file system can hold."""
    root = repository({path: content for path, (content, _) in HOSTILE.items()})
    repository({"folder/target/a": "", **{f"{path.partition('/')[0]}/.keep": "" for path in SPECIAL}})
    outside = tmp_path / "outside.txt"
    outside.write_text("root\n")
    os.mkfifo(root / "pipe" / "state.yaml")
    os.mkfifo(root / "linked" / "pipe")
    (root / "link" / "state.yaml").symlink_to(outside)
    (root / "zero" / "state.yaml").symlink_to("/dev/zero")
    (root / "loop" / "state.yaml").symlink_to("state.yaml")
    (root / "folder" / "state.yaml").symlink_to("target")
    (root / "linked" / "out.txt").symlink_to(outside)
    (root / "linked" / "folder").symlink_to(tmp_path)
    return root


def check_safe(outcome: Outcome) -> None:
    """Nothing went wrong inside policylint, and nothing that it printed can harm a terminal."""
    assert "Traceback" not in outcome.stderr + outcome.stdout
    assert "bug in policylint" not in outcome.stderr
    for character in set(outcome.stdout + outcome.stderr) - {"\n"}:
        assert unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp"), hex(ord(character))


class TestHostileFiles:
    @pytest.mark.parametrize("output_format", list(RENDERERS))
    def test_every_format(self, run: Runner, hostile: Path, output_format: str) -> None:
        outcome = run("check", ".", "--output-format", output_format, cwd=hostile, timeout=TIMEOUT)
        assert (outcome.code, outcome.stderr) == (1, "")
        check_safe(outcome)
        if output_format == "json":
            check_all_said(json.loads(outcome.stdout)["diagnostics"])
        assert not (hostile / "pwned").exists()

    def test_a_bomb_is_no_smaller_in_its_own_run(self, run: Runner, hostile: Path) -> None:
        """Each file by itself: what one file does must not depend on the others."""
        for path in ("bomb/state.yaml", "pipe/state.yaml", "zero/state.yaml", "nested-command/netlify.toml"):
            outcome = run("check", path, "--output-format=concise", cwd=hostile, timeout=TIMEOUT)
            assert outcome.code in (0, 1)
            assert outcome.lines[-1].startswith("Checked 1 file ")
            check_safe(outcome)


def check_all_said(diagnostics: list[dict[str, str]]) -> None:
    said: dict[str, list[str]] = {}
    for each in diagnostics:
        said.setdefault(each["path"], []).append(f"{each['rule']} {each['message']}")
    expected = {path: wanted for path, (_, wanted) in HOSTILE.items() if wanted} | SPECIAL
    missing = {
        path: (wanted, said.get(path))
        for path, wanted in expected.items()
        if not any(text.startswith(wanted[0]) and wanted[1] in text for text in said.get(path, []))
    }
    assert missing == {}
    paths = said["paths/01-01-PLAN.md"]
    assert sum("is outside the repository" in text for text in paths) == len(OUTSIDE)
    linked = said["linked/01-01-PLAN.md"]
    assert sum("is not a regular file of this repository" in text for text in linked) == 3
    assert not any("root" in text for text in linked), "what lies outside was not read"


class TestHostileConfiguration:
    @pytest.mark.parametrize(
        ("files", "code"),
        [
            ({"policylint.toml": "a = " + "[" * DEEP}, 2),
            ({"policylint.toml": "x" * 2_000_000}, 2),
            ({"policylint.toml": b"\0\xff"}, 2),
            ({"policylint.toml": f'exclude = ["{"a/" * 5000}"]\n'}, 1),
            ({"policylint.toml": 'exclude = ["["]\n'}, 2),
            ({"policylint.toml": 'rules = ["/etc"]\n'}, 2),
            ({"policylint.toml": 'rules = ["../"]\n'}, 2),
            ({"policylint.toml": 'rules = ["a\\u0000b"]\n'}, 2),
            ({"policylint.toml": f'external-ids = ["{"A" * 100_000}"]\n'}, 1),
            ({"policylint.toml": "max-file-size = " + "9" * 5000 + "\n"}, 2),
            ({"policylint.toml": 'rules = ["r"]\n', "r/a/b.yaml": BOMB}, 2),
            ({"policylint.toml": 'rules = ["r"]\n', "r/a/b.yaml": "[" * DEEP}, 2),
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


SHIP = '[kinds.ship]\ntitle = "A ship"\nformat = "yaml"\npaths = ["*.ship.yaml"]\nschema = "ship.json"\n'


class TestHostileSchemas:
    """A kind of the repository has a schema of the repository."""

    @pytest.mark.parametrize(
        ("schema", "code"),
        [
            ('{"properties": {"a": {"pattern": "^(a+)+$"}}}', 1),
            ('{"patternProperties": {"^(a+)+$": {}}, "additionalProperties": false}', 1),
            ('{"$ref": "http://127.0.0.1:9/x.json"}', 2),
            ('{"type": 3}', 2),
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


@pytest.mark.skipif(sys.platform == "darwin", reason="the file system takes only UTF-8")
class TestNamesThatAreNotUtf8:
    @pytest.mark.parametrize("output_format", list(RENDERERS))
    def test_a_file(self, run: Runner, repository: Write, output_format: str) -> None:
        folder = repository({".gitignore": "*.log\n"})
        (folder / os.fsdecode(b"d\xff")).mkdir()
        (folder / os.fsdecode(b"d\xff/netlify.toml")).write_text('[build]\ncommand = "npm run build"\n')
        outcome = run("check", ".", "--output-format", output_format, cwd=folder)
        assert (outcome.code, outcome.stderr) == (1, "")
        assert "d\\udcff/netlify.toml" in outcome.stdout
        check_safe(outcome)

    def test_as_an_argument(self, run: Runner, repository: Write) -> None:
        outcome = run("check", b"gone\xff", cwd=repository({}))
        assert outcome == (2, "", "policylint: error: path 'gone\\udcff' does not exist\n")

    def test_a_file_whose_name_a_rule_takes_apart(self, run: Runner, repository: Write) -> None:
        folder = repository({})
        (folder / os.fsdecode(b"rollback_1_2_\xff.md")).write_text("# Rollback\n")
        check_safe(run("check", ".", cwd=folder))

    def test_the_root(self, run: Runner, tmp_path: Path) -> None:
        root = tmp_path / os.fsdecode(b"r\xff")
        root.mkdir()
        (root / "netlify.toml").write_text('[build]\ncommand = "npm run build"\n')
        outcome = run("check", ".", cwd=root)
        check_safe(outcome)
        assert outcome.code == 1


CANARY = "import pathlib; pathlib.Path({marker!r}).write_text('ran')\n"
CANARIES = [
    "conftest.py",
    "sitecustomize.py",
    "usercustomize.py",
    "policylint/__init__.py",
    "policylint/__main__.py",
    "policylint/cli/entry.py",
    "policylint.py",
    "yaml.py",
    "re2.py",
    "click.py",
    "json.py",
    "os.py",
    "gc.py",
    "pydantic/__init__.py",
    "jsonschema_rs.py",
    "tree_sitter/__init__.py",
    "setup.py",
    "build.py",
    "policies/fleet/rule.py",
]


class TestNothingOfTheRepositoryRuns:
    """The console script is what is promised here: `python -m policylint` puts the folder it runs in first on the
    path of imports, as Python does for every module, so that in a hostile repository only `python -P -m` is safe.
    """

    @pytest.fixture
    def canaries(self, repository: Write, tmp_path: Path) -> Path:
        code = CANARY.format(marker=str(tmp_path / "marker"))
        root = repository(
            {
                **dict.fromkeys(CANARIES, code),
                "canary.pth": f"import sys; exec({code!r})\n",
                "pyproject.toml": "[tool.policylint]\nignore = []\n[tool.pytest.ini_options]\nplugins = ['conftest']\n",
                "setup.cfg": "[options.entry_points]\npolicylint = canary = conftest\n",
                ".git/config": f"[core]\n\tfsmonitor = touch {tmp_path / 'marker'}\n\thooksPath = .\n",
                ".git/HEAD": "ref: refs/heads/main\n",
                "netlify.toml": f'[build]\ncommand = "touch {tmp_path / "marker"}; $(touch {tmp_path / "marker"})"\n',
                "package.json": f'{{"scripts": {{"test": "touch {tmp_path / "marker"}"}}}}\n',
                "state.yaml": f'current_phase: !!python/object/apply:os.system ["touch {tmp_path / "marker"}"]\n',
                "docs/deployment.md": "DEP-001: Production\nLinked IDs: RUN-001\n",
            }
        )
        (root / "touch").write_text(f"#!/bin/sh\ntouch {tmp_path / 'marker'}\n")
        (root / "touch").chmod(0o755)
        (root / "git").symlink_to("touch")
        return root

    def commands(self) -> list[list[str]]:
        script = shutil.which("policylint", path=os.path.dirname(sys.executable))
        assert script is not None, "policylint is not installed beside the Python that runs the tests"
        return [[script], [sys.executable, "-P", "-m", "policylint"]]

    @pytest.mark.parametrize("command", [0, 1], ids=["policylint", "python -P -m policylint"])
    @pytest.mark.parametrize("arguments", ["check .", "check --select netlfy", "rules", "test missing-owner", "chek"])
    def test_by(self, run: Runner, canaries: Path, tmp_path: Path, command: int, arguments: str) -> None:
        process = subprocess.run(
            [*self.commands()[command], *arguments.split()],
            cwd=canaries,
            env={**run.environment, "PATH": f".:{run.environment['PATH']}"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert not (tmp_path / "marker").exists()
        assert "Traceback" not in process.stderr
        if arguments == "check .":
            assert process.returncode == 1
            assert "docs/deployment.md:2:13" in process.stdout

    def test_the_canaries_would_sing(self, run: Runner, canaries: Path, tmp_path: Path) -> None:
        """The same repository with `python -m`, without -P: its folder `policylint` is what runs."""
        run("check", ".", cwd=canaries)
        assert (tmp_path / "marker").exists()
