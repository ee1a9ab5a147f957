"""Running policylint in a repository that means harm: under limits, by every command, and what must never be seen."""

from __future__ import annotations

import math
import os
import resource
import subprocess
import sys
import tempfile
import time
import unicodedata
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

from policylint import reporters, trace_reports
from tests.compiled_definitions import give_compiled

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# What docs/security.md promises for every case. The seconds are those of the processor, so that a busy machine does not
# count, of the machine on which they were measured; what waits without working, on a pipe for example, is stopped by
# the clock.
SECONDS = 5
MEGABYTES = 500
CLOCK = 60
# What `_probe` takes on that machine. The same one has taken 1.9 times as long on another day.
PROBE_SECONDS = 0.015

# `-P`: the folder it runs in is not searched for modules, as with the console script (tests/hostile/test_canary.py).
POLICYLINT = (sys.executable, "-P", "-m", "policylint")

# Every command in every format, by a name for the test.
COMMANDS: dict[str, tuple[str, ...]] = {
    **{f"check-{name}": ("check", ".", "--output-format", name) for name in reporters.RENDERERS},
    "check-verbose": ("check", "-v", "--color", "never"),
    "check-release": ("check", ".", "--stage", "release", "--output-format", "concise"),
    **{f"trace-{name}": ("trace", "--format", name) for name in trace_reports.RENDERERS},
    "trace-of-an-id": ("trace", "DEP-001", "--depth", "5"),
    "explain": ("explain", "deployment/missing-owner"),
    "rules": ("rules",),
    "rules-json": ("rules", "--output-format", "json"),
    "test": ("test", "deployment/missing-owner"),
}


class Ending(NamedTuple):
    """How a run ended, negative after a signal, and what it printed."""

    code: int
    stdout: str
    stderr: str


def _probe() -> float:
    started = time.process_time()
    found: dict[str, int] = {}
    for number in range(100_000):
        found[f"key-{number % 1_000}"] = number
    return time.process_time() - started


@cache
def allowed_seconds() -> int:
    """What a case may take here: as much longer as this machine is slower."""
    return math.ceil(SECONDS * max(1, min(_probe() for _ in range(5)) / PROBE_SECONDS))


def _limit(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20, MEGABYTES << 20))


def environment(home: Path) -> dict[str, str]:
    give_compiled(home)
    return {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}


def run_limited(
    *arguments: str | bytes,
    cwd: Path,
    home: Path,
    command: tuple[str, ...] = POLICYLINT,
    more: Mapping[str, str] | None = None,
) -> Ending:
    """Run policylint with the limits on it. The output goes to files, which a hostile amount of it does not block."""
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        process = subprocess.run(
            [*command, *arguments],
            cwd=cwd,
            env={**environment(home), **(more or {})},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            timeout=CLOCK,
            check=False,
            preexec_fn=partial(_limit, allowed_seconds()),
        )
        stdout.seek(0)
        stderr.seek(0)
        return Ending(process.returncode, stdout.read().decode("utf-8"), stderr.read().decode("utf-8"))


def check_safe(outcome: Ending | tuple[int, str, str], *, allowed: str = "\n") -> None:
    """Not killed by a limit, no fault inside policylint, and nothing printed that can harm a terminal."""
    code, stdout, stderr = outcome
    assert code in (0, 1, 2, 3), f"ended with {code}: {stderr[-500:]}"
    assert "Traceback" not in stderr + stdout
    assert "bug in policylint" not in stderr
    for character in {*stdout, *stderr} - set(allowed):
        assert unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp"), hex(ord(character))


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """A repository of these files."""
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    (root / ".git").mkdir(parents=True, exist_ok=True)
    return root
