"""What comes one by one, in chunks or in pages hands its next level over together, and the plan says just that."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graph.planning.batch_world import ENTITIES, aliases, references, uneven, world

ENTITY_CASES = [
    ("... on LoyaltyAccount { customer { givenName } }", {"LoyaltyAccount": 50}, {"RetrieveLoyaltyAccount": 50}),
    (
        "... on LoyaltyReward { account { customer { givenName } } }",
        {"LoyaltyReward": 20},
        {"RetrieveLoyaltyReward": 20, "RetrieveLoyaltyAccount": 20},
    ),
    # The customers of the accounts wait for those of the rewards, which come a call later.
    (
        "... on LoyaltyAccount { customer { note } } ... on LoyaltyReward { account { customer { givenName } } }",
        {"LoyaltyAccount": 12, "LoyaltyReward": 20},
        {"RetrieveLoyaltyReward": 20, "RetrieveLoyaltyAccount": 20},
    ),
    (
        "... on Group { customers(first: 50) { nodes { id } } } ... on LoyaltyAccount { customer { note } }",
        {"Group": 2, "LoyaltyAccount": 12},
        {"ListCustomerGroups": 1, "SearchCustomers": 2, "RetrieveLoyaltyAccount": 12},
    ),
]


@pytest.mark.parametrize(("below", "counts", "one_by_one"), ENTITY_CASES)
async def test_references_that_are_retrieved_one_by_one_share_a_batch_below(
    graph: Any, emulator: Any, below: str, counts: dict[str, int], one_by_one: dict[str, int]
) -> None:
    names = await world(emulator)
    uneven(emulator)
    graph.reset()

    answer = await graph(ENTITIES % below, references(names, **counts))

    assert "errors" not in answer, answer["errors"]
    assert all(answer["data"]["_entities"])
    assert graph.calls == {**one_by_one, "BulkRetrieveCustomers": 1}
    assert answer["extensions"]["cost"]["actualCalls"] == graph.calls.total()


async def test_fifty_accounts_with_their_customers_are_planned_as_fifty_one_calls(graph: Any, emulator: Any) -> None:
    names = await world(emulator)
    uneven(emulator)

    answer = await graph(
        ENTITIES % "... on LoyaltyAccount { customer { givenName } }", references(names, LoyaltyAccount=50)
    )

    assert answer["extensions"]["cost"] == {
        **answer["extensions"]["cost"],
        "estimatedCalls": 51,
        "actualCalls": 51,
    }


ALIASED = [
    ("loyaltyAccount", "LoyaltyAccount", "customer { givenName }", {"RetrieveLoyaltyAccount": 30}),
    (
        "loyaltyReward",
        "LoyaltyReward",
        "account { customer { givenName } }",
        {"RetrieveLoyaltyReward": 30, "RetrieveLoyaltyAccount": 30},
    ),
    (
        "loyaltyAccount",
        "LoyaltyAccount",
        "events(first: 1) { nodes { account { customer { givenName } } } }",
        {"RetrieveLoyaltyAccount": 30, "SearchLoyaltyEvents": 30},
    ),
]


@pytest.mark.parametrize(("field", "kind", "below", "one_by_one"), ALIASED)
async def test_aliases_share_a_batch_below_and_are_planned_so(
    graph: Any, emulator: Any, field: str, kind: str, below: str, one_by_one: dict[str, int]
) -> None:
    names = await world(emulator)
    uneven(emulator)
    graph.reset()

    answer = await graph(aliases(names[kind][:30], field, below))

    assert "errors" not in answer, answer["errors"]
    assert graph.calls == {**one_by_one, "BulkRetrieveCustomers": 1}
    # Which account an event is of is not known before: that it is the same one is not planned.
    again = 30 if field == "loyaltyAccount" and "events" in below else 0
    assert answer["extensions"]["cost"]["estimatedCalls"] == graph.calls.total() + again


PAGES = [
    # Several lists that are the same at every level.
    (
        " ".join(
            f"l{number}: customers(first: {number}) {{ nodes {{ loyaltyAccounts {{ id }} }} }}" for number in (1, 3, 9)
        ),
        {"ListCustomers": 3, "SearchLoyaltyAccounts": 1},
    ),
    # Lists of different kinds: what they lead to comes in one call as well.
    (
        """loyaltyAccounts(first: 20) { nodes { customer { note } } }
        loyaltyEvents(first: 5, filter: {types: [CREATE_REWARD]}) { nodes { account { customer { note } } } }""",
        {"SearchLoyaltyAccounts": 1, "SearchLoyaltyEvents": 1, "BulkRetrieveCustomers": 1},
    ),
    # Chunks of thirty customers, the accounts of which lead on.
    (
        "customers(first: 50) { nodes { loyaltyAccounts { customer { groups { name } segments { name } } } } }",
        {
            "ListCustomers": 1,
            "SearchLoyaltyAccounts": 2,
            "BulkRetrieveCustomers": 1,
            "ListCustomerGroups": 1,
            "ListCustomerSegments": 1,
        },
    ),
    # A page of rewards for each of 50 accounts, out of two chunks.
    (
        """customers(first: 50) { nodes { loyaltyAccounts { rewards(first: 1) { nodes {
          rewardTier { name } account { customer { note } } } } } } }""",
        {
            "ListCustomers": 1,
            "SearchLoyaltyAccounts": 2,
            "SearchLoyaltyRewards": 50,
            "RetrieveLoyaltyProgram": 1,
            "BulkRetrieveCustomers": 1,
        },
    ),
    # A list of attributes for each of nine customers.
    (
        """customers(first: 9) { nodes { customAttributes(first: 9) { nodes {
          customer { loyaltyAccounts { id } } } } } }""",
        {
            "ListCustomers": 1,
            "ListCustomerCustomAttributes": 9,
            "BulkRetrieveCustomers": 1,
            "SearchLoyaltyAccounts": 1,
        },
    ),
    # What is known already does not go ahead of the others.
    (
        """customersById(ids: ["CUSTOMER00001", "CUSTOMER00002"]) { note }
        loyaltyAccounts(first: 20) { nodes { customer { note groups { name } } } }""",
        {"BulkRetrieveCustomers": 2, "SearchLoyaltyAccounts": 1, "ListCustomerGroups": 1},
    ),
]


@pytest.mark.parametrize(("query", "calls"), PAGES)
async def test_what_several_answers_lead_to_is_one_batch(
    graph: Any, emulator: Any, query: str, calls: dict[str, int]
) -> None:
    await world(emulator)
    uneven(emulator)
    graph.reset()

    answer = await graph(f"{{ {query} }}")

    assert "errors" not in answer, answer["errors"]
    made = graph.calls
    # The accounts of events are known when they were in the list, if that came first.
    assert made.pop("RetrieveLoyaltyAccount", 0) <= 5
    assert made == calls
    assert graph.calls.total() <= answer["extensions"]["cost"]["estimatedCalls"]
