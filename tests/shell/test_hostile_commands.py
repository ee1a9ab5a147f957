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
        "wait -n; wait %1; wait x; set -o; set +o; trap; trap x; exit x y; return 1 2; shift 9; cd; cd -; popd; exec",
        "env; env -; timeout; npx; nohup; time; command; bash -c; sh; cross-env; yarn exec; dotenv; eval; [; test; [ ]",
    ],
    ids=range(56),
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
