"""The tables of notifications: subscriptions, events, settings and deliveries. No rules."""

from __future__ import annotations

# A subscription's `event_types` are a JSON list, an empty one for all types that are not deprecated. One row of
# `webhook_events` for each application and type that a change is told as; `body` is what every delivery signs and
# sends. `searchable` says whether the application had events enabled then. A delivery's `due` is in seconds since 1970
# by the emulator's clock; `webhook_dispatched` holds one row: up to which event there are deliveries.
TABLES = """
CREATE TABLE IF NOT EXISTS webhook_subscriptions (
    id TEXT PRIMARY KEY,
    application TEXT NOT NULL,
    name TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    event_types TEXT NOT NULL,
    notification_url TEXT NOT NULL,
    api_version TEXT NOT NULL,
    signature_key TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    failing_since TEXT
);
CREATE INDEX IF NOT EXISTS webhook_subscriptions_by_application ON webhook_subscriptions (application, created_at, id);
CREATE TABLE IF NOT EXISTS webhook_events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL UNIQUE,
    application TEXT NOT NULL,
    seller TEXT NOT NULL,
    type TEXT NOT NULL,
    created_at TEXT NOT NULL,
    body TEXT NOT NULL,
    searchable INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS webhook_events_by_creation ON webhook_events (created_at);
CREATE TABLE IF NOT EXISTS event_settings (
    application TEXT PRIMARY KEY,
    enabled_since TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS webhook_deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subscription TEXT NOT NULL,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    object TEXT NOT NULL,
    body TEXT NOT NULL,
    initial TEXT NOT NULL,
    due REAL NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    status INTEGER,
    reason TEXT
);
CREATE INDEX IF NOT EXISTS webhook_deliveries_by_state ON webhook_deliveries (state, id);
CREATE TABLE IF NOT EXISTS webhook_dispatched (only INTEGER PRIMARY KEY CHECK (only = 1), sequence INTEGER NOT NULL);
INSERT OR IGNORE INTO webhook_dispatched VALUES (1, 0);
"""
