"""What callers share on the way to Square: slow requests and large answers of one leave some for the others."""

from __future__ import annotations

import asyncio

import pytest

from gateway.areas.groups.endpoints import RETRIEVE_GROUP
from gateway.fairness.fair_queue import FairPlaces
from gateway.fairness.fair_share import Holder, NoShare
from gateway.square.errors import SquareError
from gateway.square.exchange import LARGE
from gateway.square.tenant_square import TenantSquare
from gateway.tenant import Tenant
from tests.square.conftest import VERSION, Client
from tests.square.fault_server import Exchange, FaultServer, group, refusal
from tests.square.responses.test_large_bodies import Large, StallInLargeBody

READ = RETRIEVE_GROUP(group_id="G1")
GROUP = {"group": {"id": "G1", "name": "Regulars"}}


class Held:
    """A Square that keeps the requests of some tokens waiting."""

    def __init__(self, faults: FaultServer) -> None:
        self.gate = asyncio.Event()
        self.tokens: set[str] = set()
        self.held = 0
        faults.otherwise = self

    async def __call__(self, exchange: Exchange) -> None:
        if exchange.request.headers["authorization"].removeprefix("Bearer ") in self.tokens:
            self.held += 1
            await self.gate.wait()
        await group()(exchange)


def flood(square: TenantSquare, number: int) -> list[asyncio.Task[object]]:
    """So many different reads of one caller at the same time."""
    return [asyncio.create_task(square.send(RETRIEVE_GROUP(group_id=f"G{each}"))) for each in range(number)]


async def test_slow_calls_of_four_tenants_leave_places_for_a_fifth(client: Client, faults: FaultServer) -> None:
    client.with_budget(connections=20, concurrency=8, caller_share=0.75)
    square = Held(faults)
    greedy = [client.operation(f"greedy {number}") for number in range(4)]
    for each in [*greedy, client.operation("small")]:
        await each.send(READ)
    square.tokens = {each.tenant.token for each in greedy}
    before = len(faults.requests)
    waiting = [task for each in greedy for task in flood(each, 10)]
    await faults.until(lambda: square.held >= 16)

    assert (await client.operation("small").send(READ)).id == "G1"
    assert len(faults.requests) - before < 20
    assert not any(task.done() for task in waiting)
    square.gate.set()
    await asyncio.gather(*waiting)


async def test_tokens_that_are_made_up_leave_places_for_known_callers(client: Client, faults: FaultServer) -> None:
    client.with_budget(connections=8, caller_share=0.75)
    square = Held(faults)
    await client.operation("known").send(READ)
    square.tokens = {f"made-up-{number}" for number in range(50)}
    waiting = [asyncio.create_task(client.operation(token).send(READ)) for token in square.tokens]
    await faults.until(lambda: square.held == 6)

    assert (await client.operation("known").send(READ)).id == "G1"
    square.gate.set()
    await asyncio.gather(*waiting)


async def test_of_callers_who_act_for_one_tenant_none_takes_all_its_turns(client: Client, faults: FaultServer) -> None:
    client.with_budget(concurrency=8, tenant_share=0.75)
    square = Held(faults)
    shared = Tenant("shared", "sandbox", VERSION)
    greedy, small = (TenantSquare(client.square, shared.called_by(key)) for key in ("greedy", "small"))
    square.tokens = {"shared"}
    waiting = flood(greedy, 30)
    await faults.until(lambda: square.held == 6)
    square.tokens = set()

    assert (await small.send(READ.endpoint(group_id="another"))).id == "another"
    assert not any(task.done() for task in waiting)
    square.gate.set()
    await asyncio.gather(*waiting)


async def test_one_caller_of_several_still_finds_the_limit_of_its_tenant(client: Client, faults: FaultServer) -> None:
    client.with_budget(concurrency=32, tenant_share=0.75)
    caller = Tenant("shared", "sandbox", VERSION).called_by("only one at work")
    faults.otherwise = group()

    for _ in range(20):
        await asyncio.gather(*flood(TenantSquare(client.square, caller), 60))

    assert client.square.tenants.of(caller.key).limiter.limit == 32


async def test_large_answers_of_one_caller_leave_room_for_those_of_others(client: Client, faults: FaultServer) -> None:
    client.with_budget(attempts=1, caller_share=0.75)
    faults.otherwise = group()
    for token in ("greedy", "small"):
        await client.operation(token).send(READ)
    faults.then(*(StallInLargeBody() for _ in range(3)))
    stalled = flood(client.operation("greedy"), 3)
    await faults.until(lambda: len(faults.requests) == 5)
    faults.otherwise = Large(2 * LARGE)

    assert (await client.operation("small").send(READ)).id == "G1"
    assert not any(task.done() for task in stalled)
    for task in stalled:
        task.cancel()
    await asyncio.wait(stalled)


async def test_who_waits_gets_a_place_in_rotation() -> None:
    places, order = FairPlaces(1, 1.0), list[str]()
    first = await places.enter(Holder("first"))

    async def ask(name: str) -> None:
        async with places.place(Holder(name)):
            order.append(name)

    waiting = [asyncio.create_task(ask(name)) for name in "aaab"]
    await asyncio.sleep(0)
    places.leave(first)
    await asyncio.gather(*waiting)

    assert order == ["a", "b", "a", "a"]
    assert (places.used, places.waiting) == (0, False)


async def test_one_caller_does_not_fill_the_line() -> None:
    places = FairPlaces(1, 0.5, queue=4)
    first = await places.enter(Holder("first"))
    waiting = [asyncio.create_task(places.enter(Holder("a"))) for _ in range(2)]
    await asyncio.sleep(0)

    with pytest.raises(NoShare):
        await places.enter(Holder("a"))
    other = asyncio.create_task(places.enter(Holder("b")))
    await asyncio.sleep(0)
    places.leave(first)
    for task in (waiting[0], other, waiting[1]):
        places.leave(await task)

    assert (places.used, places.waiting) == (0, False)


async def test_whoever_gives_up_waiting_takes_no_place_along() -> None:
    places = FairPlaces(1, 1.0)
    first = await places.enter(Holder("first"))
    waiting = [asyncio.create_task(places.enter(Holder(name))) for name in "abc"]
    await asyncio.sleep(0)
    waiting[0].cancel()
    places.leave(first)
    waiting[1].cancel()
    places.leave(await waiting[2])

    assert (places.used, places.waiting) == (0, False)


async def test_places_that_are_added_go_to_all_who_wait() -> None:
    places = FairPlaces(1, 1.0)
    first = await places.enter(Holder("a"))
    waiting = [asyncio.create_task(places.enter(Holder("a"))) for _ in range(3)]
    await asyncio.sleep(0)
    places.resize(4)

    for held in [first, *await asyncio.gather(*waiting)]:
        places.leave(held)
    assert (places.used, places.waiting) == (0, False)


async def test_retries_of_one_caller_leave_some_for_others(client: Client, faults: FaultServer) -> None:
    client.with_budget(caller_share=0.75, failures=1000, attempts=2)
    faults.otherwise = refusal(503)
    greedy = client.operation("greedy")
    for number in range(100):
        with pytest.raises(SquareError):
            await greedy.send(RETRIEVE_GROUP(group_id=f"G{number}"))
    faults.then(refusal(503))
    faults.otherwise = group()

    assert (await client.operation("small").send(READ)).id == "G1"
    assert greedy.usage.retries == 15
