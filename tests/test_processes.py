"""Work in several processes gives what it gives in one, and a process that fails is never passed over in silence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policylint.errors import WorkerError
from policylint.processes import FIRST, spread
from policylint.runs import processors
from tests.hostile.harness import POLICYLINT, environment, write

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no processes to fork here")
HERE = os.getpid()


def elsewhere() -> bool:
    return os.getpid() != HERE


def no_child_is_left() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


@settings(max_examples=40)
@given(count=st.integers(0, 400), jobs=st.integers(1, 5))
def test_results_come_in_the_order_of_the_values(count: int, jobs: int) -> None:
    found = list(spread(lambda value: value * value, list(range(count)), int, jobs))
    assert found == [value * value for value in range(count)]
    assert no_child_is_left()


def test_the_work_is_done_elsewhere() -> None:
    found = list(spread(lambda _: elsewhere(), [None] * 100, bool, 2))
    assert found == [False] * FIRST + [True] * (100 - FIRST)


def test_results_larger_than_a_pipe() -> None:
    assert list(spread(lambda value: f"{value}" * 300_000, list(range(30)), str, 3)) == [
        f"{value}" * 300_000 for value in range(30)
    ]


def test_more_values_than_a_pipe_holds_numbers() -> None:
    assert list(spread(lambda value: value, list(range(200_000)), int, 2)) == list(range(200_000))


def test_what_is_not_plain_is_worked_out_here() -> None:
    values = list(range(FIRST + 20))
    assert [type(each) for each in spread(lambda _: object(), values, object, 2)] == [object] * len(values)
    assert no_child_is_left()


def test_a_fault_in_a_process_is_told_with_its_traceback() -> None:
    def fails(value: int) -> int:
        if elsewhere() and value == 50:
            raise ValueError("this one")
        return value

    with pytest.raises(RuntimeError, match=r"(?s)Traceback.*in fails.*ValueError: this one"):
        list(spread(fails, list(range(100)), int, 2))
    assert no_child_is_left()


def test_a_process_without_memory_is_a_run_without_memory() -> None:
    def fails(value: int) -> int:
        if elsewhere():
            raise MemoryError
        return value

    with pytest.raises(MemoryError):
        list(spread(fails, list(range(100)), int, 2))
    assert no_child_is_left()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda number: number.name)
def test_a_process_that_is_stopped_stops_the_run(number: signal.Signals) -> None:
    def stops(value: int) -> int:
        if elsewhere() and value == 70:
            os.kill(os.getpid(), number)
        return value

    with pytest.raises(WorkerError, match=f"ended by signal {number.value};"):
        list(spread(stops, list(range(100)), int, 2))
    assert no_child_is_left()


def test_a_process_that_leaves_early_stops_the_run() -> None:
    def leaves(value: int) -> int:
        if elsewhere():
            os._exit(0)
        return value

    with pytest.raises(WorkerError, match="ended before it was done"):
        list(spread(leaves, list(range(100)), int, 2))


def test_results_that_nobody_wants_any_more_leave_no_process() -> None:
    results = spread(lambda _: time.sleep(0.01), [None] * 10_000, type(None), 2)
    for _ in range(FIRST + 1):
        next(results)
    results.close()  # type: ignore[attr-defined]
    assert no_child_is_left()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no processors can be assigned here")
def test_as_many_as_there_are_processors_for_this_process() -> None:
    command = "import os; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))]);"
    command += "from policylint.runs import processors; print(processors())"
    assert subprocess.check_output([sys.executable, "-c", command], text=True) == "1\n"
    assert processors() == len(os.sched_getaffinity(0))


# A whole run, interrupted


def children(process: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def started(tmp_path: Path) -> tuple[subprocess.Popen[str], list[int]]:
    """A run with two processes at work, and these."""
    files = {f"docs/deployment-{n}.md": f"DEP-{n:04}: a\nType: Environment\n\n" * 20 for n in range(2_000)}
    root = write(tmp_path / "repository", files)
    command = [*POLICYLINT, "check", ".", "--jobs", "2", "--output-format=concise"]
    process = subprocess.Popen(
        command,
        cwd=root,
        env=environment(tmp_path / "home"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while len(found := children(process.pid)) < 2:
        assert process.poll() is None, "it ends before it has any"
        time.sleep(0.001)
    return process, found


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until_gone(processes: list[int]) -> None:
    for _ in range(2_000):
        if not any(map(is_running, processes)):
            return
        time.sleep(0.01)
    raise AssertionError(f"still there: {processes}")


needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="the processes of a run are read from /proc")


@needs_proc
def test_a_run_whose_process_is_killed_is_no_clean_run(tmp_path: Path) -> None:
    process, (first, second) = started(tmp_path)
    os.kill(first, signal.SIGKILL)
    _, stderr = process.communicate(timeout=60)
    message = "policylint: error: a worker process was ended by signal 9; '--jobs 1' does without\n"
    assert (process.returncode, stderr) == (2, message)
    wait_until_gone([second])


@needs_proc
def test_ctrl_c_leaves_no_process(tmp_path: Path) -> None:
    process, found = started(tmp_path)
    os.killpg(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (130, "policylint: interrupted\n")
    wait_until_gone(found)


@needs_proc
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda number: number.name)
def test_a_run_that_is_killed_leaves_no_process(tmp_path: Path, number: signal.Signals) -> None:
    process, found = started(tmp_path)
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode == -number
    wait_until_gone(found)
