"""Commands that only look are read as what they look for; grep itself agrees with what is found."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policylint.patterns import PatternError
from policylint.shell.searches import alternatives, is_found, searches
from policylint.shell.simple_commands import simple_commands


def read(text: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(each.alternatives, each.paths) for each in searches(text)]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ('rg "a|b" x.md y/z', [(("a", "b"), ("x.md", "y/z"))]),
        ("grep -q 'a|b' x.md", [((r"a\|b",), ("x.md",))]),
        (r"grep 'a\|b' x.md", [(("a", "b"), ("x.md",))]),
        ("grep -E 'a|b' x.md", [(("a", "b"), ("x.md",))]),
        ("egrep -i a x.md", [(("(?i)(?:a)",), ("x.md",))]),
        ("rg -F 'a|b.' x.md", [((r"a\|b\.",), ("x.md",))]),
        ("grep -n -e a x.md", [(("a",), ("x.md",))]),
        ("cat x.md | grep a", [(("a",), ("x.md",))]),
        ("test -f x.md && [ -d ./src ]", [((), ("x.md",)), ((), ("./src",))]),
        ("ls -la x.md y.md", [((), ("x.md", "y.md"))]),
        ("ls x.md\nrg a y.md", [((), ("x.md",)), (("a",), ("y.md",))]),
        ("npm test && rg a x.md", [(("a",), ("x.md",))]),
    ],
)
def test_a_search_is_read(command: str, expected: list[tuple[tuple[str, ...], tuple[str, ...]]]) -> None:
    assert read(command) == expected


@pytest.mark.parametrize(
    "command",
    [
        "rg a x.md || true",
        "! rg a x.md",
        "cd app && rg a x.md",
        "grep -v a x.md",
        "grep -w a x.md",
        "grep -A 3 a x.md",
        "rg -g '*.ts' a x.md",
        "rg a *.md",
        "rg a ~/x.md",
        "rg a $HOME/x.md",
        'rg "$A" x.md',
        "rg a",
        "grep a x.md returns nothing",
        "grep a x.md.",
        "cat x.md | head -1",
        "cat x.md | grep a y.md",
        "test 1 -eq 1",
        "[ -z x.md ]",
        "echo x.md",
        "A=1 rg a x.md",
        "rg 'a x.md",
        "",
    ],
)
def test_what_is_not_certain_is_no_search(command: str) -> None:
    assert read(command) == []


def test_alternatives_stand_outside_groups_classes_and_escapes() -> None:
    assert alternatives(r"a|(b|c)|[|]|\||") == ["a", "(b|c)", "[|]", r"\|", ""]


def test_commands_are_found_wherever_they_stand() -> None:
    text = "a 1 && { b '2 3'; } || (c $X) | d; if e; then f; fi"
    assert simple_commands(text) == [("a", "1"), ("b", "2 3"), ("c", "$X"), ("d",), ("e",), ("f",)]
    assert simple_commands("a 'b") == []


@pytest.mark.skipif(not shutil.which("grep"), reason="no grep")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    pattern=st.text("ab|.()\\+?[]^$", min_size=1, max_size=6),
    option=st.sampled_from(["-E", "-G", "-F", "-i", "-n"]),
    text=st.text("abAB+|^$\n", max_size=8),
)
def test_grep_finds_what_we_say_it_finds(pattern: str, option: str, text: str, tmp_path: Path) -> None:
    [*found] = searches(f"grep {option} '{pattern}' x.md")
    if not found:
        return
    (tmp_path / "x.md").write_text(text, encoding="utf-8")
    command = ["grep", "-q", option, pattern, "x.md"]
    process = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, env={"LC_ALL": "C.UTF-8"})
    try:
        is_there = any(is_found(each, text) for each in found[0].alternatives)
    except PatternError:
        return
    if process.returncode in (0, 1) and not process.stderr:
        assert is_there == (process.returncode == 0)
