"""The id of a merged customer finds accounts of the new one: they are shown to who asked for it, and to nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.schema import build_schema
from tests.emulator import loyalty_shop as shop
from tests.square.square_api import SquareApi, serve_router

BY_IDS = """query ($ids: [ID!]!, $first: Int) { loyaltyAccounts(filter: {customerIds: $ids}, first: $first) {
  nodes { id customerId } } }"""
LISTED = "{ customers(first: 2) { nodes { id loyaltyAccounts { id } } } }"
ENGINE = Engine(build_schema(), REGISTRY)


async def merged(emulator: Any) -> tuple[list[str], str, list[str]]:
    """Two customers' old ids, the id of the one that they were merged into, and the ids of its accounts."""
    shop.open_shop(emulator)
    accounts = [await shop.account(emulator, await shop.enroll(emulator)) for _ in range(2)]
    old = [each["customer_id"] for each in accounts]
    status, body = await emulator.call("POST", "/_emulator/customers/merge", {"customer_ids": old})
    assert status == 200, body
    return old, body["customer"]["id"], [each["id"] for each in accounts]


async def test_accounts_are_found_by_the_old_id_of_their_customer(graph: Any, emulator: Any) -> None:
    old, new, accounts = await merged(emulator)
    graph.reset()

    answer = await graph(BY_IDS, {"ids": old[:1]})

    assert answer["data"]["loyaltyAccounts"]["nodes"] == [{"id": each, "customerId": new} for each in accounts]
    assert "warnings" not in answer["extensions"]
    assert graph.calls == {"SearchLoyaltyAccounts": 1, "BulkRetrieveCustomers": 1}
    cost = answer["extensions"]["cost"]
    assert (cost["estimatedCalls"], cost["actualCalls"]) == (2, 2)


async def test_whoever_else_is_asked_for_is_found_as_well(graph: Any, emulator: Any) -> None:
    old, new, accounts = await merged(emulator)
    other = await shop.account(emulator, await shop.enroll(emulator))

    answer = await graph(BY_IDS, {"ids": ["NOBODY", old[1], other["customer_id"], new]})

    found = [each["id"] for each in answer["data"]["loyaltyAccounts"]["nodes"]]
    assert found == [*accounts, other["id"]]
    assert "warnings" not in answer["extensions"]


async def test_a_search_that_finds_its_customers_costs_one_call(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.account(emulator, await shop.enroll(emulator))
    graph.reset()

    answer = await graph(BY_IDS, {"ids": [account["customer_id"]], "first": 1})

    assert len(answer["data"]["loyaltyAccounts"]["nodes"]) == 1
    assert answer["extensions"].keys() == {"cost"}
    assert graph.calls == {"SearchLoyaltyAccounts": 1}


async def test_a_merged_customer_reads_as_the_new_one_with_its_accounts(graph: Any, emulator: Any) -> None:
    old, new, accounts = await merged(emulator)

    data = await graph.data("query ($id: ID!) { customer(id: $id) { id loyaltyAccounts { id } } }", {"id": old[0]})

    assert data["customer"] == {"id": new, "loyaltyAccounts": [{"id": each} for each in accounts]}


@pytest.fixture
async def api() -> AsyncIterator[SquareApi]:
    """Square whose list of customers still has one that was merged."""
    async with serve_router() as api:
        api.router.get("/v2/customers").respond(json={"customers": [{"id": "OLD"}, {"id": "C2"}]})
        found = [{"id": "A1", "customer_id": "NEW"}, {"id": "A2", "customer_id": "C2"}]
        api.router.post("/v2/loyalty/accounts/search").respond(json={"loyalty_accounts": found})
        yield api


async def listed(api: SquareApi) -> dict[str, Any]:
    answer = await ENGINE.run(LISTED, Context(api.square, REGISTRY))
    assert "errors" not in answer, answer["errors"]
    cost = answer["extensions"]["cost"]
    assert cost["actualCalls"] == 3 <= cost["estimatedCalls"]
    return answer


async def test_a_list_that_still_has_a_merged_customer_shows_its_accounts(api: SquareApi) -> None:
    new = {"customer": {"id": "NEW", "creation_source": "MERGE"}}
    api.router.post("/v2/customers/bulk-retrieve").respond(
        json={"responses": {"OLD": new, "C2": {"customer": {"id": "C2"}}}}
    )

    answer = await listed(api)

    nodes = answer["data"]["customers"]["nodes"]
    assert [each["loyaltyAccounts"] for each in nodes] == [[{"id": "A1"}], [{"id": "A2"}]]
    assert "warnings" not in answer["extensions"]


NOT_TOLD = {
    "nobody": httpx.Response(200, json={"responses": {"OLD": {"errors": [{"code": "NOT_FOUND"}]}}}),
    "somebody else": httpx.Response(200, json={"responses": {"OLD": {"customer": {"id": "OLD"}}}}),
    "no merged one": httpx.Response(200, json={"responses": {"OLD": {"customer": {"id": "NEW"}}}}),
    "not allowed": httpx.Response(403, json={"errors": [{"code": "INSUFFICIENT_SCOPES"}]}),
}


@pytest.mark.parametrize("told", NOT_TOLD)
async def test_an_account_of_which_square_does_not_say_so_is_left_out_and_counted(api: SquareApi, told: str) -> None:
    api.router.post("/v2/customers/bulk-retrieve").mock(return_value=NOT_TOLD[told])

    answer = await listed(api)

    nodes = answer["data"]["customers"]["nodes"]
    assert [each["loyaltyAccounts"] for each in nodes] == [[], [{"id": "A2"}]]
    (warning,) = answer["extensions"]["warnings"]
    assert (warning["code"], warning["count"]) == ("ITEMS_NOT_ASKED_FOR", 1)


@pytest.mark.parametrize("told", NOT_TOLD)
async def test_it_is_left_out_of_a_list_by_ids_as_well(api: SquareApi, told: str) -> None:
    api.router.post("/v2/customers/bulk-retrieve").mock(return_value=NOT_TOLD[told])

    answer = await ENGINE.run(BY_IDS, Context(api.square, REGISTRY), {"ids": ["OLD", "C2"]})

    assert answer["data"]["loyaltyAccounts"]["nodes"] == [{"id": "A2", "customerId": "C2"}]
    assert [(each["code"], each["count"]) for each in answer["extensions"]["warnings"]] == [("ITEMS_NOT_ASKED_FOR", 1)]
