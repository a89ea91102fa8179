"""One limit towards Square for all processes of one Redis, and one for each caller, on a clock in the test's hand."""

from __future__ import annotations

import asyncio

import pytest

from gateway.fairness.fair_share import Holder
from gateway.square.errors import RateLimited
from tests.redis_server import running_redis
from tests.square.held_time import HeldTime
from tests.square.sharing.processes import SELLER, Process, Upstream, processes, settled


async def end(tasks: list[asyncio.Task[None]]) -> list[object]:
    return await asyncio.gather(*tasks, return_exceptions=True)


async def rounds(number: int, shared: list[Process]) -> None:
    """So many round trips of each, a tenth of a second apart."""
    for _ in range(number):
        for each in shared:
            await each.tell()
            await settled()
        shared[0].time.pass_by(0.1)


async def test_two_processes_send_together_what_one_may_and_who_wants_more_gets_more(redis_url: str) -> None:
    upstream, time = Upstream(), HeldTime()
    async with processes(redis_url, 2, time) as shared:
        one, other = shared
        tasks = [*one.calls(upstream, 60), *other.calls(upstream, 25)]
        await settled()
        assert len(upstream.under_way) == 8
        for _ in range(3):
            await upstream.answer_all()
            await rounds(2, shared)
            assert len(upstream.under_way) <= int(one.limiter.limit)
        assert one.limiter.running > other.limiter.running > 0
        while upstream.under_way:
            await upstream.answer_all()
            await rounds(1, shared)

        assert set(await end(tasks)) == {None}
        assert upstream.most <= one.limiter.most
        await rounds(1, shared)
        assert one.limiter.limit == other.limiter.limit > 8


async def test_a_process_alone_has_the_whole_limit_and_gives_up_some_as_it_is_answered(redis_url: str) -> None:
    upstream, time = Upstream(), HeldTime()
    async with processes(redis_url, 2, time) as shared:
        one, other = shared
        tasks = one.calls(upstream, 20)
        await settled()
        await rounds(2, shared)
        assert one.limiter.running == 8

        # It begins with its half; the more it takes is what one process begins with.
        tasks += other.calls(upstream, 20)
        await rounds(3, shared)
        assert len(upstream.under_way) == 12
        for each in list(upstream.under_way)[:6]:
            each.set_result(None)
        await settled()
        await rounds(2, shared)
        assert len(upstream.under_way) == int(one.limiter.limit)

        while upstream.under_way:
            await upstream.answer_all()
            await rounds(1, shared)
        assert set(await end(tasks)) == {None}


async def test_429s_that_come_to_all_processes_at_once_halve_the_limit_once_and_pause_all(redis_url: str) -> None:
    upstream, time = Upstream(), HeldTime(chance=0.0)
    async with processes(redis_url, 3, time) as shared:
        # The third calls now and then, and has nothing under way.
        tasks = [task for each in shared[:2] for task in each.calls(upstream, 3)] + shared[2].calls(upstream, 1)
        await settled()
        await rounds(3, shared)
        assert len(upstream.under_way) == len(tasks) == 7
        await upstream.refuse_all(3.0)
        await rounds(1, shared)
        await rounds(1, shared)

        assert {type(each) for each in await end(tasks)} == {RateLimited}
        assert [each.limiter.limit for each in shared] == [4, 4, 4]
        assert all(2.5 < each.limiter.pause <= 3.0 for each in shared)


async def test_without_redis_each_process_goes_on_with_its_part_and_they_meet_again_when_it_is_back() -> None:
    upstream, time = Upstream(), HeldTime()
    with running_redis() as server:
        async with processes(server.url, 2, time) as shared:
            tasks = [task for each in shared for task in each.calls(upstream, 12)]
            await settled()
            await rounds(3, shared)
            server.kill()
            await rounds(2, shared)
            assert len(upstream.under_way) == 8
            await upstream.answer_all()
            assert len(upstream.under_way) in {8, 10}

            returned = [asyncio.Event() for _ in shared]
            for each, event in zip(shared, returned, strict=True):
                each.redis.on_return(event.set)
            server.start_again()
            await asyncio.gather(*(event.wait() for event in returned))
            await rounds(3, shared)
            assert shared[0].limiter.limit == shared[1].limiter.limit
            while upstream.under_way:
                await upstream.answer_all()
                await rounds(1, shared)
            assert set(await end(tasks)) == {None}


@pytest.mark.parametrize("number", [2, 4])
@pytest.mark.parametrize("rate", [5.0, 50.0])
async def test_a_caller_at_five_times_its_limit_gets_its_limit_over_all_processes(
    redis_url: str, number: int, rate: float
) -> None:
    time = HeldTime()
    async with processes(redis_url, number, time, rate) as shared:
        let_in, seconds, began = 0, 10, time.now
        asked = 0.0
        while time.now - began < seconds:
            asked += 5 * rate * 0.02
            while asked >= 1:
                asked -= 1
                let_in += shared[round(asked * 7 + let_in) % number].lets_in()
            time.pass_by(0.02)
            if round((time.now - began) * 50) % 5 == 0:
                for each in shared:
                    await each.tell()

    # The burst is one second's worth.
    assert let_in == pytest.approx(rate * (seconds + 1), rel=0.1)


async def test_what_a_token_has_used_its_identity_owes_to_all_processes(redis_url: str) -> None:
    time = HeldTime()
    async with processes(redis_url, 2, time, rate=6.0) as shared:
        for each in shared:
            while each.lets_in():
                pass
        for each in (*shared, *shared):
            await each.tell()
        for each in shared:
            each.rate.joined("caller", "identity")
        left = [each.rate.bucket(Holder("identity")) for each in shared]
        for _ in range(2):
            for each, bucket in zip(shared, left, strict=True):
                bucket.wait()
                await each.tell()

        assert all(bucket.wait() > 0 for bucket in left)
        time.pass_by(1.0)
        assert sum(bucket.level for bucket in left) < 6.1


@pytest.mark.parametrize("held", [True, False])
async def test_redis_forgets_what_nobody_tells_of_by_the_clock_that_counts(redis_url: str, held: bool) -> None:
    """By a clock in a test's hand nothing is forgotten, however long the machine takes."""
    upstream, time = Upstream(), HeldTime()
    async with processes(redis_url, 2, time) as shared:
        if not held:
            for each in shared:
                each.sharing.clock = None
        tasks = shared[0].calls(upstream, 1)
        await settled()
        shared[0].lets_in()
        for each in shared:
            await each.tell()
        one = shared[0].redis
        keys = [one.key("processes"), one.key("limit", SELLER), one.key("caller", "requests", "caller")]
        left = [await one.run(lambda client, key=key: client.pttl(key)) for key in keys]  # type: ignore[misc]

        assert [each == -1 if held else each > 0 for each in left] == [True] * 3
        await upstream.answer_all()
        assert await end(tasks) == [None]
