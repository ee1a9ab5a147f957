"""The cold start of a check against `python -c pass` and against check-jsonschema on the same file, in one run.

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
BARS = {"python -c pass": 6.0, "check-jsonschema": 0.25}


def main() -> None:
    bin_folder = Path(sys.executable).parent
    schema = Path(__file__).resolve().parent.parent / "schemas" / "netlify.schema.json"
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "repository").mkdir()
        (Path(folder) / "repository" / "netlify.toml").write_text(NETLIFY, encoding="utf-8")
        commands = {
            "policylint check": [bin_folder / "policylint", "check", "netlify.toml"],
            "python -c pass": [sys.executable, "-c", "pass"],
            "check-jsonschema": [bin_folder / "check-jsonschema", "--schemafile", schema, "netlify.toml"],
        }
        times = _least_cpu_times(commands, Path(folder))
    own = times["policylint check"]
    print(f"policylint check netlify.toml: {own * 1000:.1f} ms of CPU, least of {ROUNDS}")
    for name, bar in BARS.items():
        ratio = own / times[name]
        verdict = "within" if ratio <= bar else "OVER"
        print(f"  {ratio:5.2f} x {name} ({times[name] * 1000:.1f} ms), {verdict} the bar of {bar}")
    sys.exit(any(own / times[name] > bar for name, bar in BARS.items()))


def _least_cpu_times(commands: dict[str, list[object]], folder: Path) -> dict[str, float]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    for command in commands.values():
        _cpu_time(command, folder, environment)
    least = dict.fromkeys(commands, float("inf"))
    for _ in range(ROUNDS):
        for name, command in commands.items():
            least[name] = min(least[name], _cpu_time(command, folder, environment))
    return least


def _cpu_time(command: list[object], folder: Path, environment: dict[str, str]) -> float:
    """User and system seconds of one whole process, as the kernel accounts them to the finished child."""
    words = [str(word) for word in command]
    with open(folder / "output", "w+b") as output:
        process = subprocess.Popen(words, cwd=folder / "repository", env=environment, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            sys.exit(f"{' '.join(words)} exits {process.returncode}:\n{output.read().decode()}")
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
