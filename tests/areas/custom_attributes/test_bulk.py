from __future__ import annotations

from typing import Any

import pytest

from gateway.emulator.store.faults import Kind
from tests.emulator.attributes import customer, define, put, selection
from tests.emulator.conftest import Emulator

BULK = """
    mutation ($values: [BulkUpsertCustomerCustomAttributeInput!]!, $idempotencyKey: String) {
      answer: bulkUpsertCustomerCustomAttributes(values: $values, idempotencyKey: $idempotencyKey) {
        results {
          index customerId key idempotencyKey
          customAttribute { customerId key rawValue version value { __typename } }
          userErrors { __typename code field message }
        }
        idempotencyKey
        userErrors { __typename code field }
      }
    }
"""
CALL, DEFINITIONS_LIST = "BulkUpsertCustomerCustomAttributes", "ListCustomerCustomAttributeDefinitions"


async def send(graph: Any, values: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    data = await graph.data(BULK, {"values": values, **more})
    return data["answer"]  # type: ignore[no-any-return]


async def many(emulator: Emulator, count: int) -> list[dict[str, Any]]:
    """As many values, each of a key of its own, for one customer."""
    owner = await customer(emulator)
    values = []
    for index in range(count):
        await define(emulator, f"k{index}")
        values.append({"customerId": owner, "key": f"k{index}", "value": {"string": str(index)}})
    return values


def codes(answer: dict[str, Any]) -> list[str | None]:
    """The code of each result's first error."""
    return [each["userErrors"][0]["code"] if each["userErrors"] else None for each in answer["results"]]


async def test_more_values_than_a_call_takes_are_split_and_answered_in_order(graph: Any, emulator: Emulator) -> None:
    values = await many(emulator, 60)
    graph.reset()

    answer = await send(graph, values)

    results = answer["results"]
    assert answer["userErrors"] == []
    assert [each["index"] for each in results] == list(range(60))
    assert [each["customAttribute"]["rawValue"] for each in results] == [str(index) for index in range(60)]
    assert results[59] == {
        "index": 59,
        "customerId": values[59]["customerId"],
        "key": "k59",
        "idempotencyKey": f"{answer['idempotencyKey']}-59",
        "customAttribute": {
            "customerId": values[59]["customerId"],
            "key": "k59",
            "rawValue": "59",
            "version": 1,
            "value": {"__typename": "StringValue"},
        },
        "userErrors": [],
    }
    assert graph.calls == {DEFINITIONS_LIST: 1, CALL: 3}


async def test_each_value_succeeds_or_fails_on_its_own(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    tea = (await define(emulator, "drinks", selection("Tea")))["schema"]["items"]["enum"][0]
    await define(emulator, "mail", "Email")
    await define(emulator, "text")
    await put(emulator, owner, "text", "old")
    graph.reset()

    answer = await send(
        graph,
        [
            {"customerId": owner, "key": "drinks", "value": {"selection": ["Tea"]}},
            {"customerId": owner, "key": "mail", "value": {"email": "nobody"}},
            {"customerId": "NOBODY", "key": "text", "value": {"string": "x"}},
            {"customerId": owner, "key": "text", "value": {"string": "new"}, "version": 7},
            {"customerId": owner, "key": "absent", "value": {"string": "x"}},
        ],
    )

    first, *failed = answer["results"]
    assert (first["customAttribute"]["rawValue"], first["userErrors"]) == ([tea], [])
    assert [each["customAttribute"] for each in failed] == [None] * 4
    kinds = [each["userErrors"][0]["__typename"] for each in failed]
    assert kinds == ["ValidationError", "NotFoundError", "ConflictError", "NotFoundError"]
    paths = [each["userErrors"][0]["field"] for each in failed]
    assert paths[0] == ["values", "1", "value", "email"]
    assert paths[1][:2] == ["values", "2"]
    assert paths[2] == ["values", "3", "version"]
    assert graph.calls[CALL] == 1


async def test_values_that_do_not_fit_are_not_sent_but_the_others_are(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    await define(emulator, "drinks", selection("Tea"))
    await define(emulator, "text")
    graph.reset()

    answer = await send(
        graph,
        [
            {"customerId": owner, "key": "drinks", "value": {"selection": ["Milk"]}},
            {"customerId": owner, "key": "text", "value": {"string": "x"}},
        ],
    )

    assert codes(answer) == ["INVALID_VALUE", None]
    assert answer["results"][0]["userErrors"][0]["field"] == ["values", "0", "value", "selection", "0"]
    assert list(emulator.recorded.latest[-1].body["values"]) == ["1"]


async def test_a_customer_and_key_given_twice_counts_once(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    await define(emulator, "text")
    values = [{"customerId": owner, "key": "text", "value": {"string": text}} for text in ("first", "second")]

    answer = await send(graph, values)

    first, second = answer["results"]
    assert first["customAttribute"]["rawValue"] == "first"
    assert second["customAttribute"] is None
    assert (codes(answer)[1], second["userErrors"][0]["field"]) == ("DUPLICATE_ID", ["values", "1", "key"])


@pytest.mark.parametrize(("count", "code"), [(0, "ARRAY_EMPTY"), (251, "ARRAY_LENGTH_TOO_LONG")])
async def test_none_or_too_many_values_are_refused_before_any_call(graph: Any, count: int, code: str) -> None:
    values = [{"customerId": f"C{index}", "key": "text", "value": {"string": "x"}} for index in range(count)]

    answer = await send(graph, values)

    assert (answer["results"], answer["userErrors"][0]["code"]) == ([], code)
    assert answer["userErrors"][0]["field"] == ["values"]
    assert not graph.calls


async def test_when_a_later_part_fails_every_value_says_whether_it_was_set(graph: Any, emulator: Emulator) -> None:
    values = await many(emulator, 52)
    # With the emulator's fixed seed, the first call passes and those behind it are struck.
    emulator.faults.add(Kind.STATUS, CALL, status=503, probability=0.8)

    answer = await send(graph, values)

    assert codes(answer) == [None] * 25 + ["UPSTREAM_UNAVAILABLE"] * 25 + ["NOT_ATTEMPTED"] * 2
    assert [each["key"] for each in answer["results"]] == [each["key"] for each in values]
    assert answer["results"][51]["userErrors"][0]["field"] == ["values", "51"]


async def test_when_the_first_part_fails_nothing_was_done_and_the_mutation_fails(
    graph: Any, emulator: Emulator
) -> None:
    values = await many(emulator, 2)
    emulator.faults.add(Kind.STATUS, CALL, status=503)

    answer = await graph(BULK, {"values": values})

    assert [each["extensions"]["code"] for each in answer["errors"]] == ["UPSTREAM_UNAVAILABLE"]


async def test_the_same_idempotency_key_sets_every_value_once(graph: Any, emulator: Emulator) -> None:
    values = await many(emulator, 3)

    first = await send(graph, values, idempotencyKey="once")
    again = await send(graph, values, idempotencyKey="once")

    assert again == first
    assert [each["idempotencyKey"] for each in first["results"]] == ["once-0", "once-1", "once-2"]
    assert [each["customAttribute"]["version"] for each in again["results"]] == [1, 1, 1]


async def test_a_value_can_have_an_idempotency_key_of_its_own(graph: Any, emulator: Emulator) -> None:
    values = await many(emulator, 4)
    for each, key in zip(values, ("mine", "k" * 46, "", None), strict=True):
        each["idempotencyKey"] = key

    answer = await send(graph, values, idempotencyKey="all")

    assert [answer["results"][index]["idempotencyKey"] for index in (0, 3)] == ["mine", "all-3"]
    assert codes(answer) == [None, "VALUE_TOO_LONG", "VALUE_EMPTY", None]
    assert answer["results"][1]["userErrors"][0]["field"] == ["values", "1", "idempotencyKey"]


async def test_a_shared_key_leaves_room_for_the_places_behind_it(graph: Any) -> None:
    values = [{"customerId": "C", "key": "text", "value": {"string": "x"}}]

    answer = await send(graph, values, idempotencyKey="k" * 42)

    assert answer["userErrors"] == [
        {"__typename": "ValidationError", "code": "VALUE_TOO_LONG", "field": ["idempotencyKey"]}
    ]
    assert not graph.calls
