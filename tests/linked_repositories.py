"""Repositories that are dense with links, and rules that ask of them in all ways what other files say."""

from __future__ import annotations

import random
from functools import cache

from policylint.workspace import Workspace
from tests.own_rules import workspace_of

OWNED = "{target: {where: {Owner: {exists: true}}}}"
IN_FORCE = "{target: {where: {entry.state: {not: deprecated}}}}"
# Rules about targets, put together in ways in which targets may and may not be judged one by one.
OWN_RULES = {
    "owned": ("{reference: '*'}", OWNED),
    "in-force": ("{reference: '*'}", IN_FORCE),
    "both": ("{reference: '*'}", f"{{all: [{OWNED}, {IN_FORCE}]}}"),
    "either": ("{reference: '*'}", f"{{any: [{OWNED}, {IN_FORCE}]}}"),
    "neither": ("{reference: '*'}", f"{{not: {OWNED}, message: '{{reference}} is owned'}}"),
    "when-a-range": ("{reference: '*'}", "{when: {form: range}, target: {where: {Owner: {matches: '^[ab]'}}}}"),
    "of-a-linked-one": (
        "{reference: '*', where: {prefix: EPIC}}",
        "{target: {where: {Linked IDs: {links: {to: TEST, where: {Owner: {exists: true}}}}}}}",
    ),
    "owner-with-tests": (
        "{reference: '*'}",
        "{target: {where: {Owner: {links: {to: TEST, over: [linked], either_way: true}}}}}",
    ),
    "called-b": ("{reference: '*'}", "{target: {where: {entry.title: {matches: 'b'}}}}"),
    "linked-back": ("{reference: '*', where: {form: single}}", "{links_back: true}"),
    "of-forms": ("{entry: form}", "[{unique: true}, {referenced: true}, {same_width: true}]"),
    "mentioned": ("{entry: '*'}", "{mentioned_in: {document: release-workflow}}"),
    "mentioned-if-owned": (
        "{entry: '*'}",
        "{when: {Owner: {exists: true}}, mentioned_in: {document: release-workflow}}",
    ),
}


@cache
def workspace() -> Workspace:
    """The shipped rules and these."""
    return workspace_of(OWN_RULES)


class Writer:
    """Repositories that are dense with links, drawn from a seed: few IDs, defined and linked in all ways."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def repository(self) -> dict[str, str]:
        files = {path: self._markdown() for path in ("a.md", "docs/deployment.md")}
        files |= {f"{number}.yaml": self._yaml() for number in range(3)}
        return files | {"docs/release-workflow.md": f"# Release workflow\n\n{self._text()}"}

    def _one_of(self, *values: str) -> str:
        return self._random.choice(values)

    def _identifier(self) -> str:
        prefix = self._one_of("EPIC", "EPIC", "TEST", "DEP", "XY", "ABC")
        return f"{prefix}-{self._one_of('001', '002', '003', '004', '01')}"

    def _references(self) -> str:
        one, other = self._identifier(), self._identifier()
        return self._one_of(
            one, one, f"{one} (sign in)", f"{one}, {other}", f"{one} to {other}", "EPIC-001 to EPIC-003"
        )

    def _fields(self) -> list[str]:
        return [self._field() for _ in range(self._random.randrange(4))]

    def _field(self) -> str:
        name = self._one_of("Linked IDs", "Linked IDs", "Depends On", "Replacement", "Owner", "Owner", "State", "State")
        if name in ("Owner", "State"):
            return f"{name}: {self._one_of('a', 'b' * 70, 'deprecated', 'deprecated')}"
        return f"{name}: {self._references()}"

    def _yaml(self) -> str:
        by_name = {line.partition(":")[0]: line for line in self._fields()}
        return "\n".join([f"ID: {self._identifier()}", *by_name.values(), ""])

    def _markdown(self) -> str:
        return "".join(self._text() if self._random.random() < 0.2 else self._entry() for _ in range(8))

    def _entry(self) -> str:
        identifier, title = self._identifier(), self._one_of("a", "b", "<title>", "sign in")
        row = f"\n| ID | Title |\n|---|---|\n| {identifier} | {title} |\n\n"
        fields = "\n".join([*self._fields(), "", ""])
        in_text, below_heading = f"{identifier}: {title}\n{fields}", f"## {identifier}: {title}\n{fields}"
        return self._one_of(in_text, in_text, below_heading, row, f"- **{identifier}**: {title}\n\n")

    def _text(self) -> str:
        one, other = self._references(), self._references()
        return self._one_of(f"See {one}.\n\n", f"{self._identifier()} → {one}\n\n", f"- [ ] {one}, {other}\n\n")
