"""A 401 forgets what is being read for that token, and nothing of how Square has treated the tenant."""

from __future__ import annotations

import asyncio

import pytest

from gateway.areas.groups.endpoints import RETRIEVE_GROUP, UPDATE_GROUP
from gateway.square.errors import CircuitOpen, RateLimited, Unauthenticated
from tests.square.conftest import Client
from tests.square.fault_server import FaultServer, refusal
from tests.square.policies.test_in_flight import Gate

READ = RETRIEVE_GROUP(group_id="G1")
OTHER = RETRIEVE_GROUP(group_id="G2")
RENAME = UPDATE_GROUP(group_id="G1", body={"group": {"name": "Friends"}})
REFUSED = refusal(401, "UNAUTHORIZED", "AUTHENTICATION_ERROR")


class RefusedLater(Gate):
    """A 401 that comes when it is let go."""

    answer = staticmethod(REFUSED)


async def refuse(client: Client, faults: FaultServer) -> None:
    faults.then(REFUSED)
    assert type(await client.failure(OTHER)) is Unauthenticated


async def test_a_read_from_before_a_refusal_is_not_joined_after_it(client: Client, faults: FaultServer) -> None:
    gate = Gate()
    faults.then(gate)
    early = asyncio.create_task(client.send(READ))
    await gate.arrived.wait()
    await refuse(client, faults)

    assert (await client.send(READ)).id == "G1"
    assert len(faults.requests) == 3

    gate.open.set()
    assert (await early).id == "G1"


async def test_a_refusal_leaves_the_reads_of_other_tenants_together(client: Client, faults: FaultServer) -> None:
    gate = Gate()
    faults.then(gate)
    callers = [asyncio.create_task(client.operation("B").send(READ))]
    await gate.arrived.wait()
    await refuse(client, faults)
    callers.append(asyncio.create_task(client.operation("B").send(READ)))
    await asyncio.sleep(0)
    gate.open.set()

    assert [group.id for group in await asyncio.gather(*callers)] == ["G1", "G1"]
    assert len(faults.requests) == 2


async def test_a_refusal_does_not_count_as_the_end_of_failures(client: Client, faults: FaultServer) -> None:
    faults.then(*[refusal(503)] * 4)
    for _ in range(4):
        await client.failure(RENAME)
    await refuse(client, faults)
    faults.then(refusal(503))
    await client.failure(RENAME)

    assert type(await client.failure(READ)) is CircuitOpen


async def test_a_refusal_that_comes_late_does_not_close_an_open_circuit(client: Client, faults: FaultServer) -> None:
    late = RefusedLater()
    faults.then(late, *[refusal(503)] * 5)
    refused = asyncio.create_task(client.send(OTHER))
    await late.arrived.wait()
    for _ in range(5):
        await client.failure(RENAME)
    late.open.set()
    with pytest.raises(Unauthenticated):
        await refused

    assert type(await client.failure(READ)) is CircuitOpen


async def test_a_refusal_leaves_the_pause_and_the_width_of_a_429(client: Client, faults: FaultServer) -> None:
    late = RefusedLater()
    faults.then(late, refusal(429, Retry_After=60))
    refused = asyncio.create_task(client.send(OTHER))
    await late.arrived.wait()
    await client.failure(READ)
    late.open.set()
    with pytest.raises(Unauthenticated):
        await refused

    error = await client.failure(READ)

    assert (type(error), error.retry_after, len(faults.requests)) == (RateLimited, 60.0, 2)
    assert client.square.tenants.of(client.operation().tenant.key).limiter.limit == 4


async def test_a_refusal_gives_no_new_allowance_of_retries(client: Client, faults: FaultServer) -> None:
    client.with_budget(failures=10**6)
    faults.otherwise = refusal(503)
    while len(faults.requests) < 5:
        await client.failure(READ)
    await refuse(client, faults)
    before = len(faults.requests)

    await client.failure(READ)

    assert len(faults.requests) == before + 1
