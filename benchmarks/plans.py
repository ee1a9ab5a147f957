"""A thousand plans of the size of real ones, checked cold with all rules, against pymarkdown on the same files.

Every figure is the CPU time (user and system) of a whole process. pymarkdown takes seconds for some plans, so it reads
the first SAMPLE of them, and its time is counted a thousand for each SAMPLE.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from entries import forget

PLANS = 1_000
PLANS_IN_PHASE = 5
SAMPLE = 25
ROUNDS = 2
BAR = 0.15
# 47 real plans have 13,800 characters each.
SIZE = 13_800
STEP = (
    "Read the module first and keep what it does for empty input. Then write the function, with a test for each branch"
    " and one for `null`, and use the client in `src/lib/client.ts` that the other modules use as well.\n"
)
CODE = (
    "```typescript\nexport async function load(id: string): Promise<Item | null> {\n  return client.get(id)\n}\n```\n"
)


def main() -> None:
    bin_folder = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "repository"
        paths = _write(root)
        own = min(
            _cpu_time([bin_folder / "policylint", "check", "--jobs", "1"], root, folder) for _ in range(ROUNDS + 1)
        )
        linter = [bin_folder / "pymarkdown", "--enable-extensions", "front-matter", "scan", *paths[:SAMPLE]]
        other = min(_cpu_time(linter, root, folder) for _ in range(ROUNDS)) * PLANS / SAMPLE
    ratio = own / other
    print(f"{PLANS} plans of {SIZE} characters: {own:.1f} s of CPU, {own / PLANS * 1000:.1f} ms each")
    verdict = "within" if ratio <= BAR else "OVER"
    print(f"  {ratio:.3f} x pymarkdown ({other:.0f} s for all, from {SAMPLE} of them), {verdict} the bar of {BAR}")
    sys.exit(ratio > BAR)


def _write(root: Path) -> list[str]:
    """The plans, with the files that they promise."""
    paths = []
    for number in range(PLANS):
        phase, plan = number // PLANS_IN_PHASE + 1, number % PLANS_IN_PHASE + 1
        path = f".planning/phases/{phase:03}-part/{phase:03}-{plan:02}-PLAN.md"
        _write_file(root / path, _plan(phase, plan))
        _write_file(root / f"src/part{phase}/item{plan}.ts", f"export const load{plan} = client.get\n")
        paths.append(path)
    return paths


def _write_file(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _plan(phase: int, plan: int) -> str:
    source = f"src/part{phase}/item{plan}.ts"
    before = f'"{phase:03}-{plan - 1:02}"' if plan > 1 else ""
    front_matter = (
        f"---\nphase: {phase:03}-part\nplan: {plan:02}\ntype: execute\nwave: {plan}\ndepends_on: [{before}]\n"
        f"files_modified:\n  - {source}\nautonomous: true\nmust_haves:\n  truths:\n    - Items are loaded\n"
        f'  artifacts:\n    - path: "{source}"\n      provides: "Loading"\n      exports: ["load{plan}"]\n'
        f'  key_links:\n    - from: "{source}"\n      to: "src/lib/client.ts"\n      pattern: "client\\\\.get"\n---\n\n'
    )
    tasks = "".join(_task(source, f"Part {number}") for number in (1, 2))
    return f"{front_matter}<objective>\nLoad items.\n</objective>\n\n<tasks>\n\n{tasks}</tasks>\n"


def _task(source: str, name: str) -> str:
    steps = ""
    while len(steps) < SIZE // 2 - 700:
        steps += f"{STEP}\n{CODE}\n- first\n- second, with `code`\n\n"
    return (
        f'<task type="auto">\n  <name>{name}</name>\n  <files>{source}</files>\n  <action>\n{steps}  </action>\n'
        f'  <verify>grep -n "load" {source}</verify>\n  <done>Items are loaded</done>\n</task>\n\n'
    )


def _cpu_time(command: list[object], root: Path, home: str) -> float:
    """User and system seconds of one whole process; both linters end with 1 when they find something."""
    environment = {"PATH": os.environ["PATH"], "HOME": home}
    forget(Path(home))
    with open(Path(home) / "output", "w+b") as output:
        process = subprocess.Popen(
            [str(word) for word in command], cwd=root, env=environment, stdout=output, stderr=output
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            output.seek(0)
            sys.exit(f"{command[0]} exits {process.returncode}:\n{output.read().decode()}")
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
