"""The outbox: what a request changed, written down as notifications in the request's own transaction.

An application is told of a seller's changes while it has a token for it that counts, with the scope. It is told what
its enabled subscriptions ask for and, while it has events enabled, everything that is not deprecated. Nothing is sent
here.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

import orjson

from gateway.emulator.api.changes import ACCOUNT, UPDATED, Change
from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.routes import Request
from gateway.emulator.store.tenants import granted
from gateway.emulator.webhooks import event_types, payloads

# How long Square's Events API finds an event (https://developer.squareup.com/docs/events-api/overview).
KEPT = timedelta(days=28)

_INSERT = (
    "INSERT INTO webhook_events (event_id, application, seller, type, created_at, body, searchable)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(slots=True)
class _Listener:
    """What an application asks to be told; `searchable` while it has events enabled."""

    types: set[str] = field(default_factory=set)
    searchable: bool = False


def write(request: Request) -> None:
    """Write down what the request changed, for every application that is to be told of it."""
    if not request.changes:
        return
    listeners = _listeners(request.db)
    if not listeners:
        return
    seller, now = request.caller.seller_id, timestamp(request.now)
    scopes = {each: granted(request.db, each, seller, request.now) for each in listeners}
    rows = []
    for change in _last_of_each_account(request.changes):
        data = payloads.data(change)
        for application, listener in listeners.items():
            for event_type in event_types.told(change, application):
                if event_type in listener.types and event_types.scope(event_type) in scopes[application]:
                    event_id = str(uuid.uuid4())
                    body = payloads.body(seller, event_type, event_id, request.now, data)
                    rows.append((event_id, application, seller, event_type, now, body, listener.searchable))
    if rows:
        request.db.execute("DELETE FROM webhook_events WHERE created_at < ?", (timestamp(request.now - KEPT),))
        request.db.executemany(_INSERT, rows)


def _listeners(db: sqlite3.Connection) -> dict[str, _Listener]:
    found: dict[str, _Listener] = defaultdict(_Listener)
    for application, asked, searchable in db.execute(
        "SELECT application, event_types, FALSE FROM webhook_subscriptions WHERE enabled"
        " UNION ALL SELECT application, '[]', TRUE FROM event_settings WHERE enabled_since IS NOT NULL"
    ):
        listener = found[application]
        # No types are all that are not deprecated.
        listener.types.update(orjson.loads(asked) or event_types.CURRENT)
        listener.searchable = listener.searchable or bool(searchable)
    return found


def _last_of_each_account(changes: Iterable[Change]) -> list[Change]:
    """The changes, without the updates of a loyalty account that another one of the same request follows."""
    followed: set[str] = set()
    kept = []
    for change in reversed(list(changes)):
        if change.kind == ACCOUNT and change.action == UPDATED:
            if change.object["id"] in followed:
                continue
            followed.add(change.object["id"])
        kept.append(change)
    return kept[::-1]
