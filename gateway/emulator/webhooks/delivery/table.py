"""Deliveries as they are stored: what is to be sent to which subscription, how often it was, and what is next.

One that is pending survives the process, with the exact bytes that every attempt signs and sends. Decides nothing.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

PENDING, DELIVERED, DROPPED = "pending", "delivered", "dropped"
# How many deliveries are remembered after they ended.
KEPT = 10_000


@dataclass(frozen=True, slots=True)
class New:
    """A delivery to be made: `due` as in the table, and `initial` the same as text."""

    subscription: str
    event_id: str
    type: str
    object: str
    body: str
    initial: str
    due: float
    state: str = PENDING
    reason: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """When which pending delivery is to be sent, to which subscription and about which object."""

    due: float
    id: int
    subscription: str
    object: str


def insert(db: sqlite3.Connection, new: New) -> int:
    """Store a delivery; answers its id."""
    row = db.execute(
        "INSERT INTO webhook_deliveries (subscription, event_id, type, object, body, initial, due, state, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            new.subscription,
            new.event_id,
            new.type,
            new.object,
            new.body if new.state == PENDING else "",
            new.initial,
            new.due,
            new.state,
            new.reason,
        ),
    )
    assert row.lastrowid is not None
    return row.lastrowid


def pending(db: sqlite3.Connection) -> list[Due]:
    """What is still to be sent, oldest first."""
    rows = db.execute(
        "SELECT due, id, subscription, object FROM webhook_deliveries WHERE state = ? ORDER BY id", (PENDING,)
    )
    return [Due(*row) for row in rows]


def to_send(db: sqlite3.Connection, id: int) -> sqlite3.Row | None:
    """A pending delivery together with its subscription, or None when it is not pending any more."""
    row: sqlite3.Row | None = db.execute(
        "SELECT d.*, s.application, s.enabled, s.notification_url, s.signature_key, s.failing_since"
        " FROM webhook_deliveries d JOIN webhook_subscriptions s ON s.id = d.subscription"
        " WHERE d.id = ? AND d.state = ?",
        (id, PENDING),
    ).fetchone()
    return row


def end(db: sqlite3.Connection, id: int, state: str, *, attempts: int, status: int | None, reason: str | None) -> None:
    """Note that a delivery needs no more attempts, and forget what it was to send."""
    db.execute(
        "UPDATE webhook_deliveries SET state = ?, attempts = ?, status = ?, reason = ?, body = ''"
        " WHERE id = ? AND state = ?",
        (state, attempts, status, reason, id, PENDING),
    )


def postpone(db: sqlite3.Connection, id: int, due: float, *, attempts: int, status: int | None, reason: str) -> None:
    """Note that an attempt failed, and when the next one is due."""
    db.execute(
        "UPDATE webhook_deliveries SET due = ?, attempts = ?, status = ?, reason = ? WHERE id = ?",
        (due, attempts, status, reason, id),
    )


def drop_all(db: sqlite3.Connection, subscription: str) -> None:
    """Give up what is pending for a subscription that is deleted or disabled."""
    db.execute(
        "UPDATE webhook_deliveries SET state = ?, body = '' WHERE state = ? AND subscription = ?",
        (DROPPED, PENDING, subscription),
    )


def skip_past(db: sqlite3.Connection) -> None:
    """Let nothing be sent of what happened until now: it has been told where it happened, or will be."""
    db.execute(
        "UPDATE webhook_deliveries SET state = ?, reason = 'copied', body = '' WHERE state = ?", (DROPPED, PENDING)
    )
    db.execute(
        "UPDATE webhook_dispatched"
        " SET sequence = MAX(sequence, COALESCE((SELECT MAX(sequence) FROM webhook_events), 0))"
    )


def forget(db: sqlite3.Connection) -> None:
    """Delete those that ended long ago."""
    db.execute(
        "DELETE FROM webhook_deliveries WHERE state IN (?, ?) AND id <= (SELECT MAX(id) FROM webhook_deliveries) - ?",
        (DELIVERED, DROPPED, KEPT),
    )


def counts(db: sqlite3.Connection) -> dict[str, int]:
    """How many of the stored ones are in each state."""
    found = dict(db.execute("SELECT state, COUNT(*) FROM webhook_deliveries GROUP BY state").fetchall())
    return {state: found.get(state, 0) for state in (PENDING, DELIVERED, DROPPED)}


def latest(db: sqlite3.Connection, limit: int) -> list[sqlite3.Row]:
    """The newest ones, newest first."""
    return db.execute("SELECT * FROM webhook_deliveries ORDER BY id DESC LIMIT ?", (limit,)).fetchall()
