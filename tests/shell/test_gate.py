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


@pytest.mark.parametrize(
    "test",
    [
        "uv run pytest",
        "uv run --frozen --group dev --python=3.12 pytest -q",
        "poetry run pytest",
        "pipenv run pytest",
        "pipenv run test",
        "c8 mocha",
        "nyc --reporter=lcov mocha",
        "npx c8 -r text node --test",
        "stdbuf -oL npm test",
        "stdbuf -o L npm test",
        "volta run npm test",
        "mise exec -- npm test",
        "doppler run -- npm test",
        "op run -- npm test",
        "npx env-cmd vitest run",
        "uv run npx c8 ./node_modules/.bin/vitest run",
        "yarn node --test",
        "nice -n5 vitest run",
    ],
)
def test_programs_that_only_run_another_are_seen_through(test):
    assert outcome(f"{test} && vite build", {}) == "strict"
    assert outcome(f"{test}; vite build", {}) == "unenforced"
    assert outcome(f"vite build && {test}", {}) == "late"


@pytest.mark.parametrize(
    "test",
    [
        "phpunit",
        "vendor/bin/phpunit --testdox",
        "./vendor/bin/phpunit",
        "php vendor/bin/phpunit",
        "php artisan test",
        "vendor/bin/pest",
        "wtr",
        "npx web-test-runner",
        "bats test",
        "swift test",
        "sbt test",
        "lein test",
        "ctest --output-on-failure",
        "elm-test",
        "uvu tests",
        "qunit",
        "storybook test",
        "npx test-storybook",
        "npx hardhat test",
        "forge test",
        "rspec",
        "mix test",
        "dart test",
        "flutter test",
    ],
)
def test_test_runners_of_other_languages(test):
    assert outcome(f"{test} && hugo", {}) == "strict"


@pytest.mark.parametrize(
    "test",
    [
        "mage test",
        "ember test --silent",
        "heft --debug test",
        "mise run test:unit",
        "earthly +test",
        "earthly +test-all",
        "retry 'npm test'",
        "retry -t 3 'npx vitest run'",
        "with-server 'npm start' 'npm run anything'",
        "runner --test",
    ],
)
def test_a_program_that_nobody_knows_may_test_where_its_words_say_so(test):
    assert judge(f"{test} && hugo", {})[0] == "unknown"
    assert outcome(f"{test} && npm test && hugo", {}) == "strict"


@pytest.mark.parametrize(
    "build", ["lage build test", "wireit", "gulp", "just", "moon run web:build", "docker compose up x"]
)
def test_a_script_called_build_that_runs_a_task_runner_may_test(build):
    verdict = judge("npm run build", {"package.json": package(build=build)})
    assert verdict[:2] == ("unknown", f"cannot be analysed: it runs '{build}'")
    assert outcome("npm test && npm run build", {"package.json": package(build=build, test="jest")}) == "strict"


@pytest.mark.parametrize("build", ["node build.mjs", "own-build --fast"])
def test_a_script_called_build_that_runs_a_program_of_its_own_builds(build):
    assert outcome("npm run build", {"package.json": package(build=build)}) == "missing"


@pytest.mark.parametrize(
    "command", ["eslint test", "zola build", "mystery latest", "mystery build test", "rsync test x"]
)
def test_and_does_not_where_they_do_not(command):
    assert outcome(f"{command} && hugo", {}) == "missing"


@pytest.mark.parametrize(
    "command",
    [
        "mvn verify -DskipTests",
        "mvn -DskipTests=true package",
        "./mvnw verify -Dmaven.test.skip=true",
        "pytest --collect-only",
        "python -m pytest --co -q",
        "playwright test --list",
        "mocha --dry-run",
        "cargo test --no-run",
        "vitest list",
        "jest --listTests",
        "npm test -- --listTests",
        "jest --clearCache",
        "jest --showConfig",
        "go test ./... -c",
        "go test -list=.",
        "dotnet test --list-tests",
        "gradle test --dry-run",
        "gradle test -m",
        "gradle build -x test",
        "rspec --dry-run",
        "deno test --no-run",
    ],
)
def test_what_only_lists_compiles_or_skips_the_tests_runs_none(command):
    told = ("missing", f"runs no tests ('{command}' tests nothing)")
    assert judge(f"{command} && hugo", {})[:2] == told
    assert judge(f"retry x && npx {command} && hugo", {})[:2] == told
    assert outcome(f"{command} && npm test && hugo", {}) == "strict"
    assert outcome(f"{command} && hugo && npm test", {}) == "late"


def test_a_script_that_only_lists_its_tests_runs_none():
    files = {"package.json": package(test="jest", test_run="jest --listTests")}
    assert judge("npm test -- --listTests && hugo", files).reason == "runs no tests ('jest --listTests' tests nothing)"
    assert judge("npm run test:run && hugo", files)[:3] == (
        "missing",
        "runs no tests ('jest --listTests' tests nothing)",
        "npm run test:run && npm run test && hugo",
    )
    assert judge("bundle exec rspec --dry-run && hugo", files).outcome == "missing"


@pytest.mark.parametrize(
    "command",
    [
        "mvn verify -DskipTests=false",
        "vitest run list",
        "go test -count=1 ./...",
        "gradle test -x integrationTest",
        "bundle exec rspec",
        "bundle exec rake test",
    ],
)
def test_what_only_looks_like_skipping_the_tests_runs_them(command):
    assert outcome(f"{command} && hugo", {}) == "strict"


def test_a_program_in_a_folder_keeps_its_name():
    assert judge("vendor/bin/other && hugo", {}).reason == "cannot be analysed: it runs 'vendor/bin/other'"
    assert judge("/usr/bin/npm test && hugo", {}).outcome == "strict"


def test_the_build_behind_a_program_that_only_runs_another_is_seen():
    assert outcome("uv run mkdocs build && uv run pytest", {}) == "late"
    assert outcome("uv run --with pytest mkdocs build", {}) == "missing"


@pytest.mark.parametrize(
    ("test", "cause"),
    [
        ("retry 3 npm test", "retry 3 npm test"),
        ("netlify dev:exec npm test", "netlify dev:exec npm test"),
        ("uv run -m pytest", "uv run -m pytest"),
        ("uv run --strange pytest", "uv run --strange pytest"),
        ("poetry -C app run pytest", "poetry -C app run pytest"),
        ("retry ./node_modules/.bin/vitest run", "retry ./node_modules/.bin/vitest run"),
        ("retry npm run ci", "retry npm run ci"),
        ("retry playwright test", "retry playwright test"),
        ("npm run build", "retry npm test"),
    ],
)
def test_an_unknown_program_that_is_given_a_test_command_may_run_it(test, cause):
    verdict = judge(f"{test} && vite build", {"package.json": package(build="retry npm test && own-build")})
    assert verdict == ("unknown", f"cannot be analysed: it runs '{cause}'", "", False)


@pytest.mark.parametrize(
    "command",
    [
        "echo npm test",
        "rm -rf test",
        "eslint test",
        "eslint jest",
        'git commit -m "npm test"',
        "pip install pytest",
        "python3 -m pip install pytest",
        "uv sync --group pytest",
        "npm install -D jest",
        "strange latest",
        "strange jest --version",
        "strange npm run build",
        "strange npm install",
    ],
)
def test_what_only_names_tests_runs_none(command):
    assert outcome(f"{command} && vite build", {}) == "missing"


def test_the_name_of_a_script_says_what_an_unknown_program_does_with_tests():
    assert outcome("npm test && vite build", {"package.json": package(test="retry jest")}) == "strict"


def test_the_directory_is_followed_through_subshells_and_wrappers():
    files = {
        "a/b/package.json": package(test="vitest run"),
        "a/package.json": package(test="echo none"),
        "package.json": package(test="echo none"),
    }
    assert outcome("cd a && (cd b; CI=1 timeout 9 npm test)", files) == "strict"
    assert outcome("cd a && (cd b; CI=1 npx run-s test) && hugo", files) == "strict"
    assert outcome("cd a && (cd b); npm test", files) == "missing"
