"""What a command runs, followed through package.json, workspaces, task runners, Makefiles and scripts."""

from __future__ import annotations

import json

import pytest

from tests.shell.project import judge, notes, outcome, package

GATED = "vitest run && hugo"
UNGATED = "hugo"
LOCK_6 = "lockfileVersion: '6.0'\n"
LOCK_9 = "lockfileVersion: '9.0'\n"


def packages(root: dict, **members: dict) -> dict[str, str]:
    files = {f"packages/{name}/package.json": json.dumps({"name": name, **data}) for name, data in members.items()}
    return {"package.json": json.dumps({"workspaces": ["packages/*"], **root}), **files}


def scripts(**texts: str) -> dict:
    return {"scripts": texts}


IN_APP = {"package.json": package(ci=UNGATED), "app/package.json": package(ci=GATED)}
IN_WORKSPACES = packages(scripts(ci=UNGATED), web=scripts(ci=GATED, test="vitest run"), api=scripts(ci=UNGATED))


@pytest.mark.parametrize(
    "command",
    [
        "cd app && npm run ci",
        "cd ./app/; npm run ci",
        "npm --prefix app run ci",
        "npm --prefix=app run ci",
        "npm -C app run ci",
        "npm run ci --prefix app",
        "npm run --prefix app --silent ci",
        "yarn --cwd app ci",
        "yarn --cwd app run ci",
        "pnpm -C app ci",
        "pnpm --dir app run ci",
        "pnpm --dir=app run ci",
        "bun run --cwd app ci",
        "cd app && node --run ci",
        "cd app && npx run-s ci",
        "cd app && npx npm-run-all ci",
        "cd app && npx concurrently npm:ci",
        "cd app && exec npm run ci",
        "mkdir -p dist && cd dist/../app && npm run ci",
    ],
)
def test_the_folder_is_found(command):
    assert outcome(command, IN_APP) == "strict"


@pytest.mark.parametrize(
    "command",
    [
        "npm run ci -w web",
        "npm run ci --workspace=packages/web",
        "npm -w web run ci",
        "yarn workspace web ci",
        "yarn workspace web run ci",
        "pnpm --filter web ci",
        "pnpm --filter web run ci",
        "pnpm -F ./packages/web run ci",
        "pnpm --filter 'we*' run ci",
        "pnpm run --filter=web ci",
        "bun --filter web ci",
    ],
)
def test_a_workspace_is_found(command):
    assert outcome(command, IN_WORKSPACES) == "strict"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        # npm goes on with the next workspace, so that the other one builds.
        ("npm run ci --workspaces", "late"),
        ("npm run test -ws --if-present && hugo", "strict"),
        ("npm run test -ws && hugo", "strict"),
        ("yarn workspaces foreach -A run test && hugo", "strict"),
        ("yarn workspaces foreach --since run test && hugo", "unknown"),
        ("pnpm -r test && hugo", "strict"),
        ("pnpm -r run ci", "late"),
        ("pnpm --recursive run test && hugo", "strict"),
        ("pnpm recursive run test && hugo", "strict"),
        ("pnpm m run ci", "late"),
        ("pnpm --filter nobody test && hugo", "missing"),
        ("pnpm --filter api test && hugo", "missing"),
        ("pnpm --filter '...[origin/main]' test && hugo", "unknown"),
        ("pnpm --filter '!web' run ci", "missing"),
        ("npm run ci -w $X", "unknown"),
        ("npm run ci -w nobody && hugo", "missing"),
    ],
)
def test_several_workspaces(command, expected):
    assert outcome(command, IN_WORKSPACES) == expected


def test_workspaces_of_pnpm_are_listed_in_a_file_of_their_own():
    files = {
        **IN_WORKSPACES,
        "package.json": "{}",
        "pnpm-workspace.yaml": "packages:\n  - 'packages/**'\n  - '!**/api'\n",
    }
    assert outcome("pnpm -r run ci", files) == "strict"
    assert outcome("cd packages/web && pnpm run ci", files) == "strict"


def test_a_package_waits_for_those_it_depends_on():
    depending = {**scripts(ci=UNGATED), "dependencies": {"lib": "workspace:*"}}
    files = packages({}, app=depending, lib=scripts(ci="vitest run"))
    assert outcome("pnpm -r run ci", files) == "strict"
    assert outcome("pnpm -r --no-sort run ci", files) == "late"
    assert outcome("pnpm -r --no-bail run ci", files) == "late"


@pytest.mark.parametrize(
    ("command", "extra", "expected"),
    [
        ("npm run build", {}, "strict"),
        ("npm run build --ignore-scripts", {}, "missing"),
        ("bun run build", {}, "strict"),
        ("yarn build", {"yarn.lock": "# yarn lockfile v1\n"}, "strict"),
        ("yarn build", {"yarn.lock": "__metadata:\n  version: 8\n"}, "missing"),
        ("yarn build", {".yarnrc.yml": "nodeLinker: node-modules\n"}, "missing"),
        ("yarn build", {}, "unknown"),
        ("pnpm build", {"pnpm-lock.yaml": LOCK_9}, "strict"),
        ("pnpm build", {"pnpm-lock.yaml": LOCK_6}, "missing"),
        ("pnpm build", {}, "unknown"),
        ("node --run build", {}, "missing"),
    ],
)
def test_hooks_run_where_the_package_manager_runs_them(command, extra, expected):
    files = {"package.json": package(prebuild="vitest run", build="hugo"), **extra}
    assert outcome(command, files) == expected


@pytest.mark.parametrize(("manager", "expected"), [("pnpm@8.15.1", "missing"), ("pnpm@10.0.0", "strict")])
def test_a_pinned_package_manager_tells_whether_hooks_run(manager, expected):
    data = {"packageManager": manager, "scripts": {"prebuild": "vitest run", "build": "hugo"}}
    assert outcome("pnpm build", {"package.json": json.dumps(data), "pnpm-lock.yaml": LOCK_6}) == expected


def test_hooks_that_change_nothing_need_no_version():
    files = {"package.json": package(prebuild="echo start", build=GATED)}
    assert outcome("yarn build", files) == "strict"


def test_the_reason_names_the_hooks():
    files = {"package.json": package(prebuild="vitest run", build="hugo")}
    assert "whether this version of yarn runs the hooks of 'build'" in judge("yarn build", files).reason


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("npm run both -- && hugo", "strict"),
        ("npm run shrug -- || true", "unenforced"),
        ("npm test -- --run && hugo", "strict"),
        ("npm run echo -- vitest run && hugo", "missing"),
        ("npm run args -- run && hugo", "strict"),
        ("yarn args run && hugo", "strict"),
        ("npm run args -- $X && hugo", "strict"),
    ],
)
def test_arguments_are_added_to_the_text_of_the_script(command, expected):
    files = {
        "package.json": package(both="echo a && vitest", shrug="vitest", test="vitest", echo="echo", args="vitest")
    }
    assert outcome(command, files) == expected


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("run-s test:unit build", "strict"),
        ("run-s build test:unit", "late"),
        ("run-p test:unit build", "late"),
        ("npm-run-all test:unit build", "strict"),
        ("npm-run-all --parallel test:unit build", "late"),
        ("npm-run-all -p test:unit test:types -s build", "strict"),
        ("npm-run-all -p 'test:*' -s build", "strict"),
        ("run-s 'test:*' build", "strict"),
        ("run-s test:* build", "strict"),
        ("run-s 'test:**' build", "strict"),
        ("run-s -c test:unit build", "late"),
        ("run-s --continue-on-error test:unit build", "late"),
        ("run-s -ln test:unit build", "strict"),
        ("run-s 'test:unit -- --coverage' build", "strict"),
        ("run-s nobody build", "missing"),
        ("run-s --strange test:unit build", "unknown"),
        ("run-s $X build", "unknown"),
        ("concurrently 'npm run test:unit' 'npm run build'", "late"),
        ("concurrently npm:test:unit npm:test:types && npm run build", "strict"),
        ("concurrently 'npm:test:*' && npm run build", "strict"),
        ("concurrently -k -n a,b 'npm:test:unit' 'eslint .' && npm run build", "strict"),
        ("concurrently --success first npm:test:unit npm:build", "unknown"),
        ("concurrently -s all npm:test:unit && npm run build", "strict"),
        ('concurrently "$X" npm:build', "unknown"),
    ],
)
def test_runners_of_several_scripts(command, expected):
    files = {"package.json": package(test_unit="vitest run", test_types="echo types", build="hugo")}
    assert outcome(command, files) == expected


def turbo(tasks: dict, *, key: str = "tasks", **members: dict) -> dict[str, str]:
    return {**packages({}, **members), "turbo.json": json.dumps({key: tasks})}


WEB = scripts(test="vitest run", build="hugo")


@pytest.mark.parametrize(
    ("command", "tasks", "expected"),
    [
        ("turbo run build", {"build": {"dependsOn": ["test"]}, "test": {}}, "strict"),
        ("turbo build", {"build": {"dependsOn": ["test"]}, "test": {}}, "strict"),
        ("npx turbo run test build", {"build": {"dependsOn": ["test"]}, "test": {}}, "strict"),
        ("turbo run test build", {"build": {}, "test": {}}, "late"),
        ("turbo run test build", {"build": {}, "test": {"dependsOn": ["build"]}}, "late"),
        ("turbo run test && hugo", {"test": {}}, "strict"),
        ("turbo run test && turbo run build", {"build": {}, "test": {}}, "strict"),
        ("turbo run build", {"build": {}}, "missing"),
        ("turbo run build", {"build": {"dependsOn": ["web#test"]}, "test": {}}, "strict"),
        ("turbo run build --continue", {"build": {"dependsOn": ["test"]}, "test": {}}, "late"),
        ("turbo run build --filter=web", {"build": {"dependsOn": ["test"]}, "test": {}}, "strict"),
        ("turbo run build --filter=nobody", {"build": {"dependsOn": ["test"]}, "test": {}}, "missing"),
        ("turbo run build --filter='[HEAD^1]'", {"build": {"dependsOn": ["test"]}, "test": {}}, "unknown"),
        ("turbo run build --strange", {"build": {"dependsOn": ["test"]}, "test": {}}, "unknown"),
        ("turbo run nobody", {"build": {}}, "unknown"),
        ("cd packages/web && turbo run build", {"build": {"dependsOn": ["test"]}, "test": {}}, "strict"),
    ],
)
def test_tasks_of_turbo(command, tasks, expected):
    assert outcome(command, turbo(tasks, web=WEB)) == expected
    assert outcome(command, turbo(tasks, key="pipeline", web=WEB)) == expected


def test_tasks_of_turbo_wait_for_those_of_dependencies():
    app = {**scripts(build="hugo"), "dependencies": {"lib": "*"}}
    files = turbo({"build": {"dependsOn": ["^test"]}, "test": {}}, app=app, lib=scripts(test="vitest run"))
    assert outcome("turbo run build", files) == "strict"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("turbo run test && hugo", "strict"),
        ("turbo run test build", "unknown"),
        ("turbo run build", "unknown"),
        ("nx run-many -t test && hugo", "strict"),
        ("nx run-many -t test build", "unknown"),
        ("nx affected -t test && hugo", "unknown"),
        ("nx test app && nx build app", "strict"),
        ("lerna run test && hugo", "strict"),
        ("lerna run build", "unknown"),
    ],
)
def test_task_runners_without_configuration(command, expected):
    assert outcome(command, {}) == expected


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("nx run-many --target=test && hugo", "strict"),
        ("nx run-many -t test build", "strict"),
        ("nx build app", "strict"),
        ("nx run app:build", "strict"),
        ("nx test app && hugo", "strict"),
    ],
)
def test_targets_of_nx(command, expected):
    files = {"nx.json": json.dumps({"targetDefaults": {"build": {"dependsOn": ["^build", "test"]}, "test": {}}})}
    assert outcome(command, files) == expected


def test_of_more_targets_of_nx_than_are_followed_none_is_left_out():
    needed = [*(f"build:{number}" for number in range(1_000)), "test"]
    files = {"nx.json": json.dumps({"targetDefaults": {"build": {"dependsOn": needed}, "test": {}}})}
    assert outcome("nx run-many -t build", files) == "unknown"


def test_scripts_of_lerna():
    files = {**packages({}, web=scripts(ci=GATED)), "lerna.json": json.dumps({"packages": ["packages/*"]})}
    assert outcome("lerna run ci", files) == "strict"
    assert outcome("lerna run ci --scope web --stream", files) == "strict"
    assert outcome("lerna run nobody", files) == "unknown"


@pytest.mark.parametrize(
    ("makefile", "command", "expected"),
    [
        ("all: test build\ntest:\n\tvitest run\nbuild:\n\thugo\n", "make", "strict"),
        ("all: test build\ntest:\n\tvitest run\nbuild:\n\thugo\n", "make all", "strict"),
        ("all: build test\ntest:\n\tvitest run\nbuild:\n\thugo\n", "make", "late"),
        ("all: test build\ntest:\n\t-vitest run\nbuild:\n\thugo\n", "make", "unenforced"),
        ("all: test build\ntest:\n\t@vitest run\nbuild:\n\t@hugo\n", "make", "strict"),
        ("all: test build\ntest:\n\tvitest run\nbuild:\n\thugo\n", "make -i", "unenforced"),
        ("all: test build\ntest:\n\tvitest run\nbuild:\n\thugo\n", "make -k", "late"),
        ("all: test build\ntest:\n\tvitest run\nbuild:\n\thugo\n", "make -j4", "late"),
        ("build: test\n\thugo\ntest:\n\tvitest run\n", "make -j4 -k build", "strict"),
        ("build: test ; hugo\ntest: ; vitest run\n", "make build", "strict"),
        ("ci:\n\tvitest run\n\thugo\n", "make ci", "strict"),
        ("ci:\n\tvitest run; hugo\n", "make ci", "unenforced"),
        ("ci:\n\tcd app\n\tvitest run && \\\n\thugo\n", "make ci", "strict"),
        ("T = vitest run\nB := hugo\nci:\n\t$(T)\n\t${B}\n", "make ci", "strict"),
        ("T = vitest\nT += run\nci:\n\t$(T) && hugo\n", "make ci", "strict"),
        (f"T = vitest run\nT += {'a' * 2_000}\nT += || true\nci:\n\t$(T)\n\thugo\n", "make ci", "unknown"),
        ("ci:\n\t$(MAKE) test\n\thugo\ntest:\n\tvitest run\n", "make ci", "strict"),
        ("ci:\n\t$(T) && hugo\n", "make ci T='vitest run'", "strict"),
        ("ci:\n\t$(T) && hugo\n", "make ci", "unknown"),
        ("ci:\n\t$(shell cat x) && hugo\n", "make ci", "unknown"),
        ("ci:\n\tX=$$(date) vitest run && hugo\n", "make ci", "strict"),
        ("ci:\n\tvitest run $(ARGS) && hugo\n", "make ci", "strict"),
        (".PHONY: build\nbuild:\n\thugo\n", "make build", "missing"),
        ("include other.mk\nci:\n\tvitest run && hugo\n", "make ci", "unknown"),
        ("ifeq ($(CI),true)\nci:\n\tvitest run\nendif\n", "make ci", "unknown"),
        ("ifdef CI\nX = y\nendif\nci:\n\tvitest run && hugo\n", "make ci", "strict"),
        ("ci::\n\tvitest run\n", "make ci", "unknown"),
        ("SHELL = /bin/zsh\nci:\n\tvitest run\n", "make ci", "unknown"),
        (".ONESHELL:\nci:\n\tvitest run\n\thugo\n", "make ci", "unknown"),
        ("ci:\n\tvitest run && hugo\n", "make nothing && hugo", "missing"),
        ("%:\n\tvitest run\n", "make nothing && hugo", "unknown"),
        ("ci: ci2\n\thugo\nci2: ci\n\tvitest run\n", "make ci", "strict"),
        ("ci:\n\tvitest run && hugo\n", "make --strange ci", "unknown"),
        ("ci:\n\tvitest run && hugo\n", "make $X", "unknown"),
        ("test:\n\tvitest run && hugo # done\n", "make test", "strict"),
        ("define X\nhugo\nendef\nci: # first\n\tvitest run && hugo\n", "make ci", "strict"),
    ],
)
def test_targets_of_make(makefile, command, expected):
    assert outcome(command, {"Makefile": makefile}) == expected


@pytest.mark.parametrize(
    ("line", "command", "by"),
    [
        ("-vitest run", "make ci", "a recipe line that starts with `-`"),
        ("-vitest run", "make -i ci", "a recipe line that starts with `-`"),
        ("vitest run", "make -i ci", "`make -i`"),
        ("vitest run", "make --ignore-errors ci", "`make -i`"),
        ("vitest run", "make -ik ci", "`make -i`"),
        ("vitest run", "make -i all", "`make -i`"),
    ],
)
def test_what_makes_make_ignore_a_failure_is_told(line, command, by):
    files = {"Makefile": f"ci:\n\t{line}\n\thugo\nall:\n\t$(MAKE) ci\n"}
    assert judge(command, files)[:2] == ("unenforced", f"ignores a failing test ({by})")


def test_make_does_nothing_for_a_target_of_which_there_is_a_file():
    files = {"Makefile": "test:\n\tvitest run\n", "test/a.js": ""}
    assert outcome("make test && hugo", files) == "missing"
    assert outcome("make test && hugo", {**files, "Makefile": ".PHONY: test\ntest:\n\tvitest run\n"}) == "strict"
    assert outcome("make test && hugo", {**files, "Makefile": "test: src\n\tvitest run\n"}) == "unknown"
    assert outcome("make -B test && hugo", files) == "strict"


def test_make_in_a_folder_or_with_a_file():
    files = {
        "web/Makefile": "ci:\n\tnpm run ci\n",
        "web/package.json": package(ci=GATED),
        "web/own.mk": "ci:\n\thugo\n",
    }
    assert outcome("make -C web ci", files) == "strict"
    assert outcome("make --directory=web ci", files) == "strict"
    assert outcome("cd web && make ci", files) == "strict"
    assert outcome("make -C web -f own.mk ci", files) == "missing"


@pytest.mark.parametrize(
    ("text", "command", "expected"),
    [
        ("#!/bin/bash -e\nvitest run\nhugo\n", "./x.sh", "strict"),
        ("#!/bin/bash -e\nvitest run\nhugo\n", "bash x.sh", "unenforced"),
        ("#!/bin/bash -e\nvitest run\nhugo\n", "bash -e x.sh", "strict"),
        ("#!/bin/bash -e\nvitest run\nhugo\n", "sh -e ./x.sh", "strict"),
        ("#!/usr/bin/env bash\nset -euo pipefail\nvitest run | cat\nhugo\n", "./x.sh", "strict"),
        ("#!/usr/bin/env -S bash -e\nvitest run\nhugo\n", "./x.sh", "strict"),
        ("#!/bin/sh\nvitest run\nhugo\n", "./x.sh", "unenforced"),
        ("vitest run\nhugo\n", "./x.sh", "unenforced"),
        ("#!/usr/bin/env node\nvitest()\n", "./x.sh", "unknown"),
        ("#!/bin/sh\nset -o pipefail\nvitest run\n", "./x.sh", "unknown"),
        ("#!/bin/sh\n[[ -n $X ]] && vitest run\n", "./x.sh", "unknown"),
        ("#!/bin/sh\nvitest run &> log && hugo\n", "./x.sh", "unknown"),
        ("set -e\n", "source ./x.sh; vitest run; hugo", "strict"),
        ("set -e\n", ". ./x.sh; vitest run; hugo", "strict"),
        ("vitest run || return 1\n", "source ./x.sh && hugo", "strict"),
        ("vitest run && $1\n", "bash x.sh hugo", "strict"),
        ("vitest run && exit 1; exit 0\n", "bash x.sh && hugo", "unenforced"),
    ],
)
def test_scripts_of_the_repository(text, command, expected):
    assert outcome(command, {"x.sh": text}) == expected


def test_a_script_runs_where_it_is_called():
    files = {
        "scripts/x.sh": "npm run ci\n",
        "package.json": package(ci=GATED),
        "scripts/package.json": package(ci=UNGATED),
    }
    assert outcome("./scripts/x.sh", files) == "strict"
    assert outcome("cd scripts && ./x.sh", files) == "missing"
    assert outcome("../x.sh", files) == "unknown"


CONDITIONAL = '[ "$CONTEXT" != production ] || vitest run && hugo'


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"package.json": package(ci=CONDITIONAL)},
        {"x.sh": f"#!/bin/sh\n{CONDITIONAL}\n"},
        {"Makefile": 'ci:\n\t[ "$$CONTEXT" != production ] || vitest run && hugo\n'},
    ],
)
def test_known_variables_reach_whatever_runs(files):
    command = (
        CONDITIONAL
        if not files
        else "./x.sh"
        if "x.sh" in files
        else "make ci"
        if "Makefile" in files
        else "npm run ci"
    )
    assert outcome(command, files, CONTEXT="production") == "strict"
    assert outcome(command, files, CONTEXT="deploy-preview") == "missing"
    assert outcome(command, files) == "unknown"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("CONTEXT=x bash -c '{}'", "unknown"),
        ("env CONTEXT=x bash -c '{}'", "unknown"),
        ("env -i bash -c '{}'", "unknown"),
        ("cross-env OTHER=x bash -c '{}'", "strict"),
        ("OTHER=x; bash -c '{}'", "strict"),
        ("CONTEXT=y; bash -c '{}'", "missing"),
        ("export CONTEXT=y; bash -c '{}'", "missing"),
        ("unset CONTEXT; bash -c '{}'", "unknown"),
        ("export X=production; bash -c '[ $X != production ] || vitest run && hugo'", "strict"),
        ("X=production; bash -c '[ $X != production ] || vitest run && hugo'", "unknown"),
    ],
)
def test_variables_change_on_the_way(command, expected):
    inner = "[ $CONTEXT != production ] || vitest run && hugo"
    assert outcome(command.replace("{}", inner), {}, CONTEXT="production") == expected


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("npm run tst && hugo", ("runs the script 'tst', which package.json does not have", "did you mean 'test'?")),
        (
            "npm test && npm run biuld",
            ("runs the script 'biuld', which package.json does not have", "did you mean 'build'?"),
        ),
        (
            "npm run zzz",
            ("runs the script 'zzz', which package.json does not have", "add the script 'zzz' to package.json"),
        ),
        ("npm test:run", ("runs 'npm test:run', which is no command of npm", "write 'npm run test:run'")),
        (
            "run-s nobody",
            ("runs the script 'nobody', which package.json does not have", "add the script 'nobody' to package.json"),
        ),
        ("yarn test:x", ("runs the script 'test:x', which package.json does not have", "did you mean 'test'?")),
        ("npm run none", ("runs npm's placeholder for want of tests, which always fails", "write the tests")),
    ],
)
def test_scripts_that_are_not_there_are_told(command, expected):
    files = {"package.json": package(test="vitest run", build="hugo", none='echo "Error: no test specified" && exit 1')}
    assert notes(command, files) == [("absent script", *expected)]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ('pnpm run "/^test:/" && vite build', "strict"),
        ("pnpm '/^test:/' && vite build", "strict"),
        ("pnpm run /^test:.*/ && vite build", "strict"),
        ('pnpm run "/^test:(unit|e2e)$/" && vite build', "strict"),
        ('pnpm run "/^(lint|build)/"', "missing"),
        ('pnpm run "/^(test:unit|build)$/"', "late"),
        ('pnpm run "/unit|build/"', "unknown"),
        ('pnpm run --sequential "/^(test:unit|vite)$/"', "strict"),
        ('pnpm run --sequential "/^(test:unit|build)$/"', "unknown"),
        ('pnpm run --sequential "/^test:/" && vite build', "strict"),
        ('pnpm run --no-bail "/^test:/" && vite build', "unknown"),
        ('pnpm -r run "/^test:/" && vite build', "unknown"),
        ('pnpm run "/^spec:/" && vite build', "unknown"),
        ('pnpm run "/^test:\\w+/" && vite build', "unknown"),
        ('pnpm run "/^test:/i" && vite build', "unknown"),
        ("pnpm run /^$NAME/ && vite build", "unknown"),
        ("cd elsewhere && pnpm run '/^test:/' && vite build", "unknown"),
    ],
)
def test_pnpm_runs_all_scripts_that_fit_a_regular_expression(command, expected):
    scripts = {"test_unit": "vitest run", "test_e2e": "uvu", "lint": "eslint .", "build": "hugo", "vite": "vite build"}
    files = {"package.json": package(**scripts)}
    assert (outcome(command, files), notes(command, files)) == (expected, [])


def test_another_package_manager_takes_no_regular_expression():
    files = {"package.json": package(test_unit="vitest run")}
    [told] = notes("npm run '/^test:/'", files)
    assert told[1] == "runs the script '/^test:/', which package.json does not have"


@pytest.mark.parametrize(
    ("lock", "elsewhere", "expected"),
    [
        ("__metadata:\n", {"package.json": {"test:all": "vitest run"}}, "strict"),
        ("__metadata:\n", {"lib/package.json": {"test:all": "vitest run"}}, "strict"),
        ("", {"lib/package.json": {"test:all": "vitest run"}}, "strict"),
        ("# yarn lockfile v1\n", {"lib/package.json": {"test:all": "vitest run"}}, "absent"),
        (
            "__metadata:\n",
            {"lib/package.json": {"test:all": "vitest run"}, "more/package.json": {"test:all": "true"}},
            "absent",
        ),
        ("__metadata:\n", {"lib/package.json": {"test": "vitest run"}}, "absent"),
    ],
)
def test_yarn_finds_a_script_with_a_colon_in_the_only_package_that_has_it(lock, elsewhere, expected):
    files = {"package.json": package(), "yarn.lock": lock, "web/package.json": package(build="yarn test:all && hugo")}
    files |= {path: package(**scripts) for path, scripts in elsewhere.items()}
    root = {**json.loads(files["package.json"]), "workspaces": ["*"]}
    files["package.json"] = json.dumps(root)
    command = "yarn --cwd web build"
    if expected == "absent":
        message = "runs the script 'test:all', which web/package.json does not have"
        assert notes(command, files) == [("absent script", message, "add the script 'test:all' to web/package.json")]
    else:
        assert (outcome(command, files), notes(command, files)) == (expected, [])


@pytest.mark.parametrize(
    "command",
    [
        "npm run tst --if-present",
        "yarn tsc",
        "npm ci",
        "npm install",
        "cd elsewhere && npm run x",
        "npm run $X",
        "npm start",
    ],
)
def test_what_need_not_be_a_script_is_not_told(command):
    assert notes(command, {"package.json": package(test="vitest run")}) == []


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("npm test -- --passWithNoTests", "passes when there are no tests ('jest --passWithNoTests')"),
        ("npx vitest run --passWithNoTests", "passes when there are no tests ('vitest run --passWithNoTests')"),
        ("npx vitest watch", "waits for changes and never ends ('vitest watch')"),
        ("npx jest --watchAll && hugo", "waits for changes and never ends ('jest --watchAll')"),
    ],
)
def test_tests_that_pass_or_hang_without_testing_are_told(command, message):
    (note,) = notes(command, {"package.json": package(test="jest")})
    assert note[:2] == ("empty test", message)


@pytest.mark.parametrize("command", ["npm test", "npx vitest", "npx jest --watchAll=false", "tsc --watch", "hugo"])
def test_plain_test_commands_are_fine(command):
    assert notes(command, {"package.json": package(test="jest")}) == []


@pytest.mark.parametrize(
    ("command", "written"),
    [
        ("npx playwright test", "playwright test"),
        ("npm run all && hugo", "cypress run"),
        ("hugo && npm run test:e2e", "npm run test:e2e"),
        ("vitest run && wdio", "wdio"),
    ],
)
def test_end_to_end_tests_are_told(command, written):
    files = {"package.json": package(all="vitest run && cypress run", test_e2e="node e2e.js")}
    assert notes(command, files) == [("e2e", f"runs end-to-end tests ('{written}')", "")]


def test_what_is_told_of_many_commands_hides_nothing_of_the_others():
    missing = "; ".join(f"npm run none-{number}" for number in range(30))
    found = notes(f"{missing}; vitest run --passWithNoTests", {"package.json": package(test="vitest run")})
    assert [each[0] for each in found] == ["absent script"] * 30 + ["empty test"]
