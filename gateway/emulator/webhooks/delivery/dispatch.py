"""From events to deliveries: one for each subscription that an event is for, unless a switch has other ideas.

Sends nothing. What it makes is stored together with how far it came, so that no event is passed over or taken twice.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import Any

import orjson

from gateway.emulator.api.clock import timestamp
from gateway.emulator.webhooks import subscriptions
from gateway.emulator.webhooks.delivery import table
from gateway.emulator.webhooks.delivery.switches import Sending, Switches
from gateway.emulator.webhooks.subscriptions import Subscription

# Events that are taken at once, so that requests never wait for long.
BATCH = 200


def waiting(db: sqlite3.Connection) -> bool:
    """Whether there are events without deliveries."""
    found = db.execute("SELECT (SELECT MAX(sequence) FROM webhook_events) > sequence FROM webhook_dispatched")
    return bool(found.fetchone()[0])


def dispatch(db: sqlite3.Connection, now: float, switches: Switches) -> list[table.Due]:
    """Make the deliveries of the next events, inside a transaction; `now` is in seconds since 1970.

    Answers what was made and is to be sent.
    """
    events = db.execute(
        "SELECT * FROM webhook_events WHERE sequence > (SELECT sequence FROM webhook_dispatched)"
        " ORDER BY sequence LIMIT ?",
        (BATCH,),
    ).fetchall()
    made: list[table.Due] = []
    if not events:
        return made
    told: dict[str, list[Subscription]] = {}
    for event in events:
        application = event["application"]
        if application not in told:
            told[application] = subscriptions.listed(db, application, disabled=False)
        for each in told[application]:
            if each.includes(event["type"]):
                made += _deliver(db, now, each, event, switches)
    db.execute("UPDATE webhook_dispatched SET sequence = ?", (events[-1]["sequence"],))
    table.forget(db)
    return made


def _deliver(
    db: sqlite3.Connection, now: float, subscription: Subscription, event: sqlite3.Row, switches: Switches
) -> list[table.Due]:
    about = _object(event["body"])
    sent = switches.sendings(subscription.id, event["event_id"], event["type"], about, event["body"])
    made = []
    for each in sent:
        new = _new(subscription.id, about, each, now)
        stored = table.insert(db, new)
        if not each.lost:
            made.append(table.Due(new.due, stored, new.subscription, about))
    return made


def _new(subscription: str, object: str, sending: Sending, now: float) -> table.New:
    due = now + sending.late
    new = (subscription, sending.event_id, sending.type, object, sending.body)
    initial = timestamp(datetime.fromtimestamp(due, UTC))
    return table.New(*new, initial, due, *((table.DROPPED, "lost on purpose") if sending.lost else ()))


def _object(body: str) -> str:
    """What an event is about: deliveries about the same object go one after the other."""
    data: dict[str, Any] = orjson.loads(body)["data"]
    event = (data.get("object") or {}).get("loyalty_event")
    return str(event["loyalty_account_id"] if event else data.get("id"))
