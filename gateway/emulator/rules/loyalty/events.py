"""The search of the ledger: every change of any balance, newest first; nothing here writes.

See https://developer.squareup.com/docs/loyalty-api/loyalty-events.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from gateway.emulator.api.paging import cursor, position
from gateway.emulator.api.routes import Json, Request, Route
from gateway.emulator.errors import SquareFault
from gateway.emulator.rules.instants import boundary, require_instant
from gateway.emulator.rules.loyalty import ledger as loyalty_ledger
from gateway.emulator.validation.shapes import TIME_RANGE, Array, Integer, Object, String, choice

TABLES = loyalty_ledger.EVENTS
insert = loyalty_ledger.insert_event

_CREATED_AT = "query.filter.date_time_filter.created_at"


def _search(request: Request) -> Json:
    query, limit = request.body.get("query") or {}, request.limit(30)
    conditions, parameters = _conditions(query.get("filter") or {})
    after = position(request, "SearchLoyaltyEvents", query, request.body.get("cursor"))
    if after is not None:
        conditions.append("(created_at, sequence) < (?, ?)")
        parameters += after
    loyalty_ledger.settle(request)
    rows = request.db.execute(
        f"SELECT created_at, sequence, doc FROM loyalty_events WHERE {' AND '.join(conditions)}"  # noqa: S608 - fixed text
        " ORDER BY created_at DESC, sequence DESC LIMIT ?",
        (request.caller.seller_id, *parameters, limit + 1),
    ).fetchall()
    answer: Json = {"events": [orjson.loads(row["doc"]) for row in rows[:limit]]} if rows else {}
    if len(rows) > limit:
        last = rows[limit - 1]
        answer["cursor"] = cursor(request, "SearchLoyaltyEvents", query, [last["created_at"], last["sequence"]])
    return answer


def _conditions(filters: Json) -> tuple[list[str], list[str]]:
    """SQL for all filters (every one must hold) with its parameters, after the seller's.

    An empty list filters nothing.
    """
    conditions, parameters = ["seller = ?"], []

    def one(column: str, value: str, operator: str = "=") -> None:
        conditions.append(f"{column} {operator} ?")
        parameters.append(value)

    def several(column: str, values: Sequence[str]) -> None:
        if values:
            conditions.append(f"{column} IN (SELECT value FROM json_each(?))")  # noqa: S608 - fixed text
            parameters.append(orjson.dumps(values).decode())

    if filters.get("loyalty_account_filter"):
        one("account_id", filters["loyalty_account_filter"]["loyalty_account_id"])
    if filters.get("order_filter"):
        one("order_id", filters["order_filter"]["order_id"])
    if filters.get("type_filter"):
        several("type", filters["type_filter"]["types"])
    if filters.get("location_filter"):
        several("location_id", filters["location_filter"]["location_ids"])
    if filters.get("date_time_filter"):
        start, end = _range(filters["date_time_filter"]["created_at"])
        if start is not None:
            one("created_at", start, ">=")
        if end is not None:
            one("created_at", end, "<")
    return conditions, parameters


def _range(created_at: Json) -> tuple[str | None, str | None]:
    """The bounds of a time range: its start is inclusive, its end exclusive, and either may be absent."""
    start, end = (
        require_instant(created_at[name], f"{_CREATED_AT}.{name}") if created_at.get(name) else None
        for name in ("start_at", "end_at")
    )
    if start is not None and end is not None and end < start:
        raise SquareFault(400, "INVALID_TIME_RANGE", "The end must not be before the start.", _CREATED_AT)
    return (boundary(start) if start else None, boundary(end) if end else None)


def _filter(name: str, shape: String | Array | Object) -> Object:
    return Object({name: shape}, required=(name,))


_FILTERS = Object(
    {
        "loyalty_account_filter": _filter("loyalty_account_id", String(min=1)),
        "type_filter": _filter("types", Array(choice(*loyalty_ledger.METADATA))),
        "date_time_filter": _filter("created_at", TIME_RANGE),
        "location_filter": _filter("location_ids", Array(String())),
        "order_filter": _filter("order_id", String(min=1)),
    }
)
_SEARCH = Object(
    {"query": Object({"filter": _FILTERS}), "limit": Integer(min=1, max=30), "cursor": String()},
)

ROUTES = (
    Route(
        "SearchLoyaltyEvents",
        "POST",
        "/v2/loyalty/events/search",
        "LOYALTY_READ",
        _search,
        body=_SEARCH,
        body_required=False,
    ),
)
