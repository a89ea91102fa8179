"""However long Square goes on, one operation asks it only so often."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any

import pytest

from gateway.areas.groups.endpoints import CREATE_GROUP, LIST_GROUPS, RETRIEVE_GROUP, UPDATE_GROUP
from gateway.square.errors import CallsUsedUp, NotFound
from gateway.square.policies.call_budget import Budget
from gateway.square.tenant_square import TenantSquare
from tests.square.conftest import Client
from tests.square.fault_server import Exchange, FaultServer, answer, refusal

READ = RETRIEVE_GROUP(group_id="G1")
RENAME = UPDATE_GROUP(group_id="G1", body={"group": {"name": "Friends"}})
KEYED = CREATE_GROUP(body={"idempotency_key": "key-1", "group": {"name": "Regulars"}})


async def all_pages(operation: TenantSquare) -> None:
    cursor: str | None = ""
    while cursor is not None:
        cursor = (await operation.send(LIST_GROUPS(query={"cursor": cursor or None}))).cursor


async def test_a_square_that_invents_cursors_is_asked_a_thousand_times(client: Client, faults: FaultServer) -> None:
    number = count()

    async def invent(exchange: Exchange) -> None:
        await answer({"groups": [], "cursor": f"c{next(number)}"})(exchange)

    faults.otherwise = invent
    operation = client.operation()

    with pytest.raises(CallsUsedUp) as caught:
        await all_pages(operation)

    assert (len(faults.requests), operation.calls, Budget().calls) == (1000, 1000, 1000)
    assert str(caught.value) == "ListCustomerGroups: CallsUsedUp"


async def test_reads_at_the_same_time_are_counted_before_they_are_sent(client: Client, faults: FaultServer) -> None:
    operation = client.with_budget(calls=10).operation()
    reads = (operation.send(RETRIEVE_GROUP(group_id=f"G{number}")) for number in range(15))

    ends = await asyncio.gather(*reads, return_exceptions=True)

    assert [isinstance(end, CallsUsedUp) for end in ends] == [False] * 10 + [True] * 5
    assert len(faults.requests) == 10


async def test_a_read_that_shares_an_answer_counts_too(client: Client, faults: FaultServer) -> None:
    operation = client.with_budget(calls=2).operation()

    ends = await asyncio.gather(*(operation.send(READ) for _ in range(3)), return_exceptions=True)

    assert [isinstance(end, CallsUsedUp) for end in ends] == [False, False, True]
    assert len(faults.requests) == 1


@pytest.mark.parametrize("write", [RENAME, KEYED], ids=["rename", "keyed"])
async def test_a_write_goes_through(client: Client, faults: FaultServer, write: Any) -> None:
    operation = client.with_budget(calls=1).operation()
    await operation.send(READ)

    await operation.send(write)

    with pytest.raises(CallsUsedUp):
        await operation.send(READ)
    assert len(faults.requests) == 2


async def test_further_attempts_and_calls_that_cost_no_request_do_not_count(
    client: Client, faults: FaultServer
) -> None:
    operation = client.with_budget(calls=2).operation()
    with pytest.raises(NotFound):
        await operation.send(RETRIEVE_GROUP(group_id=""))
    faults.then(refusal(503), refusal(503))
    await operation.send(READ)

    assert (await operation.send(READ)).id == "G1"
    assert len(faults.requests) == 4


async def test_every_operation_has_calls_of_its_own(client: Client, faults: FaultServer) -> None:
    client.with_budget(calls=1)

    for _ in range(3):
        assert (await client.operation().send(READ)).id == "G1"
