"""What a command runs in a repository: whatever really happens when the tests fail, and when they pass, we say so.

Commands, package.json scripts, Makefiles and shell scripts are generated and run by real bash, dash and make with stub
package managers. GATE_EXAMPLES and GATE_SEED set how many, and which (`make gate-agreement`).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from policylint.shell.outcomes import Rehearsal
from tests.shell.processes import status_when_all_is_over
from tests.shell.project import around, judge

pytestmark = pytest.mark.skipif(not all(map(shutil.which, ["bash", "make"])), reason="bash or make is not installed")

EXAMPLES = int(os.environ.get("GATE_EXAMPLES", "75"))
SEED = int(os.environ.get("GATE_SEED", "0"))
MAX_UNKNOWN = 0.02
STUBS = Path(__file__).with_name("stub_programs.py")
MANAGERS = ("npm", "yarn", "pnpm", "bun", "run-s", "run-p", "npm-run-all", "concurrently")

LEAVES = ["vitest run", "vitest run", "hugo", "hugo", "true", "echo hi", "npm ci", "false", "vitest run | cat"]
ROOT_SCRIPTS = ["ci", "verify", "test:all", "build:all", "test", "test:run", "test:unit", "build", "site"]
HOOKS = ["pretest", "posttest", "prebuild", "preci", "postverify"]
OWN_SCRIPTS = ["test", "build", "check"]
TARGETS = ["all", "check", "site", "test", "build"]
LISTS = ["{a} && {b}", "{a} && {b}", "{a}; {b}", "{a} || {b}", "{a}", "{a}", "{a} && {b} && {c}", "( {a}; {b} )"]
SHELL_LISTS = [
    *LISTS,
    "! {a}",
    "if {a}; then {b}; else {c}; fi",
    "{a} >/dev/null | {b}",
    "{a} || exit 1; {b}",
    "{a} || true; {b}",
]
COMMAND_LISTS = [
    *SHELL_LISTS,
    "set -e; {a}; {b}",
    "set -o pipefail; {a} >/dev/null | {b}",
    "{a} & {b}",
    "{a}\n{b}",
    "{a} & wait $! && {b}",
]


class Writer:
    """Writes one repository with the choices that hypothesis makes. What is written first calls what comes later."""

    def __init__(self, draw):
        self.draw = draw
        self.calls: list[str] = list(LEAVES)

    def pick(self, options):
        return self.draw(st.sampled_from(options))

    def some(self, options, low=0):
        return self.draw(st.lists(st.sampled_from(options), min_size=low, max_size=3, unique=True))

    def line(self, forms=LISTS):
        form = self.pick(forms)
        return form.format(**{name: self.pick(self.calls) for name in "abc"})

    def repository(self):
        files = {}
        self.workspaces(files)
        self.shell_scripts(files)
        self.makefile(files)
        self.root(files)
        return files

    def workspaces(self, files):
        for name in ("lib", "app"):
            scripts = {each: self.line(["{a}", "{a}", "{a} && {b}"]) for each in self.some(OWN_SCRIPTS, 1)}
            needed = {"lib": "*"} if name == "app" and self.pick([True, False]) else {}
            files[f"{name}/package.json"] = json.dumps({"name": name, "scripts": scripts, "dependencies": needed})
        # yarn takes what is no script for a program, which may or may not be there: `test` and `build` are not.
        own = [
            *["cd app && npm run {s}", "npm --prefix app run {s}", "npm -C lib run {s}", "npm run {s} -w app"],
            *["npm run {s} --workspaces", "npm run {s} --workspaces --if-present", "yarn workspace app {b}"],
            *["yarn workspaces run {b}", "pnpm --filter app run {s}", "pnpm -r run {s}", "pnpm --filter nobody {s}"],
            *["pnpm -C app run {s}", "yarn --cwd lib {b}"],
        ]
        found = [self.pick(own).format(s=self.pick(OWN_SCRIPTS), b=self.pick(OWN_SCRIPTS[:2])) for _ in range(3)]
        self.calls += [f"( {each} )" if each.startswith("cd ") else each for each in found]

    def shell_scripts(self, files):
        for name in ("x", "y"):
            first = self.pick(["#!/bin/sh", "#!/bin/bash", "#!/bin/bash -e", "#!/usr/bin/env bash", "#!/bin/sh -e"])
            lines = [first, *([self.pick(["set -e", "set -eu", ":"])]), *(self.line(SHELL_LISTS) for _ in range(2))]
            files[f"scripts/{name}.sh"] = "\n".join(lines) + "\n"
            calls = ["./scripts/{n}.sh", "sh scripts/{n}.sh", "bash scripts/{n}.sh", "bash -e ./scripts/{n}.sh"]
            self.calls.append(self.pick(calls).format(n=name))

    def makefile(self, files):
        lines = ["RUN = vitest run", "SITE := hugo", ".PHONY: " + " ".join(self.some(TARGETS))]
        for place, name in enumerate(TARGETS):
            lines.append(f"{name}: {' '.join(self.some(TARGETS[place + 1 :]) if TARGETS[place + 1 :] else [])}")
            for _ in range(self.pick([0, 1, 1, 2])):
                line = self.pick([self.line(), "$(RUN)", "$(SITE) && $(RUN)", self.line()])
                lines.append("\t" + self.pick(["", "", "@", "-", "@-"]) + line)
        files["Makefile"] = "\n".join(lines) + "\n"
        if self.pick([True, False, False]):
            files["build"] = "a file of that name"
        self.calls += [
            self.pick(["make {t}", "make -s {t}", "make -k {t}", "make"]).format(t=self.pick(TARGETS)) for _ in range(2)
        ]

    def root(self, files):
        scripts = {}
        for name in HOOKS:
            if self.pick([True, False, False]):
                scripts[name] = self.pick(["vitest run", "hugo", "echo hook"])
        for name in reversed(ROOT_SCRIPTS):
            if self.pick([True, True, False]):
                scripts[name] = self.line(SHELL_LISTS)
                forms = [
                    "npm run {n}",
                    "npm run {n}",
                    "yarn {n}",
                    "yarn run {n}",
                    "pnpm run {n}",
                    "pnpm {n}",
                    "bun run {n}",
                ]
                self.calls.append(self.pick(forms).format(n=name))
        names = [name for name in ROOT_SCRIPTS if name in scripts]
        if len(names) > 1:
            first, second = self.pick(names), self.pick(names)
            forms = ["run-s {a} {b}", "run-p {a} {b}", "npm-run-all {a} -p {b}", "run-s -c {a} {b}", "run-s {a}"]
            forms += ["concurrently 'npm:{a}' '{c}'", "run-p {a} {b}", "run-s 'test:*' {b}", "npm test", "npm t"]
            forms += ["npm run {a} --if-present", "npm run {a} -- --x", "bun test"]
            self.calls += [self.pick(forms).format(a=first, b=second, c=self.pick(LEAVES)) for _ in range(2)]
        self.calls += [
            self.pick(["npm run missing", "npm run missing --if-present", "npm test:run", "npm run missing"])
        ]
        manager = self.pick([None, "npm", "yarn@1", "yarn@4", "pnpm@8", "pnpm@9"])
        data = {"scripts": scripts, "workspaces": ["lib", "app"]}
        files["package.json"] = json.dumps(data if manager is None else {**data, "packageManager": f"{manager}.1.0"})


@st.composite
def situations(draw):
    """A repository and a command in it."""
    writer = Writer(draw)
    files = writer.repository()
    # Those that came last call the others: they are the more interesting.
    writer.calls += writer.calls[-8:] * 3
    return files, writer.line(COMMAND_LISTS)


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    """A folder with the stub programs."""
    folder = tmp_path_factory.mktemp("programs")
    texts = {name: f'exec "{sys.executable}" -IS "{STUBS}" {name} "$@"' for name in MANAGERS}
    texts["vitest"] = 'echo test >>"$LOG"; exit "$TEST_STATUS"'
    texts["hugo"] = 'echo build >>"$LOG"'
    for name, text in texts.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    return folder


class World:
    """A folder in which a situation is set up and run."""

    def __init__(self, folder: Path, programs: Path):
        self.folder = folder / "repository"
        self.log = folder / "log"
        self.path = f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin"

    def write(self, files):
        shutil.rmtree(self.folder, ignore_errors=True)
        for path, text in files.items():
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
            target.chmod(0o755)

    def run(self, command, status):
        """The exit status and what ran. Background jobs hold a pipe open, so that they are over when it closes."""
        self.log.write_text("")
        environment = {"PATH": self.path, "LOG": str(self.log), "ROOT": str(self.folder), "TEST_STATUS": str(status)}
        status = status_when_all_is_over(["bash", "-c", command], 30, cwd=self.folder, env=environment)
        assert status is not None, command
        return status, self.log.read_text().split()


def really(status: int, ran: list[str]) -> str:
    if "test" not in ran:
        return "missing"
    if status == 0:
        return "unenforced"
    return "late" if "build" in ran else "strict"


def is_untold(reason: str, files) -> bool:
    """Whether it hangs on hooks of a package manager whose version the repository does not tell: nobody can know."""
    found = re.search(r"whether this version of (\w+) runs the hooks", reason)
    return found is not None and not json.loads(files["package.json"]).get("packageManager", "").startswith(found[1])


def agrees(world: World, files, command: str) -> str:
    """Compare, and tell the outcome that was claimed."""
    verdict = judge(command, files)
    said = verdict.outcome
    if said == "unknown":
        return "untold" if is_untold(verdict.reason, files) else said
    world.write(files)
    shown = json.dumps({"command": command, **files}, indent=1)
    assert said == really(*world.run(command, 1)), shown
    runs = Rehearsal(command, around(files)).passing
    if len(runs) == 1 and runs[0].verdict.outcome != "unknown":
        status, ran = world.run(command, 0)
        kinds = {event.kind for event in runs[0].trace.events} & {"test", "build"}
        assert kinds == set(ran), shown
        if "test" in kinds:
            assert (status == 0) == (runs[0].verdict.outcome == "unenforced"), shown
    return said


def test_generated_repositories_do_what_is_said(programs, tmp_path):
    seen: Counter[str] = Counter()
    world = World(tmp_path, programs)

    # A failing example is not made smaller: each step of that would run some thirty processes.
    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        derandomize=SEED == 0,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(situation=situations())
    def compare(situation):
        seen[agrees(world, *situation)] += 1

    compare()
    print(dict(seen))
    assert all(seen[kind] > EXAMPLES / 50 for kind in ("strict", "late", "unenforced", "missing"))
    assert seen["unknown"] <= MAX_UNKNOWN * seen.total()
