"""The verdict on every way of writing a test gate that was measured with real bash."""

from __future__ import annotations

import pytest

from tests.shell.project import judge, outcome, package

A = "npm run test:run"
B = "npm run build"


def written(template: str) -> str:
    return template.replace("@A", A).replace("@B", B)


@pytest.mark.parametrize(
    "command",
    [
        "@A && @B",
        "@A&&@B",
        "(@A) && @B",
        "{ @A; } && @B",
        "@A && @B || exit 1",
        "@A || exit 1; @B",
        "@A || { echo failed; exit 1; }; @B",
        "set -e\n@A\n@B",
        "set -euo pipefail\n@A\n@B",
        "set -o errexit; @A; @B",
        "set -o pipefail; @A | tee log && @B",
        "set -eo pipefail; @A | tee log; @B",
        "if @A; then @B; else exit 1; fi",
        "if ! @A; then exit 1; fi; @B",
        'if [ -n "$CI" ]; then @A && @B; else @A; fi',
        "@A ; [ $? -eq 0 ] && @B",
        "@A\nif [ $? -ne 0 ]; then exit 1; fi\n@B",
        "@A; test $? -eq 0 && @B",
        "@A; [[ $? == 0 ]] && @B",
        "@A; status=$?; if [ $status -ne 0 ]; then exit $status; fi; @B",
        "time @A && @B",
        "timeout 600 @A && @B",
        "timeout -k 5 600s @A && @B",
        "env CI=1 @A && @B",
        "CI=1 @A && @B",
        "cross-env CI=1 NODE_ENV=test @A && @B",
        "npx vitest run && @B",
        "npx --yes vitest@3 run && @B",
        "pnpm exec vitest run && @B",
        "yarn exec vitest run && @B",
        "./node_modules/.bin/vitest run && @B",
        "command @A && @B",
        "bash -c '@A && @B'",
        "bash -c '@A' && @B",
        "sh -ec '@A; @B'",
        "eval '@A' && @B",
        "eval @A && @B",
        "@A &&\n@B",
        "@A && \\\n@B",
        "@A & wait $! && @B",
        "set -u; @A || echo $1; @B",
        "set -o nounset; (@A || wait $!) && @B",
        "@A & pid=$!; wait $pid && @B",
        "exec @A",
        "X=$(@A) && @B",
        "trap 'rm -f log' EXIT; @A && @B",
        "trap 'exit 1' ERR; @A; @B",
        "trap 'exit 0' EXIT; trap - EXIT; @A && @B",
        "npm ci && @A && @B",
        "npm ci; @A && @B",
        "cd app && cd .. && npm run ci",
        "npm run ci",
        "npm run hooked",
        "cd app && npm run verify",
        "(cd app && npm run verify)",
        "pushd app && popd && npm run ci",
        "check() { @A; }; check && @B",
        'run() { "$@"; }; run @A && @B',
        "for suite in unit e2e; do @A || exit 1; done; @B",
        "case production in production) @A && @B;; esac",
        "@A >log 2>&1 && @B",
        "@A > >(tee log) && @B",
        "cat > .env <<EOF\n@B\nEOF\n@A && @B",
        "@A && @B # ; @B",
        "'npm' run \"test\":run && @B",
        "[ -f package.json ] || exit 1; @A && @B",
        "source ~/.nvm/nvm.sh && @A && @B",
        "@A && ./deploy.sh",
        "while ! curl -s localhost; do sleep 1; done; @A && @B",
        "find . -name '*.css' -exec cp {} dist/ \\; && @A && @B",
        "@A && @B && if [ $CONTEXT = production ]; then ./notify.sh; fi",
    ],
)
def test_these_stop_before_the_build(command):
    assert outcome(written(command)) == "strict"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("@A; @B", "joined by ';'"),
        ("@A\n@B", "on a line of their own"),
        ("{ @A; @B; }", "joined by ';'"),
        ("@A && @B; echo done", "exits 0 when the tests fail"),
        ("@A || @B", "`|| npm run build`"),
        ("@A || true && @B", "`|| true`"),
        ("@A || true", "`|| true`"),
        ("set -e; @A || true; @B", "`|| true`"),
        ("@A && @B || echo failed", "`|| echo failed`"),
        (f"@A || echo {'x' * 99}", f"`|| echo {'x' * 52}...`"),
        ("@A | tee log && @B", "in a pipe"),
        ("set -e; @A | tee log; @B", "in a pipe"),
        ("@A & @B", "in the background"),
        ("nohup @A & wait && @B", "in the background"),
        ("if @A; then @B; fi", "as a condition"),
        ("! @A && @B", "`!`"),
        ("export X=$(@A) && @B", "`$(...)`"),
        ('echo "$(@A)" && @B', "`$(...)`"),
        ("set -e; export X=$(@A); @B", "`$(...)`"),
        ("trap 'exit 0' EXIT; @A && @B", "in a trap"),
        ("trap 'exit 0' ERR; @A && @B; @A; @B", "in a trap"),
        ("set -e; set +e; @A; @B", "joined by ';'"),
        ("set -e; if true; then @A && @B; fi; true", "joined by ';'"),
        ("check() { @A; true; }; set -e; check && @B", "joined by ';'"),
        ("npm run sloppy", "joined by ';'"),
        ("@A && @B &", "in the background"),
        ("for suite in unit e2e; do @A; done; @B", "joined by ';'"),
        ("@A; exit 0", "exits 0 when the tests fail"),
        ("while @A; do @B; done", "as a condition"),
    ],
)
def test_these_do_not_fail_when_the_tests_fail(command, reason):
    verdict = judge(written(command))
    assert verdict.outcome == "unenforced"
    assert reason in verdict.reason


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("@B && @A", "runs the tests after the build"),
        ("set -e; @B; @A", "runs the tests after the build"),
        ("@B & @A", "runs the tests after the build"),
        ("@A & @B && wait $!", "only then stops"),
        ("@A; status=$?; @B; exit $status", "only then stops"),
        ("set -o pipefail; @A | @B", "only then stops"),
        ("set -e; ! @A; @B; @A", "only then stops"),
    ],
)
def test_these_build_although_the_tests_fail(command, reason):
    verdict = judge(written(command))
    assert verdict.outcome == "late"
    assert reason in verdict.reason


@pytest.mark.parametrize(
    "command",
    [
        "",
        " ",
        "# @A",
        "@B",
        "echo @A && @B",
        "# @A\n@B",
        "@B # @A",
        "exit 0; @A && @B",
        "false && @A; @B",
        "true || @A; @B",
        "npm run tests --if-present && @B",
        "npm test:run && @B",
        "npm run placeholder && @B",
        "npm ci && hugo",
        "cat <<EOF\n@A\nEOF\n@B",
        "check() { @A; }; @B",
        "git diff --quiet && @B",
        "npm run lint && @B",
        "if false; then @A; fi; @B",
    ],
)
def test_these_run_no_test(command):
    assert judge(written(command))[:2] == ("missing", "runs no tests")


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ('[ "$CONTEXT" != production ] || @A && @B', '`[ "$CONTEXT" != production ]`'),
        ("if [[ $CONTEXT == production ]]; then @A; fi && @B", "`[[ $CONTEXT == production ]]`"),
        ("case $CONTEXT in production) @A;; esac && @B", "`case $CONTEXT`"),
        ("git diff --quiet HEAD^ || @A && @B", "`git diff --quiet HEAD^`"),
        ("for d in $(ls); do @A; done && @B", "`for d in $(ls)`"),
        ("X=${Y:-$(@A)} && @B", "`${Y:-$(npm run test:run)}`"),
        ("./deploy.sh", "'./deploy.sh'"),
        ("./deploy.sh && @B", "'./deploy.sh'"),
        ("sh deploy.sh && @B", "'sh deploy.sh'"),
        ("bash <<EOF\n@A\nEOF", "'bash'"),
        ("curl -s https://example.org/x | sh", "'sh'"),
        ("source deploy.sh", "'source deploy.sh'"),
        (". deploy.sh", "'source deploy.sh'"),
        ("make", "'make'"),
        ("find . -name '*.sh' -exec sh {} \\; && @B", "'find . -name"),
        ('eval "$X" && @B', "'eval "),
        ("$TEST && @B", "'$TEST'"),
        ("cd elsewhere && npm run ci", "'npm run ci'"),
        ("cd $X && npm run ci", "'npm run ci'"),
        ("cd elsewhere && yarn check && @B", "'yarn check'"),
        ("turbo run build", "'turbo run build'"),
        ("npm run loop", "call each other too deeply"),
        ("until @A; do sleep 1; done; @B", "a loop"),
        ("@A && (@B", "syntax"),
        ("@A && 'x", "syntax"),
        ("@A &&", "syntax"),
        ("@A\r\n@B", "white space"),
        ("@A;\u00a0@B", "white space"),
        ("set $X; @A && @B", "options from a variable"),
        ("$(@A) && @B", "the output of"),
    ],
)
def test_these_cannot_be_told(command, reason):
    verdict = judge(written(command))
    assert verdict.outcome == "unknown"
    assert reason in verdict.reason


def test_a_script_with_a_telling_name_counts_when_its_programs_are_not_known():
    files = {"package.json": package(test_run="node check.js && echo ok", build="node build.js", test="node x || true")}
    commands = ["npm run test:run && npm run build", "npm run build && npm run test:run", "npm run test"]
    assert [outcome(command, files) for command in commands] == ["strict", "late", "unenforced"]


def test_the_directory_is_followed_through_subshells_and_wrappers():
    files = {
        "a/b/package.json": package(test="vitest run"),
        "a/package.json": package(test="echo none"),
        "package.json": package(test="echo none"),
    }
    assert outcome("cd a && (cd b; CI=1 timeout 9 npm test)", files) == "strict"
    assert outcome("cd a && (cd b; CI=1 npx run-s test) && hugo", files) == "strict"
    assert outcome("cd a && (cd b); npm test", files) == "missing"
