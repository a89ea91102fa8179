"""429: what Retry-After means, and how one tenant's calls slow down together."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from email.utils import formatdate
from typing import Any

import pytest

from gateway.areas.groups.endpoints import RETRIEVE_GROUP, UPDATE_GROUP
from gateway.square.errors import RateLimited, TooLate
from gateway.square.policies.limiter import Limiter
from gateway.square.policies.retry_after import retry_after
from tests.square.conftest import Client
from tests.square.fault_server import Exchange, FaultServer, group, refusal
from tests.square.held_time import HeldTime

READ = RETRIEVE_GROUP(group_id="G1")
RENAME = UPDATE_GROUP(group_id="G1", body={"group": {"name": "Friends"}})
WALL = HeldTime().wall


def limited(**headers: object) -> Any:
    return refusal(429, "RATE_LIMITED", "RATE_LIMIT_ERROR", **headers)


def read(number: int) -> Any:
    return RETRIEVE_GROUP(group_id=f"G{number}")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("2", 2.0),
        (" 2 ", 2.0),
        ("1.5", 1.5),
        ("99999999999", 86_400.0),
        (formatdate(WALL + 90, usegmt=True), 90.0),
        (formatdate(WALL - 90, usegmt=True), None),
        ("Tue, 14 Nov 2023 22:14:00", 40.0),
        ("Wed, 01 Jan 99999 00:00:00 GMT", None),
        ("-1", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("٣", None),
        ("1e3", None),
        ("9" * 5000, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_anything_else_is_ignored(
    value: str | None, seconds: float | None
) -> None:
    assert retry_after(value, WALL) == seconds


async def test_a_short_retry_after_is_waited_for_even_by_a_write_without_key(
    client: Client, faults: FaultServer, time: HeldTime
) -> None:
    faults.then(limited(Retry_After=2))

    assert (await client.send(RENAME)).id == "G1"
    assert (time.slept, len(faults.requests)) == ([2.0], 2)


async def test_a_retry_after_as_a_date_is_waited_for(client: Client, faults: FaultServer, time: HeldTime) -> None:
    faults.then(limited(Retry_After=formatdate(time.wall + 4, usegmt=True)))

    await client.send(READ)

    assert time.slept == [4.0]


async def test_exactly_the_longest_wait_is_waited_for(client: Client, faults: FaultServer, time: HeldTime) -> None:
    faults.then(limited(Retry_After=5))

    assert (await client.send(READ)).id == "G1"
    assert time.slept == [5.0]


async def test_exactly_what_is_left_of_the_operation_is_waited_for(
    client: Client, faults: FaultServer, time: HeldTime
) -> None:
    faults.then(limited(Retry_After=3))

    error = await client.with_budget(operation=3.0).failure(READ)

    assert (type(error), time.slept, len(faults.requests)) == (TooLate, [3.0], 1)


@pytest.mark.parametrize("seconds", ["5.001", 6, 3600])
async def test_a_long_retry_after_fails_at_once_and_says_how_long(
    client: Client, faults: FaultServer, time: HeldTime, seconds: int | str
) -> None:
    faults.then(limited(Retry_After=seconds))

    error = await client.failure(READ)

    assert (type(error), error.retry_after, time.slept) == (RateLimited, float(seconds), [])


async def test_a_retry_after_beyond_the_operations_end_fails_at_once(
    client: Client, faults: FaultServer, time: HeldTime
) -> None:
    faults.then(limited(Retry_After=4))

    error = await client.with_budget(operation=3.0).failure(READ)

    assert (type(error), error.retry_after, time.slept) == (RateLimited, 4.0, [])


async def test_a_429_without_retry_after_waits_with_jitter(client: Client, faults: FaultServer, time: HeldTime) -> None:
    time.chance = 0.5
    faults.then(limited(), limited(Retry_After="garbage"))

    assert (await client.send(READ)).id == "G1"
    assert time.slept == pytest.approx([0.1, 0.2])


async def test_endless_429_is_rate_limited_after_three_attempts(client: Client, faults: FaultServer) -> None:
    faults.otherwise = limited(Retry_After=1)

    assert type(await client.failure(READ)) is RateLimited
    assert len(faults.requests) == 3


async def test_while_a_tenant_is_paused_for_long_its_other_calls_fail_unsent_and_other_tenants_go_on(
    client: Client, faults: FaultServer, time: HeldTime
) -> None:
    faults.then(limited(Retry_After=3600))
    await client.failure(READ)
    time.pass_by(10)

    error = await client.failure(read(2))

    assert (type(error), error.retry_after, len(faults.requests)) == (RateLimited, 50.0, 1)
    assert (await client.operation("another-token").send(READ)).id == "G1"
    time.pass_by(50)
    assert (await client.send(READ)).id == "G1"


async def test_all_waiting_calls_of_a_tenant_share_one_pause_and_return_at_half_the_width(
    client: Client, faults: FaultServer, time: HeldTime
) -> None:
    together, most, moments = 0, 0, []
    all_arrived = asyncio.Event()

    async def refuse(exchange: Exchange) -> None:
        if len(faults.requests) == 8:
            all_arrived.set()
        await all_arrived.wait()
        await limited(Retry_After=2)(exchange)

    async def allow(exchange: Exchange) -> None:
        nonlocal together, most
        moments.append(time.now)
        together += 1
        most = max(most, together)
        for _ in range(20):
            await asyncio.sleep(0)
        together -= 1
        await group()(exchange)

    faults.then(*[refuse] * 8)
    faults.otherwise = allow
    operation = client.operation()

    await asyncio.gather(*(operation.send(read(number)) for number in range(40)))

    assert len(faults.requests) == 48
    assert min(moments) >= 1_002.0
    assert most <= 8
    assert client.square.tenants.of(operation.tenant.key).limiter.limit < 10


async def test_the_width_starts_at_eight_and_grows_to_its_maximum(client: Client, faults: FaultServer) -> None:
    together, most = 0, []

    async def hold(exchange: Exchange) -> None:
        nonlocal together
        together += 1
        most.append(together)
        for _ in range(100):
            await asyncio.sleep(0)
        together -= 1
        await group()(exchange)

    faults.otherwise = hold
    operation = client.with_budget(concurrency=12).operation()

    await asyncio.gather(*(operation.send(read(number)) for number in range(8)))
    assert max(most) == 8
    await asyncio.gather(*(operation.send(read(number)) for number in range(300)))

    assert max(most) == 12


async def test_a_429_halves_the_width_once_however_many_arrive_and_never_below_one() -> None:
    time = HeldTime(chance=0.0)
    limiter = Limiter(time.timing, 32)

    async def refused() -> None:
        await asyncio.sleep(0)
        raise RateLimited("X", status=429)

    async def attempt() -> None:
        with pytest.raises(RateLimited):
            await limiter.run("X", time.now + 100, refused)

    await asyncio.gather(*(attempt() for _ in range(8)))
    assert limiter.limit == 4
    for _ in range(5):
        await attempt()

    assert limiter.limit == 1
    assert limiter.idle


async def test_a_call_whose_turn_does_not_come_in_time_was_not_sent_and_leaves_no_trace() -> None:
    time = HeldTime()
    limiter = Limiter(time.timing, 1)
    gate = asyncio.Event()
    holder = asyncio.create_task(limiter.run("X", time.now + 10, gate.wait))
    await asyncio.sleep(0)

    with pytest.raises(TooLate) as caught:
        await limiter.run("X", time.now, gate.wait)

    assert not caught.value.maybe_processed
    gate.set()
    await holder
    assert limiter.idle


async def test_more_calls_than_the_queue_holds_are_refused() -> None:
    time = HeldTime()
    limiter = Limiter(time.timing, 1, queue=2)
    gate = asyncio.Event()
    waiting = [asyncio.create_task(limiter.run("X", time.now + 10, gate.wait)) for _ in range(3)]
    await asyncio.sleep(0)

    with pytest.raises(RateLimited):
        await limiter.run("X", time.now + 10, gate.wait)

    gate.set()
    await asyncio.gather(*waiting)


async def test_a_waiter_cancelled_just_before_or_just_after_its_turn_came_blocks_nobody() -> None:
    time = HeldTime()
    limiter = Limiter(time.timing, 1)
    gate = asyncio.Event()
    waiters: list[asyncio.Task[object]] = []

    async def hold() -> None:
        await gate.wait()
        # Comes after this place was given to the second waiter and before that one wakes up.
        asyncio.get_running_loop().call_soon(waiters[1].cancel)

    holder = asyncio.create_task(limiter.run("X", time.now + 10, hold))
    waiters += [asyncio.create_task(limiter.run("X", time.now + 10, gate.wait)) for _ in range(3)]
    await asyncio.sleep(0)
    gate.set()
    waiters[0].cancel()

    await holder
    await waiters[2]

    assert [waiter.cancelled() for waiter in waiters] == [True, True, False]
    assert (limiter.running, limiter.idle) == (0, True)


async def test_the_place_of_a_call_cancelled_in_its_pause_is_free_again() -> None:
    time = HeldTime()
    asleep = asyncio.Event()

    async def for_ever(_: float) -> None:
        asleep.set()
        await asyncio.Event().wait()

    async def refused() -> None:
        raise RateLimited("X", status=429, retry_after=3.0)

    limiter = Limiter(replace(time.timing, sleep=for_ever), 1)
    with pytest.raises(RateLimited):
        await limiter.run("X", time.now + 10, refused)
    paused = asyncio.create_task(limiter.run("X", time.now + 10, refused))
    await asleep.wait()
    assert limiter.running == 1

    paused.cancel()
    await asyncio.wait([paused])

    assert (limiter.running, limiter.idle) == (0, False)
    time.pass_by(3)
    assert limiter.idle
