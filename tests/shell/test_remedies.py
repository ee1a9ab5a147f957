"""A command rewritten so that failing tests stop it, where that can be done with certainty."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policylint.shell.outcomes import Rehearsal
from tests.shell.project import around, judge, outcome, package

A = "npm run test:run"
B = "npm run build"


def written(template: str) -> str:
    return template.replace("@A", A).replace("@B", B)


@pytest.mark.parametrize(
    ("command", "remedy"),
    [
        ("@A; @B", "@A && @B"),
        ("@A;@B;", "@A && @B"),
        ("@A; @B; echo done", "@A && @B && echo done"),
        ("@A && @B; echo done", "@A && @B && echo done"),
        ("@A\n@B", "set -e\n@A\n@B"),
        ("echo a; @A\n@B\n", "set -e\necho a; @A\n@B"),
        ("for x in 1 2; do\n@A\ndone\n@B", "set -eo pipefail\nfor x in 1 2; do\n@A\ndone\n@B"),
        ("@A || true && @B", "@A && @B"),
        ("@A || : && @B", "@A && @B"),
        ("@A || true; @B", "@A && @B"),
        ("@A && @B || true", "@A && @B"),
        ("@A || exit 0; @B", "@A && @B"),
        ("@A | tee log && @B", "set -o pipefail; @A | tee log && @B"),
        ("@A | tee log\n@B", "set -eo pipefail\n@A | tee log\n@B"),
        ("@B && @A", "@A && @B"),
        ("npm ci && @B && @A", "npm ci && @A && @B"),
        ("echo 'a; b'; @A; @B", "echo 'a; b' && @A && @B"),
        ("@B", "@A && @B"),
        ("npm ci && @B", "npm ci && @A && @B"),
        ("yarn build", "yarn test:run && yarn build"),
        ("pnpm build", "pnpm test:run && pnpm build"),
        ("bun run build", "bun run test:run && bun run build"),
        ("hugo", "@A && hugo"),
    ],
)
def test_these_can_be_put_right(command, remedy):
    assert judge(written(command)).remedy == written(remedy)


@pytest.mark.parametrize(
    "command",
    [
        "@A && @B",
        "./unknown.sh",
        "if @A; then @B; fi",
        "@A || @B",
        "! @A && @B",
        "(@A; @B)",
        "run-p test:run build",
        "npm run sloppy",
        "",
        "   ",
        "cd app && npm run nothing",
    ],
)
def test_these_are_left_alone(command):
    assert judge(written(command)).remedy == ""


@pytest.mark.parametrize(
    ("scripts", "remedy"),
    [
        ({"test": "jest"}, "npm run test && npm run build"),
        ({"test_run": "vitest run", "test": "vitest"}, "npm run test:run && npm run build"),
        ({"test_ci": "vitest run", "test": "vitest"}, "npm run test:ci && npm run build"),
        ({"test": "vitest watch"}, ""),
        ({"test": 'echo "Error: no test specified" && exit 1'}, ""),
        ({"test": "jest || true"}, ""),
        ({"check": "jest"}, ""),
    ],
)
def test_a_missing_gate_is_put_right_by_a_real_test_script(scripts, remedy):
    assert judge("npm run build", {"package.json": package(build="hugo", **scripts)}).remedy == remedy


def test_a_missing_gate_without_a_package_is_left_alone():
    assert judge("hugo", {}).remedy == ""


UNITS = st.sampled_from(
    [A, A, B, B, "npm ci", "echo 'a; b'", "hugo", "true", f"{A} | tee log", "npm test -- --x", "cd app"]
)
GLUE = st.sampled_from(["; ", " && ", "\n", " || ", " || true; ", " || true && ", " | ", " & "])


@settings(max_examples=400, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(first=UNITS, others=st.lists(st.tuples(GLUE, UNITS), max_size=4))
def test_a_remedy_is_strict_and_builds_the_same(first, others):
    command = first + "".join(glue + unit for glue, unit in others)
    verdict = judge(command)
    if verdict.remedy:
        assert outcome(verdict.remedy) == "strict"
        assert built(verdict.remedy) == built(command)


def built(command: str) -> set[frozenset[str]]:
    runs = Rehearsal(command, around()).passing
    return {frozenset(event.text for event in run.trace.events if event.kind == "build") for run in runs}
