"""Square's Events API: the application's events of the last 28 days, and whether they are kept for it.

https://developer.squareup.com/reference/square/events-api. Only the application's personal access token may ask. What
happens while events are disabled is never found. Undocumented; chosen here: the newest events come first unless the
query says otherwise, a range of time includes its start and not its end, and the location of an event is that of the
loyalty event it tells of.
"""

from __future__ import annotations

import sqlite3
from typing import Any

import orjson

from gateway.emulator.api import versions
from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.paging import cursor, position
from gateway.emulator.api.routes import PERSONAL, Json, Request, Route
from gateway.emulator.errors import SquareFault
from gateway.emulator.rules.instants import boundary, require_instant
from gateway.emulator.validation.shapes import TIME_RANGE, Array, Integer, Object, String, choice
from gateway.emulator.webhooks import event_types
from gateway.emulator.webhooks.outbox import KEPT

_CREATED_AT = "query.filter.created_at"


def _search(request: Request) -> Json:
    query, limit = request.body.get("query") or {}, request.limit(100)
    conditions, parameters = _conditions(request, query.get("filter") or {})
    ascending = (query.get("sort") or {}).get("order") == "ASC"
    after = position(request, "SearchEvents", query, request.body.get("cursor"))
    if after is not None:
        conditions.append(f"(created_at, sequence) {'>' if ascending else '<'} (?, ?)")
        parameters += after
    order = "ASC" if ascending else "DESC"
    rows = request.db.execute(
        f"SELECT created_at, sequence, event_id, body FROM webhook_events WHERE {' AND '.join(conditions)}"  # noqa: S608 - fixed text
        f" ORDER BY created_at {order}, sequence {order} LIMIT ?",
        (*parameters, limit + 1),
    ).fetchall()
    found = rows[:limit]
    answer: Json = {}
    if found:
        answer["events"] = [orjson.loads(request.naming.body(row["body"])) for row in found]
        answer["metadata"] = [{"event_id": row["event_id"], "api_version": versions.DEFAULT} for row in found]
    if len(rows) > limit:
        last = found[-1]
        answer["cursor"] = cursor(request, "SearchEvents", query, [last["created_at"], last["sequence"]])
    return answer


def _conditions(request: Request, filters: Json) -> tuple[list[str], list[Any]]:
    """SQL for the application's searchable events and all filters, with its parameters.

    An empty list filters nothing.
    """
    conditions = ["application = ?", "searchable", "created_at >= ?"]
    parameters: list[Any] = [request.caller.application_id, timestamp(request.now - KEPT)]
    for name, column in _COLUMNS.items():
        if wanted := filters.get(name):
            conditions.append(f"{column} IN (SELECT value FROM json_each(?))")  # noqa: S608 - fixed text
            stored = [request.naming.seller(each) for each in wanted] if column == "seller" else wanted
            parameters.append(orjson.dumps(stored).decode())
    bounds = {
        name: require_instant(text, f"{_CREATED_AT}.{name}")
        for name, text in (filters.get("created_at") or {}).items()
        if text
    }
    if len(bounds) > 1 and bounds["end_at"] < bounds["start_at"]:
        raise SquareFault(400, "INVALID_TIME_RANGE", "The end must not be before the start.", _CREATED_AT)
    for name, moment in bounds.items():
        conditions.append(f"created_at {_SIGNS[name]} ?")
        parameters.append(boundary(moment))
    return conditions, parameters


def enable(db: sqlite3.Connection, now: str, application: str) -> None:
    """Keep an application's events from now on, unless they are kept already."""
    db.execute(
        "INSERT INTO event_settings VALUES (?1, ?2)"
        " ON CONFLICT DO UPDATE SET enabled_since = COALESCE(enabled_since, excluded.enabled_since)",
        (application, now),
    )


def _enable(request: Request) -> Json:
    enable(request.db, timestamp(request.now), request.caller.application_id)
    return {}


def _disable(request: Request) -> Json:
    request.db.execute(
        "UPDATE event_settings SET enabled_since = NULL WHERE application = ?", (request.caller.application_id,)
    )
    return {}


def _types(request: Request) -> Json:
    asked = versions.used(request.query.get("api_version"), _PATH)
    found = {name: since for name, since in event_types.ALL.items() if since <= asked}
    return {
        "event_types": list(found),
        "metadata": [
            {
                "event_type": name,
                "api_version_introduced": since,
                "release_status": "DEPRECATED" if name in event_types.DEPRECATED else "PUBLIC",
            }
            for name, since in found.items()
        ],
    }


_COLUMNS = {
    "event_types": "type",
    "merchant_ids": "seller",
    "location_ids": "json_extract(body, '$.data.object.loyalty_event.location_id')",
}
_SIGNS = {"start_at": ">=", "end_at": "<"}
_SEARCH = Object(
    {
        "cursor": String(max=256),
        "limit": Integer(min=1, max=100),
        "query": Object(
            {
                "filter": Object({**dict.fromkeys(_COLUMNS, Array(String())), "created_at": TIME_RANGE}),
                "sort": Object({"field": choice("DEFAULT"), "order": choice("ASC", "DESC")}),
            }
        ),
    }
)
_VERSION = Object({"api_version": String(min=1, max=10)})
_PATH = "/v2/events"

ROUTES = (
    Route("SearchEvents", "POST", _PATH, PERSONAL, _search, body=_SEARCH, body_required=False),
    Route("EnableEvents", "PUT", f"{_PATH}/enable", PERSONAL, _enable),
    Route("DisableEvents", "PUT", f"{_PATH}/disable", PERSONAL, _disable),
    Route("ListEventTypes", "GET", f"{_PATH}/types", PERSONAL, _types, query=_VERSION),
    Route("ListWebhookEventTypes", "GET", "/v2/webhooks/event-types", PERSONAL, _types, query=_VERSION),
)
