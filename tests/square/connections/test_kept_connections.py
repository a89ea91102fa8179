"""Connections that Square has closed while they were kept: what finds one dead goes on over a new one."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gateway.areas.groups.endpoints import CREATE_GROUP, DELETE_GROUP, RETRIEVE_GROUP, UPDATE_GROUP
from gateway.square.errors import Ambiguous
from tests.square.conftest import Client
from tests.square.fault_server import GROUP, Exchange, FaultServer, Reply, answer, close, group, refusal, reset

READ = RETRIEVE_GROUP(group_id="G1")
KEYED = CREATE_GROUP(body={"idempotency_key": "key-1", "group": {"name": "Regulars"}})
RENAME = UPDATE_GROUP(group_id="G1", body={"group": {"name": "Friends"}})
DELETE = DELETE_GROUP(group_id="G1")
KEPT = 8


class Dying:
    """Keeps every connection after its first answer, and gives it up when the next request arrives on it."""

    def __init__(self, death: Reply) -> None:
        self.death = death
        self.all_here = asyncio.Event()
        self.used: set[Any] = set()

    async def __call__(self, exchange: Exchange) -> None:
        if exchange.writer in self.used:
            await self.death(exchange)
            return
        self.used.add(exchange.writer)
        if len(self.used) == KEPT:
            self.all_here.set()
        await self.all_here.wait()
        await group()(exchange)


@pytest.fixture(params=[close, reset(processed=False)], ids=["closed", "reset"])
async def dying(request: pytest.FixtureRequest, client: Client, faults: FaultServer) -> Dying:
    """The client keeps eight connections, and all of them are dead."""
    faults.otherwise = dying = Dying(request.param)
    reads = (client.operation().send(RETRIEVE_GROUP(group_id=f"G{number}")) for number in range(KEPT))
    await asyncio.gather(*reads)
    assert (faults.connections, faults.open) == (KEPT, KEPT)
    faults.requests.clear()
    return dying


@pytest.mark.parametrize("call", [READ, KEYED, DELETE], ids=["read", "keyed", "delete"])
async def test_what_may_be_repeated_needs_one_more_attempt_however_many_are_dead(
    client: Client, faults: FaultServer, dying: Dying, call: Any
) -> None:
    operation = client.operation()

    await operation.send(call)

    assert (len(faults.requests), operation.usage.retries, faults.connections) == (2, 1, KEPT + 1)


async def test_a_write_without_key_is_sent_once(client: Client, faults: FaultServer, dying: Dying) -> None:
    assert type(await client.failure(RENAME)) is Ambiguous
    assert (len(faults.requests), faults.connections) == (1, KEPT)


async def test_the_new_connection_is_not_kept(client: Client, faults: FaultServer, dying: Dying) -> None:
    await client.send(READ)

    await faults.until(lambda: faults.open == KEPT - 1)
    assert [request.headers.get("connection") for request in faults.requests] == [None, "close"]


async def test_all_further_attempts_take_new_connections(client: Client, faults: FaultServer, dying: Dying) -> None:
    faults.then(dying.death, refusal(503))

    assert (await client.send(READ)).id == "G1"
    assert (len(faults.requests), faults.connections) == (3, KEPT + 2)


async def test_an_attempt_after_another_failure_takes_a_kept_connection(client: Client, faults: FaultServer) -> None:
    faults.then(answer(GROUP), refusal(503))
    await client.send(READ)

    await client.send(READ)

    assert (len(faults.requests), faults.connections) == (3, 1)


async def test_no_new_connection_is_made_without_a_place_for_it(client: Client, faults: FaultServer) -> None:
    client.with_budget(connections=1)
    together, most = 0, 0

    async def count(exchange: Exchange) -> None:
        nonlocal together, most
        together += 1
        most = max(most, together)
        await asyncio.sleep(0)
        together -= 1
        await group()(exchange)

    faults.then(close, close)
    faults.otherwise = count

    await asyncio.gather(*(client.operation(token).send(READ) for token in ("A", "B", "C")))

    assert most == 1


async def test_both_kinds_of_connections_are_closed_in_the_end(client: Client, faults: FaultServer) -> None:
    faults.then(answer(GROUP), close)
    await client.send(READ)
    await client.send(READ)

    await client.square.close()

    await faults.until(lambda: faults.open == 0)
