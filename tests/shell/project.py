"""A make-believe project: which commands test and build, and which scripts its package.json holds."""

from __future__ import annotations

from policylint.shell.gate import GateVerdict, judge_gate

TESTS = (("npm", "run", "test:run"), ("vitest", "run"), ("npm", "test"))
BUILDS = (("npm", "run", "build"), ("hugo",))
SCRIPTS = {
    ("npm", "run", "ci"): "npm run test:run && npm run build",
    ("npm", "run", "sloppy"): "vitest run; hugo",
    ("npm", "run", "lint"): "eslint .",
    ("npm", "run", "loop"): "npm run loop",
    ("npm", "run", "placeholder"): 'echo "Error: no test specified" && exit 1',
    ("npm", "run", "hooked"): "vitest run && npm run build",
}
SCRIPTS_OF_APP = {("npm", "run", "verify"): "vitest run && hugo"}


def classify(words: tuple[str, ...]):
    if words in TESTS or words[:1] == ("vitest",):
        return "test"
    return "build" if words in BUILDS else None


def resolve(words: tuple[str, ...], directory: str) -> str | None:
    if directory == "app" and words in SCRIPTS_OF_APP:
        return SCRIPTS_OF_APP[words]
    return SCRIPTS.get(words) if directory == "." else None


def judge(command: str) -> GateVerdict:
    return judge_gate(command, classify, resolve)


def outcome(command: str) -> str:
    return judge(command).outcome
