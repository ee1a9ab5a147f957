"""Plans that are made to hold a checker up: much of everything, and nothing that would end by itself."""

from __future__ import annotations

import pytest

from policylint import engine
from policylint.filetree import MemoryTree
from policylint.settings import Settings
from tests.rules.shipped import pack

PLAN = ".planning/phases/01-a/01-01-PLAN.md"
MANY = 5_000


def rules_found(front_matter: str, body: str = "", **files: str) -> set[str]:
    settings = Settings(select=["plan", "documents"])
    tree = MemoryTree({PLAN: f"---\nplan: 01\n{front_matter}---\n{body}", **files})
    return {each.rule for each in engine.check(tree, pack(), settings).diagnostics}


def listed(items: str) -> str:
    return f"[{', '.join(items.format(number) for number in range(MANY))}]"


@pytest.mark.parametrize(
    ("front_matter", "body", "rule"),
    [
        (f"depends_on: {listed('01-01')}\n", "", "plan/unknown-dependency"),
        (f"files_modified: {listed('a{}.ts')}\n", "<task>\n<files>b.ts</files>\n</task>", "plan/untouched-file"),
        (
            "files_modified: [x.ts]\n",
            f"<task>\n<files>{', '.join(f'a{number}.ts' for number in range(MANY))}</files>\n</task>",
            "plan/undeclared-file",
        ),
        (f"files_modified: {listed('a*{}*b*')}\n", "<task>\n<files>b.ts</files>\n</task>", "plan/undeclared-file"),
        ("", "<task>\n<verify>rg x gone.md</verify>\n</task>\n" * 1_000, "plan/failing-verify"),
        ("", "<task>\n" * MANY, "documents/unbalanced-element"),
        ("", "<task>\n<verify>" + "(" * 9_000 + "</verify></task>\n<task></verify>", "documents/unbalanced-element"),
        (f"must_haves:\n  artifacts: [{{path: {'a/' * 4_000}b}}]\n", "", "plan/missing-artifact"),
        (f"must_haves:\n  artifacts: [{{path: a.ts, min_lines: {'9' * 100_000}}}]\n", "", "plan/missing-artifact"),
        (
            f"must_haves:\n  key_links: [{{from: a.ts, to: b, pattern: '{'(a' * 300}'}}]\n",
            "",
            "plan/invalid-link-pattern",
        ),
    ],
    ids=range(10),
)
def test_much_of_everything_is_reported_and_ends(front_matter: str, body: str, rule: str) -> None:
    assert rule in rules_found(front_matter, body)


def test_a_circle_of_many_plans_is_found_once_for_each() -> None:
    names = [f"01-{number:03}" for number in range(300)]
    files = {
        f".planning/phases/01-a/{name}-PLAN.md": f"---\nplan: 1\ndepends_on: ['{names[index - 1]}']\n---\n"
        for index, name in enumerate(names)
    }
    settings = Settings(select=["plan/circular-dependency"])
    report = engine.check(MemoryTree(files), pack(), settings)
    assert [each.message for each in report.diagnostics] == [
        f"'{names[index - 1]}' leads back to this plan" for index in range(300)
    ]
