"""Run a command until all that it started is over, background jobs included."""

from __future__ import annotations

import os
import select
import signal
import subprocess


def status_when_all_is_over(command: list[str], seconds: float, **surroundings) -> int | None:
    """The exit status of a command; None when something of it is still running after that long, which is then ended.

    Every process holds a pipe open, so that the last one is over when it closes.
    """
    reading, writing = os.pipe()
    process = subprocess.Popen(
        command,
        pass_fds=[writing],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **surroundings,
    )
    os.close(writing)
    try:
        is_over = bool(select.select([reading], [], [], seconds)[0])
    finally:
        os.close(reading)
    if not is_over:
        os.killpg(process.pid, signal.SIGKILL)
    status = process.wait()
    return status if is_over else None
