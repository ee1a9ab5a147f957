"""What all tests share: how hypothesis runs, a folder to lint, and the command line as a user runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import settings

from tests.compiled_definitions import give_compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

# The same examples on every machine, and as long as a busy machine needs.
settings.register_profile("policylint", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("policylint")


# Commands started here inherit what is ignored, as after `nohup` or `&` in a script; those with handlers start anew.
for ended_by, ending in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(ended_by) is signal.SIG_IGN:
        signal.signal(ended_by, ending)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "network: installs from PyPI; skipped with a reason where that cannot be reached"
    )


def _is_stopped_by_permissions() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o500)
        return not os.access(folder, os.W_OK)


needs_permissions = pytest.mark.skipif(
    not _is_stopped_by_permissions(), reason="this user (root?) may read and write everything, whatever its mode"
)


class Outcome(NamedTuple):
    """How a command ended and everything it printed."""

    code: int
    stdout: str
    stderr: str

    @property
    def lines(self) -> list[str]:
        """The lines of standard output."""
        return self.stdout.splitlines()


class Runner:
    """Runs `python -m policylint` as a user with a home of their own and an otherwise empty environment."""

    def __init__(self, home: Path) -> None:
        self.home = home
        give_compiled(home)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / "cache"),
        }

    def __call__(
        self,
        *arguments: str | bytes,
        cwd: Path,
        environment: Mapping[str, str | None] | None = None,
        timeout: float = 60,
    ) -> Outcome:
        """Run it in a folder; `environment` adds variables, None takes one away."""
        changed = {**self.environment, **(environment or {})}
        process = subprocess.run(
            [sys.executable, "-m", "policylint", *arguments],
            cwd=cwd,
            env={name: value for name, value in changed.items() if value is not None},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
        return Outcome(process.returncode, process.stdout.decode("utf-8"), process.stderr.decode("utf-8"))


@pytest.fixture
def run(tmp_path: Path) -> Runner:
    home = tmp_path / "home"
    home.mkdir()
    return Runner(home)


@pytest.fixture
def repository(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Path]:
    """Writes files by their paths into a folder and gives back the folder."""

    def write(files: Mapping[str, str | bytes], name: str = "repository") -> Path:
        root = tmp_path / name
        root.mkdir(exist_ok=True)
        for path, content in files.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    return write
