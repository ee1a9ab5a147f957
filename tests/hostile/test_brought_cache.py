"""A cache folder that lies in the repository comes with it: it is neither trusted nor written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hostile.harness import check_safe, run_limited, write

if TYPE_CHECKING:
    from pathlib import Path

NESTED = {"sub/policylint.toml": "", "sub/netlify.toml": '[build]\ncommand = "npm run build"\n', "sub/deep/a": ""}


def cached(root: Path, start: Path, *arguments: str) -> list[str]:
    """What a run leaves in `.cache` of a root."""
    cache = root / ".cache"
    outcome = run_limited(*arguments, cwd=start, home=root.parent / "home", more={"XDG_CACHE_HOME": str(cache)})
    check_safe(outcome)
    assert outcome.code == 1
    return [path.name for path in cache.rglob("*")]


@pytest.mark.parametrize("start", ["", "sub", "sub/deep"])
def test_around_a_nested_workspace(tmp_path: Path, start: str) -> None:
    root = write(tmp_path / "repository", NESTED)
    assert cached(root, root / start, "check", str(root / "sub")) == []


def test_around_a_submodule(tmp_path: Path) -> None:
    root = write(tmp_path / "repository", {**NESTED, "sub/.git/HEAD": ""})
    (root / "sub/.git/HEAD").unlink()
    (root / "sub/.git").rmdir()
    (root / "sub/.git").write_text("gitdir: ../.git/modules/sub\n")
    assert cached(root, root, "check", "sub") == []


def test_around_a_workspace_without_git(tmp_path: Path) -> None:
    root = write(tmp_path / "repository", {**NESTED, "policylint.toml": ""})
    (root / ".git").rmdir()
    assert cached(root, root, "check", "sub") == []


def test_around_a_link_out_of_it(tmp_path: Path) -> None:
    write(tmp_path / "other", NESTED)
    root = write(tmp_path / "repository", {"a": ""})
    (root / "sub").symlink_to(tmp_path / "other" / "sub")
    assert cached(root, root, "check", "sub") == []


def test_beside_a_repository_it_is_used(tmp_path: Path) -> None:
    write(tmp_path / "folder" / "repository", NESTED)
    assert len(cached(tmp_path / "folder", tmp_path, "check", "folder/repository/sub")) > 1
