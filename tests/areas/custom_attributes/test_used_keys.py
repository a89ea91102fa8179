"""Keys of values that were used before: Square answers with what was written then, which is not what is asked now."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.areas.people import make_customers
from tests.areas.used_keys import RETRIEVE, SET, answer, refusal
from tests.conftest import Graph
from tests.emulator.attributes import OWNER, customer, define, put, selection

ADDRESS = {"addressLine1": "1 Main St", "locality": "Springfield", "country": "US"}
VALUES: dict[str, tuple[Any, dict[str, Any], dict[str, Any]]] = {
    "String": ("String", {"string": "a"}, {"string": "b"}),
    "String that is a number": ("String", {"string": "10"}, {"string": "10.0"}),
    "Number": ("Number", {"number": "10"}, {"number": "10.00001"}),
    "Number of many digits": ("Number", {"number": "92233720368546.12345"}, {"number": "92233720368546.12344"}),
    "Boolean": ("Boolean", {"boolean": True}, {"boolean": False}),
    "Date": ("Date", {"date": "2026-01-31"}, {"date": "2026-02-01"}),
    "Email": ("Email", {"email": "a@example.com"}, {"email": "b@example.com"}),
    "PhoneNumber": ("PhoneNumber", {"phoneNumber": "+14155550101"}, {"phoneNumber": "+14155550102"}),
    "Address": ("Address", {"address": ADDRESS}, {"address": {**ADDRESS, "locality": "Shelbyville"}}),
    "Address with less": ("Address", {"address": ADDRESS}, {"address": {"addressLine1": "1 Main St"}}),
    "Selection": (selection("Tea", "Milk"), {"selection": ["Tea"]}, {"selection": ["Milk"]}),
    "Selection of less": (selection("Tea", "Milk"), {"selection": ["Tea", "Milk"]}, {"selection": ["Milk"]}),
    "raw": ("String", {"raw": "a"}, {"raw": "b"}),
}


@pytest.mark.parametrize("case", VALUES)
async def test_a_key_of_another_value_shows_none(graph: Graph, emulator: Any, case: str) -> None:
    kind, value, other = VALUES[case]
    await define(emulator, "it", kind)
    of = await customer(emulator)
    graph.reset()
    first = await answer(graph, SET, of=of, attribute="it", value=value, key="k")
    calls = dict(graph.calls)

    refused = await answer(graph, SET, of=of, attribute="it", value=other, key="k")
    again = await answer(graph, SET, of=of, attribute="it", value=value, key="k")

    assert (first["userErrors"], calls.get(RETRIEVE)) == ([], None)
    assert refused == {"customAttribute": None, "userErrors": refusal()}
    assert again == first
    assert graph.calls[RETRIEVE] == 1


async def test_a_key_of_another_customer_shows_none(graph: Graph, emulator: Any) -> None:
    await define(emulator, "it")
    mine, theirs, set_before = make_customers(emulator, 3)
    await put(emulator, set_before, "it", "old")
    await answer(graph, SET, of=mine, attribute="it", value={"string": "x"}, key="k")

    answers = [
        await answer(graph, SET, of=of, attribute="it", value={"string": "x"}, key="k") for of in (theirs, set_before)
    ]

    assert answers == [{"customAttribute": None, "userErrors": refusal()}] * 2
    query = f'{{ customAttribute(customerId: "{theirs}", key: "it") {{ rawValue }} }}'
    assert await graph.data(query) == {"customAttribute": None}


async def test_of_requests_with_one_key_at_the_same_time_one_writes_and_the_others_say_so(
    graph: Graph, emulator: Any
) -> None:
    await define(emulator, "it")
    people = make_customers(emulator, 5)

    answers = await asyncio.gather(
        *(answer(graph, SET, of=of, attribute="it", value={"string": "x"}, key="k") for of in people)
    )
    query = 'query ($of: ID!) { customerAttribute: customAttribute(customerId: $of, key: "it") { rawValue } }'
    written = [(await graph.data(query, {"of": of}))["customerAttribute"] is not None for of in people]

    assert written.count(True) == 1
    assert [each["userErrors"] for each in answers] == [[] if there else refusal() for there in written]


@pytest.mark.parametrize("seconds", [0.5, 3600])
async def test_a_clock_that_is_ahead_hides_no_used_key_and_refuses_no_new_one(
    graph: Graph, emulator: Any, seconds: float
) -> None:
    emulator.clock.advance(seconds)
    await define(emulator, "it")
    mine, theirs = make_customers(emulator, 2)

    first = await answer(graph, SET, of=mine, attribute="it", value={"string": "x"}, key="k")
    other = await answer(graph, SET, of=theirs, attribute="it", value={"string": "x"}, key="k")

    assert first["userErrors"] == []
    assert other == {"customAttribute": None, "userErrors": refusal()}


async def test_a_key_of_another_attribute_shows_none_and_is_sent_once(graph: Graph, emulator: Any) -> None:
    await define(emulator, "one")
    await define(emulator, "two")
    (of,) = make_customers(emulator, 1)
    await answer(graph, SET, of=of, attribute="one", value={"string": "x"}, key="k")

    other = await answer(graph, SET, of=of, attribute="two", value={"string": "x"}, key="k")
    long = await answer(graph, SET, of=of, attribute=f"{OWNER}:one", value={"string": "x"}, key="k")

    assert other == {"customAttribute": None, "userErrors": refusal()}
    assert long["userErrors"] == []
    assert graph.calls["UpsertCustomerCustomAttribute"] == 3


async def test_a_value_is_answered_again_though_it_was_changed_but_not_when_it_is_gone(
    graph: Graph, emulator: Any
) -> None:
    await define(emulator, "it")
    (of,) = make_customers(emulator, 1)
    first = await answer(graph, SET, of=of, attribute="it", value={"string": "x"}, key="k")
    await put(emulator, of, "it", "y")

    again = await answer(graph, SET, of=of, attribute="it", value={"string": "x"}, key="k")
    versioned = await answer(graph, SET, of=of, attribute="it", value={"string": "x"}, version=2, key="k")
    query = f'mutation {{ deleteCustomerCustomAttribute(customerId: "{of}", key: "it") {{ userErrors {{ code }} }} }}'
    await graph.data(query)
    gone = await answer(graph, SET, of=of, attribute="it", value={"string": "x"}, key="k")

    assert again == first
    assert versioned == gone == {"customAttribute": None, "userErrors": refusal()}


async def test_a_write_whose_answer_was_lost_is_not_taken_for_another(graph: Graph, emulator: Any) -> None:
    await define(emulator, "it")
    (of,) = make_customers(emulator, 1)
    emulator.faults.add("reset_after", "UpsertCustomerCustomAttribute", count=1)

    found = await answer(graph, SET, of=of, attribute="it", value={"string": "x"}, key="k")

    assert found == {"customAttribute": {"key": "it", "rawValue": "x", "version": 1}, "userErrors": []}
    assert graph.calls[RETRIEVE] == 0


async def test_what_cannot_be_found_out_may_be_sent_again_with_its_key(graph: Graph, emulator: Any) -> None:
    await define(emulator, "it")
    (of,) = make_customers(emulator, 1)
    wanted = {"of": of, "attribute": "it", "value": {"string": "x"}, "key": "k"}
    first = await answer(graph, SET, **wanted)
    emulator.faults.add("status", RETRIEVE, status=503, count=3)

    failed = await graph(SET, wanted)
    again = await answer(graph, SET, **wanted)

    told = failed["errors"][0]["extensions"]
    assert (told["code"], told["retryable"], told["idempotencyKey"]) == ("UPSTREAM_AMBIGUOUS", True, "k")
    assert failed["extensions"]["cost"]["actualCalls"] <= failed["extensions"]["cost"]["estimatedCalls"]
    assert again == first


async def test_a_token_that_may_not_read_is_believed_with_a_warning(graph: Graph, emulator: Any) -> None:
    await define(emulator, "it")
    (of,) = make_customers(emulator, 1)
    token = {"token": "writer", "scopes": ["CUSTOMERS_WRITE"]}
    async with emulator.http.post(f"{emulator.url}/_emulator/tokens", json=token) as response:
        assert response.status == 200
    wanted = {"of": of, "attribute": "it", "value": {"string": "x"}, "key": "k"}

    first = await graph(SET, wanted, token="writer")
    again = await graph(SET, wanted, token="writer")
    other = await graph.data(SET, {**wanted, "value": {"string": "y"}}, token="writer")

    assert again["data"] == first["data"]
    assert (first["data"]["answer"]["userErrors"], other["answer"]["userErrors"]) == ([], refusal())
    assert "warnings" not in first["extensions"]
    (warning,) = again["extensions"]["warnings"]
    assert (warning["code"], warning["count"]) == ("REPLAY_NOT_CONFIRMED", 1)
