"""What Relay's `@fetchable` asks: an object by its id, at the price of the field that people use for it."""

from __future__ import annotations

import pytest
from graphql import build_schema as schema_of

from gateway.emulator.seed import seed_demo
from gateway.schema import build_schema
from gateway.tools.sdl import federated_sdl, public_sdl, relay_sdl
from tests.conftest import Graph
from tests.introspected import introspected

IDS = """{
  customers(first: 2) { nodes { id } } groups(first: 1) { nodes { id } } segments(first: 1) { nodes { id } }
  loyaltyAccounts(first: 1) { nodes { id } } loyaltyRewards(first: 1) { nodes { id } }
  loyaltyProgram { id promotions(first: 1) { nodes { id } } }
}"""
FIELDS = {
    "fetch__Customer": ("customers", {"BulkRetrieveCustomers": 1}),
    "fetch__Group": ("groups", {"RetrieveCustomerGroup": 1}),
    "fetch__Segment": ("segments", {"RetrieveCustomerSegment": 1}),
    "fetch__LoyaltyProgram": ("loyaltyProgram", {"RetrieveLoyaltyProgram": 1}),
    "fetch__LoyaltyPromotion": ("promotions", {"RetrieveLoyaltyProgram": 1, "RetrieveLoyaltyPromotion": 1}),
    "fetch__LoyaltyAccount": ("loyaltyAccounts", {"RetrieveLoyaltyAccount": 1}),
    "fetch__LoyaltyReward": ("loyaltyRewards", {"RetrieveLoyaltyReward": 1}),
}


@pytest.fixture
async def ids(graph: Graph) -> dict[str, list[str]]:
    """Ids of the demo shop, by the list they are in."""
    seed_demo(graph.emulator.store, graph.emulator.clock, customers=60)
    data = await graph.data(IDS)
    program = data.pop("loyaltyProgram")
    lists = {**data, "promotions": program["promotions"], "loyaltyProgram": {"nodes": [program]}}
    graph.reset()
    return {name: [each["id"] for each in found["nodes"]] for name, found in lists.items()}


async def test_every_object_with_an_id_is_fetched_for_the_calls_that_are_estimated(
    graph: Graph, ids: dict[str, list[str]]
) -> None:
    for field, (listed, calls) in FIELDS.items():
        [known, *_] = ids[listed]
        graph.reset()
        answer = await graph(f"query Q($id: ID!) {{ found: {field}(id: $id) {{ id __typename }} }}", {"id": known})

        assert answer["data"] == {"found": {"id": known, "__typename": field.removeprefix("fetch__")}}
        assert graph.calls == calls
        assert answer["extensions"]["cost"]["estimatedCalls"] == sum(calls.values())


async def test_customers_that_are_fetched_share_the_batch_of_all_others(
    graph: Graph, ids: dict[str, list[str]]
) -> None:
    ada, bob = ids["customers"]
    answer = await graph(
        """query Q($ada: ID!, $bob: ID!) {
          a: fetch__Customer(id: $ada) { id } b: customer(id: $bob) { id } customersById(ids: [$ada]) { id }
          nobody: fetch__Customer(id: "NOBODY") { id }
        }""",
        {"ada": ada, "bob": bob},
    )

    assert answer["data"] == {"a": {"id": ada}, "b": {"id": bob}, "customersById": [{"id": ada}], "nobody": None}
    assert "errors" not in answer
    assert graph.calls == {"BulkRetrieveCustomers": 1}
    assert answer["extensions"]["cost"]["estimatedCalls"] == 1


async def test_a_program_that_is_refused_under_another_id_refuses_no_promotion(
    graph: Graph, ids: dict[str, list[str]]
) -> None:
    [promotion] = ids["promotions"]
    graph.emulator.faults.add("status", "RetrieveLoyaltyProgram", status=500, count=3)
    answer = await graph(
        """query Q($id: ID!) {
          fetch__LoyaltyPromotion(id: $id) { id status }
          _entities(representations: [{ __typename: "LoyaltyProgram", id: "OTHER" }]) { __typename }
        }""",
        {"id": promotion},
    )

    assert answer["data"] == {"fetch__LoyaltyPromotion": {"id": promotion, "status": "SCHEDULED"}, "_entities": [None]}
    assert [error["path"] for error in answer["errors"]] == [["_entities", 0]]
    assert graph.calls == {"RetrieveLoyaltyProgram": 4, "RetrieveLoyaltyPromotion": 1}


async def test_an_id_of_nothing_is_null_without_an_error(graph: Graph, ids: dict[str, list[str]]) -> None:
    assert ids
    for field in FIELDS:
        assert await graph.data(f'{{ {field}(id: "NOBODY") {{ id }} }}') == {field: None}


async def test_ids_of_no_program_are_estimated_beside_the_one_call_for_all(graph: Graph) -> None:
    answer = await graph('{ a: fetch__LoyaltyProgram(id: "A") { id } b: fetch__LoyaltyProgram(id: "B") { id } }')

    assert answer["data"] == {"a": None, "b": None}
    assert "errors" not in answer
    assert graph.calls == {"RetrieveLoyaltyProgram": 3}
    assert answer["extensions"]["cost"]["estimatedCalls"] == 3


def test_the_fields_come_after_those_for_people_and_stay_out_of_the_sdl_for_routers_and_tools() -> None:
    query = introspected().query_type
    assert query is not None
    assert list(query.fields)[-len(FIELDS) - 2 :] == [*FIELDS, "_entities", "_service"]
    assert "fetch__" not in federated_sdl()
    assert federated_sdl() == build_schema().sdl
    assert "fetch" not in public_sdl().split("type Query {")[1].split("\n}")[0]


def test_the_sdl_for_relay_is_the_public_one_with_what_can_be_fetched() -> None:
    relay, public = schema_of(relay_sdl()), schema_of(public_sdl())
    fetchable = {
        line.split()[1] for line in relay_sdl().splitlines() if "@fetchable(field_name" in line and "type " in line
    }

    assert {f"fetch__{name}" for name in fetchable} == FIELDS.keys()
    assert relay.query_type is not None
    assert public.query_type is not None
    assert relay.query_type.fields.keys() - public.query_type.fields.keys() == FIELDS.keys()
    assert relay.type_map.keys() == public.type_map.keys()
