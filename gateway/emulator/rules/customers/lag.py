"""The eventual consistency of ListCustomers and SearchCustomers, which Square documents.

While `request.lag` is set, a list shows profiles as they were that many seconds ago. Rows are still
chosen and ordered by their present values; deleted profiles and groups are gone at once.
"""

from __future__ import annotations

from datetime import timedelta

import orjson

from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.routes import Json, Request


def horizon(request: Request) -> str | None:
    """The timestamp up to which lists know of writes, or None when they know of all."""
    return timestamp(request.now - timedelta(seconds=request.lag)) if request.lag > 0 else None


def remember(request: Request, doc: Json) -> None:
    """Keep a profile that is about to be replaced, for lists that lag."""
    known = horizon(request)
    if known is not None:
        mine = (request.caller.seller_id, doc["id"])
        request.db.execute(
            "DELETE FROM earlier_customers WHERE seller = ? AND id = ? AND replaced_at <= ?", (*mine, known)
        )
        request.db.execute(
            "INSERT INTO earlier_customers VALUES (?, ?, ?, ?)",
            (*mine, timestamp(request.now), orjson.dumps(doc).decode()),
        )


def as_listed(request: Request, docs: list[Json]) -> list[Json]:
    """The profiles as a list shows them now: those changed within the lag in their earlier state."""
    known = horizon(request)
    return docs if known is None else [_earlier(request, doc, known) for doc in docs]


def _earlier(request: Request, doc: Json, known: str) -> Json:
    if doc["updated_at"] <= known:
        return doc
    row = request.db.execute(
        "SELECT doc FROM earlier_customers WHERE seller = ? AND id = ? AND replaced_at > ? ORDER BY replaced_at, rowid",
        (request.caller.seller_id, doc["id"], known),
    ).fetchone()
    earlier: Json = orjson.loads(row["doc"]) if row else doc
    return earlier
