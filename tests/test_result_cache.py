"""Results of earlier runs make no difference to what comes out, whatever has changed or gone wrong in between."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from policylint import cache_folder, reporters
from policylint.diagnostics import FILE_START, Diagnostic, Severity
from policylint.discovery import DiskTree
from policylint.documents.document import Limits
from policylint.facts import Examination
from policylint.filetree import Unreadable
from policylint.recording import RecordingTree, changed_files
from policylint.result_cache import FactFile, context, of_paths, part_of, read_report, write_report
from policylint.runs import FEWEST_TO_KEEP, Resources, Runs
from policylint.settings import Settings, SeverityOverride
from policylint.workspace import Workspace, open_workspace
from tests import compiled_definitions
from tests.strategies.repositories import changes, edits, repositories

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policylint.documents.source import Source

PROJECT = Path(__file__).resolve().parents[1]
# Enough files for a cache to be used, all alike.
MANY = {f"docs/many/TEST-1{n:03}.yaml": f"ID: TEST-1{n:03}\nTitle: a\n".encode() for n in range(FEWEST_TO_KEEP)}
TOO_MANY = "not searched: the file asks for too many searches"
SETTINGS = Settings(today="2026-11-21", limits=Limits(findings=3), stage="release")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return written(tmp_path / "root", MANY)


def written(root: Path, files: Mapping[str, bytes]) -> Path:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def changed(root: Path, path: str, content: bytes | None) -> None:
    if content is None:
        (root / path).unlink(missing_ok=True)
    else:
        written(root, {path: content})


def workspace_of(root: Path) -> Workspace:
    return open_workspace(str(root), compiled_definitions.environment(), str(root))


def output(workspace: Workspace, home: Path | None, jobs: int = 1, settings: Settings = SETTINGS) -> dict[str, str]:
    """Everything that a check prints, by format; with a home for its cache, or without a cache."""
    environment = {"XDG_CACHE_HOME": str(home)} if home else None
    tree = DiskTree(workspace.root, [*workspace.exclude], settings.limits.file_bytes)
    paths = [*tree.files()]
    report = Runs(workspace, settings, Resources(jobs, environment)).check(tree, paths)
    view = reporters.View(report, tree, workspace.root, workspace.root, verbose=True)
    return {name: "".join(reporters.render(name, view)) for name in reporters.RENDERERS}


@settings(max_examples=8)
@given(
    with_change=repositories.flatmap(lambda files: st.tuples(st.just(files), changes | edits(files))),
    goes_back=st.booleans(),
    most=st.sampled_from([20_000, 7]),
)
@example(
    with_change=({}, ("docs/deployment-0.md", b"See DEP-777, DEP-778, DEP-779, DEP-780.\n")),
    goes_back=True,
    most=20_000,
)
def test_cold_warm_changed_and_with_processes_everything_is_as_without(
    with_change: tuple[dict[str, bytes], tuple[str, bytes | None]], *, goes_back: bool, most: int
) -> None:
    files, change = with_change
    chosen = SETTINGS._replace(limits=SETTINGS.limits._replace(all_findings=most, all_places=most))
    with tempfile.TemporaryDirectory() as folder:
        root, home = written(Path(folder) / "root", {**MANY, **files}), Path(folder) / "home"
        workspace = workspace_of(root)
        before = output(workspace, None, 1, chosen)
        assert output(workspace, home, 2, chosen) == before, "cold"
        assert output(workspace, home, 1, chosen) == before, "nothing changed"
        changed(root, *change)
        after = output(workspace, None, 2, chosen)
        assert output(workspace, home, 1, chosen) == after, "one changed"
        assert output(workspace, home, 2, chosen) == after, "nothing changed since"
        if goes_back:
            changed(root, change[0], files.get(change[0]))
            assert output(workspace, home, 1, chosen) == before, "changed back"


def test_what_each_file_may_have_searched_depends_on_no_other_file(tmp_path: Path) -> None:
    checks = "".join(f"<task>\n<verify>grep z{n} big.md</verify>\n</task>\n" for n in range(4))
    plans = {f".planning/phases/01-a/01-{n:02}-PLAN.md": f"---\nplan: {n:02}\n---\n{checks}" for n in range(60)}
    files = {path: text.encode() for path, text in plans.items()} | {"big.md": b"x y\n" * 100}
    workspace = workspace_of(written(tmp_path / "root", files))
    settings = Settings(["plan/failing-verify"], limits=Limits(searched=1_000))
    told = output(workspace, None, settings=settings)
    rule = "info[plan/failing-verify]"
    found = ["'z0' matches nothing in big.md", "'z1' matches nothing in big.md", *[f"big.md is {TOO_MANY}"] * 2]
    lines = [line for line in told["concise"].splitlines() if rule in line]
    assert lines == [f"{path}:{3 * n + 5}:9: {rule} {message}" for path in plans for n, message in enumerate(found)]
    for jobs in (2, 4):
        assert output(workspace, None, jobs, settings) == told, jobs
    for state in ("cold", "warm"):
        assert output(workspace, tmp_path / "home", settings=settings) == told, state


# What was kept is used


def planted(path: str) -> Diagnostic:
    return Diagnostic(path, FILE_START, "documents/syntax-error", Severity.ERROR, "is planted")


def facts_files(home: Path) -> list[Path]:
    """The files that hold examinations, those that say most first."""
    return sorted((home / "policylint").glob("facts-*"), key=lambda file: -file.stat().st_size)


def plant(workspace: Workspace, home: Path) -> None:
    """Put a finding that nobody would make into what is kept of every file."""
    of_context = context(workspace.pack, workspace.pack_digest, SETTINGS)
    sources = {path: readable(workspace.root, path) for path in MANY}
    count = 0
    for file in facts_files(home):
        cache = FactFile(str(file), of_context)
        for path, source in sources.items():
            found = cache.get(source)
            if found and found.facts:
                cache.put(source, Examination(found.facts.replace(diagnostics=(planted(path),)), {}))
                count += 1
        cache.save()
    assert count == len(MANY)
    for report in (home / "policylint").glob("report-*"):
        report.unlink()


def readable(root: str, path: str) -> Source:
    source = DiskTree(root, [], 1 << 20).read(path)
    assert not isinstance(source, Unreadable)
    return source


def test_with_one_file_changed_only_that_is_examined(root: Path, tmp_path: Path) -> None:
    workspace, home = workspace_of(root), tmp_path / "home"
    output(workspace, home)
    plant(workspace, home)
    one, *others = sorted(MANY)
    changed(root, one, MANY[one] + b"# more\n")
    found = output(workspace, home)["concise"]
    assert [line.partition(":")[0] for line in found.splitlines() if "is planted" in line] == others


def test_a_file_with_the_same_text_elsewhere_is_another_file(root: Path, tmp_path: Path) -> None:
    workspace, home = workspace_of(root), tmp_path / "home"
    output(workspace, home)
    plant(workspace, home)
    one, *others = sorted(MANY)
    (root / one).rename(root / "docs" / "moved.yaml")
    found = output(workspace, home)["concise"]
    assert [line.partition(":")[0] for line in found.splitlines() if "is planted" in line] == others


def test_a_byte_order_mark_makes_another_text(root: Path, tmp_path: Path) -> None:
    workspace, home = workspace_of(root), tmp_path / "home"
    output(workspace, home)
    plant(workspace, home)
    one = min(MANY)
    changed(root, one, b"\xef\xbb\xbf" + MANY[one])
    assert f"{one}:1:1: error: is planted" not in output(workspace, home)["concise"]


def test_with_nothing_changed_the_report_is_given_again(root: Path, tmp_path: Path) -> None:
    workspace, home = workspace_of(root), tmp_path / "home"
    output(workspace, home)
    planted_in_report(workspace, home)
    assert "is planted" in output(workspace, home)["concise"]
    written(root, {"docs/one-more.md": b"# nothing\n"})
    assert "is planted" not in output(workspace, home)["concise"]


def planted_in_report(workspace: Workspace, home: Path, paths: Iterable[str] = MANY) -> None:
    """Put a finding that nobody would make into the report that is kept."""
    (file,) = (home / "policylint").glob("report-*")
    of_context = of_paths(context(workspace.pack, workspace.pack_digest, SETTINGS), SETTINGS.today, sorted(paths))
    stored = read_report(str(file), of_context)
    assert stored is not None
    report = stored.report._replace(diagnostics=(planted("a.yaml"),))
    write_report(str(file), of_context, stored._replace(report=report))


MORE = {
    "a comment": (b"# more\n", True),
    "a field that no rule asks for": (b"Remark: a\n", True),
    "a link": (b"Linked IDs: TEST-1002\n", False),
    "another ID": (b"---\nID: TEST-3000\n", False),
}


@pytest.mark.parametrize("name", MORE)
def test_with_one_file_changed_the_rest_is_given_again_if_it_does_not_depend_on_how(
    root: Path, tmp_path: Path, name: str
) -> None:
    all_of_them = f"TEST-1000 to TEST-1{FEWEST_TO_KEEP - 1:03}"
    written(root, {"docs/epic.yaml": f"ID: EPIC-001\nTitle: a\nLinked IDs: {all_of_them}\n".encode()})
    workspace, home = workspace_of(root), tmp_path / "home"
    output(workspace, home)
    planted_in_report(workspace, home, [*MANY, "docs/epic.yaml"])
    more, is_given_again = MORE[name]
    one = max(MANY)
    for _ in range(2):
        changed(root, one, (root / one).read_bytes() + more)
        assert ("is planted" in output(workspace, home)["concise"]) is is_given_again


def test_another_day_is_another_report(root: Path, tmp_path: Path) -> None:
    """Some rules count days: the facts stay, the judgement does not."""
    (root / "docs" / "deployment.md").write_text("DEP-001: a\nType: Rollback\nLast Tested: 2026-11-01\n")
    workspace, home = workspace_of(root), tmp_path / "home"
    for today in ("2026-11-21", "2027-11-21", "2026-11-21"):
        of_the_day = SETTINGS._replace(today=today)
        assert output(workspace, home, settings=of_the_day) == output(workspace, None, settings=of_the_day)
    assert len(facts_files(home)) == len({part_of(path) for path in [*MANY, "docs/deployment.md"]})


# What a cache belongs to

OTHER_SETTINGS = {
    "select": SETTINGS._replace(select=["ids"]),
    "ignore": SETTINGS._replace(ignore=["ids"]),
    "severities": SETTINGS._replace(severities=[SeverityOverride(["^docs"], ["ids"], None)]),
    "external IDs": SETTINGS._replace(external_ids=["JIRA"]),
    "findings": SETTINGS._replace(limits=Limits(findings=4)),
    "depth": SETTINGS._replace(limits=Limits(findings=3, depth=99)),
    "size": SETTINGS._replace(limits=Limits(findings=3, file_bytes=99)),
    "stage": SETTINGS._replace(stage=""),
    "evidence": SETTINGS._replace(evidence=["results.xml"]),
}


@pytest.mark.parametrize("name", OTHER_SETTINGS)
def test_other_settings_are_another_context(root: Path, name: str) -> None:
    workspace = workspace_of(root)
    contexts = {context(workspace.pack, workspace.pack_digest, each) for each in (SETTINGS, OTHER_SETTINGS[name])}
    assert len(contexts) == 2


def test_an_own_schema_is_part_of_the_context(root: Path, tmp_path: Path) -> None:
    workspace, schema = workspace_of(root), tmp_path / "own.json"
    kinds = [workspace.pack.kinds[0].replace(schema=str(schema)), *workspace.pack.kinds[1:]]
    pack = workspace.pack.replace(kinds=kinds)
    contexts = set()
    for text in ('{"type": "object"}', '{"type": "array"}'):
        schema.write_text(text)
        contexts.add(context(pack, workspace.pack_digest, SETTINGS))
    assert len(contexts) == 2


def test_the_definitions_are_part_of_the_context(root: Path) -> None:
    workspace = workspace_of(root)
    contexts = {context(workspace.pack, each, SETTINGS) for each in (workspace.pack_digest, "0" * 32)}
    assert len(contexts) == 2


def _digest_from(copy: Path, *more: Path) -> str:
    """The digest of the definitions, and the context, that a copy of policylint computes."""
    program = (
        "import os; from policylint.settings import Settings; from policylint.workspace import open_workspace;"
        "from policylint.result_cache import context; w = open_workspace(os.getcwd(), None, os.getcwd());"
        "print(context(w.pack, w.pack_digest, Settings()).hex())"
    )
    path = os.pathsep.join(map(str, (copy, *more)))
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-P", "-c", program]
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    for name in ("policylint", "rules", "schemas"):
        subprocess.run(["cp", "-rp", PROJECT / name, folder / name], check=True)
    return folder


def _touch(copy: Path, libraries: Path) -> None:
    os.utime(copy / "policylint" / "index.py", (0, 0))


def _edit_rule(copy: Path, libraries: Path) -> None:
    rule = copy / "rules" / "ids" / "duplicate-id.yaml"
    rule.write_text(rule.read_text().replace("severity: error", "severity: info"))


def _edit_schema(copy: Path, libraries: Path) -> None:
    schema = copy / "schemas" / "netlify.schema.json"
    schema.write_text(schema.read_text().replace("string", "number", 1))


def _install(copy: Path, libraries: Path) -> None:
    (libraries / "re2-2.0.dist-info").mkdir()


@pytest.mark.parametrize("change", [_touch, _edit_rule, _edit_schema, _install])
def test_program_rules_schemas_and_libraries_are_part_of_the_context(
    copy: Path, tmp_path: Path, change: object
) -> None:
    before = _digest_from(copy, tmp_path)
    assert _digest_from(copy, tmp_path) == before
    change(copy, tmp_path)  # type: ignore[operator]
    assert _digest_from(copy, tmp_path) != before


# What is not as it was written


# How far into a file, in parts of ten thousand, and which bit is flipped there; with None the file ends there.
damages = st.tuples(st.integers(0, 9_999), st.one_of(st.none(), st.integers(0, 7)))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Path, dict[str, str]]:
    """A workspace, a home with what was kept of it, and what is printed."""
    folder = tmp_path_factory.mktemp("kept")
    files = {**MANY, "docs/deployment.md": b"DEP-001: a\nType: Rollback\nLinked IDs: TEST-1\n"}
    workspace = workspace_of(written(folder / "root", files))
    return workspace, folder / "home", output(workspace, folder / "home")


@settings(max_examples=50)
@given(damages=st.tuples(damages, damages))
@example(damages=((0, None), (0, None)))
@example(damages=((9_999, 0), (9_999, 7)))
def test_a_cache_with_any_damage_is_no_cache(
    kept: tuple[Workspace, Path, dict[str, str]], damages: tuple[tuple[int, int | None], ...]
) -> None:
    workspace, home, expected = kept
    files = [facts_files(home)[0], *(home / "policylint").glob("report-*")]
    for file, (part, bit) in zip(files, damages, strict=True):
        content = file.read_bytes()
        place = len(content) * part // 10_000
        flipped = content if bit is None else bytes([content[place] ^ 1 << bit])
        file.write_bytes(content[:place] if bit is None else content[:place] + flipped + content[place + 1 :])
    assert output(workspace, home) == expected
    assert [file.read_bytes()[:20] for file in files] == [b"policylint results 1"] * 2, "they are written anew"


@pytest.mark.parametrize("content", [b"", b"\0", b"x" * 200, b"policylint results 1\n", b"{}"], ids=repr)
def test_what_someone_else_put_there_is_no_cache(kept: tuple[Workspace, Path, dict[str, str]], content: bytes) -> None:
    workspace, home, expected = kept
    for file in (home / "policylint").glob("*.data"):
        file.write_bytes(content)
    assert output(workspace, home) == expected


def test_a_folder_in_the_place_of_a_file_is_no_cache(root: Path, tmp_path: Path) -> None:
    workspace, home = workspace_of(root), tmp_path / "home"
    expected = output(workspace, home)
    for file in (home / "policylint").glob("*.data"):
        file.unlink()
        file.mkdir()
    assert output(workspace, home) == expected


def test_a_link_in_the_place_of_a_file_is_not_followed(root: Path, tmp_path: Path) -> None:
    workspace, home = workspace_of(root), tmp_path / "home"
    output(workspace, home)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    files = facts_files(home)
    for file in files:
        file.rename(elsewhere / file.name)
        file.symlink_to(elsewhere / file.name)
    before = {file.name: file.read_bytes() for file in elsewhere.iterdir()}
    changed(root, min(MANY), b"ID: TEST-1000\nTitle: a\nOwner: b\n")
    assert output(workspace, home) == output(workspace, None)
    assert {file.name: file.read_bytes() for file in elsewhere.iterdir()} == before
    assert not any(file.is_symlink() for file in files)


# How much is kept


def test_few_files_leave_nothing_behind(root: Path, tmp_path: Path) -> None:
    (root / min(MANY)).unlink()
    output(workspace_of(root), tmp_path / "home")
    assert list((tmp_path / "home" / "policylint").glob("*.data")) == []


def test_files_that_were_not_used_for_a_month_are_removed(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "policylint"
    folder.mkdir(parents=True, mode=0o700)
    old, recent, foreign = (folder / name for name in ("facts-1.data", "report-2.data", "notes.txt"))
    for file in (old, recent, foreign):
        file.write_bytes(b"a")
        os.utime(file, (0, time.time() - (29 if file is recent else 31) * 24 * 60 * 60))
    output(workspace_of(root), tmp_path / "home")
    assert [file.exists() for file in (old, recent, foreign)] == [False, True, True]


def test_the_folder_is_bounded(tmp_path: Path) -> None:
    files = [tmp_path / f"facts-{n}.data" for n in range(3)]
    for age, file in enumerate(files):
        with file.open("wb") as stream:
            # Holes: nothing is stored of them.
            stream.truncate(cache_folder.LARGEST_FOLDER // 2)
        os.utime(file, (0, time.time() - age))
    cache_folder.prune(str(tmp_path))
    assert [file.exists() for file in files] == [True, True, False]


def test_files_that_are_gone_are_forgotten_after_a_month(root: Path, tmp_path: Path) -> None:
    workspace, home = workspace_of(root), tmp_path / "home"
    output(workspace, home)
    of_context = context(workspace.pack, workspace.pack_digest, SETTINGS)
    file = facts_files(home)[0]
    size = file.stat().st_size
    in_a_month = FactFile(str(file), of_context, now=time.time() + 31 * 24 * 60 * 60)
    found = [in_a_month.get(readable(workspace.root, path)) for path in MANY]
    assert sum(each is not None for each in found) > 1
    only_one = FactFile(str(file), of_context, now=time.time() + 31 * 24 * 60 * 60)
    assert next(each for path in MANY if (each := only_one.get(readable(workspace.root, path))))
    assert only_one.save()
    assert file.stat().st_size < size / 2


# Answers of a tree


@given(repositories, changes)
def test_a_tree_answers_again_as_long_as_nothing_that_was_asked_for_changes(
    files: dict[str, bytes], change: tuple[str, bytes | None]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = written(Path(folder) / "root", {"a.md": b"a", **files})
        recording = RecordingTree(DiskTree(str(root), [], 1 << 20))
        for path in recording.files():
            recording.read(path)
        recording.type_of("docs")
        recording.names("docs")
        assert changed_files(DiskTree(str(root), [], 1 << 20), recording.answers, 1) == []
        changed(root, *change)
        path, content = change
        found = changed_files(DiskTree(str(root), [], 1 << 20), recording.answers, 1)
        if files.get(path) == content:
            assert found == []
        elif path in files and content is not None:
            assert found == [path]
        else:
            assert found is None, "the list of files is another one"
