"""What takes its time beside a list does not split the batches that the list leads to."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.areas.loyalty_accounts.loaders import LoyaltyAccountsByCustomer
from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.schema import build_schema
from tests.graph.planning.batch_world import world

ACCOUNT = "account { customer { givenName } }"
SIBLINGS = [
    (f"loyaltyRewards(first: 5) {{ nodes {{ {ACCOUNT} rewardTier {{ name }} }} }}", "RetrieveLoyaltyProgram", 9),
    (
        f"loyaltyEvents(first: 5) {{ nodes {{ {ACCOUNT} ... on CreateRewardEvent {{ reward {{ points }} }} }} }}",
        "RetrieveLoyaltyReward",
        13,
    ),
]


@pytest.mark.parametrize(("query", "slow", "calls"), SIBLINGS)
async def test_what_an_object_refers_to_besides_does_not_split_a_batch(
    graph: Any, emulator: Any, query: str, slow: str, calls: int
) -> None:
    names = await world(emulator)
    emulator.faults.add("latency", slow, milliseconds=150)
    graph.reset()

    other = f'loyaltyAccount(id: "{names["LoyaltyAccount"][20]}") {{ customer {{ givenName }} }}'
    answer = await graph(f"{{ {query} {other} }}")

    assert "errors" not in answer, answer["errors"]
    assert graph.calls["BulkRetrieveCustomers"] == 1
    assert graph.calls.total() == answer["extensions"]["cost"]["estimatedCalls"] == calls


async def test_a_list_that_finds_out_who_asks_for_its_cursors_shares_a_batch_below(graph: Any, emulator: Any) -> None:
    names = await world(emulator)
    emulator.faults.add("latency", "RetrieveTokenStatus", milliseconds=100)
    graph.reset()

    answer = await graph(
        """query ($id: ID!) {
          loyaltyAccounts(first: 5) { edges { cursor node { customer { givenName } } } }
          loyaltyReward(id: $id) { account { customer { givenName } } } }""",
        {"id": names["LoyaltyReward"][40]},
    )

    assert "errors" not in answer, answer["errors"]
    assert graph.calls["BulkRetrieveCustomers"] == 1
    assert graph.calls.total() == answer["extensions"]["cost"]["estimatedCalls"] == 4


def test_a_batch_waits_for_no_list_that_cannot_lead_to_it() -> None:
    engine = Engine(build_schema(), REGISTRY)
    prepared = engine.prepare(
        """{ customers(first: 1000) { nodes { givenName } }
          group(id: "G") { customers(first: 5) { nodes { loyaltyAccounts { balance } } } }
          members: customers(first: 5) { nodes { loyaltyAccounts { balance } } } }"""
    )

    waits = engine.plan(prepared, prepared.operation(None)).waits[None]

    lists = {each for each in waits[LoyaltyAccountsByCustomer].calls if isinstance(each, str)}
    assert lists == {"Group.customers", "Query.members"}
