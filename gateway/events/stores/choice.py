"""Which event log the settings name."""

from __future__ import annotations

from pathlib import Path

from gateway.events.log import EventLog
from gateway.events.stores.memory import MemoryLog
from gateway.events.stores.sqlite import SqliteLog

SQLITE = "sqlite:"


def event_log(store: str, retention: float, limit: int) -> EventLog:
    """The log of a `GATEWAY_STORE` that was checked. Its user opens it."""
    file = sqlite_file(store)
    return MemoryLog(retention, limit) if file is None else SqliteLog(file, retention, limit)


def sqlite_file(store: str) -> Path | None:
    """The file that a `GATEWAY_STORE` names, if it names one."""
    return Path(store[len(SQLITE) :]) if store.startswith(SQLITE) else None
