"""Work in forked processes: they know all that this one does, and send back plain values.

Chunks of the values are handed out by a pipe that holds their numbers, so that a slow chunk holds up nobody. A process
that ends before its time stops the run; none outlives it.
"""

from __future__ import annotations

import marshal
import os
import select
import signal
import traceback
from typing import TYPE_CHECKING, Any, Protocol

from policylint import plain_values
from policylint.errors import WorkerError
from policylint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# The first values are dealt with here: what they import and compile, every process has then.
FIRST = 16
# Small enough that all end at about the same time; so many at most that their numbers fit into a pipe.
_LARGEST_CHUNK = 64
_MOST_CHUNKS = 2048
_NUMBER = 4
_FRAME = 16
_READ = 1 << 20

# What a frame holds.
_RESULTS = 0
_NOT_PLAIN = 1
_FAULT = 2

_OUT_OF_MEMORY = 77


class Carried(Protocol):
    """What processes note down besides their results."""

    def taken(self) -> Any:
        """What was noted since the last time, as plain values."""
        ...

    def add(self, taken: Any) -> None:
        """Add what another process noted."""
        ...


class _Work(NamedTuple):
    function: Callable[[Any], Any]
    chunks: list[list[Any]]
    form: Any
    carried: Sequence[Carried]


class _Frame(NamedTuple):
    number: int
    meaning: int
    payload: bytes


def spread(
    function: Callable[[Any], Any], values: list[Any], form: Any, jobs: int, carried: Sequence[Carried] = ()
) -> Iterator[Any]:
    """The results of a function for each of the values, in their order, worked out by `jobs` processes.

    `form` is the type of a result. Raises WorkerError when a process ends before it is done, RuntimeError with its
    traceback when the function raises something there.
    """
    yield from map(function, values[:FIRST])
    rest = values[FIRST:]
    size = max(1, min(_LARGEST_CHUNK, len(rest) // (jobs * 4)), -(-len(rest) // _MOST_CHUNKS))
    work = _Work(function, [rest[start : start + size] for start in range(0, len(rest), size)], form, carried)
    early: dict[int, list[Any]] = {}
    following = 0
    for number, results in _results(work, min(jobs, len(work.chunks))):
        early[number] = results
        while following in early:
            yield from early.pop(following)
            following += 1
    if following < len(work.chunks):
        raise WorkerError("a worker process ended before it was done; '--jobs 1' does without")


def _results(work: _Work, jobs: int) -> Iterator[tuple[int, list[Any]]]:
    """The results of each chunk, in the order in which they come."""
    numbers = _pipe_of_numbers(len(work.chunks))
    processes: dict[int, int] = {}
    try:
        for _ in range(jobs):
            reader, process = _forked(work, numbers, list(processes))
            processes[reader] = process
        for frame in _frames(processes):
            yield frame.number, _read(frame, work)
    finally:
        os.close(numbers)
        _end(processes)


def _pipe_of_numbers(count: int) -> int:
    """The reading end of a pipe with the numbers of all chunks; a read takes one whole number."""
    reader, writer = os.pipe()
    os.write(writer, b"".join(number.to_bytes(_NUMBER, "big") for number in range(count)))
    os.close(writer)
    return reader


def _read(frame: _Frame, work: _Work) -> list[Any]:
    if frame.meaning == _FAULT:
        raise RuntimeError(f"in a worker process:\n{frame.payload.decode('utf-8', 'replace')}")
    if frame.meaning == _NOT_PLAIN:
        return [work.function(value) for value in work.chunks[frame.number]]
    results, taken = marshal.loads(frame.payload)  # noqa: S302 - from our own process, by a pipe
    for carried, each in zip(work.carried, taken, strict=True):
        carried.add(each)
    return [plain_values.unpack(work.form, each) for each in results]


def _frames(processes: dict[int, int]) -> Iterator[_Frame]:
    """What the processes send, until all have ended well; those that have are taken out. Raises WorkerError."""
    buffers = {reader: bytearray() for reader in processes}
    while buffers:
        for reader in select.select(list(buffers), [], [])[0]:
            data = os.read(reader, _READ)
            if data:
                buffers[reader] += data
                yield from _whole_frames(buffers[reader])
            else:
                del buffers[reader]
                os.close(reader)
                _check_ending(os.waitpid(processes.pop(reader), 0)[1])


def _whole_frames(buffer: bytearray) -> Iterator[_Frame]:
    """The frames that have arrived in full, taken off the buffer."""
    start = 0
    while len(buffer) - start >= _FRAME:
        number, meaning = (int.from_bytes(buffer[start + at : start + at + _NUMBER], "big") for at in (0, _NUMBER))
        end = start + _FRAME + int.from_bytes(buffer[start + 2 * _NUMBER : start + _FRAME], "big")
        if len(buffer) < end:
            break
        yield _Frame(number, meaning, bytes(buffer[start + _FRAME : end]))
        start = end
    del buffer[:start]


def _check_ending(status: int) -> None:
    code = os.waitstatus_to_exitcode(status)
    if code == _OUT_OF_MEMORY:
        raise MemoryError
    if code < 0:
        raise WorkerError(f"a worker process was ended by signal {-code}; '--jobs 1' does without")
    if code > 0:
        raise WorkerError(f"a worker process ended with exit code {code}; '--jobs 1' does without")


def _end(processes: dict[int, int]) -> None:
    """Stop the processes that still run, whatever they are doing."""
    for reader, process in processes.items():
        os.close(reader)
        try:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
        except (ProcessLookupError, ChildProcessError):
            continue


# In the processes


def _forked(work: _Work, numbers: int, readers: list[int]) -> tuple[int, int]:
    """A new process: where to read what it sends, and its id."""
    reader, writer = os.pipe()
    parent = os.getpid()
    process = _fork_without_interrupts()
    if process:
        os.close(writer)
        return reader, process
    code = 1
    try:
        for each in (*readers, reader):
            os.close(each)
        _work_off(work, numbers, writer, parent)
        code = 0
    except MemoryError:
        code = _OUT_OF_MEMORY
    except OSError:
        code = 1  # Nobody reads any more.
    finally:
        # Nothing of the parent's may be flushed or handled a second time.
        os._exit(code)


def _fork_without_interrupts() -> int:
    """Fork; Ctrl-C is for the parent to answer, which ends the others.

    It is held back meanwhile: what Python does after a fork would tell of it in its own words.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process = os.fork()
        if not process:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return process


def _work_off(work: _Work, numbers: int, writer: int, parent: int) -> None:
    for carried in work.carried:
        carried.taken()
    while number := os.read(numbers, _NUMBER):
        if os.getppid() != parent:
            return
        _send(writer, _worked(work, int.from_bytes(number, "big")))


def _worked(work: _Work, number: int) -> _Frame:
    try:
        results = [work.function(value) for value in work.chunks[number]]
    except MemoryError:
        raise
    except Exception:
        return _Frame(number, _FAULT, traceback.format_exc().encode("utf-8", "backslashreplace"))
    taken = [carried.taken() for carried in work.carried]
    try:
        packed = [plain_values.pack(work.form, each) for each in results]
        return _Frame(number, _RESULTS, marshal.dumps((packed, taken)))
    except ValueError:
        # Something in a document that only its reader understands.
        return _Frame(number, _NOT_PLAIN, b"")


def _send(writer: int, frame: _Frame) -> None:
    size = len(frame.payload).to_bytes(2 * _NUMBER, "big")
    header = frame.number.to_bytes(_NUMBER, "big") + frame.meaning.to_bytes(_NUMBER, "big") + size
    rest = memoryview(header + frame.payload)
    while rest:
        rest = rest[os.write(writer, rest) :]
