"""Whatever bash really does when the tests fail, the simulation says the same."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.shell.project import outcome

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")

EXAMPLES = 300
MAX_UNKNOWN = 0.02
NO_STREAMS = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
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

COMMANDS = st.sampled_from(
    [
        *["npm run test:run"] * 10,
        *["npm run build"] * 8,
        *["true", "false", ":", "npm ci", "exit 0", "exit 3", "exit"],
        *["set -e", "set +e", "set -o pipefail", "set -eo pipefail", "set -euo pipefail", "set +o pipefail"],
        *["npm run ci", "npm run sloppy", "npm run lint", "cd .", "X=1", "export X=1"],
        *["wait $!", "wait", "[ $? -eq 0 ]", "test $? -ne 0", "[[ $? == 0 ]]", 'rc=$?; npm ci; exit "$rc"'],
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
)


@st.composite
def pipelines(draw, units):
    elements = draw(st.lists(units, min_size=1, max_size=3)) if draw(st.integers(0, 3)) == 0 else [draw(units)]
    text = " | ".join(elements) if all("\n:" not in element for element in elements) else elements[0]
    return f"! {text}" if draw(st.integers(0, 7)) == 0 else text


@st.composite
def lists(draw, units):
    text = draw(pipelines(units))
    for _ in range(draw(st.integers(0, 2))):
        text += draw(st.sampled_from([" && ", " || ", " &&\n", " && "])) + draw(pipelines(units))
    return text


@st.composite
def sequences(draw, units):
    text = draw(lists(units))
    for _ in range(draw(st.integers(0, 3))):
        text += draw(st.sampled_from(["; ", "\n", "\n", " &\n"])) + draw(lists(units))
    return text


@st.composite
def compounds(draw, units):
    a, b, c = (draw(sequences(units)) for _ in range(3))
    forms = [
        f"( {a} )",
        f"( {a} )",
        f"{{ {a}\n}}",
        f"{{ {a}; }} 2>/dev/null",
        f"if {a}; then {b}; else {c}\nfi",
        f"if {a}\nthen {b}\nfi",
        f"if {a}\nthen {b}\nelif {b}\nthen {c}\nfi",
        f"for x in 1 2; do {a}\ndone",
        f"case x in y) {a};; x) {b}\n;; esac",
        f"until {{ {a}\n}} || true; do {b}\ndone",
    ]
    return draw(st.sampled_from(forms))


SCRIPTS = sequences(st.recursive(COMMANDS, compounds, max_leaves=5))


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
    reading, writing = os.pipe()
    try:
        status = subprocess.run(
            ["bash", "-c", command], env=environment, pass_fds=[writing], check=False, timeout=5, **NO_STREAMS
        ).returncode
    finally:
        os.close(writing)
        os.read(reading, 1)
        os.close(reading)
    ran = log.read_text().split()
    if "test" not in ran:
        return "missing"
    if status == 0:
        return "unenforced"
    return "late" if "build" in ran else "strict"


def test_the_simulation_agrees_with_bash(project):
    seen: Counter[str] = Counter()

    @settings(
        max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(command=SCRIPTS)
    def compare(command):
        said = outcome(command)
        seen[said] += 1
        if said != "unknown":
            assert said == really(command, project), command

    compare()
    print(seen)
    assert all(seen[kind] > EXAMPLES / 50 for kind in ("strict", "late", "unenforced", "missing"))
    assert seen["unknown"] <= MAX_UNKNOWN * seen.total()
