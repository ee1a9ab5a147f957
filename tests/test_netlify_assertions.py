"""The rules that docs/netlify.md shows work as it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import Runner

Write = Callable[[Mapping[str, str | bytes]], Path]

PAGE = (Path(__file__).parent.parent / "docs" / "netlify.md").read_text(encoding="utf-8")
RULES = {name: text for text, name in re.findall(r"```yaml\n(id: site/(\S+)\n.*?)```", PAGE, re.DOTALL)}
CONFIGURATION = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]


def test_the_page_shows_three_rules_where_it_says_they_lie() -> None:
    assert len(RULES) == 3
    assert all(f"`policy/site/{name}.yaml`" in PAGE for name in RULES)


@pytest.mark.parametrize("name", RULES)
def test_a_shown_rule_reports_what_its_examples_say(run: Runner, repository: Write, name: str) -> None:
    folder = repository({"policylint.toml": CONFIGURATION, f"policy/site/{name}.yaml": RULES[name]})
    outcome = run("test", name, cwd=folder)
    assert outcome.code == 0, outcome.stdout
    assert outcome.stdout == "2 examples passed, 0 failed (1 rule)\n"
