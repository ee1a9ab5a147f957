"""How yamllint and check-jsonschema fare on hostile files: `python benchmarks/hostile_peers.py`.

Each runs with the Python that runs this, on files made here, with ten seconds and no limit on memory. A line tells
how it ended: its exit code, `hangs`, or `traceback`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

SECONDS = 10
BOMB = "".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}' if n else 'x'] * 9)}]\n" for n in range(9))
CASES: dict[str, bytes | None] = {
    "aliases that multiply": BOMB.encode(),
    "20,000 brackets": b"a: " + b"[" * 20_000,
    "a value that contains itself": b"a: &a [*a]\n",
    "a number of 5,000 digits": b"a: " + b"9" * 5000 + b"\n",
    "Latin-1": b"a: caf\xe9\n",
    "NUL": b"a: b\0\n",
    "UTF-16": "a: b\n".encode("utf-16"),
    "a pipe": None,
}
SCHEMA = '{"type": "object"}'
PATTERN = '{"properties": {"a": {"pattern": "^(a+)+$"}}}'


def main() -> None:
    tools = {"yamllint": ["yamllint", "--format", "github"], "check-jsonschema": ["check_jsonschema", "--schemafile"]}
    print(", ".join(f"{name} {version(name)}" for name in tools))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "schema.json").write_text(SCHEMA)
        (root / "pattern.json").write_text(PATTERN)
        for case, content in CASES.items():
            file = root / f"{len(case)}-{abs(hash(case))}.yaml"
            os.mkfifo(file) if content is None else file.write_bytes(content)
            print(f"{case}: {', '.join(f'{name} {ending(command, file, root)[0]}' for name, command in tools.items())}")
        file = root / "long.yaml"
        file.write_text(f"a: {'a' * 40}!\n")
        command = ["check_jsonschema", "--schemafile", str(root / "pattern.json")]
        print(f"a pattern that explodes: check-jsonschema {run(command, file)[0]}")
        file = root / "a\n::error::injected.yaml"
        file.write_text("a:   b\n")
        output = ending(tools["yamllint"], file, root)[1]
        print(
            f"a name with a command in it: yamllint prints {output.count(chr(10) + '::error::injected')} injected lines"
        )


def ending(command: list[str], file: Path, root: Path) -> tuple[str, str]:
    return run([*command, str(root / "schema.json")] if "--schemafile" in command else command, file)


def run(command: list[str], file: Path) -> tuple[str, str]:
    environment = {**os.environ, "GITHUB_ACTIONS": "true"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", *command, str(file)],
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return "hangs", ""
    said = done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")
    return "traceback" if "Traceback (most recent" in said else f"exit {done.returncode}", said


if __name__ == "__main__":
    main()
