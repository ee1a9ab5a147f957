"""A report that is brought up to date is the one that all files together give; often nothing but one file is judged."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policylint import engine
from policylint.diagnostics import Report
from policylint.documents.document import Limits
from policylint.documents.source import Source
from policylint.facts import EntryField, Examination
from policylint.filetree import MemoryTree
from policylint.means import InTurn, Means
from policylint.observation import Observed, Observer
from policylint.pack import Pack
from policylint.settings import Settings
from tests.linked_repositories import Writer, workspace
from tests.plan_repositories import PLAN, PLAN_PATH
from tests.rules.shipped import pack
from tests.strategies.repositories import Files, edits, repositories

TODAY = Settings(today="2026-11-21", stage="release", evidence=["package.json"])
# Of one rule in a file, of a run, and places of a run.
LIMITS = [(1, 20_000, 100_000), (3, 20_000, 2), (1_000, 20_000, 100_000), (1_000, 4, 100_000), (1_000, 12, 3)]


class Kept:
    """Everything that was examined, by path and text."""

    least = 0

    def __init__(self) -> None:
        self.known: dict[Source, Examination] = {}

    def get(self, source: Source) -> Examination | None:
        return self.known.get(source)

    def put(self, source: Source, examination: Examination) -> None:
        self.known[source] = examination


class Checked:
    """A repository as it was checked, with everything that a later check may use."""

    def __init__(self, files: Files, with_pack: Pack, chosen: Settings, paths: list[str] | None = None) -> None:
        self._files, self._pack, self._settings, self._paths = files, with_pack, chosen, paths
        self._store, self._observer = Kept(), Observer()
        means = Means(self._store, InTurn(), self._observer)
        self.report = engine.check(MemoryTree(files), with_pack, chosen, paths, means)
        self.observed: Observed = self._observer.observed()
        self._before = {source.path: each for source, each in self._store.known.items()}

    def again(self, changed: Files) -> Report | None:
        """What is said after some files have changed, if no other one has to be judged again."""
        tree = MemoryTree({**self._files, **changed})
        if not changed.keys() <= self._before.keys():
            return None
        before = {path: self._before[path] for path in changed}
        paths = self._paths or tree.files()
        return engine.check_again(
            tree, self._pack, self._settings, paths, self.observed, self.report, before, Means(self._store)
        )

    def anew(self, changed: Files) -> Report:
        """What all files together say then."""
        return engine.check(MemoryTree({**self._files, **changed}), self._pack, self._settings, self._paths)


# Laws


@settings(max_examples=150)
@given(repositories, st.data())
def test_what_is_brought_up_to_date_is_what_all_files_together_give(files: Files, data: st.DataObject) -> None:
    findings, all_findings, all_places = data.draw(st.sampled_from(LIMITS))
    limits = Limits(findings=findings, all_findings=all_findings, all_places=all_places)
    chosen = TODAY._replace(limits=limits)
    paths = data.draw(st.none() | st.just(sorted(files)[:2]))
    checked = Checked(files, pack(), chosen, paths)
    edited = data.draw(st.lists(edits(files), min_size=1, max_size=2))
    changed = {path: content for path, content in edited if content is not None}
    assert checked.again(changed) in (None, checked.anew(changed))


@pytest.mark.parametrize("select", [("ids", "deployment", "release"), ("ops",)], ids=str)
@pytest.mark.parametrize("seed", range(10))
def test_so_is_that_of_a_repository_that_is_dense_with_links(seed: int, select: tuple[str, ...]) -> None:
    files = {path: text.encode() for path, text in Writer(seed).repository().items()}
    checked = Checked(files, workspace().pack, TODAY._replace(select=[*select], external_ids=["XY"]))
    draw = random.Random(seed)
    for _ in range(20):
        path = draw.choice(sorted(files))
        lines = files[path].splitlines(keepends=True)
        place = draw.randrange(len(lines))
        lines[place : place + draw.randrange(2)] = draw.choice(MORE)
        changed = {path: b"".join(lines)}
        assert checked.again(changed) in (None, checked.anew(changed)), changed


MORE = ([b"\n"], [b"Note: b\n"], [b"Owner: b\n"], [b"State: deprecated\n"], [b"See EPIC-002.\n"], [])


# What other files see, and what they do not

ENTRY = "ID: TEST-001\nTitle: it opens\nType: unit\nNotes: some words\nLinked IDs: [EPIC-001]\n"
EPIC = "ID: EPIC-001\nTitle: sign in\nState: Done\n"
RELEASE = "# Release workflow\n\n1. TEST-001 and TEST-002 pass.\n2. Deploy.\n"
FILES: Files = {
    "docs/test.yaml": ENTRY.encode(),
    "docs/epic.yaml": EPIC.encode(),
    "docs/tests.md": b"# Tests\n\n## TEST-002: it closes\n\nIt is about EPIC-001.\n\nMore words.\n",
    "docs/release-workflow.md": RELEASE.encode(),
}
UNSEEN: dict[str, Files] = {
    "a comment": {"docs/test.yaml": f"{ENTRY}# reviewed\n".encode()},
    "a field that nobody asks for": {"docs/test.yaml": ENTRY.replace("some words", "other words").encode()},
    "a field more": {"docs/test.yaml": f"{ENTRY}Remark: a\n".encode()},
    "lines above": {"docs/tests.md": b"\n\n" + FILES["docs/tests.md"]},
    "a paragraph": {"docs/tests.md": FILES["docs/tests.md"] + b"\nStill more.\n"},
    "two files": {"docs/test.yaml": f"{ENTRY}# a\n".encode(), "docs/epic.yaml": f"{EPIC}# b\n".encode()},
}


@pytest.mark.parametrize("name", UNSEEN)
def test_what_no_other_file_sees_is_judged_alone(name: str) -> None:
    checked = Checked(FILES, pack(), TODAY)
    again = checked.again(UNSEEN[name])
    assert again == checked.anew(UNSEEN[name])


def test_what_the_changed_file_says_of_itself_is_judged() -> None:
    checked = Checked(FILES, pack(), Settings(["documents", "ids"]))
    changed = {"docs/test.yaml": f"{ENTRY}Notes: again\n".encode()}
    again = checked.again(changed)
    assert again is not None
    added = [each for each in again.diagnostics if each not in checked.report.diagnostics]
    assert [(each.path, each.rule, each.message) for each in added] == [
        ("docs/test.yaml", "documents/duplicate-key", "key 'Notes' is defined twice")
    ]
    assert again == checked.anew(changed)


SEEN: dict[str, tuple[Files, Files]] = {
    "another ID": ({}, {"docs/test.yaml": ENTRY.replace("TEST-001", "TEST-003").encode()}),
    "another title": ({}, {"docs/epic.yaml": EPIC.replace("sign in", "log in").encode()}),
    "another state": ({}, {"docs/epic.yaml": EPIC.replace("Done", "Deprecated").encode()}),
    "a link": ({}, {"docs/test.yaml": ENTRY.replace("[EPIC-001]", "[EPIC-001, EPIC-002]").encode()}),
    "a link less": ({}, {"docs/tests.md": FILES["docs/tests.md"].replace(b"EPIC-001", b"it")}),
    "an entry": ({}, {"docs/tests.md": FILES["docs/tests.md"] + b"\n## TEST-004: more\n"}),
    "no entry any more": ({}, {"docs/test.yaml": b"a: 1\n"}),
    "a file that cannot be read any more": ({}, {"docs/test.yaml": b"ID: \xff\n"}),
    "a text in which entries must be mentioned": ({}, {"docs/release-workflow.md": RELEASE.encode() + b"\nMore.\n"}),
    "the file where an ID is defined twice": (
        {"docs/more.yaml": b"ID: TEST-001\nTitle: again\n"},
        {"docs/test.yaml": f"{ENTRY}# a\n".encode()},
    ),
    "the file in which an ID leads nowhere": (
        {"docs/test.yaml": ENTRY.replace("EPIC-001", "EPIC-009").encode()},
        {"docs/test.yaml": ENTRY.replace("EPIC-001", "EPIC-009").encode() + b"# a\n"},
    ),
    "evidence": (
        {"package.json": b'{"TEST-001": "passed"}'},
        {"package.json": b'{"TEST-001": "failed"}'},
    ),
    "what a plan promises": (
        {PLAN_PATH: PLAN.encode(), "netlify.toml": b'[build]\ncommand = "npm run test:unit && npm run build"\n'},
        {"netlify.toml": b'[build]\ncommand = "npm run build"\n'},
    ),
    "the scripts that a command runs": (
        {
            "netlify.toml": b'[build]\ncommand = "npm test && npm run build"\n',
            "package.json": b'{"scripts": {"test": "vitest run", "build": "vite build"}}',
        },
        {"package.json": b'{"scripts": {"test": "true", "build": "vite build"}}'},
    ),
}


@pytest.mark.parametrize("name", SEEN)
def test_what_other_files_see_is_judged_with_them(name: str) -> None:
    more, changed = SEEN[name]
    checked = Checked({**FILES, **more}, workspace().pack, TODAY)
    assert checked.again(changed) is None


def test_fields_count_if_a_rule_of_another_file_asks_for_them() -> None:
    changed: Files = {"docs/epic.yaml": f"{EPIC}Owner: a\n".encode()}
    for select, is_judged_alone in ((["ops/owned"], False), (["ops/in-force"], True)):
        checked = Checked(FILES, workspace().pack, Settings(select))
        assert (checked.again(changed) == checked.anew(changed)) is is_judged_alone, select


def test_the_file_at_which_all_entries_together_are_reported_is_judged_with_them() -> None:
    before: Files = {"docs/dep.yaml": b"ID: DEP-001\nTitle: a\nType: Environment\nStage: Deploy\nOwner: SRE\n"}
    checked = Checked({**FILES, **before}, pack(), Settings(["deployment/missing-rollback"]))
    assert [each.path for each in checked.report.diagnostics] == ["docs/dep.yaml"]
    assert checked.again({"docs/dep.yaml": before["docs/dep.yaml"] + b"# more\n"}) is None


def test_a_command_is_judged_with_the_scripts_that_it_runs() -> None:
    commands = ("npm test && npm run build", "npm run build")
    before, after = ({"netlify.toml": f'[build]\ncommand = "{each}"\n'.encode()} for each in commands)
    scripts: Files = {"package.json": b'{"scripts": {"test": "vitest run", "build": "vite build"}}'}
    checked = Checked({**FILES, **scripts, **before}, pack(), Settings(["netlify/missing-test-gate"]))
    assert checked.report.diagnostics == ()
    assert checked.again(after) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"[build]\n", b'[build]\n[[redirects]]\nfrom = "/a"\nto = "/b"\n'), (b"[build]\n", b"[build\n")],
    ids=["rules that apply", "kinds"],
)
def test_rules_that_apply_and_kinds_of_documents_are_told_of_all_files_together(before: bytes, after: bytes) -> None:
    checked = Checked({**FILES, "netlify.toml": before}, pack(), Settings(["netlify/redirect-to-itself"]))
    assert checked.again({"netlify.toml": before + b"# more\n"}) == checked.report
    assert checked.again({"netlify.toml": after}) is None


def test_a_link_that_another_definition_of_the_same_id_has_now_is_seen() -> None:
    one, other, link = b"## TEST-002: it closes\n\n", b"## TEST-002: it turns\n\n", b"Linked IDs: EPIC-001\n\n"
    before, after = b"".join((one, link, other)), b"".join((one, other, link))
    checked = Checked({**FILES, "docs/tests.md": before}, workspace().pack, Settings(["ops/in-force"]))
    assert checked.again({"docs/tests.md": b"\n" + before}) == checked.report
    assert checked.again({"docs/tests.md": after}) is None


def test_one_is_not_true() -> None:
    before, after = ({"docs/epic.yaml": f"{EPIC}Owner: {value}\n".encode()} for value in ("1", "true"))
    checked = Checked({**FILES, **before}, workspace().pack, Settings(["ops/owned"]))
    assert checked.again(before) == checked.report
    assert checked.again(after) is None


def test_a_file_that_was_not_asked_about_is_not_reported() -> None:
    checked = Checked(FILES, pack(), Settings(["documents"]), ["docs/epic.yaml"])
    again = checked.again({"docs/test.yaml": f"{ENTRY}Notes: again\n".encode()})
    assert again == checked.report


LOOKS: dict[str, Callable[[Any], object]] = {
    "a copy": dict,
    "another copy": lambda fields: fields.copy(),
    "a union": lambda fields: fields | {},
    "a display": lambda fields: {**fields},
    "names": list,
    "names from the end": lambda fields: list(reversed(fields)),
    "keys": lambda fields: fields.keys(),
    "values": lambda fields: fields.values(),
    "items": lambda fields: fields.items(),
    "length": len,
    "truth": bool,
    "equality": lambda fields: fields == {},
    "inequality": lambda fields: fields != {},
    "text": str,
    "JSON": json.dumps,
    "a set": {"owner"}.isdisjoint,
}


def entry_with(fields: dict[str, EntryField], observer: Observer) -> Any:
    """The fields of an entry, watched."""
    store = Kept()
    engine.check(MemoryTree({"a.yaml": ENTRY}), pack(), Settings(), None, Means(store))
    facts = next(iter(store.known.values())).facts
    assert facts is not None
    (entry,) = observer.facts(facts.replace(entries=(facts.entries[0]._replace(fields=fields),))).entries
    return entry.fields


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_at_all_fields_is_noted(name: str) -> None:
    observer = Observer()
    LOOKS[name](entry_with({"owner": EntryField("Owner", "a")}, observer))
    assert observer.observed().paths == ("a.yaml",)


def test_a_look_at_a_field_is_noted_whether_it_is_there_or_not() -> None:
    observer = Observer()
    fields = entry_with({"owner": EntryField("Owner", "a")}, observer)
    assert (fields["owner"].value, fields.get("stage"), "type" in fields) == ("a", None, False)
    assert observer.observed() == Observed(("owner", "stage", "type"), ())


def test_what_another_process_has_noted_is_added() -> None:
    here, there = Observer(), Observer()
    for observer, path in ((here, "a.md"), (there, "b.md")):
        observer.tree(MemoryTree({})).read(path)
        entry_with({"owner": EntryField("Owner", "a")}, observer).get(path)
    here.add(there.taken())
    assert here.observed() == Observed(("a.md", "b.md"), ("a.md", "b.md"))
    assert there.observed() == Observed((), ())
