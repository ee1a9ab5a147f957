"""Writing the new text of a file: all of it or nothing, in its place and nowhere else."""

from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from policylint.rewriting import RewriteError, rewrite
from tests.conftest import needs_permissions

BEFORE = "a = 1\r\nb = 'ü'\n"
AFTER = "a = 2\r\nb = 'ü'\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "below").mkdir(parents=True)
    (root / "below" / "a.toml").write_bytes(BEFORE.encode())
    return root


def names(root: Path) -> set[str]:
    """Everything below a folder."""
    return {str(path.relative_to(root)) for path in root.rglob("*")}


def refusal(root: Path, path: str, before: str = BEFORE) -> str:
    with pytest.raises(RewriteError) as caught:
        rewrite(str(root), path, before, AFTER)
    return str(caught.value)


def test_line_ends_stay_as_they_are_given(root: Path) -> None:
    rewrite(str(root), "below/a.toml", BEFORE, AFTER)
    assert (root / "below" / "a.toml").read_bytes() == AFTER.encode()
    assert names(root) == {"below", "below/a.toml"}


def test_a_byte_order_mark_stays(root: Path) -> None:
    (root / "a.toml").write_bytes(b"\xef\xbb\xbf" + BEFORE.encode())
    rewrite(str(root), "a.toml", BEFORE, AFTER)
    assert (root / "a.toml").read_bytes() == b"\xef\xbb\xbf" + AFTER.encode()


@pytest.mark.parametrize("mode", [0o755, 0o600, 0o664, 0o200 | 0o444])
def test_the_mode_stays(root: Path, mode: int) -> None:
    file = root / "below" / "a.toml"
    file.chmod(mode)
    rewrite(str(root), "below/a.toml", BEFORE, AFTER)
    assert stat.S_IMODE(file.stat().st_mode) == mode


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files away")
def test_the_owner_stays(root: Path) -> None:
    file = root / "below" / "a.toml"
    os.chown(file, 1234, 2345)
    rewrite(str(root), "below/a.toml", BEFORE, AFTER)
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 2345)


def test_a_file_that_changed_meanwhile_stays_as_it_is(root: Path) -> None:
    assert refusal(root, "below/a.toml", "a = 0\n") == "it has changed since it was read"
    assert (root / "below" / "a.toml").read_bytes() == BEFORE.encode()
    assert names(root) == {"below", "below/a.toml"}


def test_a_link_is_not_followed(root: Path) -> None:
    outside = root.parent / "outside.toml"
    outside.write_bytes(BEFORE.encode())
    (root / "link.toml").symlink_to(outside)
    assert refusal(root, "link.toml") == "a link is on the way to it"
    assert outside.read_bytes() == BEFORE.encode()
    assert (root / "link.toml").is_symlink()


def test_a_link_to_a_folder_is_not_followed(root: Path) -> None:
    outside = root.parent / "outside"
    outside.mkdir()
    (outside / "a.toml").write_bytes(BEFORE.encode())
    (root / "folder").symlink_to(outside)
    assert refusal(root, "folder/a.toml") == "a link is on the way to it"
    assert refusal(root, "../outside/a.toml") == "it lies outside the repository"
    assert (outside / "a.toml").read_bytes() == BEFORE.encode()
    assert names(outside) == {"a.toml"}


def test_the_root_itself_may_be_a_link(root: Path) -> None:
    link = root.parent / "link"
    link.symlink_to(root)
    rewrite(str(link), "below/a.toml", BEFORE, AFTER)
    assert (root / "below" / "a.toml").read_bytes() == AFTER.encode()


def test_what_is_no_regular_file_is_refused_at_once(root: Path) -> None:
    os.mkfifo(root / "pipe.toml")
    assert refusal(root, "pipe.toml") == "it is not a regular file"
    assert refusal(root, "below") in ("it is not a regular file", "is a directory")
    assert refusal(root, "none.toml") == "no such file or directory"


def test_a_read_only_file_is_refused(root: Path) -> None:
    file = root / "below" / "a.toml"
    file.chmod(0o444)
    assert refusal(root, "below/a.toml") == "it is read-only"
    assert file.read_bytes() == BEFORE.encode()


@needs_permissions
def test_a_read_only_folder_is_refused(root: Path) -> None:
    (root / "below").chmod(0o555)
    assert refusal(root, "below/a.toml") == "permission denied"
    assert (root / "below" / "a.toml").read_bytes() == BEFORE.encode()


_FULL_DISK = """
import resource, signal, sys
from policylint.rewriting import RewriteError, rewrite
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    rewrite(sys.argv[1], "a.toml", "a", "b" * 100_000)
except RewriteError as error:
    print(error)
"""


def test_a_disk_that_takes_only_part_of_the_text_leaves_the_old_one(root: Path) -> None:
    """A limit of the size of files fails a write as a full disk does: after some of it."""
    (root / "a.toml").write_text("a")
    done = subprocess.run([sys.executable, "-c", _FULL_DISK, str(root)], capture_output=True, text=True, check=True)
    assert done.stdout == "file too large\n"
    assert (root / "a.toml").read_text() == "a"
    assert names(root) == {"a.toml", "below", "below/a.toml"}


_ENDLESS = """
import sys
from policylint.rewriting import rewrite
old, new = "old\\n" * 50_000, "new\\n" * 60_000
print("ready", flush=True)
while True:
    rewrite(sys.argv[1], "a.toml", old, new)
    old, new = new, old
"""


def started(root: Path) -> subprocess.Popen[str]:
    """A process that rewrites a file again and again."""
    (root / "a.toml").write_text("old\n" * 50_000)
    process = subprocess.Popen(
        [sys.executable, "-c", _ENDLESS, str(root)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_whenever_it_is_ended_the_file_is_the_old_one_or_the_new_one(root: Path, ending: signal.Signals) -> None:
    moments = random.Random(7)
    for _ in range(12):
        process = started(root)
        time.sleep(moments.uniform(0, 0.03))
        process.send_signal(ending)
        process.communicate()
        assert process.returncode != 0
        assert (root / "a.toml").read_text() in ("old\n" * 50_000, "new\n" * 60_000)
        left = names(root) - {"a.toml", "below", "below/a.toml"}
        # Nothing can be tidied up after SIGKILL; all other endings leave nothing behind.
        assert ending is signal.SIGKILL or left == set()
        for name in left:
            (root / name).unlink()


def test_of_two_at_once_each_writes_the_whole_or_is_refused(root: Path) -> None:
    first, second = started(root), started(root)
    time.sleep(0.3)
    for process in (first, second):
        process.terminate()
        process.communicate()
    assert (root / "a.toml").read_text() in ("old\n" * 50_000, "new\n" * 60_000)
    assert names(root) == {"a.toml", "below", "below/a.toml"}
