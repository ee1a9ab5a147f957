"""1 to 10,000 YAML entries: cold, warm, one file changed; one process and two; beside others on the same files.

Each figure is of one whole process: CPU time (user and system) and wall time, least of a few interleaved rounds, and
peak memory. The definitions are compiled before. The floor reads the files and runs libyaml's scanner over them.
Linters of others are installed into a temporary folder; where that is not possible they are shown as skipped.
`SCALE_SIZES="100000"` measures other sizes; with more than ten thousand files only the floor and ourselves.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from entries import SCHEMA, forget, write_yaml

SIZES = tuple(map(int, os.environ.get("SCALE_SIZES", "1 100 1000 10000").split()))
ROUNDS = 2
# With more files than this others run once, and spectral, which takes minutes and gigabytes for 10,000, not at all.
MANY = 1_000
# With more than this they do not run at all.
TOO_MANY = 10_000
BIN = Path(sys.executable).parent
FLOOR = """\
import os
from yaml._yaml import CParser
for name in os.listdir("release"):
    with open("release/" + name, "rb") as file:
        CParser(file.read()).raw_parse()
"""
# The schema and seven rules more, for alint: as many as it takes to ask for a part of what our rules ask.
ALINT_RULES = """\
version: 1
rules:
  - {id: schema, kind: json_schema_passes, paths: "release/*.yaml", schema_path: alint-schema.json, level: error}
  - {id: type, kind: yaml_path_matches, paths: "release/*.yaml", path: "$.Type", matches: "^[A-Z][a-z]+$", level: error}
  - {id: stage, kind: yaml_path_matches, paths: "release/*.yaml", path: "$.Stage", matches: "eploy$", level: error}
  - {id: number, kind: yaml_path_matches, paths: "release/*.yaml", path: "$.ID", matches: "^DEP-[0-9]+$", level: error}
  - id: links
    kind: yaml_path_matches
    paths: "release/*.yaml"
    path: "$['Linked IDs'][*]"
    matches: "^[A-Z]+-[0-9]+"
    level: error
  - {id: hope, kind: file_content_forbidden, paths: "release/*.yaml", pattern: "(?i)should be fine", level: warning}
  - {id: owner, kind: file_content_matches, paths: "release/*.yaml", pattern: "Owner:", level: error}
  - {id: gate, kind: toml_path_matches, paths: "netlify.toml", path: "$.build.command", matches: "test", level: error}
"""
# Of check-jsonschema's and ajv's CPU time, of our own cold run, of one process, and of others' wall time: what issue 6
# asks of 10,000 files.
BARS = {
    "check-jsonschema": 0.06,
    "ajv": 1.3,
    "warm": 0.06,
    "one changed": 0.12,
    "jobs": 1.4,
    "megabytes": 250,
    "wall of ajv": 1.0,
    "wall of alint": 1.0,
}


class Cost(NamedTuple):
    """Seconds of CPU and of wall time, and megabytes at the peak."""

    cpu: float
    wall: float
    memory: float


class Contender(NamedTuple):
    """A command, and what is done to the repository before each of its runs."""

    command: list[object]
    prepare: Callable[[Path, Path], None] = lambda _root, _home: None


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        others = _others(Path(folder))
        for size in SIZES:
            costs = _measured(Path(folder) / str(size), size, others)
            _print(size, costs)
    if max(SIZES) == 10_000:
        sys.exit(_judged(costs))


def _measured(folder: Path, size: int, others: dict[str, list[object]]) -> dict[str, Cost]:
    root, home = folder / "repository", folder / "home"
    write_yaml(root, size)
    files = sorted((root / "release").glob("*.yaml"))
    check = [BIN / "policylint", "check", "--output-format", "json"]
    contenders = {
        "floor": Contender([sys.executable, "-c", FLOOR]),
        "cold, --jobs 1": Contender([*check, "--jobs", "1"], _forget),
        "cold, --jobs 2": Contender([*check, "--jobs", "2"], _forget),
        "warm": Contender(check),
        "one changed": Contender(check, _change),
        "one link changed": Contender(check, _change_link),
        **{name: Contender([*command, *(files if command[-1] != "" else [])]) for name, command in others.items()},
    }
    least: dict[str, Cost] = {}
    if size > TOO_MANY:
        contenders = {name: each for name, each in contenders.items() if name not in others}
    if "alint" in contenders:
        (root / ".alint.yml").write_text(ALINT_RULES, encoding="utf-8")
        shutil.copy(SCHEMA, root / "alint-schema.json")
    if size > MANY and contenders.pop("spectral", None) is not None:
        print(f"SKIPPED: spectral with {size} files")
    for number in range(ROUNDS):
        for name, contender in contenders.items():
            if size > MANY and number and name in others:
                continue
            contender.prepare(root, home)
            cost = _cost([word for word in contender.command if word != ""], root, home)
            least[name] = Cost(*map(min, cost, least.get(name, cost)))
    return least


def _forget(_root: Path, home: Path) -> None:
    forget(home)


def _one_of(root: Path) -> Path:
    """One in the middle: what is said of all entries together stands at the first, so that all are judged with it."""
    files = sorted((root / "release").glob("*.yaml"))
    return files[len(files) // 2]


def _change(root: Path, _home: Path) -> None:
    """A few words in a field of one file, each time others."""
    file = _one_of(root)
    text = file.read_text(encoding="utf-8").partition("Remark:")[0]
    file.write_text(f"{text}Remark: {time.time_ns()}\n", encoding="utf-8")


def _change_link(root: Path, _home: Path) -> None:
    """Another link in one file, each time another."""
    file = _one_of(root)
    before, first, rest = file.read_text(encoding="utf-8").partition("  - EPIC-")
    others = (f"{number:04}" for number in (1, 2))
    other = next(number for number in others if not rest.startswith(number))
    file.write_text(f"{before}{first}{other}{rest[4:]}", encoding="utf-8")


def _others(folder: Path) -> dict[str, list[object]]:
    """Other linters' commands, to which the files are added; ones that cannot be had are left out, and said so.

    An empty last word stands for a command that is given a pattern: npm's cannot take ten thousand arguments.
    """
    schema = _for_javascript(json.loads(SCHEMA.read_text(encoding="utf-8")))
    (folder / "plain.json").write_text(json.dumps(schema), encoding="utf-8")
    rule = {"given": "$", "then": {"function": "schema", "functionOptions": {"schema": schema}}}
    (folder / "rules.json").write_text(json.dumps({"rules": {"form": {**rule, "message": "x"}}}), encoding="utf-8")
    found: dict[str, list[object]] = {"check-jsonschema": [BIN / "check-jsonschema", "--schemafile", SCHEMA]}
    python = folder / "python"
    if _runs([sys.executable, "-m", "venv", python]) and _runs([python / "bin/pip", "install", "-q", "yamllint"]):
        found["yamllint"] = [python / "bin/yamllint", "-d", "relaxed", "release", ""]
    if _runs([python / "bin/pip", "install", "-q", "alint==0.20.1"]):
        found["alint"] = [python / "bin/alint", "check", ""]
    packages = ["ajv-cli@5", "ajv-formats@3", "@stoplight/spectral-cli@6"]
    if shutil.which("npm") and _runs(["npm", "install", "--silent", "--prefix", folder / "node", *packages]):
        programs = folder / "node" / "node_modules" / ".bin"
        ajv = [programs / "ajv", "validate", "--strict=false", "-s", folder / "plain.json", "-d", "release/*.yaml", ""]
        found["ajv"] = ajv
        found["spectral"] = [programs / "spectral", "lint", "-q", "-r", folder / "rules.json", "release/*.yaml", ""]
    for name in {"yamllint", "alint", "ajv", "spectral"} - set(found):
        print(f"SKIPPED: {name} could not be installed")
    return found


def _for_javascript(schema: object) -> object:
    """The schema with `(?i:` spelt out: JavaScript before 2025 refuses it, and with it the whole schema."""
    if isinstance(schema, dict):
        return {key: _for_javascript(value) for key, value in schema.items()}
    if isinstance(schema, list):
        return [_for_javascript(each) for each in schema]
    return _CASELESS.sub(_spelt_out, schema) if isinstance(schema, str) else schema


_CASELESS = re.compile(r"\(\?i:((?:[^()]|\([^()]*\))*)\)")


def _spelt_out(group: re.Match[str]) -> str:
    pieces = re.findall(r"\\.|.", group[1])
    letters = (f"[{each.lower()}{each.upper()}]" if each.isalpha() else each for each in pieces)
    return f"(?:{''.join(letters)})"


def _runs(command: list[object]) -> bool:
    return subprocess.run([str(word) for word in command], capture_output=True, check=False).returncode == 0


def _cost(command: list[object], root: Path, home: Path) -> Cost:
    words = [str(word) for word in command]
    environment = {"PATH": os.environ["PATH"], "HOME": str(home)}
    start = time.perf_counter()
    with open(os.devnull, "wb") as nowhere:
        process = subprocess.Popen(words, cwd=root, env=environment, stdout=nowhere, stderr=nowhere)
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    # 1 says that something was found: the entries are all alike.
    if process.returncode not in (0, 1):
        print(f"{' '.join(words[:4])} … exits {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def _print(size: int, costs: dict[str, Cost]) -> None:
    own = costs["cold, --jobs 1"].cpu
    print(f"\n| {size} files | CPU s | wall s | MB | CPU ÷ cold |\n|---|---|---|---|---|")
    for name, cost in costs.items():
        print(f"| {name} | {cost.cpu:.2f} | {cost.wall:.2f} | {cost.memory:.0f} | {cost.cpu / own:.2f} |")
    sys.stdout.flush()


def _judged(costs: dict[str, Cost]) -> bool:
    """Whether a bar is missed; a contender that was skipped has none."""
    cold = costs["cold, --jobs 1"]
    ratios: dict[str, float] = {
        name: cold.cpu / costs[name].cpu for name in ("check-jsonschema", "ajv") if name in costs
    }
    ratios |= {name: costs[name].cpu / cold.cpu for name in ("warm", "one changed")}
    ratios["megabytes"] = max(cold.memory, costs["one changed"].memory)
    wall = min(cold.wall, costs["cold, --jobs 2"].wall)
    ratios |= {f"wall of {name}": wall / costs[name].wall for name in ("ajv", "alint") if name in costs}
    missed = [name for name, ratio in ratios.items() if ratio > BARS[name]]
    gain = cold.wall / costs["cold, --jobs 2"].wall
    missed += ["jobs"] if gain < BARS["jobs"] else []
    for name, ratio in {**ratios, "jobs": gain}.items():
        print(f"{name}: {ratio:.2f}, {'OVER' if name in missed else 'within'} the bar of {BARS[name]}")
    return bool(missed)


if __name__ == "__main__":
    main()
