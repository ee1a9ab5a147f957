"""The shipped definitions, compiled once for all tests: each of a thousand runs would take half a second for it."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path


def give_compiled(home: Path) -> None:
    """Put them where a run with this home and `home/cache` looks for them, unless something is there already."""
    folder = home / "cache" / "policylint"
    if not folder.parent.exists():
        folder.mkdir(mode=0o700, parents=True)
        for file in _compiled().iterdir():
            shutil.copy2(file, folder)


def environment() -> dict[str, str]:
    """An environment whose cache has them, for tests that open workspaces in this process."""
    return {"XDG_CACHE_HOME": str(_compiled().parent)}


@cache
def _compiled() -> Path:
    base = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, base)
    (base / "empty").mkdir()
    environment = {"PATH": os.environ["PATH"], "HOME": str(base), "XDG_CACHE_HOME": str(base / "cache")}
    command = [sys.executable, "-m", "policylint", "rules"]
    subprocess.run(command, cwd=base / "empty", env=environment, stdout=subprocess.DEVNULL, check=True)
    return base / "cache" / "policylint"
