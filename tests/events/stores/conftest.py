"""Every event log, with a clock that a test moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.events.log import EventLog
from gateway.events.stores.memory import MemoryLog
from gateway.events.stores.sqlite import SqliteLog
from gateway.events.stores.streams.log import RedisLog
from gateway.events.stores.streams.places import Names
from gateway.keys import Keys
from gateway.redis.announcements import Announcements
from gateway.redis.connection import Redis
from tests.disk import files_are_held, patient_with_the_disk

__all__ = ["files_are_held", "patient_with_the_disk"]

RETENTION = 1000.0
LIMIT = 100
KEYS = Keys("the secret of all replicas")


class Clock:
    """A time in seconds."""

    def __init__(self) -> None:
        self.time = 1_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "events.db"


@pytest.fixture(params=["memory", "sqlite", "redis"])
async def log(request: pytest.FixtureRequest, clock: Callable[[], float], file: Path) -> AsyncIterator[EventLog]:
    if request.param == "redis":
        async with redis_log(request.getfixturevalue("redis_url"), LIMIT, clock) as shared:
            yield shared
        return
    made: EventLog = (
        MemoryLog(RETENTION, LIMIT, clock) if request.param == "memory" else SqliteLog(file, RETENTION, LIMIT, clock)
    )
    await made.open()
    yield made
    await made.close()


@asynccontextmanager
async def redis_log(
    url: str, limit: int = LIMIT, now: Callable[[], float] | None = None, *, heard: bool = True, keys: Keys = KEYS
) -> AsyncIterator[RedisLog]:
    """The log of one replica, which hears what others do; `heard` is False where there is no Redis yet."""
    redis = Redis(url, "test")
    announcements = Announcements(redis)
    log = RedisLog(redis, announcements, Names(redis.key, keys, "sandbox"), RETENTION, limit, now)
    hears = asyncio.Event()
    announcements.on_missed(hears.set)
    announcements.open()
    if heard:
        await hears.wait()
    await log.open()
    try:
        yield log
    finally:
        await log.close()
        await announcements.close()
        await redis.close()
