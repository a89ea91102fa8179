"""A read that begins after a write sees it, whatever was being read at the time."""

from __future__ import annotations

import asyncio

from gateway.areas.groups.endpoints import RETRIEVE_GROUP, UPDATE_GROUP
from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.schema import build_schema
from gateway.square.tenant_square import TenantSquare
from tests.square.conftest import Client
from tests.square.fault_server import Exchange, FaultServer, Reply, answer

READ = RETRIEVE_GROUP(group_id="G1")
RENAME = UPDATE_GROUP(group_id="G1", body={"group": {"name": "Friends"}})
ACCOUNT = '{ loyaltyAccount(id: "A1") { balance } }'
ADJUST = 'mutation { adjustLoyaltyPoints(accountId: "A1", input: { points: 5 }) { account { balance } } }'


class Slow:
    """Does its work when the request arrives, and hands the answer over when it is let go."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.arrived = asyncio.Event()
        self.go = asyncio.Event()

    async def __call__(self, exchange: Exchange) -> None:
        self.arrived.set()
        await self.go.wait()
        await answer({"group": {"id": "G1", "name": self.name}})(exchange)


def named(name: str) -> Reply:
    return answer({"group": {"id": "G1", "name": name}})


async def name_of(operation: TenantSquare) -> str | None:
    return (await operation.send(READ)).name


async def test_a_read_after_a_write_does_not_join_one_from_before_it(client: Client, faults: FaultServer) -> None:
    old = Slow("before")
    faults.then(old, named("written"), named("after"))
    early = [asyncio.create_task(name_of(client.operation())) for _ in range(2)]
    await old.arrived.wait()
    await client.send(RENAME)

    assert await name_of(client.operation()) == "after"

    old.go.set()
    assert await asyncio.gather(*early) == ["before", "before"]
    assert [request.method for request in faults.requests] == ["GET", "PUT", "GET"]


async def test_a_read_does_not_join_one_from_before_a_write_that_is_still_under_way(
    client: Client, faults: FaultServer
) -> None:
    old, write = Slow("before"), Slow("written")
    faults.then(old, write, named("meanwhile"))
    early = asyncio.create_task(name_of(client.operation()))
    await old.arrived.wait()
    writing = asyncio.create_task(client.send(RENAME))
    await write.arrived.wait()

    assert await name_of(client.operation()) == "meanwhile"

    old.go.set()
    write.go.set()
    assert [await early, (await writing).name] == ["before", "written"]


async def test_a_read_after_a_write_does_not_join_one_that_began_during_it(client: Client, faults: FaultServer) -> None:
    write, during = Slow("written"), Slow("meanwhile")
    faults.then(write, during, named("after"))
    writing = asyncio.create_task(client.send(RENAME))
    await write.arrived.wait()
    early = asyncio.create_task(name_of(client.operation()))
    await during.arrived.wait()
    write.go.set()
    await writing

    assert await name_of(client.operation()) == "after"

    during.go.set()
    assert await early == "meanwhile"


async def test_a_write_whose_caller_left_counts_to_its_end(client: Client, faults: FaultServer) -> None:
    write, during = Slow("written"), Slow("meanwhile")
    faults.then(write, during, named("after"))
    writing = asyncio.create_task(client.send(RENAME))
    await write.arrived.wait()
    writing.cancel()
    await asyncio.wait([writing])
    early = asyncio.create_task(name_of(client.operation()))
    await during.arrived.wait()
    write.go.set()
    await client.square.writes.finished()

    assert await name_of(client.operation()) == "after"

    during.go.set()
    assert await early == "meanwhile"


async def test_another_tenants_write_leaves_reads_together(client: Client, faults: FaultServer) -> None:
    old = Slow("shared")
    faults.then(old)
    first = asyncio.create_task(name_of(client.operation()))
    await old.arrived.wait()
    await client.operation("another-token").send(RENAME)
    second = asyncio.create_task(name_of(client.operation()))
    await asyncio.sleep(0)
    old.go.set()

    assert [await first, await second] == ["shared", "shared"]
    assert [request.method for request in faults.requests] == ["GET", "PUT"]


async def test_reads_left_behind_are_under_way_until_they_end(client: Client, faults: FaultServer) -> None:
    old = Slow("before")
    faults.then(old)
    early = asyncio.create_task(name_of(client.operation()))
    await old.arrived.wait()
    await client.send(RENAME)
    flights = client.square.tenants.of(client.operation().tenant.key).flights
    assert len(flights) == 1

    old.go.set()
    await early
    await asyncio.sleep(0)

    assert len(flights) == 0


async def test_the_account_in_the_payload_has_the_balance_after_the_adjustment(
    client: Client, faults: FaultServer
) -> None:
    balance, held, go = 10, asyncio.Event(), asyncio.Event()

    async def shop(exchange: Exchange) -> None:
        nonlocal balance
        if exchange.request.method == "POST":
            balance += exchange.request.body["adjust_points"]["points"]
            await answer({"event": {"id": "E1", "type": "ADJUST_POINTS", "loyalty_account_id": "A1"}})(exchange)
            return
        found = {"loyalty_account": {"id": "A1", "program_id": "P1", "balance": balance}}
        if not held.is_set():
            held.set()
            await go.wait()
        await answer(found)(exchange)

    faults.otherwise = shop
    engine = Engine(build_schema(), REGISTRY)
    reading = asyncio.create_task(engine.run(ACCOUNT, Context(client.operation(), REGISTRY)))
    await held.wait()

    written = await engine.run(ADJUST, Context(client.operation(), REGISTRY))

    go.set()
    assert written["data"] == {"adjustLoyaltyPoints": {"account": {"balance": 15}}}
    assert (await reading)["data"] == {"loyaltyAccount": {"balance": 10}}
