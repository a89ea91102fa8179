"""A batch is not split by what comes late or fails, and holds up nothing that does not lead to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.schema import build_schema
from gateway.square.client import Budget, Square
from gateway.square.clock import Timing
from gateway.square.tenant_square import TenantSquare
from gateway.tenant import Tenant
from tests.graph.planning.batch_world import ENTITIES, aliases, references, world
from tests.held_loop import HeldLoop
from tests.square.square_api import SquareApi, serve_router


def answered(emulator: Any, operation: str) -> int:
    """How many calls of an operation Square has answered."""
    return sum(call.status == 200 for call in emulator.recorded.latest if call.operation == operation)


async def test_a_batch_does_not_wait_for_what_another_waits_for(
    graph: Any, emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = await world(emulator)
    emulator.faults.add("latency", "RetrieveLoyaltyAccount", milliseconds=700, count=1)
    emulator.recorded.latest.clear()
    fields = [
        f'a{n}: loyaltyAccount(id: "{id}") {{ customer {{ note }} }}'
        for n, id in enumerate(names["LoyaltyAccount"][:2])
    ]
    groups = "groups { name customers(first: 1) { nodes { id } } }"
    fields += [f"c{first}: customers(first: {first}) {{ nodes {{ {groups} }} }}" for first in (1, 2)]
    loop = HeldLoop(monkeypatch)

    asked = asyncio.create_task(graph.data("{ " + " ".join(fields) + " }"))
    # The groups do not wait for the account that is slow, nor does what follows. The customers of the accounts do.
    await loop.until(lambda: answered(emulator, "SearchCustomers"))
    assert not emulator.calls["BulkRetrieveCustomers"]
    await loop.pass_by(0.7)
    await asked

    made = [call.operation for call in emulator.recorded.latest]
    assert made.count("BulkRetrieveCustomers") == made.count("ListCustomerGroups") == 1


@pytest.fixture
async def square() -> AsyncIterator[SquareApi]:
    async with serve_router() as api:
        yield api


def accounts(square: SquareApi, **answers: httpx.Response) -> None:
    """Accounts A0 to A4 of the customers C0 to C4, but where other answers are given."""
    for number in range(5):
        account = {"id": f"A{number}", "customer_id": f"C{number}", "balance": 7, "program_id": "P1"}
        answer = answers.get(f"A{number}", httpx.Response(200, json={"loyalty_account": account}))
        square.router.get(f"/v2/loyalty/accounts/A{number}").mock(return_value=answer)


def customers(square: SquareApi) -> Any:
    found = {f"C{number}": {"customer": {"id": f"C{number}", "given_name": "Ada"}} for number in range(5)}

    def reply(request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)["customer_ids"]
        return httpx.Response(200, json={"responses": {id: found[id] for id in asked}})

    route = square.router.post("/v2/customers/bulk-retrieve")
    route.side_effect = reply
    return route


FIVE = aliases([f"A{number}" for number in range(5)], "loyaltyAccount", "customer { givenName }")
REFUSAL = {"errors": [{"category": "AUTHENTICATION_ERROR", "code": "FORBIDDEN"}]}


async def test_an_account_that_fails_fails_alone(square: SquareApi) -> None:
    accounts(square, A2=httpx.Response(403, json=REFUSAL))
    bulk = customers(square)

    answer = await Engine(build_schema(), REGISTRY).run(FIVE, Context(square.square, REGISTRY))

    assert [error["path"] for error in answer["errors"]] == [["f2"]]
    shown = {"customer": {"givenName": "Ada"}}
    assert answer["data"] == {"f0": shown, "f1": shown, "f2": None, "f3": shown, "f4": shown}
    assert bulk.call_count == 1


async def with_one_slow_account(
    emulator: Any, loop: HeldLoop, *, milliseconds: float, seconds: float, query: str | None = None
) -> dict[str, Any]:
    """What five accounts with their customers are answered with in so many seconds, when one account takes so long."""
    names = await world(emulator)
    emulator.recorded.latest.clear()
    emulator.faults.add("latency", "RetrieveLoyaltyAccount", milliseconds=milliseconds, count=1)
    square = Square(emulator.url, budget=Budget(operation=seconds), timing=Timing(now=loop.now))
    context = Context(TenantSquare(square, Tenant("test-token", "sandbox", "2025-08-20")), REGISTRY)
    of = references(names, LoyaltyAccount=5)
    entities = ENTITIES % "... on LoyaltyAccount { customer { givenName } }"
    asked = asyncio.create_task(Engine(build_schema(), REGISTRY).run(query or entities, context, of))
    await loop.until(lambda: answered(emulator, "RetrieveLoyaltyAccount") == 4)
    assert not emulator.calls["BulkRetrieveCustomers"]
    # A batch waits for half of the time that is left.
    await loop.pass_by(seconds / 2)
    await loop.until(lambda: answered(emulator, "BulkRetrieveCustomers"))
    # The account comes, or the time is over.
    await loop.pass_by(min(milliseconds / 1000, seconds) - seconds / 2)
    answer = await asked
    await square.close()
    return answer


@pytest.fixture
async def loop(monkeypatch: pytest.MonkeyPatch) -> HeldLoop:
    return HeldLoop(monkeypatch)


async def test_an_account_that_does_not_come_leaves_the_others_time_for_what_follows(
    emulator: Any, loop: HeldLoop
) -> None:
    answer = await with_one_slow_account(emulator, loop, milliseconds=60_000, seconds=3.0)

    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "UPSTREAM_TIMEOUT"
    late = error["path"][1]
    assert [index for index, each in enumerate(answer["data"]["_entities"]) if each is None] == [late]


async def test_one_of_many_that_objects_refer_to_leaves_the_others_time_for_what_follows(
    emulator: Any, loop: HeldLoop
) -> None:
    query = "{ loyaltyRewards(first: 5) { nodes { account { customer { givenName } } } } }"

    answer = await with_one_slow_account(emulator, loop, milliseconds=60_000, seconds=3.0, query=query)

    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "UPSTREAM_TIMEOUT"
    late = error["path"][2]
    shown = answer["data"]["loyaltyRewards"]["nodes"]
    assert [index for index, each in enumerate(shown) if not each["account"]] == [late]
    assert all(each["account"]["customer"]["givenName"] for each in shown if each["account"])


async def test_what_comes_too_late_for_its_batch_is_a_timeout(emulator: Any, loop: HeldLoop) -> None:
    answer = await with_one_slow_account(emulator, loop, milliseconds=2_500, seconds=4.0)

    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "UPSTREAM_TIMEOUT"
    assert error["path"][2] == "customer"
    assert [each["customer"] is None for each in answer["data"]["_entities"]].count(True) == 1
    assert answer["extensions"]["cost"]["actualCalls"] == answer["extensions"]["cost"]["estimatedCalls"]
