"""Which event log the settings name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gateway.events.log import EventLog
from gateway.events.stores.memory import MemoryLog
from gateway.events.stores.sqlite import SqliteLog
from gateway.keys import Keys

if TYPE_CHECKING:
    from gateway.redis.announcements import Announcements
    from gateway.redis.connection import Redis

SQLITE = "sqlite:"


def event_log(store: str, retention: float, limit: int) -> EventLog:
    """The log of a `GATEWAY_STORE` that was checked. Its user opens it."""
    file = sqlite_file(store)
    return MemoryLog(retention, limit) if file is None else SqliteLog(file, retention, limit)


def sqlite_file(store: str) -> Path | None:
    """The file that a `GATEWAY_STORE` names, if it names one."""
    return Path(store[len(SQLITE) :]) if store.startswith(SQLITE) else None


def redis_log(  # noqa: PLR0917 - where it is, and what it keeps
    redis: Redis, announcements: Announcements, keys: Keys, environment: str, retention: float, limit: int
) -> EventLog:
    """The log of replicas that share a Redis. Its user opens it."""
    # Only those who use it need redis-py.
    from gateway.events.stores.streams.log import RedisLog  # noqa: PLC0415
    from gateway.events.stores.streams.places import Names  # noqa: PLC0415

    return RedisLog(redis, announcements, Names(redis.key, keys, environment), retention, limit)
