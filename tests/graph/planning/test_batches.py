"""What comes one by one, in chunks or in pages hands its next level over together, and the plan says just that."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.schema import build_schema
from gateway.square.client import Budget, Square, TenantSquare
from gateway.tenant import Tenant
from tests.areas.people import make_customers, make_groups, make_segments
from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import define, put
from tests.square.square_api import SquareApi, serve_router

CUSTOMERS = 50


async def world(emulator: Any) -> dict[str, list[str]]:
    """50 customers in two groups and two segments, each with an account, a reward and an attribute."""
    shop.open_shop(emulator)
    groups, segments = make_groups(emulator, "A", "B"), make_segments(emulator, "D", "E")
    customers = make_customers(emulator, CUSTOMERS, groups, segments)
    accounts = [await shop.enroll(emulator, points=20, customer_id=id) for id in customers]
    rewards = [(await shop.reward(emulator, account))["id"] for account in accounts]
    await define(emulator, "mine")
    for id in customers:
        await put(emulator, id, "mine", "x")
    return {"Customer": customers, "LoyaltyAccount": accounts, "LoyaltyReward": rewards, "Group": groups}


def uneven(emulator: Any, *operations: str) -> None:
    """Have half of the answers of these operations come later than the others."""
    for operation in operations or ("*",):
        emulator.faults.add("latency", operation, milliseconds=15, probability=0.5)
        emulator.faults.add("latency", operation, milliseconds=30, probability=0.3)


ENTITIES = "query ($of: [_Any!]!) { _entities(representations: $of) { %s } }"


def references(names: dict[str, list[str]], **counts: int) -> dict[str, Any]:
    return {"of": [{"__typename": kind, "id": id} for kind, count in counts.items() for id in names[kind][:count]]}


def aliases(ids: list[str], field: str, below: str) -> str:
    """A field for each id, under names of their own; no more than an operation may have."""
    return "{ " + " ".join(f'f{number}: {field}(id: "{id}") {{ {below} }}' for number, id in enumerate(ids)) + " }"


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


@pytest.fixture
async def square() -> AsyncIterator[SquareApi]:
    async with serve_router() as api:
        yield api


def accounts(square: SquareApi, **answers: httpx.Response) -> None:
    """Accounts A0 to A4 of the customers C0 to C4, but where other answers are given."""
    for number in range(5):
        account = {"id": f"A{number}", "customer_id": f"C{number}", "balance": 7, "program_id": "P1"}
        answer = answers.get(f"A{number}", httpx.Response(200, json={"loyalty_account": account}))
        square.router.get(f"/v2/loyalty/accounts/A{number}").mock(return_value=answer)


def customers(square: SquareApi) -> Any:
    found = {f"C{number}": {"customer": {"id": f"C{number}", "given_name": "Ada"}} for number in range(5)}

    def reply(request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)["customer_ids"]
        return httpx.Response(200, json={"responses": {id: found[id] for id in asked}})

    route = square.router.post("/v2/customers/bulk-retrieve")
    route.side_effect = reply
    return route


FIVE = aliases([f"A{number}" for number in range(5)], "loyaltyAccount", "customer { givenName }")
REFUSAL = {"errors": [{"category": "AUTHENTICATION_ERROR", "code": "FORBIDDEN"}]}


async def test_an_account_that_fails_fails_alone(square: SquareApi) -> None:
    accounts(square, A2=httpx.Response(403, json=REFUSAL))
    bulk = customers(square)

    answer = await Engine(build_schema(), REGISTRY).run(FIVE, Context(square.square, REGISTRY))

    assert [error["path"] for error in answer["errors"]] == [["f2"]]
    shown = {"customer": {"givenName": "Ada"}}
    assert answer["data"] == {"f0": shown, "f1": shown, "f2": None, "f3": shown, "f4": shown}
    assert bulk.call_count == 1


async def test_an_account_that_does_not_come_leaves_the_others_time_for_what_follows(graph: Any, emulator: Any) -> None:
    names = await world(emulator)
    emulator.faults.add("latency", "RetrieveLoyaltyAccount", milliseconds=60_000, count=1)
    square = Square(emulator.url, budget=Budget(operation=3.0))
    context = Context(TenantSquare(square, Tenant("test-token", "sandbox", "2025-08-20")), REGISTRY)

    query = ENTITIES % "... on LoyaltyAccount { customer { givenName } }"
    answer = await Engine(build_schema(), REGISTRY).run(query, context, references(names, LoyaltyAccount=5))
    await square.close()

    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "UPSTREAM_TIMEOUT"
    late = error["path"][1]
    assert [index for index, each in enumerate(answer["data"]["_entities"]) if each is None] == [late]
