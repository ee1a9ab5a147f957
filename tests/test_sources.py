"""docs/sources.md says what the references of shipped rules and tables name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from policylint.cli import rule_commands

ROOT = Path(__file__).resolve().parent.parent
SPEAKS_FOR_ITSELF = re.compile(r"https://|design: |reported: |.*, measured$")


def references(value: object) -> Iterator[str]:
    """Every reference in a definition, at any depth."""
    if isinstance(value, dict):
        yield from (each for each in value.get("references", []) if isinstance(each, str))
        for each in value.values():
            yield from references(each)


def documents() -> dict[str, list[str]]:
    """The documents of the page, each with the parts that its table has."""
    text = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    sections = re.split(r"(?m)^## ", text)[1:]
    return {
        section.partition("\n")[0]: [
            part for part in re.findall(r"(?m)^\| ([^|]+?) \|", section) if part not in ("part", "---")
        ]
        for section in sections
    }


@pytest.mark.parametrize(
    "path",
    [*sorted((ROOT / "rules").rglob("*.yaml")), ROOT / "schemas" / "kinds.yaml", ROOT / "schemas" / "entries.yaml"],
    ids=lambda path: "/".join(path.parts[-2:]),
)
def test_every_reference_has_an_address_or_a_place_on_the_page(path: Path) -> None:
    known = documents()
    named = references(yaml.safe_load(path.read_text(encoding="utf-8")))
    for reference in (each for each in named if not SPEAKS_FOR_ITSELF.match(each)):
        document, _, part = reference.partition(", ")
        assert document in known, reference
        assert not known[document] or not part or part.startswith(tuple(known[document])), reference


def test_a_page_leads_to_what_its_references_name() -> None:
    lines = rule_commands.explanation("plan/missing-artifact", {}).splitlines()
    assert lines[-4:] == [
        "References",
        "  hardening plan, must_haves.artifacts",
        "",
        "What the documents say: https://github.com/policylint/policylint/blob/main/docs/sources.md",
    ]


def test_a_page_with_addresses_only_needs_no_other() -> None:
    assert rule_commands.explanation("documents/syntax-error", {}).splitlines()[-1].startswith("  https://")


@pytest.mark.parametrize("category", ["phase", "release", "ship"])
def test_the_page_on_reports_has_every_rule_about_them(category: str) -> None:
    page = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
    rules = {path.stem for path in (ROOT / "rules" / category).glob("*.yaml")}
    assert rules - set(re.findall(r"`([a-z-]+)`", page)) == set()
