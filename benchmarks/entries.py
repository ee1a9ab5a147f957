"""Ten thousand linked entries, one YAML file each, against check-jsonschema, and as many in Markdown registers.

Every figure is the CPU time (user and system) of a whole cold process, the least of a few interleaved rounds: no cache
of results exists, the definitions are compiled before the first round.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

ENTRIES = 10_000
ROUNDS = 2
REGISTER_SIZE = 1_000
YAML_BAR = 0.1
MARKDOWN_BAR = 2.0
SCHEMA = Path(__file__).resolve().parent.parent / "schemas" / "deployment-contract.schema.json"
PROSE = (
    "The release is judged by what users see: error rate, latency and the journeys that earn money. Whoever is on call"
    " decides with these numbers, and with nothing else, whether the new version stays or the old one returns."
)
WORDS = (
    "release traffic baseline canary staging production deploy gate promotion error latency budget window operator"
    " approval evidence migration schema feature flag queue cache session customer journey monitor alert pager incident"
    " owner threshold regression artifact build pipeline preview region replica snapshot"
).split()
TEAMS = ("identity", "payments", "search", "web-platform")
# What an entry says besides what all have, by its type; seven of ten are criteria, as in a register of a release.
TYPES = {
    0: (
        "Environment",
        "Pre-deploy",
        {
            "Name": "production",
            "Infrastructure": "AWS eu-west-1",
            "Configuration": "A=1",
            "Secrets": "AWS Secrets Manager, rotated monthly",
            "Access": "DevOps (deploy), on-call (read)",
        },
        "ARC-0001",
    ),
    1: (
        "Rollback",
        "Post-deploy",
        {
            "Trigger": "5xx error rate above the baseline",
            "Threshold": "> 2% for 5 minutes",
            "Procedure": "1. page the engineer on call 2. then publish the previous deploy; `netlify rollback`",
            "Notification": "#incidents",
        },
        "RUN-0001, MON-0001",
    ),
    2: (
        "Validation",
        "Post-deploy",
        {
            "Check": "smoke tests of the journeys and the error rate against its baseline",
            "Method": "Automated",
            "Success Criteria": "all journeys under 2 seconds",
            "Escalation": "RUN-0001",
        },
        "UJ-0001, MON-0001",
    ),
}
CRITERIA = (
    "all tests pass in staging, none is skipped",
    "p95 latency stays below 200 ms, as the contract says",
    "the security review is complete",
    "no risk of high impact is open",
    "runbooks are ready and monitoring is active",
    "the release notes are written",
)
REGISTERS = {"EPIC": 200, "TEST": 2000, "ARC": 1, "RUN": 1, "MON": 1, "UJ": 1}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        yaml, markdown = Path(folder) / "yaml", Path(folder) / "markdown"
        write_yaml(yaml)
        _write_markdown(markdown)
        files = [str(path) for path in sorted((yaml / "release").glob("*.yaml"))]
        bin_folder = Path(sys.executable).parent
        commands = {
            "policylint, YAML": (
                yaml,
                [bin_folder / "policylint", "check", "--jobs", "1", "--output-format", "json", "."],
            ),
            "check-jsonschema, YAML": (yaml, [bin_folder / "check-jsonschema", "--schemafile", SCHEMA, *files]),
            "policylint, Markdown": (
                markdown,
                [bin_folder / "policylint", "check", "--jobs", "1", "--output-format", "json", "."],
            ),
        }
        times = _least_cpu_times(commands, Path(folder))
    for name, seconds in times.items():
        print(f"{name}: {seconds:.2f} s of CPU for {ENTRIES} entries, least of {ROUNDS}")
    ratio = times["policylint, YAML"] / times["check-jsonschema, YAML"]
    print(f"  {ratio:.2f} x check-jsonschema, {_verdict(ratio, YAML_BAR)} the bar of {YAML_BAR}")
    seconds = times["policylint, Markdown"]
    print(f"  Markdown registers, {_verdict(seconds, MARKDOWN_BAR)} the bar of {MARKDOWN_BAR} s")
    sys.exit(ratio > YAML_BAR or seconds > MARKDOWN_BAR)


def _verdict(measured: float, bar: float) -> str:
    return "within" if measured <= bar else "OVER"


def _fields(number: int) -> dict[str, str]:
    """The fields of an entry, without its links."""
    kind, stage, own, _ = TYPES.get(number % 10, ("Criteria", "Pre-deploy", {}, ""))
    criterion = {
        "Requirement": CRITERIA[number % len(CRITERIA)],
        "Verification": f"the pipeline of release {number} is green",
        "Blocker": "Yes",
    }
    return {
        "Type": kind,
        "Stage": stage,
        "Description": f"What release {number} is judged by. {PROSE}",
        **(own or criterion),
        "Owner": "QA lead",
    }


def _links(number: int) -> list[str]:
    first = number % 1900 + 1
    own = TYPES.get(number % 10, ("", "", {}, ""))[3]
    links = [
        f"EPIC-{number % 200 + 1:04d}",
        f"TEST-{first:04d} to TEST-{first + 5:04d}",
        f"DEP-{max(1, number - 1):05d}",
    ]
    return links if number == 1 else [*links, *own.split(", ")] if own else links


def _title(number: int) -> str:
    return f"{TYPES.get(number % 10, ('Criterion',))[0]} {number} of the release"


def _write_registers(folder: Path) -> None:
    for prefix, count in REGISTERS.items():
        lines = [f"- {{ID: {prefix}-{number:04d}, Title: {prefix} {number}}}" for number in range(1, count + 1)]
        (folder / f"{prefix.lower()}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_yaml(folder: Path, count: int = ENTRIES) -> None:
    """So many linked entries of 1.5 KB, one a file, with the registers that they link."""
    (folder / "release").mkdir(parents=True)
    _write_registers(folder)
    for number in range(1, count + 1):
        (folder / "release" / f"DEP-{number:05d}.yaml").write_text(_yaml_entry(number), encoding="utf-8")


def _yaml_entry(number: int) -> str:
    """An entry as people keep it in YAML: a table, lists in both styles, folded and literal texts, plain scalars."""
    words = random.Random(number)
    service = f"service-{words.randrange(50)}"
    fields = _fields(number)
    del fields["Description"], fields["Owner"]
    lines = [
        f"# {_title(number)}, which concerns {service}",
        f"ID: DEP-{number:05d}",
        f'Title: "{service}: {_title(number).lower()}"',
        f"Service: {service}",
        "Owner:",
        f"  team: {words.choice(TEAMS)}",
        f'  contact: "@{words.choice(TEAMS)}-oncall"',
        "Description: >-",
        *_paragraph(words, 4),
        *(f"{name}: {_plain(value)}" for name, value in fields.items()),
        "Linked IDs:",
        *(f"  - {link}" for link in [*_links(number), *_more_tests(words)]),
        f"Tags: [release, {service}, {words.choice(WORDS)}]",
        f"Revision: {number % 9 + 1}",
        "Notes: |",
        *_paragraph(words, 3),
    ]
    return "\n".join(lines) + "\n"


def _more_tests(words: random.Random) -> list[str]:
    return [f"TEST-{number:04d}" for number in sorted(words.sample(range(1, 2000), 3))]


def _paragraph(words: random.Random, lines: int) -> list[str]:
    return [f"  {' '.join(words.choices(WORDS, k=12)).capitalize()}." for _ in range(lines)]


def _plain(value: str) -> str:
    """A value as a person writes it: quoted only where YAML would read something else."""
    is_plain = value[0].isalpha() and ": " not in value and " #" not in value and value != "Yes"
    return value if is_plain else json.dumps(value)


def _write_markdown(folder: Path) -> None:
    folder.mkdir()
    _write_registers(folder)
    for first in range(1, ENTRIES + 1, REGISTER_SIZE):
        entries = [_markdown_entry(number) for number in range(first, first + REGISTER_SIZE)]
        (folder / f"register-{first:05d}.md").write_text("# Register\n\n" + "".join(entries), encoding="utf-8")


def _markdown_entry(number: int) -> str:
    lines = [f"DEP-{number:05d}: {_title(number)}"]
    lines += [f"{name}: {value}" for name, value in _fields(number).items()]
    return "\n".join([*lines, f"Linked IDs: {', '.join(_links(number))}", "", "---", "", ""])


def _least_cpu_times(commands: dict[str, tuple[Path, list[object]]], home: Path) -> dict[str, float]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(home)}
    least = dict.fromkeys(commands, float("inf"))
    for _ in range(ROUNDS):
        for name, (folder, command) in commands.items():
            forget(home)
            least[name] = min(least[name], _cpu_time(command, folder, environment))
    return least


def forget(home: Path) -> None:
    """What earlier runs kept of files; the compiled definitions stay."""
    for file in (home / ".cache" / "policylint").glob("*.data"):
        if not file.name.startswith("definitions-"):
            file.unlink()


def _cpu_time(command: list[object], folder: Path, environment: dict[str, str]) -> float:
    """User and system seconds of one whole process, as the kernel accounts them to the finished child."""
    with open(os.devnull, "wb") as nowhere:
        words = [str(word) for word in command]
        process = subprocess.Popen(words, cwd=folder, env=environment, stdout=nowhere, stderr=nowhere)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    # 1 says that something was found, as is expected of entries that all look the same.
    if process.returncode not in (0, 1):
        sys.exit(f"{' '.join(words[:6])} … exits {process.returncode}")
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
