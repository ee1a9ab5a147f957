"""Documents that mean harm: none makes policylint hang, crash, keep silent, write, or run what lies in it."""

from __future__ import annotations

import json
import os
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from tests.hostile.harness import COMMANDS, check_safe, run_limited, write

if TYPE_CHECKING:
    from pathlib import Path

DEEP = 20_000
PLAN = "---\nplan: 1\nmust_haves:\n  {}\n---\n"


def plan(key: str, *items: str) -> str:
    return PLAN.format(f"{key}:\n" + "\n".join(f"    - {item}" for item in items))


BOMB = "deployment:\n" + "".join(
    f"  k{level}: &k{level} [{', '.join([f'*k{level - 1}' if level else 'x'] * 9)}]\n" for level in range(9)
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
    "fifty-megabytes/state.yaml": (b"a: b\n" * 10_000_000, ("documents/limit-exceeded", "larger than 2097152 bytes")),
    "line-of-ten-megabytes/state.yaml": (
        b"a: " + b"b" * 10_000_000,
        ("documents/limit-exceeded", "larger than 2097152"),
    ),
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
    "controls/state.yaml": ("current_phase: a\x1b[2J\n", ("documents/syntax-error", "")),
    "surrogate/state.yaml": ('current_phase: "\\ud800"\n', ("documents/syntax-error", "")),
    "surrogate/package.json": ('{"scripts": {"a": "\\ud800"}}', ("documents/syntax-error", "half of a surrogate")),
    "million/state.yaml": ("current_phase: a\n" + "\n" * 1_000_000, None),
    "documents/state.yaml": (
        "--- {current_phase: a}\n" * 20_000,
        ("documents/limit-exceeded", "more than 10000 documents"),
    ),
    "nodes/state.yaml": (
        "current_phase: a\n" + "a: 1\n" * 200_000,
        ("documents/limit-exceeded", "more than 250000 keys and values"),
    ),
    "merges/state.yaml": (
        "current_phase: a\nm0: &m0 {a: 1}\n"
        + "".join(f"m{level}: &m{level} {{<<: [*m{level - 1}, *m{level - 1}]}}\n" for level in range(1, 40)),
        ("documents/limit-exceeded", "aliases expand to more than 100000 values"),
    ),
    "tag-of-a-megabyte/state.yaml": (f"current_phase: !<{'x' * 1_000_000}> b\n", None),
    "names/'\"`$(touch pwned)/netlify.toml": ('[build]\ncommand = "make"\n', ("netlify/unknown-test-gate", "")),
    f"names/{'n' * 252}.md": ("DEP-008: Production\nType: Environment\n", ("deployment/missing-owner", "DEP-008")),
    "names/##[error]a/netlify.toml": ('[build]\ncommand = "make"\n', ("netlify/unknown-test-gate", "")),
    "names/a\nb.md": ("DEP-009: Production\nType: Environment\n", ("deployment/missing-owner", "DEP-009")),
}
SPECIAL = {
    "socket/state.yaml": ("documents/unreadable-file", ""),
    "pipe/state.yaml": ("documents/unreadable-file", "not a regular file"),
    "link/state.yaml": ("documents/unreadable-file", "link that leaves the repository"),
    "zero/state.yaml": ("documents/unreadable-file", "link that leaves the repository"),
    "loop/state.yaml": ("documents/unreadable-file", "symbolic links"),
    "folder/state.yaml": ("documents/unreadable-file", "not a regular file"),
}
SPECIAL_CASES: dict[str, tuple[None, tuple[str, str]]] = {path: (None, wanted) for path, wanted in SPECIAL.items()}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every hostile file that a file system can hold, and a file outside of it."""
    base = tmp_path_factory.mktemp("hostile")
    (base / "home").mkdir()
    root = write(base / "repository", {path: content for path, (content, _) in HOSTILE.items()})
    write(root, {"folder/target/a": "", **{f"{path.partition('/')[0]}/.keep": "" for path in SPECIAL}})
    outside = base / "outside.txt"
    outside.write_text("root\n")
    os.mkfifo(root / "pipe" / "state.yaml")
    os.mkfifo(root / "linked" / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        # A socket's path may have a hundred bytes.
        folder = os.open(root / "socket", os.O_RDONLY)
        server.bind(f"/proc/self/fd/{folder}/state.yaml" if sys.platform == "linux" else "state.yaml")
        os.close(folder)
    (root / "link" / "state.yaml").symlink_to(outside)
    (root / "zero" / "state.yaml").symlink_to("/dev/zero")
    (root / "loop" / "state.yaml").symlink_to("state.yaml")
    (root / "folder" / "state.yaml").symlink_to("target")
    (root / "linked" / "out.txt").symlink_to(outside)
    (root / "linked" / "folder").symlink_to(base)
    return root


@pytest.fixture(scope="module")
def said(hostile: Path) -> dict[str, list[str]]:
    """What is said about each file: the rule and the message."""
    outcome = run_limited(*COMMANDS["check-json"], cwd=hostile, home=hostile.parent / "home")
    check_safe(outcome)
    found: dict[str, list[str]] = {}
    for each in json.loads(outcome.stdout)["diagnostics"]:
        found.setdefault(each["path"], []).append(f"{each['rule']} {each['message']}")
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_all_of_them_together_do_no_harm_to(hostile: Path, name: str) -> None:
    outcome = run_limited(*COMMANDS[name], cwd=hostile, home=hostile.parent / "home")
    check_safe(outcome, allowed="\r\n" if name == "trace-csv" else "\n")
    if name.startswith("check"):
        assert (outcome.code, outcome.stderr) == (1, "")
    assert not list(hostile.rglob("pwned"))


@pytest.mark.parametrize("path", [path for path, (_, wanted) in {**HOSTILE, **SPECIAL_CASES}.items() if wanted])
def test_it_is_said_of(said: dict[str, list[str]], path: str) -> None:
    wanted = {**HOSTILE, **SPECIAL_CASES}[path][1]
    assert wanted is not None
    assert any(text.startswith(wanted[0]) and wanted[1] in text for text in said.get(path, [])), said.get(path)


def test_every_path_outside_is_refused(said: dict[str, list[str]]) -> None:
    assert sum("is outside the repository" in text for text in said["paths/01-01-PLAN.md"]) == len(OUTSIDE)


def test_what_links_lead_to_outside_is_not_read(said: dict[str, list[str]]) -> None:
    linked = said["linked/01-01-PLAN.md"]
    assert sum("is not a regular file of this repository" in text for text in linked) == 3
    assert not any("root" in text for text in linked)


@pytest.mark.parametrize(
    "path",
    ["bomb/state.yaml", "pipe/state.yaml", "socket/state.yaml", "zero/state.yaml", "nested-command/netlify.toml"],
)
def test_a_file_that_is_named_is_as_harmless(hostile: Path, path: str) -> None:
    """Each file by itself: what one file does must not depend on the others."""
    outcome = run_limited("check", path, "--output-format=concise", cwd=hostile, home=hostile.parent / "home")
    assert outcome.code in (0, 1)
    assert outcome.stdout.splitlines()[-1].startswith("Checked 1 file ")
    check_safe(outcome)
