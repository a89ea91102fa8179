"""What `@skip` and `@include` leave out costs nothing and leads to no call: plan and execution see the same fields."""

from __future__ import annotations

from typing import Any

import pytest

from tests.areas.people import make_customers, make_groups
from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import define, put

LEFT_OUT = [
    "balance @include(if: false)",
    "balance @skip(if: true)",
    "... @include(if: false) { balance }",
    "... on LoyaltyAccount @skip(if: true) { balance }",
    "...F @include(if: false)",
    "balance @include(if: $no)",
    "...F @skip(if: $yes)",
    "balance @skip(if: false) @include(if: $no)",
]
HEAD = "query ($no: Boolean! = false, $yes: Boolean! = true)"
FRAGMENT = "fragment F on LoyaltyAccount { balance }"


@pytest.mark.parametrize("left_out", LEFT_OUT)
async def test_ids_beside_what_is_left_out_make_no_call(graph: Any, emulator: Any, left_out: str) -> None:
    shop.open_shop(emulator)
    for id in make_customers(emulator, 5):
        await shop.reward(emulator, await shop.enroll(emulator, points=20, customer_id=id))
    fields = f"id {left_out} ...G @skip(if: $no)"
    used = f"{FRAGMENT} fragment G on LoyaltyAccount {{ ...F @include(if: $no) __typename ...H @skip(if: $yes) }}"
    query = f"{HEAD} {{ loyaltyRewards(first: 300) {{ nodes {{ account {{ {fields} }} }} }} }}"
    graph.reset()

    answer = await graph(f"{query} {used} fragment H on LoyaltyAccount {{ balance }}")

    assert "errors" not in answer, answer["errors"]
    assert all(set(node["account"]) == {"id", "__typename"} for node in answer["data"]["loyaltyRewards"]["nodes"])
    assert graph.calls == {"SearchLoyaltyRewards": 1}
    assert answer["extensions"]["cost"]["estimatedCalls"] == 10


async def test_a_definition_that_is_left_out_is_not_asked_for(graph: Any, emulator: Any) -> None:
    await define(emulator, "mine")
    (id,) = make_customers(emulator, 1)
    await put(emulator, id, "mine", "x")
    graph.reset()
    query = """query ($id: ID!) { customer(id: $id) { customAttributes { nodes {
      key definition { key name @include(if: false) } value @skip(if: true) { __typename } } } } }"""

    data = await graph.data(query, {"id": id})

    assert data["customer"]["customAttributes"]["nodes"] == [{"key": "mine", "definition": {"key": "mine"}}]
    assert graph.calls == {"BulkRetrieveCustomers": 1, "ListCustomerCustomAttributes": 1}
    assert "with_definition" not in emulator.recorded.latest[-1].query


async def test_a_count_that_is_left_out_is_not_asked_for(graph: Any, emulator: Any) -> None:
    (group,) = make_groups(emulator, "A")
    make_customers(emulator, 3, [group])
    query = """query ($id: ID!, $counted: Boolean!) { group(id: $id) {
      customers { totalCount @include(if: $counted) nodes { id } } } }"""

    for counted in (True, False):
        data = await graph.data(query, {"id": group, "counted": counted})

        assert ("totalCount" in data["group"]["customers"]) == counted
        assert ("count" in emulator.recorded.latest[-1].body) == counted


async def test_the_same_document_is_run_with_each_value_of_a_condition(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator, points=20)
    await shop.reward(emulator, account)
    query = "query ($all: Boolean!) { loyaltyRewards { nodes { account { id balance @include(if: $all) } } } }"

    for wanted in (True, False, True):
        graph.reset()
        (node,) = (await graph.data(query, {"all": wanted}))["loyaltyRewards"]["nodes"]

        assert ("balance" in node["account"]) == wanted
        assert graph.calls.total() == (2 if wanted else 1)
