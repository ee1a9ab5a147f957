"""A command from an untrusted file: always a verdict, never an exception, and soon."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.shell.project import judge, outcome, package

A = "npm run test:run"


def nested(opening: str, inner: str, closing: str, levels: int) -> str:
    return opening * levels + inner + closing * levels


@pytest.mark.parametrize(
    "command",
    [
        nested("(", A, ")", 30_000),
        nested("(", A, ")", 4_000),
        nested("(", A, ")", 45),
        nested("( ", A, " )", 36),
        nested("{ ", A, "; }", 300),
        nested("$(", A, ")", 500),
        nested('"$(', A, ')"', 500),
        nested("if ", A, "; then :; fi", 300),
        nested("! { ", A, "; }", 300),
        nested("eval ", A, "", 1_000),
        nested("[ ! ", "x", " ]", 1_000),
        "[ " + "! " * 3_000 + "x ]",
        "[[ " + "x && " * 1_500 + "x ]]",
        "! " * 4_900 + "a",
        "a|" * 4_900 + "a",
        "a | " * 2_400 + A,
        "x=(" * 3_000,
        "$[ " * 3_000,
        "<<<" * 3_000,
        "<<a " * 2_000,
        "`" * 9_999,
        "a[" * 4_000,
        "${" * 4_000,
        "{" * 9_000,
        "'" * 9_999,
        '"' * 9_999,
        "\\" * 9_999,
        "a" * 1_000_000,
        "a\n" * 4_900,
        "a;" * 4_900,
        "a && " * 1_900 + A,
        "a || " * 1_900 + A,
        "a & " * 2_000,
        "\x00",
        f"{A}\x00 && hugo",
        "\ud800",
        "\ufeff" + A,
        "𝕏" * 2_000,
        "f() { f; f; }; f",
        "f() { f | f & f; }; f; " + A,
        "a() { b; b; b; b; }; b() { c; c; c; c; }; c() { d; d; d; d; }; d() { e; e; e; e; }; " * 3 + "a; " * 50,
        "x=aaaaaaaa; " + "x=$x$x$x$x; " * 200 + "eval $x",
        "x='eval $x'; eval $x",
        'x=\'eval "$x" "$x"\'; eval "$x"',
        "trap 'exec bash -c \"trap : EXIT\"' EXIT; exit",
        "trap 'false' ERR; " * 100 + "false",
        "[ $a ] && " * 900 + A,
        "[ $a ]; " * 1_200 + A,
        "for i in 1 2 3 4 5 6 7 8 9; do " * 12 + A + "; done" * 12,
        "while true; do " * 12 + A + "; done" * 12,
        "while true; do :; done",
        "break 99999999999999999999",
        "exit 99999999999999999999",
        "echo $99999999999999999999999",
        "a $00 ${000}; set -- b; a $00 $٠",
        "wait -n; wait %1; wait x; set -o; set +o; trap; trap x; exit x y; return 1 2; shift 9; cd; cd -; popd; exec",
        "env; env -; timeout; npx; nohup; time; command; bash -c; sh; cross-env; yarn exec; dotenv; eval; [; test; [ ]",
    ],
    ids=range(57),
)
def test_hostile_commands_get_a_verdict(command):
    verdict = judge(command)
    assert verdict.outcome in ("strict", "late", "unenforced", "missing", "unknown")
    assert "\n" not in verdict.reason
    assert len(verdict.reason) < 200


@pytest.mark.parametrize("levels", [12, 25])
def test_moderate_nesting_is_followed(levels):
    assert outcome(nested("(", f" {A} && hugo ", ")", 1)) == "strict"
    assert outcome(nested("( ", f"{A} && hugo", " )", levels)) == "strict"


def test_scripts_that_double_are_stopped():
    scripts = {str(level): f"npm run {level + 1}; npm run {level + 1}" for level in range(9)}
    assert judge("; ".join(["npm run 0"] * 100), {"package.json": package(**scripts)}).reason


def test_conditions_that_double_are_stopped():
    command = "; ".join(f"[ $x = {number} ] && {A}" for number in range(20))
    assert judge(command).outcome == "unknown"


HOSTILE_REPOSITORIES = {
    "scripts in a circle": ("npm run a", {"package.json": package(a="npm run b", b="npm run a")}),
    "hooks in a circle": ("npm run a", {"package.json": package(prea="npm run a", a="hugo")}),
    "make in a circle": ("make", {"Makefile": "all:\n\t$(MAKE) all\n"}),
    "make that doubles": ("make", {"Makefile": "all:\n\t$(MAKE) all; $(MAKE) all\n"}),
    "variables in a circle": ("make", {"Makefile": "A = $(B)$(B)\nB = $(A)$(A)\nall:\n\t$(A)\n"}),
    "variables that double": (
        "make",
        {"Makefile": "".join(f"V{n} = $(V{n + 1})$(V{n + 1})\n" for n in range(40)) + "V40 = x\nall:\n\t$(V0)\n"},
    ),
    "an open reference": ("make", {"Makefile": "all:\n\t$(((\n"}),
    "thousands of targets": (
        "make",
        {"Makefile": "".join(f"t{n}: t{n + 1}\n\tvitest run\n" for n in range(3_000))},
    ),
    "a Makefile of ten megabytes": ("make", {"Makefile": "a:\n\tvitest run\n" * 600_000}),
    "a script in a circle": ("./x.sh", {"x.sh": "#!/bin/sh\n./x.sh\n"}),
    "a sourced circle": ("source ./x.sh", {"x.sh": "source ./x.sh; source ./x.sh\n"}),
    "a script of ten megabytes": ("./x.sh", {"x.sh": "#!/bin/sh\n" + "vitest run\n" * 1_000_000}),
    "a runner in a circle": ("run-s a", {"package.json": package(a="run-s a a")}),
    "a pattern of stars": (f"run-s {'*' * 500}a", {"package.json": package(**{"a" * 400: "hugo"})}),
    "concurrently in a circle": ("npm run a", {"package.json": package(a="concurrently npm:a npm:a")}),
    "tasks in a circle": (
        "turbo run a",
        {
            "turbo.json": '{"tasks": {"a": {"dependsOn": ["b"]}, "b": {"dependsOn": ["a"]}}}',
            "package.json": package(a="hugo", b="vitest run"),
        },
    ),
    "a task that runs its runner": (
        "turbo run a",
        {"turbo.json": '{"tasks": {"a": {}}}', "package.json": package(a="turbo run a")},
    ),
    "thousands of workspaces": (
        "npm run test --workspaces",
        {
            "package.json": '{"workspaces": ["p/*"]}',
            **{f"p/{n}/package.json": package(test="jest") for n in range(1_500)},
        },
    ),
    "folders without end": (
        "pnpm -r test",
        {
            "package.json": '{"workspaces": ["**/**/**/**"]}',
            **{f"{'/'.join('a' * n)}/package.json": "{}" for n in range(1, 40)},
        },
    ),
    "workspaces that need each other": (
        "pnpm -r test",
        {
            "package.json": '{"workspaces": ["a", "b"]}',
            "a/package.json": '{"name": "a", "scripts": {"test": "jest"}, "dependencies": {"b": "*"}}',
            "b/package.json": '{"name": "b", "scripts": {"test": "jest"}, "dependencies": {"a": "*"}}',
        },
    ),
    "a package.json that is a list": ("npm run a", {"package.json": "[]"}),
    "scripts that are a list": ("npm run a", {"package.json": '{"scripts": ["a"]}'}),
    "a script that is a number": ("npm run a", {"package.json": '{"scripts": {"a": 1}}'}),
    "workspaces that are numbers": ("npm run a -ws", {"package.json": '{"workspaces": [1, {"a": 2}]}'}),
    "tasks that are numbers": (
        "turbo run a",
        {"turbo.json": '{"tasks": {"a": {"dependsOn": 1}}}', "package.json": "{}"},
    ),
    "a huge version": (
        "yarn a",
        {"package.json": '{"packageManager": "yarn@' + "9" * 5_000 + '", "scripts": {"prea": "x", "a": "y"}}'},
    ),
    "a huge lock file version": (
        "pnpm a",
        {"package.json": package(prea="x", a="y"), "pnpm-lock.yaml": "lockfileVersion: " + "9" * 5_000},
    ),
    "a path that leaves the repository": (
        "npm --prefix ../../etc run a && cd ../.. && ./x.sh",
        {"package.json": package(a="hugo")},
    ),
    "a workspace outside": ("npm run a -ws", {"package.json": '{"workspaces": ["../*", "/etc"]}'}),
}


@pytest.mark.parametrize("name", HOSTILE_REPOSITORIES)
def test_hostile_repositories_get_a_verdict(name):
    command, files = HOSTILE_REPOSITORIES[name]
    for text in (command, f"{command} && {A}"):
        verdict = judge(text, files)
        assert verdict.outcome in ("strict", "late", "unenforced", "missing", "unknown")
        assert len(verdict.reason) < 250


@pytest.mark.parametrize(
    "name",
    [
        "scripts in a circle",
        "make in a circle",
        "a script in a circle",
        "a sourced circle",
        "a script of ten megabytes",
    ],
)
def test_what_does_not_end_is_not_known(name):
    verdict = judge(*HOSTILE_REPOSITORIES[name])
    assert verdict.outcome == "unknown"
    assert verdict.reason.startswith("cannot be analysed: ")


TOKENS = st.sampled_from(
    [
        *"()[]{}$`'\"\\;&|<>!#*?~=\n\t éx1\r",
        *["&&", "||", "$(", "${", "<<", "<<E\n", "\nE\n", "[[ ", " ]]", "((", "))", "! "],
        *["if ", "then ", "fi", "while ", "do ", "done", "case ", "in ", "esac", "for ", "function ", "time "],
        *["set -e", "eval ", "trap ", "exec ", "bash -c ", "cd ", "wait ", "exit ", "break ", "return ", A, "hugo"],
    ]
)


@settings(max_examples=1500, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(command=st.lists(TOKENS, max_size=25).map("".join))
def test_no_token_soup_raises(command):
    assert judge(command).reason


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(command=st.text(max_size=60))
def test_no_text_raises(command):
    assert judge(command).reason
