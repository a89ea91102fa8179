"""The circuit breaker: opens after failures in a row, lets few trials through, closes again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from gateway.areas.groups.endpoints import RETRIEVE_GROUP, UPDATE_GROUP
from gateway.square.errors import CircuitOpen, NotSent, RateLimited, SquareError, Unavailable
from gateway.square.policies.breaker import Breaker
from gateway.square.policies.call_budget import Budget
from tests.square import fault_server as fault
from tests.square.conftest import Client
from tests.square.fault_server import FaultServer, Reply, refusal
from tests.square.held_time import HeldTime

READ = RETRIEVE_GROUP(group_id="G1")
RENAME = UPDATE_GROUP(group_id="G1", body={"group": {"name": "Friends"}})


async def open_circuit(client: Client, faults: FaultServer, reply: Reply | None = None) -> None:
    before = len(faults.requests)
    faults.then(*[reply or refusal(503)] * 5)
    for _ in range(5):
        await client.failure(RENAME)
    assert len(faults.requests) == before + 5


@pytest.mark.parametrize("reply", [refusal(500), fault.stall, fault.close], ids=["500", "timeout", "disconnect"])
async def test_five_failures_in_a_row_open_it_and_calls_fail_unsent_with_the_seconds_to_wait(
    client: Client, faults: FaultServer, time: HeldTime, reply: Reply
) -> None:
    await open_circuit(client, faults, reply)
    time.pass_by(10)

    error = await client.failure(RENAME)

    assert (type(error), error.retry_after, error.maybe_processed) == (CircuitOpen, 20.0, False)
    assert isinstance(error, Unavailable)
    assert (len(faults.requests), len(time.limits), time.slept) == (5, 5, [])


async def test_open_means_no_retries_either(client: Client, faults: FaultServer, time: HeldTime) -> None:
    await open_circuit(client, faults)
    operation = client.operation()

    with pytest.raises(CircuitOpen):
        await operation.send(READ)

    assert (operation.usage.retries, time.slept) == (0, [])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429])
async def test_refusals_never_open_it(client: Client, faults: FaultServer, status: int) -> None:
    faults.otherwise = refusal(status, Retry_After=0)
    client.time.chance = 0.0
    for _ in range(10):
        await client.failure(RENAME)

    faults.otherwise = fault.answer(fault.GROUP)

    assert (await client.send(READ)).id == "G1"


@pytest.mark.parametrize("status", [400, 404])
async def test_an_answer_of_squares_own_between_failures_starts_the_count_again(
    client: Client, faults: FaultServer, status: int
) -> None:
    faults.then(*[refusal(503)] * 4, refusal(status), *[refusal(503)] * 4)
    for _ in range(9):
        await client.failure(RENAME)

    assert (await client.send(READ)).id == "G1"


@pytest.mark.parametrize("status", [401, 403, 429])
async def test_a_refusal_at_the_door_proves_nothing(status: int) -> None:
    time, kind = HeldTime(), RateLimited if status == 429 else SquareError
    breaker = Breaker(time.timing, Budget())
    errors: list[SquareError] = [*[NotSent("X")] * 4, kind("X", status=status), NotSent("X")]
    for error in errors:
        await fail(breaker, error)

    with pytest.raises(CircuitOpen):
        breaker.check("X")


async def through(breaker: Breaker, send: Callable[[], Awaitable[object]]) -> None:
    """Send one call, of which the breaker learns."""
    with breaker.watch("X"):
        await send()


async def fail(breaker: Breaker, error: SquareError) -> None:
    async def send() -> None:
        raise error

    with pytest.raises(SquareError):
        await through(breaker, send)


async def succeed(breaker: Breaker) -> None:
    async def send() -> None:
        return None

    await through(breaker, send)


async def test_it_stays_open_longer_each_time_up_to_five_minutes_and_a_success_closes_it() -> None:
    time = HeldTime()
    breaker = Breaker(time.timing, Budget())
    for _ in range(5):
        await fail(breaker, Unavailable("X"))
    opened = []
    for _ in range(12):
        with pytest.raises(CircuitOpen) as caught:
            breaker.check("X")
        opened.append(caught.value.retry_after)
        time.pass_by(opened[-1] or 0.0)
        await fail(breaker, Unavailable("X"))

    assert opened[:4] == [30.0, 60.0, 90.0, 120.0]
    assert opened[-2:] == [300.0, 300.0]

    time.pass_by(300)
    await succeed(breaker)
    for _ in range(5):
        breaker.check("X")
        await fail(breaker, Unavailable("X"))
    with pytest.raises(CircuitOpen) as caught:
        breaker.check("X")

    assert caught.value.retry_after == 30.0


async def test_half_open_lets_three_trials_through_and_their_failures_open_it_once() -> None:
    time = HeldTime()
    breaker = Breaker(time.timing, Budget())
    for _ in range(5):
        await fail(breaker, Unavailable("X"))
    time.pass_by(30)
    gate = asyncio.Event()

    async def send() -> None:
        await gate.wait()
        raise Unavailable("X")

    trials = [asyncio.create_task(through(breaker, send)) for _ in range(4)]
    results = asyncio.gather(*trials, return_exceptions=True)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    gate.set()

    assert [type(each) for each in await results] == [Unavailable] * 3 + [CircuitOpen]
    with pytest.raises(CircuitOpen) as caught:
        breaker.check("X")
    assert caught.value.retry_after == 60.0


async def test_a_trial_that_is_cancelled_makes_room_for_another() -> None:
    time = HeldTime()
    breaker = Breaker(time.timing, Budget())
    for _ in range(5):
        await fail(breaker, Unavailable("X"))
    time.pass_by(30)
    for _ in range(5):
        trial = asyncio.create_task(through(breaker, asyncio.Event().wait))
        await asyncio.sleep(0)
        trial.cancel()
        await asyncio.wait([trial])

    await succeed(breaker)

    assert breaker.idle


async def test_what_was_sent_before_it_opened_neither_closes_nor_prolongs_it() -> None:
    time = HeldTime()
    breaker = Breaker(time.timing, Budget())
    gates = [asyncio.Event(), asyncio.Event()]

    async def late_success() -> None:
        await gates[0].wait()

    async def late_failure() -> None:
        await gates[1].wait()
        raise Unavailable("X")

    late: list[Any] = [
        asyncio.create_task(through(breaker, late_success)),
        asyncio.create_task(through(breaker, late_failure)),
    ]
    await asyncio.sleep(0)
    for _ in range(5):
        await fail(breaker, Unavailable("X"))
    gates[0].set()
    gates[1].set()
    await asyncio.gather(*late, return_exceptions=True)

    with pytest.raises(CircuitOpen) as caught:
        breaker.check("X")
    assert caught.value.retry_after == 30.0


async def test_one_tenants_failures_leave_the_others_alone(client: Client, faults: FaultServer) -> None:
    await open_circuit(client, faults)

    assert (await client.operation("another-token").send(READ)).id == "G1"
    assert type(await client.failure(READ)) is CircuitOpen


async def test_after_the_wait_a_working_square_is_found_again(
    client: Client, faults: FaultServer, time: HeldTime
) -> None:
    await open_circuit(client, faults)
    time.pass_by(30)

    assert (await client.send(READ)).id == "G1"
    assert (await client.send(READ)).id == "G1"
