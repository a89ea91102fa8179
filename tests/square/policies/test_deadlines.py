"""The time of an operation: every attempt and every wait fits into what is left of it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gateway.areas.groups.endpoints import CREATE_GROUP, RETRIEVE_GROUP, UPDATE_GROUP
from gateway.square.errors import NotSent, TooLate, Unavailable, UpstreamTimeout
from tests.patience import PATIENCE
from tests.square import fault_server as fault
from tests.square.conftest import Client
from tests.square.fault_server import FaultServer, refusal
from tests.square.held_time import HeldTime
from tests.square.policies.test_in_flight import Gate

READ = RETRIEVE_GROUP(group_id="G1")
KEYED = CREATE_GROUP(body={"idempotency_key": "key-1", "group": {"name": "Regulars"}})
RENAME = UPDATE_GROUP(group_id="G1", body={"group": {"name": "Friends"}})


@pytest.mark.parametrize("call", [READ, KEYED, RENAME], ids=["read", "keyed", "rename"])
async def test_when_the_operations_time_is_over_nothing_is_sent(
    client: Client, faults: FaultServer, time: HeldTime, call: Any
) -> None:
    operation = client.operation()
    time.pass_by(25)

    with pytest.raises(TooLate) as caught:
        await operation.send(call)

    assert isinstance(caught.value, UpstreamTimeout)
    assert (caught.value.maybe_processed, faults.requests) == (False, [])


async def test_an_attempt_gets_no_more_than_what_is_left(client: Client, faults: FaultServer, time: HeldTime) -> None:
    faults.otherwise = fault.stall
    operation = client.operation()
    time.pass_by(24.95)

    async with asyncio.timeout(PATIENCE):
        with pytest.raises(UpstreamTimeout):
            await operation.send(READ)

    assert time.limits == pytest.approx([0.05])


async def test_no_wait_goes_beyond_the_end(client: Client, faults: FaultServer, time: HeldTime) -> None:
    faults.otherwise = refusal(503)
    operation = client.operation()
    time.pass_by(24.85)

    with pytest.raises(Unavailable):
        await operation.send(READ)

    assert (time.slept, len(faults.requests)) == ([0.1], 2)


async def test_a_clock_that_jumps_on_the_wall_changes_nothing(
    client: Client, faults: FaultServer, time: HeldTime
) -> None:
    operation = client.operation()
    time.wall += 10**6

    assert (await operation.send(READ)).id == "G1"


async def test_connecting_has_a_limit_of_its_own(client: Client, faults: FaultServer) -> None:
    # A server that never answers the TLS handshake.
    client.in_front_of(faults.url.replace("http://", "https://"), connect=0.03, attempts=1)

    async with asyncio.timeout(PATIENCE):
        assert type(await client.failure(RENAME)) is NotSent


async def test_a_call_that_finds_no_free_connection_in_time_was_not_sent(client: Client, faults: FaultServer) -> None:
    faults.otherwise = gate = Gate()
    client.with_budget(connections=1)
    holder = asyncio.create_task(client.operation("another-token").send(RENAME))
    await gate.arrived.wait()
    late = client.operation()
    late.deadline = client.time.now + 0.02

    with pytest.raises(TooLate):
        await late.send(READ)

    assert len(faults.requests) == 1
    gate.open.set()
    await holder


async def test_time_spent_waiting_for_a_connection_counts(client: Client, faults: FaultServer, time: HeldTime) -> None:
    faults.otherwise = gate = Gate()
    client.with_budget(connections=1)
    holder = asyncio.create_task(client.operation("another-token").send(RENAME))
    await gate.arrived.wait()
    waiting = asyncio.create_task(client.send(READ))
    await asyncio.sleep(0)
    time.pass_by(30)

    gate.open.set()
    await holder
    with pytest.raises(TooLate):
        await waiting
