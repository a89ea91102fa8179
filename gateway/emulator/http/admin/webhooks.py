"""Notifications, under `/_emulator/webhooks`: who gets them, how they fared, and what goes wrong with them.

    GET    /_emulator/webhooks                   {"time_scale", "timeout", "duplicate", "delay", "delay_seconds",
                                                 "drop", "reorder", "stale", "pending", "delivered", "dropped"}
    PUT    /_emulator/webhooks                   the same but for the last three, with an optional "seed"; what is not
                                                 given does not go wrong, and the two times stay as they are
    DELETE /_emulator/webhooks                   nothing goes wrong any more
    GET    /_emulator/webhooks/subscriptions     {"subscriptions": [subscription, ...]} of all applications
    PUT    /_emulator/webhooks/subscriptions     {"notification_url", "application", "event_types", "signature_key"}:
                                                 have an application told there; what it has there already is changed
    DELETE /_emulator/webhooks/subscriptions/ID  tell it no more
    GET    /_emulator/webhooks/deliveries        {"deliveries": [delivery, ...]}, newest first, without their contents
    POST   /_emulator/webhooks/events            {"type", "seller"}: tell a sample of a type, which nothing happened for
    POST   /_emulator/webhooks/idle              wait until nothing is due or on its way, for at most "timeout" seconds

The shares and `delay_seconds` are those of `switches.Switches`, `time_scale` and `timeout` those of `schedule.Pace`.
`delivered` and `dropped` are among the latest 10,000 deliveries.
"""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from gateway.emulator.api.clock import timestamp
from gateway.emulator.http.admin.answers import answer, body, instance, state
from gateway.emulator.http.admin.numbers import Number
from gateway.emulator.store.tenants import FIRST_APPLICATION, FIRST_SELLER
from gateway.emulator.validation.shapes import Integer, Object, String, choice
from gateway.emulator.webhooks import event_types, samples, subscriptions
from gateway.emulator.webhooks.delivery import table
from gateway.emulator.webhooks.delivery.deliveries import Deliveries
from gateway.emulator.webhooks.notification_urls import NotificationUrl
from gateway.emulator.webhooks.subscription_endpoints import TYPES

PATH = "/_emulator/webhooks"
MAX_SHOWN = 1000
# A day: nobody waits longer.
_MAX_SECONDS = 86_400
_SHARE = Number(max=1)
_SWITCHES = Object(
    {
        **dict.fromkeys(("duplicate", "delay", "drop", "reorder", "stale"), _SHARE),
        "delay_seconds": Number(max=_MAX_SECONDS),
        "time_scale": Number(max=1000),
        "timeout": Number(max=_MAX_SECONDS),
        "seed": Integer(),
    }
)
_SUBSCRIPTION = Object(
    {
        "notification_url": NotificationUrl(anywhere=True),
        "application": String(min=1),
        "event_types": TYPES,
        "signature_key": String(min=1, max=100),
    },
    required=("notification_url",),
)
_EVENT = Object({"type": choice(*event_types.ALL), "seller": String(min=1)}, required=("type",))
_IDLE = Object({"timeout": Number(max=_MAX_SECONDS)})


def add_routes(app: web.Application) -> None:
    """Put them at their paths."""
    add = app.router.add_route
    add("GET", PATH, _show)
    add("PUT", PATH, _put)
    add("DELETE", PATH, _clear)
    add("GET", f"{PATH}/subscriptions", _list)
    add("PUT", f"{PATH}/subscriptions", _subscribe)
    add("DELETE", PATH + "/subscriptions/{subscription_id}", _unsubscribe)
    add("GET", f"{PATH}/deliveries", _deliveries)
    add("POST", f"{PATH}/events", _tell)
    add("POST", f"{PATH}/idle", _idle)


def _of(request: web.Request) -> Deliveries:
    return instance(request).deliveries


async def _show(request: web.Request) -> web.Response:
    deliveries = _of(request)
    times = {"time_scale": deliveries.pace.scale, "timeout": deliveries.pace.timeout}
    return answer({**times, **deliveries.switches.shares, **_counts(request)})


def _counts(request: web.Request) -> dict[str, int]:
    return table.counts(state(request).store.db)


async def _put(request: web.Request) -> web.Response:
    given, deliveries = await body(request, _SWITCHES), _of(request)
    deliveries.pace.scale = given.pop("time_scale", deliveries.pace.scale)
    deliveries.pace.timeout = given.pop("timeout", deliveries.pace.timeout)
    deliveries.switches.replace(**given)
    return await _show(request)


async def _clear(request: web.Request) -> web.Response:
    _of(request).switches.replace()
    return await _show(request)


async def _list(request: web.Request) -> web.Response:
    found = subscriptions.listed(state(request).store.db)
    return answer({"subscriptions": [{**each.shown, "application": each.application} for each in found]})


async def _subscribe(request: web.Request) -> web.Response:
    given, parts = await body(request, _SUBSCRIPTION), state(request)
    with parts.store.transaction() as db:
        made = subscriptions.put(
            db,
            timestamp(parts.clock.now()),
            given.get("application", FIRST_APPLICATION),
            given["notification_url"],
            event_types=given.get("event_types", ()),
            key=given.get("signature_key"),
        )
    return answer({"subscription": {**made.shown, "application": made.application}})


async def _unsubscribe(request: web.Request) -> web.Response:
    with state(request).store.transaction() as db:
        found = subscriptions.get(db, request.match_info["subscription_id"])
        subscriptions.remove(db, found)
        table.drop_all(db, found.id)
    return answer({})


async def _deliveries(request: web.Request) -> web.Response:
    found = table.latest(state(request).store.db, MAX_SHOWN)
    return answer({"deliveries": [_shown(row) for row in found]})


def _shown(row: sqlite3.Row) -> dict[str, Any]:
    shown = {
        "id": row["id"],
        "subscription_id": row["subscription"],
        "event_id": row["event_id"],
        "type": row["type"],
        "state": row["state"],
        "attempts": row["attempts"],
        "status": row["status"],
        "reason": row["reason"],
    }
    due = {"due_at": timestamp(datetime.fromtimestamp(row["due"], UTC))} if row["state"] == table.PENDING else {}
    return {name: value for name, value in {**shown, **due}.items() if value is not None}


async def _tell(request: web.Request) -> web.Response:
    given, parts = await body(request, _EVENT), state(request)
    with parts.store.transaction() as db:
        told = samples.write(
            db, parts.naming.seller(given.get("seller", FIRST_SELLER)), given["type"], parts.clock.now()
        )
    return answer({"applications": told})


async def _idle(request: web.Request) -> web.Response:
    raw = await body(request, _IDLE) if request.can_read_body else {}
    try:
        async with asyncio.timeout(raw.get("timeout", 10.0)):
            await _of(request).idle()
        idle = True
    except TimeoutError:
        idle = False
    return answer({"idle": idle, **_counts(request)})
