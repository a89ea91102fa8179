"""Keys of many values that were used before: Square answers with what was written then, not with what is asked now."""

from __future__ import annotations

from typing import Any

from tests.areas.people import make_customers
from tests.areas.used_keys import BULK, REUSED, answer, refusal
from tests.conftest import Graph
from tests.emulator.attributes import OTHER, OWNER, READ_WRITE, customer, define


async def attributes(emulator: Any, count: int) -> list[dict[str, Any]]:
    """As many values, each of an attribute of its own, of one customer."""
    (of,) = make_customers(emulator, 1)
    for index in range(count):
        await define(emulator, f"k{index}")
    return [{"customerId": of, "key": f"k{index}", "value": {"string": "x"}} for index in range(count)]


async def test_of_many_values_those_with_a_used_key_are_errors(graph: Graph, emulator: Any) -> None:
    values = await attributes(emulator, 4)
    other = await customer(emulator)
    for index, each in enumerate(values):
        each["idempotencyKey"] = f"own-{index}"
    first = await answer(graph, BULK, values=values)
    changed = [
        {**values[0], "value": {"string": "y"}},
        {**values[1], "key": "k3", "idempotencyKey": "own-1"},
        {**values[2], "customerId": other},
        values[3] | {"customerId": values[3]["customerId"]},
    ]

    mixed = await answer(graph, BULK, values=changed)
    again = await answer(graph, BULK, values=values)

    assert [each["userErrors"] for each in first["results"]] == [[]] * 4
    assert [each["userErrors"] for each in mixed["results"]] == [
        refusal("values", "0", "idempotencyKey"),
        refusal("values", "1", "idempotencyKey"),
        refusal("values", "2", "idempotencyKey"),
        [{"__typename": "ValidationError", "code": "DUPLICATE_ID", "field": ["values", "3", "key"]}],
    ]
    assert [each["customAttribute"] for each in mixed["results"]] == [None] * 4
    assert again == first


async def test_a_key_of_an_attribute_that_another_application_calls_the_same_shows_none(
    graph: Graph, emulator: Any
) -> None:
    await define(emulator, "it", name="Ours", visibility=READ_WRITE, description="For tests")
    await define(emulator, "it", token=OTHER, name="Theirs", visibility=READ_WRITE, description="For tests")
    (of,) = make_customers(emulator, 1)
    ours = {"customerId": of, "key": "it", "value": {"string": "x"}, "idempotencyKey": "k"}

    await answer(graph, BULK, values=[ours])
    theirs = await answer(graph, BULK, values=[{**ours, "key": "sq0idp-second-app:it"}])
    long = await answer(graph, BULK, values=[{**ours, "key": f"{OWNER}:it"}])

    assert theirs["results"] == [{"customAttribute": None, "userErrors": refusal("values", "0", "idempotencyKey")}]
    assert long["results"] == [{"customAttribute": {"rawValue": "x", "version": 1}, "userErrors": []}]


async def test_a_used_key_of_the_whole_mutation_is_told_at_each_value_that_differs(graph: Graph, emulator: Any) -> None:
    values = await attributes(emulator, 2)
    await answer(graph, BULK, values=values, key="k")

    mixed = await answer(graph, BULK, values=[values[0], {**values[1], "value": {"string": "y"}}], key="k")

    assert [each["userErrors"] for each in mixed["results"]] == [[], refusal()]
    assert mixed["results"][1]["customAttribute"] is None


async def test_equal_keys_in_one_list_are_refused_and_the_others_sent(graph: Graph, emulator: Any) -> None:
    values = await attributes(emulator, 30)
    values[1]["idempotencyKey"] = values[28]["idempotencyKey"] = "same"
    # The key that the fourth value gets from the mutation's.
    values[2]["idempotencyKey"] = "k-3"

    found = await answer(graph, BULK, values=values, key="k")

    errors = {index: each["userErrors"] for index, each in enumerate(found["results"]) if each["userErrors"]}
    assert errors == {
        1: refusal("values", "1", "idempotencyKey"),
        2: refusal("values", "2", "idempotencyKey"),
        3: refusal("idempotencyKey"),
        28: refusal("values", "28", "idempotencyKey"),
    }
    sent = [name for call in emulator.recorded.latest if "values" in (call.body or {}) for name in call.body["values"]]
    assert sent == [str(index) for index in range(30) if index not in errors]


async def test_nothing_is_read_or_sent_when_all_keys_are_equal(graph: Graph, emulator: Any) -> None:
    values = [{**each, "idempotencyKey": "same"} for each in await attributes(emulator, 2)]
    graph.reset()

    found = await answer(graph, BULK, values=values)

    assert [each["userErrors"][0]["code"] for each in found["results"]] == [REUSED] * 2
    assert not graph.calls
