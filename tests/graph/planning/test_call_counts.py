"""What operations cost in REST calls: not one more than the plan of batches says."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.emulator.seed import seed_demo
from tests.areas.people import make_customers, make_groups, make_segments, sent
from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import customer, define, put

NESTED = """{ customers(first: 100) { nodes {
  givenName groups { name } segments { name }
  loyaltyAccounts { balance program { status } %s }
} } }"""
REWARDS = "rewards { nodes { status rewardTier { name } } }"


async def enrolled(emulator: Any, count: int) -> None:
    """So many customers in three groups and two segments, each with an account and a reward."""
    shop.open_shop(emulator)
    groups, segments = make_groups(emulator, "A", "B", "C"), make_segments(emulator, "D", "E")
    ids = make_customers(emulator, count, groups, segments)
    for id in ids:
        account = await shop.enroll(emulator, points=20, customer_id=id)
        await shop.reward(emulator, account)


async def test_a_hundred_customers_with_all_their_relations(graph: Any, emulator: Any) -> None:
    await enrolled(emulator, 100)
    graph.reset()

    data = await graph.data(NESTED % "")

    batches = {
        "ListCustomers": 1,
        "ListCustomerGroups": 1,
        "ListCustomerSegments": 1,
        "SearchLoyaltyAccounts": 4,
        "RetrieveLoyaltyProgram": 1,
    }
    assert graph.calls == batches
    assert len(data["customers"]["nodes"]) == 100
    for node in data["customers"]["nodes"]:
        assert [len(node[name]) for name in ("groups", "segments", "loyaltyAccounts")] == [3, 2, 1]
        assert node["loyaltyAccounts"][0]["program"] == {"status": "ACTIVE"}

    graph.reset()
    data = await graph.data(NESTED % REWARDS)

    assert graph.calls == batches | {"SearchLoyaltyRewards": 100}
    rewards = [node["loyaltyAccounts"][0]["rewards"]["nodes"] for node in data["customers"]["nodes"]]
    assert rewards == [[{"status": "ISSUED", "rewardTier": {"name": "Reward for 10"}}]] * 100


async def test_250_customers_by_id_cost_three_calls(graph: Any, emulator: Any) -> None:
    ids = make_customers(emulator, 250)

    data = await graph.data("query ($ids: [ID!]!) { customersById(ids: $ids) { id givenName } }", {"ids": ids})

    assert [each["id"] for each in data["customersById"]] == ids
    assert graph.calls == {"BulkRetrieveCustomers": 3}


async def test_25_aliases_cost_one_call(graph: Any, emulator: Any) -> None:
    ids = make_customers(emulator, 25)
    fields = " ".join(f'c{number}: customer(id: "{id}") {{ givenName }}' for number, id in enumerate(ids))

    data = await graph.data(f"{{ {fields} }}")

    assert data["c24"] == {"givenName": "Person 00024"}
    assert graph.calls == {"BulkRetrieveCustomers": 1}


async def test_the_same_id_is_fetched_once_wherever_it_is_asked(graph: Any, emulator: Any) -> None:
    (id,) = make_customers(emulator, 1)
    query = """query ($id: ID!, $ids: [ID!]!) {
      a: customer(id: $id) { givenName } b: customer(id: $id) { version }
      customersById(ids: $ids) { givenName }
      _entities(representations: [{__typename: "Customer", id: $id}]) { ... on Customer { givenName } }
    }"""

    await graph.data(query, {"id": id, "ids": [id, id]})

    assert sent(emulator, "BulkRetrieveCustomers") == [{"customer_ids": [id]}]


async def test_the_same_list_is_fetched_once_wherever_it_is_asked(graph: Any, emulator: Any) -> None:
    make_customers(emulator, 3)

    await graph.data("{ a: customers(first: 2) { nodes { id } } b: customers(first: 2) { nodes { givenName } } }")

    assert graph.calls == {"ListCustomers": 1}


async def test_groups_that_are_known_are_not_asked_for_again(graph: Any, emulator: Any) -> None:
    groups = make_groups(emulator, "A", "B")
    make_customers(emulator, 5, groups)

    query = """query ($id: ID!) { group(id: $id) { name customers { nodes {
      groups { name customers { nodes { id } } } } } } }"""

    await graph.data(query, {"id": groups[0]})

    # The second group comes out of the list, like any that might follow. The first is not asked for again.
    assert graph.calls == {"RetrieveCustomerGroup": 1, "ListCustomerGroups": 1, "SearchCustomers": 2}


async def test_thirty_customers_of_the_demo_shop_cost_what_was_promised(graph: Any, emulator: Any) -> None:
    seed_demo(emulator.store, emulator.clock)

    data = await graph.data(
        """{ customers(first: 30) { nodes { id givenName groups { name } segments { name }
          customAttributes { nodes { key } } loyaltyAccounts { balance } } pageInfo { hasNextPage endCursor } } }"""
    )

    assert graph.calls == {
        "ListCustomers": 1,
        "ListCustomerGroups": 1,
        "ListCustomerSegments": 1,
        "SearchLoyaltyAccounts": 1,
        "ListCustomerCustomAttributes": 30,
    }
    nodes = data["customers"]["nodes"]
    assert len(nodes) == 30
    for edge in ("groups", "segments", "loyaltyAccounts"):
        assert any(node[edge] for node in nodes), edge
    assert any(node["customAttributes"]["nodes"] for node in nodes)


# Customers of accounts and tiers of rewards can be gone, so that even their ids are looked up.
IDS_ONLY = [
    ("Customer", "groups { id } segments { __typename id }"),
    ("LoyaltyAccount", "program { id }"),
    ("LoyaltyReward", "account { id }"),
    ("CustomAttribute", "customer { id }"),
]


@pytest.mark.parametrize(("kind", "fields"), IDS_ONLY)
async def test_asking_only_the_ids_of_edges_makes_no_call(graph: Any, emulator: Any, kind: str, fields: str) -> None:
    shop.open_shop(emulator)
    groups, segments = make_groups(emulator, "A", "B"), make_segments(emulator, "D", "E")
    (id,) = make_customers(emulator, 1, groups, segments)
    account = await shop.enroll(emulator, points=20, customer_id=id)
    reward = (await shop.reward(emulator, account))["id"]
    await define(emulator, "mine")
    await put(emulator, id, "mine", "x")
    root, call = {
        "Customer": (f'customer(id: "{id}")', "BulkRetrieveCustomers"),
        "LoyaltyAccount": (f'loyaltyAccount(id: "{account}")', "RetrieveLoyaltyAccount"),
        "LoyaltyReward": (f'loyaltyReward(id: "{reward}")', "RetrieveLoyaltyReward"),
        "CustomAttribute": (f'customAttribute(customerId: "{id}", key: "mine")', "RetrieveCustomerCustomAttribute"),
    }[kind]
    graph.reset()

    data = await graph.data(f"{{ found: {root} {{ ...F }} }} fragment F on {kind} {{ {fields} }}")

    assert all(data["found"].values())
    assert graph.calls == {call: 1}


async def test_the_program_and_its_tiers_cost_one_call_under_any_name(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    ids = [await shop.enroll(emulator, points=20) for _ in range(3)]
    rewards = [(await shop.reward(emulator, id))["id"] for id in ids]
    fields = " ".join(f'r{n}: loyaltyReward(id: "{id}") {{ rewardTier {{ name }} }}' for n, id in enumerate(rewards))
    graph.reset()

    await graph.data(f'{{ loyaltyProgram {{ status }} own: loyaltyProgram(id: "{shop.PROGRAM}") {{ id }} {fields} }}')

    assert graph.calls == {"RetrieveLoyaltyProgram": 1, "RetrieveLoyaltyReward": 3}


async def test_several_attributes_of_one_customer_cost_one_list(graph: Any, emulator: Any) -> None:
    id = await customer(emulator)
    for key in ("a", "b"):
        await define(emulator, key)
        await put(emulator, id, key, "x")
    graph.reset()

    await graph.data(
        'query ($id: ID!) { customer(id: $id) { a: customAttribute(key: "a") { rawValue } '
        'b: customAttribute(key: "b") { rawValue } } }',
        {"id": id},
    )

    assert graph.calls == {"BulkRetrieveCustomers": 1, "ListCustomerCustomAttributes": 1}


async def test_a_read_after_a_write_asks_again(graph: Any, emulator: Any) -> None:
    (group,), (id,) = make_groups(emulator, "A"), make_customers(emulator, 1)
    query = """mutation ($c: ID!, $g: ID!) {
      a: addGroupToCustomer(customerId: $c, groupId: $g) { customer { version } }
      b: removeGroupFromCustomer(customerId: $c, groupId: $g) { customer { version } }
    }"""

    await graph.data(query, {"c": id, "g": group})

    assert graph.calls == {"AddGroupToCustomer": 1, "RemoveGroupFromCustomer": 1, "BulkRetrieveCustomers": 2}


async def test_what_events_of_any_kind_lead_to_is_loaded_together(graph: Any, emulator: Any) -> None:
    seed_demo(emulator.store, emulator.clock)

    query = "{ loyaltyEvents(first: 30) { nodes { __typename account { balance customer { givenName } } } } }"
    events = (await graph.data(query))["loyaltyEvents"]["nodes"]

    assert len({event["__typename"] for event in events}) > 1
    assert all(event["account"]["customer"] for event in events)
    assert graph.calls["SearchLoyaltyEvents"] == graph.calls["BulkRetrieveCustomers"] == 1
