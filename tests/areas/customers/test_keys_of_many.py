"""Creating many customers with a key for each: a part of them can be sent again, in any order and company."""

from __future__ import annotations

from typing import Any

import pytest

from tests.areas.people import sent
from tests.conftest import Graph
from tests.throttle import UNUSED

CREATE = """mutation ($customers: [CreateCustomerInput!]!, $key: String) {
  answer: bulkCreateCustomers(customers: $customers, idempotencyKey: $key) {
    results { key customer { id givenName } userErrors { __typename code field } } userErrors { code } } }"""
ONE = """mutation ($input: CreateCustomerInput!, $key: String) {
  answer: createCustomer(input: $input, idempotencyKey: $key) {
    idempotencyKey customer { id } userErrors { code field } } }"""
REUSED = "IDEMPOTENCY_KEY_REUSED"


def person(number: int, key: str | None = None) -> dict[str, Any]:
    return {"givenName": f"Ada {number}", **({} if key is None else {"idempotencyKey": key})}


async def answer(graph: Graph, query: str, **variables: Any) -> Any:
    return (await graph.data(query, variables))["answer"]


def refusal(*path: str) -> list[dict[str, Any]]:
    return [{"__typename": "IdempotencyError", "code": REUSED, "field": [*path]}]


async def test_each_customer_is_sent_under_its_own_key_and_the_others_under_the_shared_one(
    graph: Graph, emulator: Any
) -> None:
    given = [person(0, "a"), person(1), person(2, "c"), {**person(3), "idempotencyKey": None}]

    found = await answer(graph, CREATE, customers=given, key="k")

    assert [each["key"] for each in found["results"]] == ["a", "k-1", "c", "k-3"]
    assert sent(emulator, "BulkCreateCustomers") == [
        {"customers": {key: {"given_name": f"Ada {number}"} for number, key in enumerate(["a", "k-1", "c", "k-3"])}}
    ]


async def test_a_part_is_sent_again_in_another_place_and_creates_nobody_twice(graph: Graph, emulator: Any) -> None:
    given = [person(number, f"key-{number}") for number in range(120)]
    first = await answer(graph, CREATE, customers=given)

    again = await answer(graph, CREATE, customers=[person(500, "new"), *reversed(given[95:105])])

    assert again["results"][1:] == first["results"][95:105][::-1]
    assert emulator.store.db.execute("SELECT count(*) FROM customers").fetchone()[0] == 121


async def test_a_used_key_with_other_data_is_told_at_its_customer(graph: Graph) -> None:
    await answer(graph, CREATE, customers=[person(0, "a"), person(1, "b")])

    found = await answer(graph, CREATE, customers=[person(0, "a"), person(2, "b")])

    assert [each["userErrors"] for each in found["results"]] == [[], refusal("customers", "1", "idempotencyKey")]
    assert found["results"][1]["customer"] is None


async def test_equal_keys_are_refused_before_anything_is_sent_under_them(graph: Graph, emulator: Any) -> None:
    given = [person(number) for number in range(150)]
    given[0]["idempotencyKey"] = given[149]["idempotencyKey"] = "same"
    given[1]["idempotencyKey"] = "k-2"

    found = await answer(graph, CREATE, customers=given, key="k")

    errors = {index: each["userErrors"] for index, each in enumerate(found["results"]) if each["userErrors"]}
    assert errors == {
        0: refusal("customers", "0", "idempotencyKey"),
        1: refusal("customers", "1", "idempotencyKey"),
        2: refusal("idempotencyKey"),
        149: refusal("customers", "149", "idempotencyKey"),
    }
    assert [len(body["customers"]) for body in sent(emulator, "BulkCreateCustomers")] == [100, 46]


@pytest.mark.parametrize(("key", "code"), [("", "VALUE_EMPTY"), ("k" * 129, "VALUE_TOO_LONG")])
async def test_a_key_of_a_wrong_length_is_told_at_its_customer_and_the_others_are_sent(
    graph: Graph, emulator: Any, key: str, code: str
) -> None:
    found = await answer(graph, CREATE, customers=[person(0, key), person(1, "k" * 128)])

    assert found["results"][0]["userErrors"] == [
        {"__typename": "ValidationError", "code": code, "field": ["customers", "0", "idempotencyKey"]}
    ]
    assert found["results"][1]["customer"]["givenName"] == "Ada 1"


async def test_a_list_whose_answer_was_lost_may_be_sent_again_as_it_is(graph: Graph, emulator: Any) -> None:
    given = [person(number, f"key-{number}") for number in range(3)]
    emulator.faults.add("reset_after", "BulkCreateCustomers", count=3)

    lost = await graph(CREATE, {"customers": given})
    again = await answer(graph, CREATE, customers=given)

    told = lost["errors"][0]["extensions"]
    assert (told["code"], told["retryable"]) == ("UPSTREAM_AMBIGUOUS", True)
    expected = {"estimatedCalls": 1, "actualCalls": 1, "retries": 2, "cacheHits": 0, "throttleStatus": UNUSED}
    assert lost["extensions"]["cost"] == expected
    assert all(each["customer"] for each in again["results"])
    assert emulator.store.db.execute("SELECT count(*) FROM customers").fetchone()[0] == 3


async def test_a_single_customer_takes_its_key_from_either_place(graph: Graph, emulator: Any) -> None:
    inside = await answer(graph, ONE, input=person(0, "a"))
    both = await answer(graph, ONE, input=person(0, "a"), key="a")
    beside = await answer(graph, ONE, input=person(0), key="a")
    conflicting = await answer(graph, ONE, input=person(0, "a"), key="b")
    used = await answer(graph, ONE, input=person(1, "a"))
    long = await answer(graph, ONE, input=person(1, "k" * 129))

    assert inside["customer"] is not None
    assert inside == both == beside
    path = ["input", "idempotencyKey"]
    assert conflicting["userErrors"] == [{"code": "CONFLICTING_PARAMETERS", "field": path}]
    assert used["userErrors"] == [{"code": REUSED, "field": path}]
    assert long["userErrors"] == [{"code": "VALUE_TOO_LONG", "field": path}]
    assert graph.calls == {"CreateCustomer": 4}
