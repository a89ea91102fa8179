"""Word of changes on its way to Redis."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gateway.keys import Keys
from gateway.redis.announcements import Announcements
from gateway.redis.connection import Redis
from gateway.square.shared.changes import SharedChanges
from tests.patience import PATIENCE
from tests.redis_server import needs_redis


@needs_redis
async def test_a_write_waits_for_its_own_word_and_not_for_what_others_have_to_tell(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    redis = Redis(redis_url, "test")
    run, under_way, most = redis.run, 0, 0
    mine, gate = asyncio.current_task(), asyncio.Event()

    async def held(command: Any) -> Any:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        if asyncio.current_task() is not mine:
            await gate.wait()
        under_way -= 1
        return await run(command)

    monkeypatch.setattr(redis, "run", held)
    changes = SharedChanges(redis, Announcements(redis), Keys("a secret that is long enough for this"))
    for number in range(200):
        changes.later(changes.at(f"SELLER{number}", ["groups"]))
    # They are on their way, one after the other.
    await asyncio.sleep(0)

    async with asyncio.timeout(PATIENCE):
        await changes.now(changes.at("SELLER", ["groups"]))

    assert changes.settled(changes.at("SELLER", ["groups"]).keys)
    assert not changes.settled(changes.at("SELLER199", ["groups"]).keys)
    assert most == 2
    gate.set()
    await changes.close()
    await redis.close()
