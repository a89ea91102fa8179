"""A clock of Redis that goes back, and what somebody else has written there, stop no tenant and no caller for long."""

from __future__ import annotations

import asyncio

import pytest

from gateway.fairness.fair_share import Holder
from gateway.square.policies.limiter import MAX_PAUSE
from tests.square.held_time import HeldTime
from tests.square.sharing.processes import SELLER, Process, Upstream, processes, settled

HOUR = 3600.0


def put_back(time: HeldTime, shared: list[Process]) -> None:
    """Another server has taken the place of Redis, whose clock is an hour behind."""
    for each in shared:
        each.sharing.clock = lambda: time.now - HOUR


async def test_a_pause_ends_when_the_clock_goes_back(redis_url: str) -> None:
    upstream, time = Upstream(), HeldTime(chance=0.0)
    async with processes(redis_url, 2, time) as shared:
        one, other = shared
        tasks = one.calls(upstream, 3)
        await settled()
        await upstream.refuse_all(3.0)
        await one.tell()
        put_back(time, shared)
        tasks += other.calls(upstream, 1)
        await settled()
        await other.tell()

        assert 0 < other.limiter.pause <= MAX_PAUSE
        time.pass_by(MAX_PAUSE + 1)
        await other.tell()
        assert other.limiter.pause == 0
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_caller_owes_no_more_when_the_clock_goes_back(redis_url: str) -> None:
    time = HeldTime()
    async with processes(redis_url, 2, time, rate=5.0) as shared:
        bucket = shared[0].rate.bucket(Holder("caller"))
        shared[0].lets_in()
        await shared[0].tell()
        put_back(time, shared)
        shared[0].lets_in()
        for each in (*shared, *shared):
            await each.tell()

        assert bucket.level > 0
        # Those that are heard of no more are not counted for another hour.
        time.pass_by(2)
        await shared[0].tell()
        assert shared[0].sharing.processes == 1


@pytest.mark.parametrize("value", ["nan", "inf", "-5", "1e300", "", "three"])
async def test_what_is_no_number_of_ours_stops_nobody(redis_url: str, value: str) -> None:
    upstream, time = Upstream(), HeldTime()
    async with processes(redis_url, 2, time) as shared:
        one = shared[0]
        fields = dict.fromkeys(("limit", "era", "paused", "level", "at", "p:x", "p:y"), value)
        fields["p:y"] = f"{value} {value} {value}"
        for key in (one.redis.key("limit", SELLER), one.redis.key("caller", "requests", "caller")):
            await one.redis.run(lambda client, key=key: client.hset(key, mapping=fields))  # type: ignore[misc]
        tasks = one.calls(upstream, 1)
        one.rate.bucket(Holder("caller")).wait()
        await settled()
        await one.tell()

        # Told and answered, not given up.
        assert one.sharing.processes == 2
        assert one.limiter.allowed >= 1
        assert one.limiter.pause <= MAX_PAUSE
        await upstream.answer_all()
        assert await asyncio.gather(*tasks) == [None]
