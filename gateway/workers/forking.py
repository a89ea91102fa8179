"""Making a child process of one that runs no event loop and no threads. Not on Windows."""

from __future__ import annotations

import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass

# Those that the parent hears. The terminal sends SIGINT, and a service manager SIGTERM, to children as well.
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)


@dataclass(frozen=True, slots=True)
class Forked:
    """A child process, and the parent's end of the socket to it."""

    pid: int
    end: socket.socket


def fork(work: Callable[[socket.socket], int], inherited: Callable[[], None]) -> Forked:
    """Have a child do this work, which gets its end of a socket and gives the exit code.

    `inherited` closes, in the child, what is the parent's alone. The child hears no signal but SIGTERM, and never
    comes back from here.
    """
    ours, theirs = socket.socketpair()
    # None may come between the fork and the child's own way with signals.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            _child(work, inherited, ours, theirs)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    theirs.close()
    return Forked(pid, ours)


def _child(
    work: Callable[[socket.socket], int], inherited: Callable[[], None], ours: socket.socket, theirs: socket.socket
) -> None:
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        ours.close()
        inherited()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        code = work(theirs)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # the edge of the process: whatever it is, the parent's frames must not run here
        traceback.print_exc(limit=-3)
    finally:
        try:
            code = code or _unwritten()
        finally:
            os._exit(code)


def _unwritten() -> int:
    """Write what still waits to be written: 1 if that fails, else 0."""
    failed = 0
    for stream in (sys.stdout, sys.stderr):
        try:
            # Who was started without one (`2>&-`) may have none.
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            failed = 1
    return failed
