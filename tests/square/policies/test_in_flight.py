"""Identical reads under way share one request; nobody's end is anybody else's."""

from __future__ import annotations

import asyncio

import pytest

from gateway.areas.groups.endpoints import CREATE_GROUP, RETRIEVE_GROUP
from gateway.graph.schema.decode import decode
from gateway.square.errors import NotFound, Unavailable, UpstreamTimeout
from gateway.square.tenant_square import TenantSquare
from tests.patience import PATIENCE
from tests.square import fault_server as fault
from tests.square.conftest import Client
from tests.square.fault_server import GROUP, Exchange, FaultServer, answer, refusal
from tests.square.held_time import HeldTime

READ = RETRIEVE_GROUP(group_id="G1")


class Gate:
    """A reply that waits until it is opened."""

    answer = staticmethod(answer(GROUP))

    def __init__(self) -> None:
        self.arrived = asyncio.Event()
        self.open = asyncio.Event()
        self.dropped = asyncio.Event()

    async def __call__(self, exchange: Exchange) -> None:
        self.arrived.set()
        gone = asyncio.ensure_future(exchange.until_dropped())
        opened = asyncio.ensure_future(self.open.wait())
        await asyncio.wait([gone, opened], return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            self.dropped.set()
            exchange.writer.close()
            return
        gone.cancel()
        await asyncio.wait([gone])
        await self.answer(exchange)


async def test_a_hundred_identical_reads_of_a_tenant_are_one_request(client: Client, faults: FaultServer) -> None:
    operations = [client.operation() for _ in range(100)]

    groups = await asyncio.gather(*(operation.send(READ) for operation in operations))

    assert len(faults.requests) == 1
    assert {group.id for group in groups} == {"G1"}
    assert sum(operation.usage.calls for operation in operations) == 1
    assert sum(operation.usage.coalesced for operation in operations) == 99


async def test_each_operation_gets_an_object_of_its_own(client: Client) -> None:
    first, second = await asyncio.gather(client.send(READ), client.send(READ))

    assert first is not second
    assert first == second == decode(type(first), GROUP["group"])


async def test_an_answered_read_is_not_kept(client: Client, faults: FaultServer) -> None:
    await client.send(READ)
    await client.send(READ)

    assert len(faults.requests) == 2


async def test_a_caller_that_leaves_takes_no_answer_from_the_others(client: Client, faults: FaultServer) -> None:
    gate = Gate()
    faults.otherwise = gate
    first, *others = [asyncio.create_task(client.send(READ)) for _ in range(3)]
    await gate.arrived.wait()

    first.cancel()
    await asyncio.wait([first])
    gate.open.set()

    assert [(await other).id for other in others] == ["G1", "G1"]
    assert len(faults.requests) == 1


async def test_with_its_last_caller_the_request_ends_and_the_next_read_is_a_new_one(
    client: Client, faults: FaultServer
) -> None:
    gate = Gate()
    faults.then(gate)
    callers = [asyncio.create_task(client.send(READ)) for _ in range(2)]
    await gate.arrived.wait()
    for caller in callers:
        caller.cancel()
    await asyncio.wait(callers)

    assert (await client.send(READ)).id == "G1"
    async with asyncio.timeout(PATIENCE):
        await gate.dropped.wait()
    assert client.square.tenants.of(client.operation().tenant.key).idle


@pytest.mark.parametrize(("reply", "kind"), [(refusal(404), NotFound), (refusal(503), Unavailable)])
async def test_a_failure_is_shared_too(
    client: Client, faults: FaultServer, reply: fault.Reply, kind: type[Exception]
) -> None:
    faults.otherwise = reply

    ends = await asyncio.gather(*(client.send(READ) for _ in range(5)), return_exceptions=True)

    assert [type(end) for end in ends] == [kind] * 5
    assert len(faults.requests) in {1, 3}


async def test_different_tenants_never_share(client: Client, faults: FaultServer) -> None:
    await asyncio.gather(*(client.operation(token).send(READ) for token in ("A", "B")))

    assert sorted(request.headers["authorization"] for request in faults.requests) == ["Bearer A", "Bearer B"]


async def test_writes_are_never_shared(client: Client, faults: FaultServer) -> None:
    write = CREATE_GROUP(body={"idempotency_key": "key-1", "group": {"name": "Regulars"}})

    await asyncio.gather(client.send(write), client.send(write))

    assert len(faults.requests) == 2


async def test_a_caller_with_time_left_goes_on_when_the_one_it_joined_runs_out(
    client: Client, faults: FaultServer, time: HeldTime
) -> None:
    gate = Gate()
    faults.then(gate, fault.stall)
    old: TenantSquare = client.operation()
    time.pass_by(24)
    young = client.operation()
    theirs = asyncio.create_task(old.send(READ))
    await gate.arrived.wait()
    mine = asyncio.create_task(young.send(READ))
    await asyncio.sleep(0)
    time.pass_by(2)
    time.run_out()

    with pytest.raises(UpstreamTimeout):
        await theirs
    faults.script.clear()

    assert (await mine).id == "G1"
