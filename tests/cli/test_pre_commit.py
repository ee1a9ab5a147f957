"""The hook for pre-commit, installed by pre-commit itself from this checkout and run in a repository that uses it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent.parent
PRE_COMMIT = Path(sys.executable).with_name("pre-commit")
NO_NETWORK = (
    "Could not find a version that satisfies the requirement",
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Network is unreachable",
)
USER = {
    ".pre-commit-config.yaml": "repos:\n- repo: {hooks}\n  rev: {revision}\n  hooks:\n  - id: policylint\n",
    "netlify.toml": '[build]\ncommand = "npm run build"\n',
    "README.md": "# Shop\n",
    "notes.txt": "nothing\n",
}


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    command = ["git", "-c", "core.hooksPath=/dev/null", *identity, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def commit_all(folder: Path) -> str:
    git(folder, "init", "-q")
    git(folder, "add", "--force", "--all")
    git(folder, "commit", "-q", "-m", "all")
    return git(folder, "rev-parse", "HEAD").strip()


class Hooked(NamedTuple):
    """A repository whose configuration names the hook of this checkout."""

    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(PRE_COMMIT), "run", "--color=never", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )


@pytest.fixture(scope="module")
def hooked(tmp_path_factory: pytest.TempPathFactory) -> Hooked:
    """Installing takes half a minute and PyPI. Without a network it is skipped, but not in CI, where it must run."""
    base = tmp_path_factory.mktemp("pre-commit")
    hooks, folder = base / "hooks", base / "shop"
    for name in git(CHECKOUT, "ls-files", "-z", "-co", "--exclude-standard").split("\0"):
        source = CHECKOUT / name
        if name and source.is_file():
            (hooks / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, hooks / name)
    revision = commit_all(hooks)
    folder.mkdir()
    for name, content in USER.items():
        (folder / name).write_text(content.format(hooks=hooks, revision=revision) if name[0] == "." else content)
    commit_all(folder)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_"))}
    environment |= {"PRE_COMMIT_HOME": str(base / "home"), "XDG_CACHE_HOME": str(base / "cache")}
    result = Hooked(folder, environment)
    process = result.run("--all-files")
    output = process.stdout + process.stderr
    if process.returncode != 1 and any(text in output for text in NO_NETWORK) and not os.environ.get("CI"):
        pytest.skip(f"pre-commit cannot install the hook without a network: {output[-300:]}")
    assert process.returncode == 1, output
    return result


def test_the_manifest_is_valid() -> None:
    manifest = CHECKOUT / ".pre-commit-hooks.yaml"
    subprocess.run([str(PRE_COMMIT), "validate-manifest", str(manifest)], check=True, capture_output=True)


@pytest.mark.network
class TestHook:
    def test_a_violation_fails_the_commit(self, hooked: Hooked) -> None:
        process = hooked.run("--all-files")
        assert process.returncode == 1
        assert "policylint...............................................................Failed" in process.stdout
        assert "- exit code: 1" in process.stdout
        assert (
            "error[netlify/missing-test-gate]: build.command runs no tests\n --> netlify.toml:2:11\n" in process.stdout
        )

    def test_a_change_of_one_document_checks_all(self, hooked: Hooked) -> None:
        process = hooked.run("--files", "README.md")
        assert process.returncode == 1
        assert process.stdout.count("error[netlify/missing-test-gate]") == 1

    @pytest.mark.parametrize("changed", [("--files", "notes.txt"), ()], ids=["no document", "nothing that is there"])
    def test_whatever_is_committed_checks_all(self, hooked: Hooked, changed: tuple[str, ...]) -> None:
        process = hooked.run(*changed)
        assert process.returncode == 1
        assert process.stdout.count("error[netlify/missing-test-gate]") == 1

    def test_a_commit_that_only_removes_files_checks_all(self, hooked: Hooked) -> None:
        git(hooked.folder, "rm", "-q", "--cached", "notes.txt")
        try:
            process = hooked.run()
        finally:
            git(hooked.folder, "add", "notes.txt")
        assert process.returncode == 1
        assert process.stdout.count("error[netlify/missing-test-gate]") == 1

    def test_a_clean_repository_passes(self, hooked: Hooked) -> None:
        document = hooked.folder / "netlify.toml"
        before = document.read_text()
        document.write_text('[build]\ncommand = "npm test && npm run build"\n')
        try:
            process = hooked.run("--all-files")
            assert (process.returncode, process.stderr) == (0, "")
            assert process.stdout.endswith("Passed\n")
        finally:
            document.write_text(before)
