"""Where log lines are written: at once, so that none is lost when the process ends, however it does.

A pipe that nobody reads any more, or a terminal that was stopped, must not hold up a server: its reader has a
moment, once. After that lines are passed over until there is room again, and then it is said how many.
"""

from __future__ import annotations

import io
import logging
import select
from typing import TextIO

# Seconds in which the reader has to make room.
PATIENCE_SECONDS = 1.0
LOST = "%d lines of this log are lost, as nobody has read it"


class Handler(logging.StreamHandler[TextIO]):
    """Writes each line, and never waits for long."""

    def __init__(self, stream: TextIO) -> None:
        """`stream` may be any; only those of the system can be full."""
        super().__init__(stream)
        self._room = _room(stream)
        self._lost = 0

    def emit(self, line: logging.LogRecord) -> None:
        """Write one line, if there is room."""
        try:
            if self._room is not None and not self._room.poll(0 if self._lost else PATIENCE_SECONDS * 1000):
                self._lost += 1
                return
            text = f"{self.format(line)}\n"
            if self._lost:
                told = logging.LogRecord(__name__, logging.WARNING, "", 0, LOST, (self._lost,), None)
                text, self._lost = f"{self.format(told)}\n{text}", 0
            self.stream.write(text)
            self.stream.flush()
        except Exception:  # the edge of logging: what cannot be written must not fail a request
            self.handleError(line)


def _room(stream: TextIO) -> select.poll | None:
    """What tells whether something can be written without waiting. Not on Windows."""
    if not hasattr(select, "poll"):
        return None
    try:
        number = stream.fileno()
    except (io.UnsupportedOperation, AttributeError, ValueError):
        return None
    found = select.poll()
    found.register(number, select.POLLOUT)
    return found
