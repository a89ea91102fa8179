"""Cursors: opaque, bound to the seller, the operation and the query they came from, short-lived.

Square documents that a cursor belongs to its original query and that a page lives for minutes
(https://developer.squareup.com/docs/build-basics/common-api-patterns/pagination). No I/O.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Any

from gateway.emulator.api.routes import Request
from gateway.emulator.errors import chosen

LIFETIME_SECONDS = 15 * 60


def _digest(request: Request, operation: str, query: Any, *where: Any) -> str:
    caller = request.caller
    seller = request.naming.merchant(caller.seller_id)
    bound = json.dumps([seller, caller.application_id, operation, query, *where], sort_keys=True)
    return hashlib.blake2b(bound.encode(), digest_size=12).hexdigest()


def position(request: Request, operation: str, query: Any, cursor: str | None) -> list[Any] | None:
    """Where to go on: the sort values of the last row seen, or None for the first page.

    `query` is everything of the request that chooses or orders rows (never the limit).
    Raises 400 INVALID_CURSOR for a cursor that is malformed, expired or of another query.
    """
    if not cursor:
        return None
    try:
        digest, issued, after = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        fresh = 0 <= request.now.timestamp() - float(issued) <= LIFETIME_SECONDS
        if not fresh or digest != _digest(request, operation, query, issued, after) or not isinstance(after, list):
            raise ValueError
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise chosen("invalid_cursor", "The cursor is invalid or has expired.", "cursor") from error
    return after


def cursor(request: Request, operation: str, query: Any, after: list[Any]) -> str:
    """The cursor of the rows that follow the one with the sort values `after`."""
    issued = request.now.timestamp()
    digest = _digest(request, operation, query, issued, after)
    token = json.dumps([digest, issued, after], separators=(",", ":"))
    return base64.urlsafe_b64encode(token.encode()).decode()
