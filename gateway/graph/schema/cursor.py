"""The graph's cursors: opaque, tamper-evident, bound to the tenant and to the query they came from.

A cursor says from which page of Square's an item came, how large that page was asked to be and
where in it to go on, so that any item can be continued from without losing or repeating one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from gateway.graph.errors import BadInput
from gateway.square.endpoint import MAX_CURSOR

_MAC = 12
# Base64 of the mac and of JSON: the longest of Square's cursors, every character escaped, and the rest of a position.
_MAX_LENGTH = (_MAC + len(r"\u0000") * MAX_CURSOR + 64) * 4 // 3 + 1


@dataclass(frozen=True, slots=True)
class Position:
    """Where to go on: Square's cursor of a page (None: the first), the limit it is asked with, items to skip."""

    cursor: str | None = None
    limit: int = 0
    skip: int = 0


class CursorKey:
    """Signs and checks the cursors of one connection: one tenant, one operation, one set of arguments."""

    def __init__(self, secret: bytes, bound: Sequence[Any]) -> None:
        """`secret` is the tenant's, `bound` whatever selects or orders the items, as JSON values."""
        self._key = hmac.digest(secret, orjson.dumps(list(bound), option=orjson.OPT_SORT_KEYS), hashlib.sha256)

    def write(self, position: Position) -> str:
        """The cursor of a position."""
        payload = orjson.dumps([position.cursor, position.limit, position.skip])
        return base64.urlsafe_b64encode(self._mac(payload) + payload).decode().rstrip("=")

    def read(self, cursor: str, argument: str = "after") -> Position:
        """The position of a cursor. Raises `BadInput` for one that was not made for this very query."""
        try:
            if len(cursor) > _MAX_LENGTH:
                raise ValueError
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            mac, payload = raw[:_MAC], raw[_MAC:]
            if not hmac.compare_digest(mac, self._mac(payload)):
                raise ValueError
            return Position(*orjson.loads(payload))
        except (ValueError, TypeError, binascii.Error) as error:
            raise BadInput(
                "This cursor does not belong to this list. Use a cursor from the same field with the same "
                "arguments, or start again without one.",
                argument,
            ) from error

    def _mac(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, payload, hashlib.sha256)[:_MAC]
