"""Whatever bash really does when the tests fail, the simulation says the same."""

from __future__ import annotations

import os
import shutil
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.shell.processes import status_when_all_is_over
from tests.shell.project import outcome

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")

EXAMPLES = int(os.environ.get("GATE_EXAMPLES", "250"))
SEED = int(os.environ.get("GATE_SEED", "0"))
MAX_UNKNOWN = 0.02
# What a loop that never ends would have come to, nobody can say.
ENDLESS = "endless"
TEST = 'echo test >>"$LOG"; exit 1'
BUILD = 'echo build >>"$LOG"; exit 0'
STUBS = {
    "npm": f"""case "$*" in
        "run test:run"|test) {TEST};;
        "run build") {BUILD};;
        "run ci") npm run test:run && npm run build;;
        "run sloppy") vitest run; hugo;;
        esac""",
    "vitest": TEST,
    "hugo": BUILD,
    "f": ":",
    "g": ":",
}

COMMANDS = [
    *["npm run test:run"] * 10,
    *["npm run build"] * 8,
    *["true", "false", ":", "npm ci", "exit 0", "exit 3", "exit"],
    *["set -e", "set +e", "set -o pipefail", "set -eo pipefail", "set -euo pipefail", "set +o pipefail"],
    *["npm run ci", "npm run sloppy", "npm run lint", "cd .", "X=1", "export X=1"],
    *["wait $!", "wait", "[ $? -eq 0 ]", "test $? -ne 0", "[[ $? == 0 ]]", '{ rc=$?; npm ci; exit "$rc"; }'],
    *["X=$(npm run test:run)", "export X=$(npm run test:run)", ': "a $(hugo; false) b"', "Y=`vitest run`"],
    *["bash -c 'npm run test:run; hugo'", "sh -ec 'vitest run; hugo'", "bash -euo pipefail -c 'vitest run | cat'"],
    *[
        "eval 'npm run test:run && hugo'",
        "timeout 9 npm run test:run",
        "env A=1 npm run test:run",
        "time vitest run",
    ],
    *["trap 'exit 0' EXIT", "trap 'exit 2' ERR", "trap 'false' EXIT", "trap 'npm ci' ERR", "trap - EXIT ERR"],
    *["vitest run >/dev/null 2>&1", 'vitest "run"', "\\hugo", "vitest run # hugo\n:", "f() { vitest run; hugo; }"],
    *["g() { return 2; }", "f", "g", "command vitest run", "exec vitest run", "exec 2>/dev/null", "A=1 vitest run"],
    *["cat <<EOF >/dev/null\nhugo && vitest run\nEOF\n:", "cat <(vitest run) >/dev/null", "break", "continue"],
]


COMPOUNDS = [
    "( {a} )",
    "( {a} )",
    "{{ {a}\n}}",
    "{{ {a}; }} 2>/dev/null",
    "if {a}; then {b}; else {c}\nfi",
    "if {a}\nthen {b}\nfi",
    "if {a}\nthen {b}\nelif {b}\nthen {c}\nfi",
    "for x in 1 2; do {a}\ndone",
    "case x in y) {a};; x) {b}\n;; esac",
    "until {{ {a}\n}} || true; do {b}\ndone",
]


class Writer:
    """Writes one random script with the choices that hypothesis makes."""

    def __init__(self, draw):
        self.draw = draw

    def pick(self, options):
        return self.draw(st.sampled_from(options))

    def sequence(self, depth):
        text = self.and_or(depth)
        for _ in range(self.pick([0, 1, 1, 2])):
            text += self.pick(["; ", "\n", "\n", " &\n"]) + self.and_or(depth)
        return text

    def and_or(self, depth):
        text = self.pipeline(depth)
        for _ in range(self.pick([0, 0, 1, 1, 2])):
            text += self.pick([" && ", " || ", " &&\n", " && "]) + self.pipeline(depth)
        return text

    def pipeline(self, depth):
        elements = [self.unit(depth) for _ in range(self.pick([1, 1, 1, 1, 2, 3]))]
        text = " | ".join(elements) if all("\n:" not in element for element in elements) else elements[0]
        if text.startswith(("f()", "g()")):
            return text
        return self.pick(["", "", "", "", "", "", "! "]) + text

    def unit(self, depth):
        if depth == 0 or self.pick([True, True, True, False]):
            return self.pick(COMMANDS)
        form = self.pick(COMPOUNDS)
        parts = {name: self.sequence(depth - 1) for name in "abc" if f"{{{name}}}" in form}
        return form.format(**parts)


@st.composite
def scripts(draw):
    writer = Writer(draw)
    return writer.sequence(writer.pick([0, 0, 1, 1, 1, 2]))


SCRIPTS = scripts()


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A directory with the stub programs, and the environment that makes bash use them."""
    directory = tmp_path_factory.mktemp("project")
    for name, text in STUBS.items():
        stub = directory / name
        stub.write_text(f"#!/bin/sh\n{text}\n")
        stub.chmod(0o755)
    log = directory / "log"
    return log, {"PATH": f"{directory}{os.pathsep}/usr/bin{os.pathsep}/bin", "LOG": str(log)}


def really(command: str, project) -> str:
    """What bash does. All its processes hold a pipe open, so that background jobs are over too when it closes."""
    log, environment = project
    log.write_text("")
    status = status_when_all_is_over(["bash", "-c", command], 5, env=environment)
    if status is None:
        return ENDLESS
    ran = log.read_text().split()
    if "test" not in ran:
        return "missing"
    if status == 0:
        return "unenforced"
    return "late" if "build" in ran else "strict"


def test_the_simulation_agrees_with_bash(project):
    seen: Counter[str] = Counter()

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        derandomize=SEED == 0,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(command=SCRIPTS)
    def compare(command):
        said = outcome(command)
        seen[said] += 1
        if said != "unknown":
            assert really(command, project) in (said, ENDLESS), command

    compare()
    print(seen)
    assert all(seen[kind] > EXAMPLES / 50 for kind in ("strict", "late", "unenforced", "missing"))
    assert seen["unknown"] <= MAX_UNKNOWN * seen.total()
