"""`--no-cache`, `--jobs` and `clean` on the command line."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from policylint.documents.document import Limits
from policylint.reporters import RENDERERS
from policylint.runs import FEWEST_TO_KEEP
from tests.conftest import needs_permissions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.conftest import Runner

    Write = Callable[[Mapping[str, str | bytes]], Path]

FILES = {
    "netlify.toml": '[build]\ncommand = "npm run build"\n',
    "docs/release.md": "# Release\n\nDEP-001: a\nType: Rollback\nLinked IDs: TEST-7, TEST-1 to TEST-9\n",
    **{f"docs/many/TEST-{n}.yaml": f"ID: TEST-{n}\nTitle: a\n" for n in range(FEWEST_TO_KEEP)},
}


@pytest.fixture(autouse=True)
def nothing_kept(run: Runner) -> None:
    """Every test starts without any cache, that of the shipped definitions too."""
    shutil.rmtree(run.home / "cache")


def cache(run: Runner) -> list[str]:
    return sorted({each.name.partition("-")[0] for each in (run.home / "cache" / "policylint").glob("*")})


@pytest.mark.parametrize("name", RENDERERS)
def test_every_output_is_the_same_with_a_cache_and_with_processes(run: Runner, repository: Write, name: str) -> None:
    root = repository(FILES)
    check = ("check", "--output-format", name, "-v")
    expected = run(*check, "--no-cache", "--jobs", "1", cwd=root)
    assert expected.code == 1
    assert cache(run) == []
    for more in (("--no-cache", "--jobs", "3"), ("--jobs=2",), (), ("--jobs=1",)):
        assert run(*check, *more, cwd=root) == expected, more
    assert cache(run) == ["definitions", "facts", "report"]


def test_a_trace_is_the_same_with_a_cache_and_with_processes(run: Runner, repository: Write) -> None:
    root = repository(FILES)
    expected = run("trace", "--no-cache", cwd=root)
    assert cache(run) == []
    for more in (("--no-cache", "--jobs", "3"), ("--jobs=2",), (), ("--jobs=1",)):
        assert run("trace", *more, cwd=root) == expected, more
    assert cache(run) == ["definitions", "facts"]


def test_fixing_is_the_same_with_a_cache(run: Runner, repository: Write) -> None:
    files = {**FILES, "docs/many/TEST-0.yaml": "ID: TEST-0\nTitle: a\nLinked IDs: [TEST-01]\n"}
    root = repository(files)
    expected = run("check", "--diff", "--unsafe-fixes", "--no-cache", cwd=root)
    for _ in range(2):
        assert run("check", "--diff", "--unsafe-fixes", cwd=root) == expected


# A rule about a netlify.toml that needs the entries of all other files.
NAMES_A_TEST = """\
id: ops/defined-release
title: The release is defined
severity: error
rationale: because
fix: mend it
references: [none]
given: {document: netlify, select: build.environment.RELEASE, missing: skip}
then: {defined: true}
examples:
  valid: [{title: nothing, files: {a.md: text}}]
  invalid: [{title: something, files: {a.md: text}, expect: ["a.md:1:1: it is wrong"]}]
"""
FIXABLE = '[build]\ncommand = "npm test"\npublish = 1\n'
UNFIXABLE = '[[redirects]]\nfrom = "/{}"\nto = "/"\nstatus = "x"\n'


@pytest.mark.parametrize("is_warm", [False, True])
def test_fixing_is_the_same_with_a_cache_where_a_file_has_more_findings_than_a_report_shows(
    run: Runner, repository: Write, is_warm: bool
) -> None:
    files = {
        **FILES,
        "policylint.toml": 'rules = ["policy"]\n',
        "policy/ops/defined-release.yaml": NAMES_A_TEST,
        "a/netlify.toml": FIXABLE + "".join(map(UNFIXABLE.format, range(Limits().findings + 1))),
        "b/netlify.toml": FIXABLE + '[build.environment]\nRELEASE = "TEST-1"\n',
    }
    plain, kept = repository(files, "plain"), repository(files, "kept")
    expected = run("check", "--fix", "--no-cache", cwd=plain)
    assert "Fixed 2 violations in 2 files." in expected.lines
    if is_warm:
        run("check", cwd=kept)
    assert run("check", "--fix", cwd=kept) == expected
    assert {path: (kept / path).read_text() for path in files} == {path: (plain / path).read_text() for path in files}


@pytest.mark.parametrize("number", ["0", "-1", "257", "x", "1.5", "", "²"])
def test_jobs_that_are_no_number_of_processes(run: Runner, repository: Write, number: str) -> None:
    outcome = run("check", f"--jobs={number}", cwd=repository(FILES))
    message = f"option '--jobs' is '{number}', not a number from 1 to 256"
    assert outcome == (2, "", f"policylint: error: {message}\npolicylint: see 'policylint check --help'\n")


def test_clean_says_what_it_removed(run: Runner, repository: Write) -> None:
    root = repository(FILES)
    run("check", cwd=root)
    folder = run.home / "cache" / "policylint"
    sizes = [each.stat().st_size for each in folder.iterdir()]
    size = sum(sizes)
    outcome = run("clean", cwd=root)
    assert (outcome.code, outcome.stdout) == (
        0,
        f"removed {len(sizes)} files ({size / 1_000_000:.1f} MB) from {folder}\n",
    )
    assert not folder.exists()
    again = run("clean", cwd=root)
    assert (again.code, again.stdout, again.stderr) == (0, f"nothing to remove from {folder}\n", "")


def test_clean_leaves_what_is_not_ours(run: Runner, repository: Write) -> None:
    folder = run.home / "cache" / "policylint"
    (folder / "facts-folder").mkdir(parents=True)
    (folder / "notes.txt").write_text("a")
    (folder / "report-link").symlink_to(run.home / "elsewhere")
    (folder / "facts-12345678.data.4711").write_text("of a killed write")
    outcome = run("clean", cwd=repository(FILES))
    assert (outcome.code, outcome.stdout) == (0, f"removed 1 file (0.0 MB) from {folder}\n")
    assert sorted(each.name for each in folder.iterdir()) == ["facts-folder", "notes.txt", "report-link"]


def test_clean_without_a_home_has_nothing_to_do(run: Runner, repository: Write) -> None:
    nowhere = {"HOME": None, "XDG_CACHE_HOME": None}
    outcome = run("clean", cwd=repository(FILES), environment=nowhere)
    assert (outcome.code, outcome.stdout, outcome.stderr) == (0, "nothing to remove\n", "")


@needs_permissions
def test_clean_says_what_it_cannot_remove(run: Runner, repository: Write) -> None:
    root = repository(FILES)
    run("check", cwd=root)
    folder = run.home / "cache" / "policylint"
    folder.chmod(0o500)
    outcome = run("clean", cwd=root)
    folder.chmod(0o700)
    assert outcome.code == 2
    assert "cannot be removed: permission denied" in outcome.stderr
