"""The signals of a process without an event loop, as something that a selector can wait for."""

from __future__ import annotations

import selectors
import signal
import socket
from collections.abc import Callable

from gateway.workers.forking import SIGNALS


class Signals:
    """Tells of each signal from the loop of the selector, never in the middle of something else."""

    def __init__(self, selector: selectors.BaseSelector, heard: Callable[[int], None]) -> None:
        """From now on no signal ends the process by itself. `heard` is told the number of each."""
        self._heard = heard
        self._out, self._in = socket.socketpair()
        self._out.setblocking(False)
        self._in.setblocking(False)
        signal.set_wakeup_fd(self._in.fileno(), warn_on_full_buffer=False)
        for number in SIGNALS:
            signal.signal(number, _noted)
        selector.register(self._out, selectors.EVENT_READ, self._serve)

    def close(self) -> None:
        """Hear no more of them; also for a child, which only inherited this."""
        signal.set_wakeup_fd(-1)
        self._out.close()
        self._in.close()

    def _serve(self) -> None:
        for number in self._out.recv(4096):
            self._heard(number)


def _noted(*_: object) -> None:
    """The number is in the socket already."""
