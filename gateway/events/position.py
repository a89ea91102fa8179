"""Places in the stream of events as clients know them: opaque, tamper-evident, bound to one seller and application.

Not to a token: after a renewal the next one goes on. A position says how far the events of the log were told. What
lies beyond it is found in the log, and in no other log: a position of another one is known as such.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from gateway.events.subscription import BadPosition
from gateway.keys import Keys

_MAC = 12
_LOG = 8
_NUMBER = 8
_MIN = _MAC + _LOG + _NUMBER
MAX_LENGTH = 512


@dataclass(frozen=True, slots=True)
class Position:
    """The number of an event, and marks of what was shown up to it."""

    number: int
    marks: bytes = b""


class Positions:
    """Writes and reads the positions of one seller and application."""

    __slots__ = ("_key", "_log")

    def __init__(self, keys: Keys, log: str, *bound: str) -> None:
        """`log` is the log's name; `bound` says whose the positions are."""
        self._key = keys.digest("position", *bound)
        self._log = keys.digest("event log", log)[:_LOG]

    def write(self, number: int, marks: bytes = b"") -> str:
        """The position behind the event with this number."""
        signed = self._log + number.to_bytes(_NUMBER) + marks
        mac = self._mac(signed)
        return base64.urlsafe_b64encode(mac + self._masked(signed, mac)).decode().rstrip("=")

    def read(self, position: str) -> Position | None:
        """What is in a position, None if it is one of another log. Raises `BadPosition`."""
        if len(position) > MAX_LENGTH:
            raise BadPosition
        try:
            raw = base64.b64decode(position + "=" * (-len(position) % 4), altchars=b"-_", validate=True)
        except ValueError:
            raise BadPosition from None
        mac, signed = raw[:_MAC], self._masked(raw[_MAC:], raw[:_MAC])
        if len(raw) < _MIN or not hmac.compare_digest(mac, self._mac(signed)):
            raise BadPosition
        if signed[:_LOG] != self._log:
            return None
        return Position(int.from_bytes(signed[_LOG : _LOG + _NUMBER]), signed[_LOG + _NUMBER :])

    def _masked(self, text: bytes, mac: bytes) -> bytes:
        """Hidden, or shown again: how many events there were of all sellers is nobody's business."""
        mask = hashlib.shake_256(self._key + mac).digest(len(text))
        return (int.from_bytes(text) ^ int.from_bytes(mask)).to_bytes(len(text))

    def _mac(self, signed: bytes) -> bytes:
        return hmac.digest(self._key, signed, "sha256")[:_MAC]
