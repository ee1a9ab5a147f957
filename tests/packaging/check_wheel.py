"""Build the source distribution, which must be whole, and the wheel from it; install it elsewhere, and use it."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        wheel = _build(place / "dist")
        policylint = _install(wheel, place / "environment")
        environment = {"PATH": os.environ["PATH"], "HOME": folder}
        broken = _check(policylint, "examples/storefront", place, environment)
        fixed = _check(policylint, "examples/storefront-fixed", place, environment)
        examples = subprocess.run([policylint, "test"], cwd=place, env=environment, check=False).returncode
        if (broken, fixed, examples) != (1, 0, 0):
            sys.exit(f"wheel: storefront exits {broken}, storefront-fixed {fixed}, the rules' examples {examples}")
    print(f"{wheel.name}: installed outside the checkout, it checks the examples and passes its own")


def _build(folder: Path) -> Path:
    command = [sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    missing = _tracked() - _packed(next(folder.glob("*.tar.gz")))
    if missing:
        sys.exit(f"sdist: it lacks {', '.join(sorted(missing))}")
    return next(folder.glob("*.whl"))


def _tracked() -> set[str]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return {name for name in names.split("\0") if name}


def _packed(archive: Path) -> set[str]:
    with tarfile.open(archive) as members:
        return {name.partition("/")[2] for name in members.getnames()}


def _install(wheel: Path, folder: Path) -> Path:
    venv.create(folder, with_pip=True)
    command = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel]
    subprocess.run(command, check=True)
    return folder / "bin" / "policylint"


def _check(policylint: Path, example: str, place: Path, environment: dict[str, str]) -> int:
    command = [policylint, "check", ROOT / example, "--output-format", "concise"]
    return subprocess.run(command, cwd=place, env=environment, check=False, stdout=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    main()
