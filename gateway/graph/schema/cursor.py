"""The graph's cursors: opaque, tamper-evident, bound to their caller and to the query they came from.

A cursor says from which page of Square's an item came, how large that page was asked to be and
where in it to continue, so that a list continues after any item without losing or repeating one.

It is signed with the gateway's secret and names its owner twice (as digests): by the token and by the identity of the
caller it was made for. Either is enough to continue with it: the same token always can, without anything being asked
of Square, and so can another token of the same seller and application, as after a renewal. Where the identity was not
known when the cursor was made, the token is its only owner.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from gateway.graph.errors import BadInput
from gateway.square.endpoint import MAX_CURSOR
from gateway.square.tenant_square import TenantSquare

_MAC = 12
_OWNER = 8
_OWNERS = 2 * _OWNER
# Base64 of the head and of JSON: the longest of Square's cursors, every character escaped, and the rest of a position.
_MAX_LENGTH = (_MAC + _OWNERS + len(r"\u0000") * MAX_CURSOR + 64) * 4 // 3 + 1


@dataclass(frozen=True, slots=True)
class Position:
    """Where to continue: Square's cursor of a page (None: the first), the limit it is asked with, items to skip."""

    cursor: str | None = None
    limit: int = 0
    skip: int = 0


class CursorKey:
    """Writes and reads the cursors of one connection: one caller, one operation, one set of arguments."""

    def __init__(self, square: TenantSquare, bound: Sequence[Any]) -> None:
        """`square` is the caller's, `bound` whatever selects or orders the items, as JSON values."""
        self._square = square
        self._bound = bound
        self._token = _owner(square.tenant.key)
        self._identity = square.known_identity

    @property
    def identified(self) -> bool:
        """Whether it is known who the caller is."""
        return self._identity is not None

    async def identify(self) -> None:
        """Find out who the caller is, so that the cursors written from now on are good for its other tokens too."""
        self._identity = await self._square.identity()

    def write(self, position: Position) -> str:
        """The cursor of a position."""
        owners = self._token + (_owner(self._identity.key) if self._identity else self._token)
        signed = owners + orjson.dumps([position.cursor, position.limit, position.skip])
        return base64.urlsafe_b64encode(self._mac(signed) + signed).decode().rstrip("=")

    async def read(self, cursor: str, argument: str = "after") -> Position:
        """The position of a cursor. Raises `BadInput` for one that was not made for this very query and caller."""
        signed = self._signed(cursor)
        if signed is not None and signed[:_OWNER] != self._token:
            # Only now, as nothing is asked for a cursor that this gateway has not made.
            await self.identify()
            if self._identity is None or signed[_OWNER:_OWNERS] != _owner(self._identity.key):
                signed = None
        if signed is None:
            raise BadInput(
                "This cursor does not belong to this list. Use a cursor from the same field with the same "
                "arguments, or start again without one.",
                argument,
            )
        return Position(*orjson.loads(signed[_OWNERS:]))

    def _signed(self, cursor: str) -> bytes | None:
        """The owners and the position in a cursor, None if this gateway has not made it for this list."""
        if len(cursor) > _MAX_LENGTH:
            return None
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except ValueError:
            return None
        return raw[_MAC:] if hmac.compare_digest(raw[:_MAC], self._mac(raw[_MAC:])) else None

    @cached_property
    def _key(self) -> bytes:
        bound = orjson.dumps(list(self._bound), option=orjson.OPT_SORT_KEYS)
        return self._square.tenant.keys.digest("cursor", bound)

    def _mac(self, signed: bytes) -> bytes:
        return hmac.digest(self._key, signed, "sha256")[:_MAC]


def _owner(key: str) -> bytes:
    """The end of the name of a token or an identity; logs show the beginning of one."""
    return bytes.fromhex(key)[-_OWNER:]
