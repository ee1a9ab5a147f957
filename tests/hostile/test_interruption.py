"""Runs that end before they are done, or next to another: nothing is lost, half written or left behind to mislead."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.conftest import needs_permissions
from tests.hostile.harness import CLOCK, POLICYLINT, check_safe, environment, run_limited, write

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "netlify.toml": '[build]\ncommand = "npm run build"\n',
    **{f"docs/deployment-{n}.md": f"DEP-{n:03}: a\nType: Environment\n" for n in range(400)},
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "repository", FILES)


@pytest.fixture
def whole(root: Path, tmp_path: Path) -> tuple[int, str, str]:
    """What an undisturbed run says, of a home of its own."""
    return run_limited("check", ".", "--output-format=concise", cwd=root, home=tmp_path / "other-home")


def start(root: Path, home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*POLICYLINT, *(arguments or ("check", ".", "--output-format=concise"))],
        cwd=root,
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def snapshot(root: Path) -> dict[str, bytes]:
    return {str(each): each.read_bytes() for each in root.rglob("*") if each.is_file()}


@pytest.mark.parametrize("delay", [0.15, 0.3, 0.7])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_a_signal_at_any_time(
    root: Path, tmp_path: Path, whole: tuple[int, str, str], number: signal.Signals, delay: float
) -> None:
    before = snapshot(root)
    process = start(root, tmp_path / "home")
    time.sleep(delay)
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=30)
    said = stderr.decode()
    assert process.returncode in (130, -number, whole[0]), said
    # In the first moments Python itself is not up yet, and answers Ctrl-C in its own way.
    assert "policylint" not in said or "Traceback" not in said or "site.py" in said or "<frozen" in said, said
    assert whole[1].startswith(stdout.decode()), "what was printed is the start of the whole report"
    assert snapshot(root) == before
    assert run_limited("check", ".", "--output-format=concise", cwd=root, home=tmp_path / "home") == whole


def test_ctrl_c_is_told_and_has_its_exit_code(root: Path, tmp_path: Path) -> None:
    """A pipe that nobody reads keeps the run busy until it is interrupted."""
    write(root, {"docs/deployment.md": "".join(f"DEP-{n:05}: a\nLinked IDs: TEST-{n}\n\n" for n in range(3_000))})
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [*POLICYLINT, "check", "."], cwd=root, env=environment(tmp_path), stdout=writer, stderr=subprocess.PIPE
    )
    os.close(writer)
    assert os.read(reader, 1), "it prints"
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    os.close(reader)
    assert (process.returncode, stderr.decode()) == (130, "policylint: interrupted\n")


@pytest.mark.parametrize("arguments", [("check", "."), ("trace",), ("rules",), ("explain", "missing-owner"), ("test",)])
def test_a_pipe_whose_reader_has_gone(root: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    process = start(root, tmp_path / "home", *arguments)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read().decode()
    assert process.wait(timeout=60) in (0, 1, 2)
    process.stderr.close()


@pytest.mark.skipif(sys.platform != "linux", reason="the limit counts differently elsewhere")
@pytest.mark.parametrize("size", [0, 1, 4096, 100_000])
def test_a_disk_that_is_full_for_the_cache(root: Path, tmp_path: Path, whole: tuple[int, str, str], size: int) -> None:
    """No file may grow beyond the size: what the cache cannot keep is compiled again."""
    process = subprocess.run(
        [*POLICYLINT, "check", ".", "--output-format=concise"],
        cwd=root,
        env=environment(tmp_path / "home"),
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )
    assert (process.returncode, process.stdout.decode(), process.stderr.decode()) == whole
    kept = [each for each in (tmp_path / "home").rglob("*") if each.is_file()]
    assert [each for each in kept if each.suffix != ".data"] == [], "neither definitions nor a part of a write"


@pytest.mark.skipif(sys.platform != "linux", reason="the limit counts differently elsewhere")
@pytest.mark.parametrize("arguments", [("check", "."), ("trace",), ("rules",), ("explain", "missing-owner")])
def test_a_disk_that_is_full_for_the_report(root: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with (tmp_path / "report.txt").open("wb") as report:
        process = subprocess.run(
            [*POLICYLINT, *arguments],
            cwd=root,
            env=environment(tmp_path / "home"),
            stdout=report,
            stderr=subprocess.PIPE,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
        )
    assert (process.returncode, process.stderr.decode()) == (2, "policylint: error: file too large\n")


def test_two_runs_at_once_share_a_cache(root: Path, tmp_path: Path, whole: tuple[int, str, str]) -> None:
    runs = [start(root, tmp_path / "home") for _ in range(4)]
    for process in runs:
        stdout, stderr = process.communicate(timeout=60)
        assert (process.returncode, stdout.decode(), stderr.decode()) == whole
    cache = tmp_path / "home" / "cache" / "policylint"
    assert {each.suffix for each in cache.iterdir()} == {".data"}, "no part of a write is left"


def test_what_a_killed_write_left_in_the_cache_is_no_definition(
    root: Path, tmp_path: Path, whole: tuple[int, str, str]
) -> None:
    run_limited("check", ".", cwd=root, home=tmp_path / "home")
    for stored in list((tmp_path / "home" / "cache" / "policylint").iterdir()):
        stored.with_name(f"{stored.name}.12345").write_bytes(stored.read_bytes()[:500])
        stored.write_bytes(stored.read_bytes()[:1000])
    assert run_limited("check", ".", "--output-format=concise", cwd=root, home=tmp_path / "home") == whole


@pytest.mark.parametrize("taken", [["HOME"], ["XDG_CACHE_HOME"], ["HOME", "XDG_CACHE_HOME"]], ids=" ".join)
def test_no_home(root: Path, tmp_path: Path, whole: tuple[int, str, str], taken: list[str]) -> None:
    outcome = run_limited(
        "check", ".", "--output-format=concise", cwd=root, home=tmp_path / "home", more=dict.fromkeys(taken, "")
    )
    assert outcome == whole


@needs_permissions
def test_a_checkout_that_cannot_be_written(root: Path, tmp_path: Path, whole: tuple[int, str, str]) -> None:
    folders = [root, root / "docs"]
    for folder in folders:
        folder.chmod(0o500)
    try:
        assert run_limited("check", ".", "--output-format=concise", cwd=root, home=tmp_path / "home") == whole
    finally:
        for folder in folders:
            folder.chmod(0o700)


def test_files_that_come_and_go_while_they_are_read(root: Path, tmp_path: Path) -> None:
    """A file is a file, a pipe, a link and nothing by turns: each run ends with a report or says what is missing."""
    file = root / "docs" / "deployment-200.md"
    outside = tmp_path / "outside.md"
    outside.write_text("DEP-777: a secret from outside\nType: Environment\n")
    process = start(root, tmp_path / "home")

    def change_until_it_ends() -> None:
        while process.returncode is None:
            for change in (lambda: os.mkfifo(file), lambda: file.symlink_to(outside), file.mkdir):
                file.rmdir() if file.is_dir() and not file.is_symlink() else file.unlink(missing_ok=True)
                change()

    changes = threading.Thread(target=change_until_it_ends)
    changes.start()
    # Reads while it waits: a report larger than a pipe holds would stop the run.
    stdout, stderr = process.communicate(timeout=CLOCK)
    changes.join()
    check_safe((process.returncode, stdout.decode(), stderr.decode()))
    assert "secret" not in stdout.decode()


# A library that turns the Ctrl-C which it met while it was imported into an error of its own, as pydantic may.
CONVERTING = """
import sys

class Converting:
    def find_spec(self, name, *_):
        if name == "pydantic":
            try:
                raise KeyboardInterrupt
            except KeyboardInterrupt as interruption:
                raise RuntimeError("half imported") from interruption

sys.meta_path.insert(0, Converting())
from policylint.cli.entry import run
sys.exit(run(["explain", "missing-owner"]))
"""


def test_ctrl_c_that_a_library_turns_into_an_error_is_told_as_such(root: Path, tmp_path: Path) -> None:
    outcome = run_limited("-c", CONVERTING, cwd=root, home=tmp_path, command=(sys.executable, "-P"))
    assert (outcome.code, outcome.stdout, outcome.stderr) == (130, "", "policylint: interrupted\n")
