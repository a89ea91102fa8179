"""Places in the stream of events as clients know them: opaque, tamper-evident, bound to one seller and application.

Not to a token: after a renewal the next one goes on. A position says how far the events of the log were told. What
lies beyond it is found in the log, and in no other log: a position of another one is known as such.
"""

from __future__ import annotations

import base64
import hmac

from gateway.events.subscription import BadPosition
from gateway.keys import Keys

_MAC = 12
_LOG = 8
_NUMBER = 8
_LENGTH = _MAC + _LOG + _NUMBER


class Positions:
    """Writes and reads the positions of one seller and application."""

    __slots__ = ("_key", "_log")

    def __init__(self, keys: Keys, log: str, *bound: str) -> None:
        """`log` is the log's name; `bound` says whose the positions are."""
        self._key = keys.digest("position", *bound)
        self._log = keys.digest("event log", log)[:_LOG]

    def write(self, number: int) -> str:
        """The position behind the event with this number."""
        signed = self._log + number.to_bytes(_NUMBER)
        return base64.urlsafe_b64encode(self._mac(signed) + signed).decode().rstrip("=")

    def read(self, position: str) -> int | None:
        """The number in a position, None if it is one of another log. Raises `BadPosition`."""
        try:
            raw = base64.b64decode(position + "=" * (-len(position) % 4), altchars=b"-_", validate=True)
        except ValueError:
            raise BadPosition from None
        signed = raw[_MAC:]
        if len(raw) != _LENGTH or not hmac.compare_digest(raw[:_MAC], self._mac(signed)):
            raise BadPosition
        return int.from_bytes(signed[_LOG:]) if signed[:_LOG] == self._log else None

    def _mac(self, signed: bytes) -> bytes:
        return hmac.digest(self._key, signed, "sha256")[:_MAC]
