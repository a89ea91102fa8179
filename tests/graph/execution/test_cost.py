"""What `extensions.cost` says that an operation took: what was really sent to Square, and what was sent again."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.areas.people import make_customers
from tests.throttle import UNUSED

CUSTOMER = "query ($id: ID!) { customer(id: $id) { givenName } }"
CREATE = 'mutation { createCustomer(input: { givenName: "Ada" }) { customer { id } userErrors { code } } }'
RENAME = 'mutation { updateCustomerGroup(id: "G1", input: { name: "New" }) { userErrors { code } } }'
READ = "BulkRetrieveCustomers"


def cost(answer: dict[str, Any]) -> tuple[int, int]:
    """The calls and the retries that an answer tells of."""
    told = answer["extensions"]["cost"]
    return told["actualCalls"], told["retries"]


async def test_nothing_that_fails_is_one_call_without_retries(graph: Any, emulator: Any) -> None:
    (id,) = make_customers(emulator, 1)

    answer = await graph(CUSTOMER, {"id": id})

    expected = {"estimatedCalls": 1, "actualCalls": 1, "retries": 0, "cacheHits": 0, "throttleStatus": UNUSED}
    assert answer["extensions"]["cost"] == expected


@pytest.mark.parametrize("times", [1, 2])
async def test_a_read_that_is_sent_again_is_one_call_and_its_retries(graph: Any, emulator: Any, times: int) -> None:
    (id,) = make_customers(emulator, 1)
    emulator.faults.add("status", READ, status=503, count=times)

    answer = await graph(CUSTOMER, {"id": id})

    assert "errors" not in answer
    assert cost(answer) == (1, times)
    assert graph.calls == {READ: 1 + times}


async def test_a_write_that_was_sent_twice_says_so(graph: Any, emulator: Any) -> None:
    emulator.faults.add("reset_after", "CreateCustomer", count=1)

    answer = await graph(CREATE)

    assert answer["data"]["createCustomer"]["userErrors"] == []
    assert cost(answer) == (1, 1)
    assert emulator.store.db.execute("SELECT count(*) FROM customers").fetchone()[0] == 1


async def test_a_write_that_failed_each_time_tells_how_often_it_was_sent(graph: Any, emulator: Any) -> None:
    emulator.faults.add("reset_after", "CreateCustomer", count=3)

    answer = await graph(CREATE)

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UPSTREAM_AMBIGUOUS"]
    assert cost(answer) == (1, 2)


async def test_a_write_that_must_not_be_repeated_has_no_retry_and_its_read_back_is_a_call(
    graph: Any, emulator: Any
) -> None:
    emulator.faults.add("reset_after", "UpdateCustomerGroup", count=1)

    answer = await graph(RENAME)

    assert graph.calls == {"UpdateCustomerGroup": 1, "RetrieveCustomerGroup": 1}
    assert cost(answer) == (2, 0)


async def test_retries_of_several_fields_are_added_up(graph: Any, emulator: Any) -> None:
    emulator.faults.add("status", "CreateCustomer", status=503, count=1)
    emulator.faults.add("status", "CreateCustomerGroup", status=503, count=1)
    query = """mutation {
      a: createCustomer(input: { givenName: "Ada" }) { userErrors { code } }
      b: createCustomerGroup(input: { name: "New" }) { userErrors { code } }
      c: createCustomer(input: { givenName: "Bo" }) { userErrors { code } }
    }"""

    answer = await graph(query)

    assert cost(answer) == (3, 2)
    assert graph.calls.total() == 5


async def test_what_waits_for_a_paused_seller_was_never_sent(graph: Any, emulator: Any) -> None:
    (id,) = make_customers(emulator, 1)
    emulator.faults.add("status", READ, status=429, retry_after="60", count=1)

    refused = await graph(CUSTOMER, {"id": id})
    held = await graph(CUSTOMER, {"id": id})

    assert [answer["errors"][0]["extensions"]["code"] for answer in (refused, held)] == ["RATE_LIMITED"] * 2
    assert (cost(refused), cost(held)) == ((1, 0), (0, 0))
    assert graph.calls == {READ: 1}


async def test_what_an_open_breaker_holds_back_was_never_sent(graph: Any, emulator: Any) -> None:
    emulator.faults.add("status", "UpdateCustomerGroup", status=500)
    emulator.faults.add("status", "RetrieveCustomerGroup", status=500, count=5)
    failures = [await graph(RENAME) for _ in range(3)]

    held = await graph(CREATE)

    sent = sum(calls + retries for calls, retries in map(cost, failures))
    assert sent == graph.calls.total() >= 5
    assert held["errors"][0]["extensions"]["code"] == "UPSTREAM_UNAVAILABLE"
    assert cost(held) == (0, 0)


async def test_a_call_for_which_no_connection_can_be_made_was_never_sent(graph: Any, emulator: Any) -> None:
    await emulator.running.close()

    answer = await graph(CUSTOMER, {"id": "C1"})

    assert answer["errors"][0]["extensions"]["code"] == "UPSTREAM_UNAVAILABLE"
    assert cost(answer) == (0, 0)


async def test_a_request_that_answers_two_operations_is_a_call_of_one_of_them(graph: Any, emulator: Any) -> None:
    emulator.faults.add("latency", "ListCustomerSegments", milliseconds=200)

    answers = await asyncio.gather(*(graph("{ segments { nodes { name } } }") for _ in range(2)))

    costs = sorted((each["extensions"]["cost"] for each in answers), key=lambda told: told["actualCalls"])
    assert [(told["actualCalls"], told["retries"], told["cacheHits"]) for told in costs] == [(0, 0, 1), (1, 0, 0)]
    assert graph.calls == {"ListCustomerSegments": 1}


async def test_what_is_left_of_a_sellers_limit_shows_the_pause_and_the_half_that_a_429_leaves(
    graph: Any, emulator: Any
) -> None:
    (id,) = make_customers(emulator, 1)
    emulator.faults.add("status", READ, status=429, retry_after="60", count=1)
    left = [(await graph(CUSTOMER, {"id": id}))["extensions"]["cost"]["throttleStatus"] for _ in range(2)]
    other = (await graph("{ __typename }", token="renewed-token"))["extensions"]["cost"]["throttleStatus"]

    pauses = [each.pop("pauseSeconds") for each in left]

    assert left == [{"maximumAvailable": 4, "currentlyAvailable": 0}] * 2
    assert 60 >= pauses[0] > pauses[1] > 0
    assert other == UNUSED
