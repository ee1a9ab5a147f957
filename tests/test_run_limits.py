"""What all files of a run add up to has limits, and what is left out is said where it begins."""

from __future__ import annotations

from policylint import engine
from policylint.diagnostics import FILE_START, Diagnostic, Severity
from policylint.documents.document import Limits
from policylint.facts import FileFacts
from policylint.filetree import MemoryTree
from policylint.run_limits import Gathering
from policylint.settings import Settings, SeverityOverride
from tests.rules.shipped import pack

UNKNOWN = "documents/limit-exceeded", "ids/unresolved-id"
TOO_MANY = (
    "documents/limit-exceeded: "
    "the files have more than {} violations, and others of this and the files after it are left out"
)
PLACES = "the files have more than {} places to judge together, and those from here on are left out"
TOO_MANY_PLACES = f"documents/limit-exceeded: {PLACES}"


def check(files: dict[str, str], limits: Limits, select: tuple[str, ...], **more: list[SeverityOverride]) -> list[str]:
    settings = Settings(select=list(select), limits=limits, **more)
    found = engine.check(MemoryTree(files), pack(), settings).diagnostics
    return [
        f"{each.path}:{each.span.start.line}:{each.span.start.column} {each.rule}: {each.message}" for each in found
    ]


def linking(*numbers: int) -> str:
    return "DEP-001: a\n" + "".join(f"\nDEP-{n}: a\nLinked IDs: DEP-9{n}\n" for n in numbers)


def plan(*names: str) -> str:
    return f"---\nplan: 1\ndepends_on: [{', '.join(names)}]\n---\n"


def unresolved(path: str, line: int, number: int) -> str:
    return f"{path}:{line}:13 ids/unresolved-id: DEP-9{number} is not defined in any file"


class TestViolations:
    FILES = {"a.md": linking(101, 102), "b.md": linking(103, 104)}

    def test_the_first_in_the_order_of_files_are_told(self) -> None:
        assert check(self.FILES, Limits(all_findings=3), UNKNOWN) == [
            unresolved("a.md", 4, 101),
            unresolved("a.md", 7, 102),
            unresolved("b.md", 4, 103),
            f"b.md:7:13 {TOO_MANY.format(3)}",
        ]

    def test_as_many_as_the_limit_are_all_told(self) -> None:
        assert check(self.FILES, Limits(all_findings=4), UNKNOWN) == [
            unresolved("a.md", 4, 101),
            unresolved("a.md", 7, 102),
            unresolved("b.md", 4, 103),
            unresolved("b.md", 7, 104),
        ]

    def test_those_of_a_rule_that_is_off_do_not_count(self) -> None:
        off = [SeverityOverride(["^a"], ["ids"], None)]
        assert check(self.FILES, Limits(all_findings=2), UNKNOWN, severities=off) == [
            unresolved("b.md", 4, 103),
            unresolved("b.md", 7, 104),
        ]

    def test_those_of_files_by_themselves_leave_room_for_those_of_files_together(self) -> None:
        files = {"a.md": linking(101), "package.json": '{"a": 1, "a": 2, "a": 3}'}
        assert check(files, Limits(all_findings=1), ("documents", "ids/unresolved-id")) == [
            unresolved("a.md", 4, 101),
            "package.json:1:10 documents/duplicate-key: key 'a' is defined twice",
            f"package.json:1:18 {TOO_MANY.format(1)}",
        ]


class TestPlaces:
    FILES = {
        ".planning/phases/01-a/01-01-PLAN.md": plan("07-1", "07-2"),
        ".planning/phases/01-a/01-02-PLAN.md": plan("07-3", "07-4"),
    }
    SELECT = "documents/limit-exceeded", "plan/unknown-dependency"

    def test_the_first_in_the_order_of_files_are_judged(self) -> None:
        assert check(self.FILES, Limits(all_places=3), self.SELECT) == [
            ".planning/phases/01-a/01-01-PLAN.md:3:14 plan/unknown-dependency: '07-1' names no plan",
            ".planning/phases/01-a/01-01-PLAN.md:3:20 plan/unknown-dependency: '07-2' names no plan",
            f".planning/phases/01-a/01-02-PLAN.md:1:1 {TOO_MANY_PLACES.format(3)}",
            ".planning/phases/01-a/01-02-PLAN.md:3:14 plan/unknown-dependency: '07-3' names no plan",
        ]

    def test_as_many_as_the_limit_are_all_judged(self) -> None:
        assert len(check(self.FILES, Limits(all_places=4), self.SELECT)) == 4


def test_references_of_a_file_beyond_the_limit_are_not_read() -> None:
    found = check({"a.md": linking(101, 102, 103)}, Limits(references=2), UNKNOWN)
    assert found == [
        unresolved("a.md", 4, 101),
        unresolved("a.md", 7, 102),
        "a.md:10:13 documents/limit-exceeded: the file has more than 2 references, and those beyond are not read",
    ]


def test_what_is_beyond_the_limits_is_let_go_as_files_come_and_every_file_keeps_its_place() -> None:
    found = Diagnostic("a.md", FILE_START, "ids/cycle", Severity.ERROR, "a")
    gathering = Gathering(Limits(all_findings=2, all_places=0))
    # The second file is examined last.
    gathering.expect("a.md")
    gathering.expect("b.md")
    for path, count in (("c.md", 20_000), ("d.md", 20_000), ("a.md", 1), ("b.md", 40_000)):
        gathering.add(path, FileFacts(path, (), (found,) * count, (), (), (), (), {}))
    kept = [(path, len(facts.diagnostics)) for path, facts in gathering.facts().items()]
    assert kept == [("a.md", 1), ("b.md", 40_000), ("c.md", 1), ("d.md", 1)]
