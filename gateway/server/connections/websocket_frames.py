"""The frames that a client sends on a WebSocket, looked at before they are read: are they masked, do they end?

RFC 6455 has a server close with 1002 when a frame is not masked (section 5.1). aiohttp's reader does not look, and
counts the contents of a message only: parts without any go on for ever. Knows nothing of messages.
"""

from __future__ import annotations

import math

MASKED = 0x80
FINAL = 0x80
CONTROL = 0x08
SHORT, LONG = 125, 126
# Bytes that the parts of a message may take beyond its contents.
MAX_FRAMING = 16 * 1024
# What the reader refuses with the code that is due: 1002 for reserved bits, 1009 for a frame of 4 EiB.
UNREADABLE = b"\xf0\x80"
TOO_LARGE = b"\x81\xff" + (2**62).to_bytes(8, "big") + b"\x00" * 4
TOO_LARGE_PART = b"\x80" + TOO_LARGE[1:]


class ClientFrames:
    """Passes on what a client sends, until a frame is not as it should be."""

    def __init__(self, max_message: int | None) -> None:
        """`max_message` is in bytes; None for any size."""
        self._limit = math.inf if max_message is None else max_message + MAX_FRAMING
        # The beginning of a frame's head, what is still to come of its contents, and what has come of its message.
        self._head = b""
        self._left = 0
        self._message = 0
        self._started = False

    def pass_on(self, data: bytes) -> bytes:
        """The bytes, but for a frame's head that is not whole, and with what the reader refuses for a bad one."""
        if self._head:
            data, self._head = self._head + data, b""
        position, size = 0, len(data)
        while True:
            skipped = min(self._left, size - position)
            self._left -= skipped
            position += skipped
            if position == size:
                return data
            refusal, length = self._frame(data, position)
            if refusal is not None:
                return data[:position] + refusal
            if not length:
                self._head = data[position:]
                return data[:position]
            position += length

    def _frame(self, data: bytes, position: int) -> tuple[bytes | None, int]:
        """What to refuse a frame with, and the length of its head, or 0 if it is not whole."""
        if len(data) - position < 2:
            return None, 0
        first, second = data[position], data[position + 1]
        if not second & MASKED:
            return UNREADABLE, 0
        length, head = second & ~MASKED, 6
        if length > SHORT:
            head += 2 if length == LONG else 8
            if len(data) - position < head:
                return None, 0
            length = int.from_bytes(data[position + 2 : position + head - 4], "big")
        elif len(data) - position < head:
            return None, 0
        self._left = length
        self._message += head + length
        if self._message > self._limit and (self._started or not first & CONTROL):
            return TOO_LARGE_PART if self._started else TOO_LARGE, 0
        if not first & CONTROL:
            self._started = not first & FINAL
        if not self._started:
            self._message = 0
        return None, head
