"""The cold start of a check against `python -c pass` and against check-jsonschema on the same file, in one run.

And what following the test gate costs: the same netlify.toml beside the package.json whose scripts it runs, against the
netlify.toml alone.

Every figure is the least CPU time (user and system) of a whole process over interleaved rounds: the least repeats
within a few percent on a busy machine, a mean does not. The definitions are compiled and the bytecode is written
before the first round.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS = 20
NETLIFY = """\
[build]
  base = "web"
  command = "npm run test:run && npm run build"
  publish = "dist"

[build.environment]
  NODE_VERSION = "22"

[[redirects]]
  from = "/*"
  to = "/index.html"
  status = 200

[[headers]]
  for = "/*"
  [headers.values]
    X-Frame-Options = "DENY"
"""
PACKAGE = """\
{
  "name": "shop",
  "scripts": {
    "prebuild": "npm run lint",
    "lint": "eslint .",
    "test:run": "vitest run",
    "build": "tsc -b && vite build"
  }
}
"""
BARS = {"python -c pass": 6.0, "check-jsonschema": 0.25}
GATE_BAR = 1.3


def main() -> None:
    bin_folder = Path(sys.executable).parent
    schema = Path(__file__).resolve().parent.parent / "schemas" / "netlify.schema.json"
    commands: dict[str, tuple[str, list[object]]] = {
        "alone": ("alone", [bin_folder / "policylint", "check", "netlify.toml"]),
        "followed": ("followed", [bin_folder / "policylint", "check", "."]),
        "python -c pass": ("alone", [sys.executable, "-c", "pass"]),
        "check-jsonschema": ("alone", [bin_folder / "check-jsonschema", "--schemafile", schema, "netlify.toml"]),
    }
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder))
        times = _least_cpu_times(commands, Path(folder))
    own, followed = times["alone"], times["followed"]
    print(f"policylint check netlify.toml: {own * 1000:.1f} ms of CPU, least of {ROUNDS}")
    misses = [_is_missed(own, name, times[name], bar) for name, bar in BARS.items()]
    print(f"with the test gate followed through package.json: {followed * 1000:.1f} ms")
    sys.exit(any([*misses, _is_missed(followed, "netlify.toml alone", own, GATE_BAR)]))


def _write(folder: Path) -> None:
    for name in ("alone", "followed"):
        (folder / name / "web").mkdir(parents=True)
        (folder / name / "netlify.toml").write_text(NETLIFY, encoding="utf-8")
    (folder / "followed" / "web" / "package.json").write_text(PACKAGE, encoding="utf-8")


def _is_missed(own: float, name: str, other: float, bar: float) -> bool:
    ratio = own / other
    print(f"  {ratio:5.2f} x {name} ({other * 1000:.1f} ms), {'within' if ratio <= bar else 'OVER'} the bar of {bar}")
    return ratio > bar


def _least_cpu_times(commands: dict[str, tuple[str, list[object]]], folder: Path) -> dict[str, float]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    for repository, command in commands.values():
        _cpu_time(command, folder / repository, environment)
    least = dict.fromkeys(commands, float("inf"))
    for _ in range(ROUNDS):
        for name, (repository, command) in commands.items():
            least[name] = min(least[name], _cpu_time(command, folder / repository, environment))
    return least


def _cpu_time(command: list[object], folder: Path, environment: dict[str, str]) -> float:
    """User and system seconds of one whole process, as the kernel accounts them to the finished child."""
    words = [str(word) for word in command]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(words, cwd=folder, env=environment, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            sys.exit(f"{' '.join(words)} exits {process.returncode}:\n{output.read().decode()}")
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
