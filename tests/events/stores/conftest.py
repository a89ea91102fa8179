"""Both event logs, with a clock that a test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from gateway.events.log import EventLog
from gateway.events.stores.memory import MemoryLog
from gateway.events.stores.sqlite import SqliteLog

RETENTION = 1000.0
LIMIT = 100


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


@pytest.fixture(params=["memory", "sqlite"])
async def log(request: pytest.FixtureRequest, clock: Callable[[], float], file: Path) -> AsyncIterator[EventLog]:
    made: EventLog = (
        MemoryLog(RETENTION, LIMIT, clock) if request.param == "memory" else SqliteLog(file, RETENTION, LIMIT, clock)
    )
    await made.open()
    yield made
    await made.close()
