"""What one process announces is heard by all, and who may have missed some is told so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from gateway.redis.announcements import Announcements
from gateway.redis.connection import Redis
from tests.patience import PATIENCE
from tests.redis_server import needs_redis, running_redis


@dataclass
class Process:
    """One that hears."""

    redis: Redis
    announcements: Announcements
    heard: list[str] = field(default_factory=list)
    missed: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, text: bytes) -> None:
        self.heard.append(text.decode())
        self.changed.set()

    def miss(self) -> None:
        self.missed += 1
        self.changed.set()

    async def until(self, *heard: str, missed: int = 0) -> None:
        """It has heard this, and was told so often that it may have missed some."""
        async with asyncio.timeout(PATIENCE):
            while self.heard != list(heard) or self.missed < missed:
                self.changed.clear()
                await self.changed.wait()


@asynccontextmanager
async def process(url: str) -> AsyncIterator[Process]:
    redis = Redis(url, "test")
    it = Process(redis, Announcements(redis))
    it.announcements.on("news", it.hear)
    it.announcements.on_missed(it.miss)
    it.announcements.open()
    try:
        # It may have missed whatever there was before.
        await it.until(missed=1)
        yield it
    finally:
        await it.announcements.close()
        await redis.close()


async def test_all_hear_everything_in_one_order_and_the_sender_too(redis_url: str) -> None:
    async with process(redis_url) as one, process(redis_url) as two:
        for number in range(20):
            await (one, two)[number % 2].announcements.announce("news", str(number).encode())
        await one.announcements.announce("others", b"not heard")
        expected = [str(number) for number in range(20)]
        await one.until(*expected)
        await two.until(*expected)

        assert one.announcements.current
        assert (one.missed, two.missed) == (1, 1)


async def test_what_is_announced_while_one_is_cut_off_is_heard_afterwards(redis_url: str) -> None:
    other = Redis(redis_url, "test")
    sender = Announcements(other)
    async with process(redis_url) as one:
        await sender.announce("news", b"1")
        await one.until("1")
        for number in range(2, 6):
            await other.run(lambda client: client.client_kill_filter(_type="normal", skipme=True))
            await sender.announce("news", str(number).encode())
        await one.until("1", "2", "3", "4", "5")

        assert one.missed == 1
    await other.close()


async def test_more_than_is_kept_may_have_been_missed(redis_url: str) -> None:
    async with process(redis_url) as one, process(redis_url) as two:
        await two.announcements.announce("news", b"1")
        await one.until("1")
        # In one step, which nobody can hear in between.
        fill = two.redis.script(
            "for number = 1, 3000 do redis.call('XADD', KEYS[1], 'MAXLEN', 600, '*', 'other', number) end"
        )
        await fill([two.announcements.stream], [])
        await one.until("1", missed=2)
        await two.announcements.announce("news", b"2")

        await one.until("1", "2")


async def test_a_stream_that_was_lost_is_noticed_and_the_next_one_heard(redis_url: str) -> None:
    async with process(redis_url) as one:
        await one.announcements.announce("news", b"1")
        await one.until("1")
        await one.redis.run(lambda client: client.flushall())
        await one.until("1", missed=2)
        await one.announcements.announce("news", b"2")

        await one.until("1", "2")


@needs_redis
async def test_after_a_restart_without_data_everything_may_have_been_missed() -> None:
    with running_redis() as server:
        async with process(server.url) as one:
            await one.announcements.announce("news", b"1")
            await one.until("1")
            server.kill()
            server.start_again()
            await one.until("1", missed=2)
            await one.announcements.announce("news", b"2")

            await one.until("1", "2")


async def test_what_somebody_else_writes_there_keeps_nobody_from_hearing(redis_url: str) -> None:
    async with process(redis_url) as one:
        fields: Any = {b"\xff\xfe": b"no text", b"news": b"1"}
        await one.redis.run(lambda client: client.xadd(one.announcements.stream, fields))
        await one.announcements.announce("news", b"2")

        await one.until("1", "2")
