"""Webhook subscriptions as they are stored: which application is told of what, at which URL. Sends nothing.

https://developer.squareup.com/reference/square/webhook-subscriptions-api. No HTTP, and no check of what is given.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import orjson

from gateway.emulator.api import versions
from gateway.emulator.api.routes import Json
from gateway.emulator.errors import not_found
from gateway.emulator.webhooks import event_types


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription; without `event_types`, of all types that are not deprecated. Times are RFC 3339."""

    id: str
    application: str
    name: str
    enabled: bool
    event_types: tuple[str, ...]
    notification_url: str
    api_version: str
    signature_key: str
    created_at: str
    updated_at: str

    def includes(self, type: str) -> bool:
        """Whether it is told of events of this type."""
        return type in (self.event_types or event_types.CURRENT)

    @property
    def shown(self) -> Json:
        """Square's object."""
        return {
            "id": self.id,
            "name": self.name,
            "enabled": self.enabled,
            "event_types": list(self.event_types),
            "notification_url": self.notification_url,
            "api_version": self.api_version,
            "signature_key": self.signature_key,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        }


def add(  # noqa: PLR0917 - in the order of the table
    db: sqlite3.Connection,
    now: str,
    application: str,
    notification_url: str,
    event_types: Iterable[str],
    api_version: str,
    name: str = "",
    *,
    enabled: bool = True,
    key: str | None = None,
) -> Subscription:
    """Store a new one with an id and, unless a `key` is given, a signature key of its own."""
    made = Subscription(
        f"wbhk_{secrets.token_hex(16)}",
        application,
        name,
        enabled,
        tuple(event_types),
        notification_url,
        api_version,
        key or _key(),
        now,
        now,
    )
    db.execute(
        "INSERT INTO webhook_subscriptions (id, application, name, enabled, event_types, notification_url,"
        " api_version, signature_key, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        tuple({**asdict(made), "event_types": orjson.dumps(made.event_types).decode()}.values()),
    )
    return made


def get(db: sqlite3.Connection, id: str, application: str | None = None) -> Subscription:
    """The subscription with this id, of this application (None: of any). Raises 404."""
    row = db.execute("SELECT * FROM webhook_subscriptions WHERE id = ?", (id,)).fetchone()
    if row is None or application not in (None, row["application"]):
        raise not_found("Webhook subscription", id)
    return _made(row)


def change(db: sqlite3.Connection, now: str, subscription: Subscription, **values: Any) -> Subscription:
    """Store other values of the fields that may be changed. One that is enabled starts with a clean slate."""
    made = replace(subscription, updated_at=now, **values)
    types = orjson.dumps(made.event_types).decode()
    db.execute(
        "UPDATE webhook_subscriptions SET name = ?, enabled = ?, event_types = ?, notification_url = ?,"
        " api_version = ?, updated_at = ?, failing_since = CASE WHEN enabled THEN failing_since END WHERE id = ?",
        (made.name, made.enabled, types, made.notification_url, made.api_version, now, made.id),
    )
    return made


def put(
    db: sqlite3.Connection,
    now: str,
    application: str,
    notification_url: str,
    *,
    event_types: Iterable[str] = (),
    key: str | None = None,
) -> Subscription:
    """Have one application told at one URL: what it has there already is changed and enabled, keeping its key."""
    types = tuple(event_types)
    for each in listed(db, application):
        if each.notification_url == notification_url:
            changed = change(db, now, each, event_types=types, enabled=True)
            return changed if key is None else renew_key(db, now, changed, key)
    return add(db, now, application, notification_url, types, versions.DEFAULT, key=key)


def renew_key(db: sqlite3.Connection, now: str, subscription: Subscription, key: str | None = None) -> Subscription:
    """Give it another signature key (None: a new one), by which everything is signed from now on."""
    made = replace(subscription, signature_key=key or _key(), updated_at=now)
    db.execute(
        "UPDATE webhook_subscriptions SET signature_key = ?, updated_at = ? WHERE id = ?",
        (made.signature_key, now, made.id),
    )
    return made


def remove(db: sqlite3.Connection, subscription: Subscription) -> None:
    """Delete it."""
    db.execute("DELETE FROM webhook_subscriptions WHERE id = ?", (subscription.id,))


def listed(db: sqlite3.Connection, application: str | None = None, *, disabled: bool = True) -> list[Subscription]:
    """Those of an application (None: of all), oldest first, with or without the disabled ones."""
    rows = db.execute(
        "SELECT * FROM webhook_subscriptions WHERE (?1 IS NULL OR application = ?1) AND (enabled OR ?2)"
        " ORDER BY created_at, id",
        (application, disabled),
    )
    return [_made(row) for row in rows]


def _key() -> str:
    return secrets.token_urlsafe(16)


def _made(row: sqlite3.Row) -> Subscription:
    values = {each.name: row[each.name] for each in fields(Subscription)}
    types = tuple(orjson.loads(row["event_types"]))
    return Subscription(**{**values, "enabled": bool(row["enabled"]), "event_types": types})
