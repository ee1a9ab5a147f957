"""What version control keeps is none of the repository: `.git/config` of a CI checkout holds a token.

A document that could have it searched would read it out, a bit a finding.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from policylint.discovery import DiskTree
from policylint.documents.source import Source
from policylint.filetree import OTHER, Unreadable
from policylint.regular_files import is_version_control
from tests.hostile.harness import check_safe, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Runner

SECRET = "AUTHORIZATION: basic c2VjcmV0"
CONFIG = f'[http "https://example.org/"]\n\textraheader = {SECRET}\n'
SHIP = '[kinds.ship]\ntitle = "A ship"\nformat = "yaml"\npaths = ["*.ship.yaml"]\nschema = "{}"\n'
PATHS = [".git/config", "a/../.git/config", "vendored/.git/config", ".hg/hgrc", ".svn/auth", "link", "folder/config"]


def plan(path: str, wanted: str) -> str:
    link = f"    - {{from: {path}, to: x.y, pattern: '{wanted}'}}\n"
    artifact = f"    - {{path: {path}, contains: '{wanted}'}}\n"
    return f"---\nphase: 01-a\nplan: 01\nmust_haves:\n  key_links:\n{link}  artifacts:\n{artifact}---\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = dict.fromkeys((".git/config", "vendored/.git/config", ".hg/hgrc", ".svn/auth"), CONFIG)
    folder = write(tmp_path / "repository", {**files, "netlify.toml": '[build]\ncommand = "npm test"\n'})
    (folder / "link").symlink_to(".git/config")
    (folder / "folder").symlink_to(".git")
    return folder


@pytest.mark.parametrize("path", PATHS)
def test_a_plan_that_searches_it_is_told_the_same_whatever_stands_there(run: Runner, root: Path, path: str) -> None:
    said = set()
    for wanted in ("basic c2Vj", "basic ZZZZ"):
        write(root, {"01-01-PLAN.md": plan(path, wanted)})
        outcome = run("check", "01-01-PLAN.md", "--output-format", "concise", cwd=root)
        check_safe(outcome)
        assert f"{path} is not a regular file of this repository" in outcome.stdout
        said.add(outcome.stdout.replace(wanted, "…"))
    assert len(said) == 1


@pytest.mark.parametrize("path", PATHS)
def test_whether_it_is_there_is_not_told_either(root: Path, path: str) -> None:
    tree = DiskTree(str(root), [], 1000)
    assert [tree.type_of(each) for each in (path, f"{path.rpartition('/')[0] or path}/none")] == [OTHER, OTHER]
    assert tree.names(".git") == tree.names("folder") == []
    unreadable = tree.read(path)
    assert isinstance(unreadable, Unreadable)
    assert unreadable.message == "the file belongs to version control, not to the repository"


def test_a_repository_that_is_called_so_is_read(tmp_path: Path) -> None:
    root = write(tmp_path / ".git" / "modules", {".github/a": "a", "git/config": "b"})
    tree = DiskTree(str(root), [], 1000)
    read = [tree.read(path) for path in (".github/a", "git/config")]
    assert [each.text for each in read if isinstance(each, Source)] == ["a", "b"]


@pytest.mark.parametrize(
    "path", [".GIT/config", "a/.Git", ".git./config", ".git /config", ".git::$INDEX_ALLOCATION/config", "GIT~1/config"]
)
def test_names_that_mean_it_on_other_systems(path: str) -> None:
    assert is_version_control(path)
    assert is_version_control(path.replace("g", "g\u200c"))


@pytest.mark.parametrize("path", [".github/config", "git/config", ".gitignore", ".gitattributes", "a.git/config"])
def test_names_that_are_like_it(path: str) -> None:
    assert not is_version_control(path)


@pytest.mark.parametrize(
    "configuration",
    [
        'stage = "release"\nevidence = [".git/config"]\n',
        'baseline = ".git/baseline.json"\n',
        'rules = [".git"]\n',
        'rules = ["folder"]\n',
        SHIP.format(".git/config"),
        SHIP.format("link"),
    ],
)
def test_a_configuration_that_names_it_is_refused(run: Runner, root: Path, configuration: str) -> None:
    write(root, {"policylint.toml": configuration})
    outcome = run("check", cwd=root)
    check_safe(outcome)
    assert outcome.code == 2
    assert "repository" in outcome.stderr
    assert "c2Vj" not in outcome.stderr


@pytest.mark.parametrize("name", ["policylint.toml", "pyproject.toml"])
def test_a_configuration_that_is_a_link_to_it_is_refused(run: Runner, root: Path, name: str) -> None:
    (root / name).symlink_to(".git/config")
    outcome = run("check", cwd=root)
    assert outcome == (2, "", f"error: is a link that leaves the repository\n --> {name}:1:1\n\n")


def test_links_to_it_as_evidence_and_as_a_document_are_not_read(run: Runner, root: Path) -> None:
    write(root, {"policylint.toml": 'stage = "release"\nevidence = ["link"]\n', ".git/state.yaml": "a: [c2Vj"})
    (root / "state.yaml").symlink_to(".git/state.yaml")
    outcome = run("check", "--output-format", "json", cwd=root)
    check_safe(outcome)
    found = [(each["path"], each["rule"]) for each in json.loads(outcome.stdout)["diagnostics"]]
    assert {("link", "documents/unreadable-file"), ("state.yaml", "documents/unreadable-file")} <= set(found)
    assert "c2Vj" not in outcome.stdout
