"""A 429 with a Retry-After of nothing is a 429 all the same: the tenant pauses, and longer each time."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from gateway.areas.groups.endpoints import RETRIEVE_GROUP
from gateway.square.errors import RateLimited
from gateway.square.policies.limiter import Limiter
from tests.square.conftest import Client
from tests.square.fault_server import Exchange, FaultServer
from tests.square.held_time import HeldTime
from tests.square.policies.test_rate_limits import READ, limited


@pytest.mark.parametrize("value", ["0", "0.0", "0.001"])
async def test_a_retry_after_of_nothing_waits_with_jitter(
    client: Client, faults: FaultServer, time: HeldTime, value: str
) -> None:
    time.chance = 0.5
    faults.then(limited(Retry_After=value), limited(Retry_After=value))

    assert (await client.send(READ)).id == "G1"
    assert time.slept == pytest.approx([0.1, 0.2])


async def test_a_retry_after_that_is_longer_than_the_jitter_is_what_is_waited_for(
    client: Client, faults: FaultServer, time: HeldTime
) -> None:
    faults.then(limited(Retry_After="0.3"), limited(Retry_After="0.3"))

    assert (await client.send(READ)).id == "G1"
    assert time.slept == pytest.approx([0.3, 0.4])


@pytest.mark.parametrize("headers", [{"Retry_After": 0}, {}], ids=["nothing", "no header"])
async def test_sixty_reads_that_are_refused_come_back_a_few_at_a_time(
    client: Client, faults: FaultServer, time: HeldTime, headers: dict[str, object]
) -> None:
    moments: Counter[float] = Counter()

    async def refuse(exchange: Exchange) -> None:
        moments[round(time.now, 3)] += 1
        await limited(**headers)(exchange)

    faults.otherwise = refuse
    operation = client.operation()
    reads = (operation.send(RETRIEVE_GROUP(group_id=f"G{number}")) for number in range(60))

    ends = await asyncio.gather(*reads, return_exceptions=True)

    assert {type(end) for end in ends} == {RateLimited}
    widths = [moments[moment] for moment in sorted(moments)]
    assert widths[:4] == [8, 4, 2, 1]
    assert set(widths[4:]) == {1}
    assert max(moments) - min(moments) > 20


async def test_of_refusals_that_come_together_only_the_first_adds_jitter() -> None:
    time = HeldTime(chance=0.0)
    limiter = Limiter(time.timing, 8)

    async def refused() -> None:
        await asyncio.sleep(0)
        time.chance += 0.1
        raise RateLimited("X", status=429, retry_after=0.0)

    async def attempt() -> None:
        with pytest.raises(RateLimited):
            await limiter.run("X", time.now + 100, refused)

    await asyncio.gather(*(attempt() for _ in range(8)))

    time.pass_by(0.019)
    assert not limiter.idle
    time.pass_by(0.002)
    assert limiter.idle
