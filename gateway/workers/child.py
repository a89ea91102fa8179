"""One worker process as its parent sees it. Decides nothing."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, field
from typing import Any

from gateway.workers.figures import Family
from gateway.workers.link import Link


@dataclass(slots=True, eq=False)
class Child:
    """A process that serves the port as the worker of this number, with this configuration."""

    number: int
    lane: int
    config: Any
    pid: int
    link: Link
    started: float
    # When it began to serve, by the clock of the pool.
    ready_at: float | None = None
    # When it has to be gone at the latest.
    deadline: float | None = None
    # How often it was asked for a sign of life since it last said anything.
    unanswered: int = 0
    # What had happened to the one whose place it takes, if it takes one.
    reason: str | None = None
    # Whether it has asked to be replaced.
    asked: bool = False
    # Whether it leaves, and waits for unused connections alone.
    quiet: bool = False
    # Whether it has served for long enough to say that workers can.
    proven: bool = False
    # Why it could not begin, where that is the settings' fault.
    refused: str = ""
    # The figures that it told last.
    report: list[Family] = field(default_factory=list)

    def kill(self) -> None:
        """End it at once."""
        os.kill(self.pid, signal.SIGKILL)

    def exit_code(self) -> int | None:
        """What it ended with, below 0 the number of a signal; None while it runs. To be asked until it is there."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        return None if pid == 0 else os.waitstatus_to_exitcode(status)


def ended(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"has ended with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
