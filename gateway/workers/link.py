"""The parent's end of the socket to one child. It neither waits for what comes nor for what it says to be taken."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Callable

from gateway.workers.messages import Message, read, written

_AT_ONCE = 65_536


class Link:
    """Messages to and from one child."""

    def __init__(self, end: socket.socket, selector: selectors.BaseSelector, heard: Callable[[Message], None]) -> None:
        """`heard` is told of each message. `selector` calls what it was given as data."""
        end.setblocking(False)
        self._end = end
        self._selector = selector
        self._heard = heard
        self._in, self._out = bytearray(), bytearray()
        self._open = True
        selector.register(end, selectors.EVENT_READ, self._serve)

    def say(self, kind: str, **fields: object) -> None:
        """Send a message, now or once the child takes it."""
        if self._open:
            self._out += written(kind, fields)
            self._send()

    def finish(self) -> None:
        """Hear what is left of a child that has ended, and close."""
        while self._open and self._receive():
            pass
        self.close()

    def close(self) -> None:
        """Hear no more. For a process that only inherited this end, `abandon` is right."""
        if self._open:
            self._open = False
            self._selector.unregister(self._end)
            self._end.close()

    def abandon(self) -> None:
        """Close an end that was inherited, and leave the parent's selector as it is."""
        self._open = False
        self._end.close()

    def _serve(self) -> None:
        # What came together with this may have closed it.
        if self._open and self._out:
            self._send()
        if self._open:
            self._receive()

    def _send(self) -> None:
        try:
            while self._out:
                del self._out[: self._end.send(self._out)]
        except BlockingIOError:
            pass
        except OSError:
            # It is gone, which will be seen.
            self._out.clear()
        writes = selectors.EVENT_WRITE if self._out else 0
        self._selector.modify(self._end, selectors.EVENT_READ | writes, self._serve)

    def _receive(self) -> bool:
        """Take what is there; whether there was any."""
        try:
            found = self._end.recv(_AT_ONCE)
        except BlockingIOError:
            return False
        except OSError:
            found = b""
        if not found:
            self.close()
            return False
        self._in += found
        while (end := self._in.find(b"\n")) >= 0:
            line = bytes(self._in[:end])
            del self._in[: end + 1]
            self._heard(read(line))
        return True
