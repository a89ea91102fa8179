"""Lists that never end, as every page has a new cursor: they are followed as far as is planned."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.schema import build_schema
from tests.square.square_api import SquareApi, serve_router

ENGINE = Engine(build_schema(), REGISTRY)
PROMOTION = {"id": "PR1", "name": "Ten points", "loyalty_program_id": "P1"}
ACCOUNT = {"id": "A1", "customer_id": "C1", "balance": 7, "program_id": "P1"}


@pytest.fixture
async def api() -> AsyncIterator[SquareApi]:
    async with serve_router() as api:
        yield api


def endless(name: str, *items: dict[str, Any]) -> Any:
    """Answers with the same items and another cursor every time."""
    numbers = itertools.count()

    def reply(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={name: list(items), "cursor": f"cursor-{next(numbers)}"})

    return reply


def the_one(under: str, key: str, **fields: Any) -> Any:
    """Answers with an object of the id, or key, that ends the path."""

    def reply(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={under: {**fields, key: request.url.path.rpartition("/")[2]}})

    return reply


async def run(api: SquareApi, query: str) -> dict[str, Any]:
    return await ENGINE.run(query, Context(api.square, REGISTRY))


def within_estimate(answer: dict[str, Any]) -> None:
    cost = answer["extensions"]["cost"]
    assert 0 < cost["actualCalls"] <= cost["estimatedCalls"]


def customer(api: SquareApi, **fields: Any) -> None:
    found = {"responses": {"C1": {"customer": {"id": "C1", **fields}}}}
    api.router.post("/v2/customers/bulk-retrieve").respond(json=found)


@pytest.mark.parametrize("name", ["group", "segment"])
async def test_what_an_endless_list_does_not_show_soon_is_retrieved(api: SquareApi, name: str) -> None:
    customer(api, **{f"{name}_ids": ["S1", "S2", "S3"]})
    listing = api.router.get(f"/v2/customers/{name}s")
    listing.side_effect = endless(f"{name}s", {"id": "S1", "name": "Listed"})
    api.router.get(f"/v2/customers/{name}s/S2").respond(json={name: {"id": "S2", "name": "Retrieved"}})
    api.router.get(f"/v2/customers/{name}s/S3").respond(404, json={})

    answer = await run(api, f'{{ customer(id: "C1") {{ {name}s {{ name }} }} }}')

    assert answer["data"] == {"customer": {f"{name}s": [{"name": "Listed"}, {"name": "Retrieved"}]}}
    assert listing.call_count == 2
    within_estimate(answer)


async def test_an_endless_list_is_given_up_where_the_estimate_ends(api: SquareApi) -> None:
    customer(api, group_ids=[f"G{number}" for number in range(300)])
    listing = api.router.get("/v2/customers/groups")
    listing.side_effect = endless("groups")
    single = api.router.get(path__regex=r"/v2/customers/groups/G\d+")
    single.side_effect = the_one("group", "id", name="x")

    answer = await run(api, '{ customer(id: "C1") { groups { name } } }')

    assert answer["errors"][0]["extensions"]["code"] == "COST_ESTIMATE_EXCEEDED"
    assert (listing.call_count, single.call_count) == (16, 0)
    within_estimate(answer)


async def test_promotions_behind_an_endless_list_are_retrieved(api: SquareApi) -> None:
    listing = api.router.get("/v2/loyalty/programs/P1/promotions")
    listing.side_effect = endless("loyalty_promotions")
    single = api.router.get(path__regex=r"/v2/loyalty/programs/P1/promotions/PRp\d")
    single.side_effect = the_one("loyalty_promotion", "id", **PROMOTION)

    promotions = [f'{name}: loyaltyPromotion(programId: "P1", id: "PR{name}") {{ name }}' for name in ("p1", "p2")]
    answer = await run(api, f"{{ {' '.join(promotions)} }}")

    assert answer["data"] == {"p1": {"name": "Ten points"}, "p2": {"name": "Ten points"}}
    assert (listing.call_count, single.call_count) == (1, 2)
    within_estimate(answer)


async def test_definitions_behind_an_endless_list_are_retrieved(api: SquareApi) -> None:
    listing = api.router.get("/v2/customers/custom-attribute-definitions")
    listing.side_effect = endless("custom_attribute_definitions")
    single = api.router.get(path__regex=r"/v2/customers/custom-attribute-definitions/[ab]")
    single.side_effect = the_one("custom_attribute_definition", "key", name="Pet")

    answer = await run(
        api, '{ a: customAttributeDefinition(key: "a") { name } b: customAttributeDefinition(key: "b") { name } }'
    )

    assert answer["data"] == {"a": {"name": "Pet"}, "b": {"name": "Pet"}}
    assert (listing.call_count, single.call_count) == (1, 2)
    within_estimate(answer)


async def test_attributes_behind_an_endless_list_are_retrieved(api: SquareApi) -> None:
    customer(api)
    listing = api.router.get("/v2/customers/C1/custom-attributes")
    listing.side_effect = endless("custom_attributes", {"key": "a", "value": "Listed"})
    single = api.router.get("/v2/customers/C1/custom-attributes/b")
    single.respond(json={"custom_attribute": {"key": "b", "value": "Retrieved"}})

    values = 'a: customAttribute(key: "a") { rawValue } b: customAttribute(key: "b") { rawValue }'
    answer = await run(api, f'{{ customer(id: "C1") {{ {values} }} }}')

    assert answer["data"] == {"customer": {"a": {"rawValue": "Listed"}, "b": {"rawValue": "Retrieved"}}}
    assert (listing.call_count, single.call_count) == (1, 1)
    within_estimate(answer)


async def test_accounts_of_which_there_is_no_end_are_no_accounts(api: SquareApi) -> None:
    customer(api)
    search = api.router.post("/v2/loyalty/accounts/search")
    search.side_effect = endless("loyalty_accounts", ACCOUNT)

    answer = await run(api, '{ customer(id: "C1") { loyaltyAccounts { balance } } }')

    assert answer["data"] == {"customer": {"loyaltyAccounts": None}}
    assert answer["errors"][0]["extensions"]["code"] == "COST_ESTIMATE_EXCEEDED"
    assert search.call_count == 3
    within_estimate(answer)


async def test_a_list_of_ten_pages_is_whole(api: SquareApi) -> None:
    ids = ["C1", *(f"D{number}" for number in range(8))]
    api.router.post("/v2/customers/bulk-retrieve").respond(
        json={"responses": {id: {"customer": {"id": id}} for id in ids}}
    )
    answers = [
        {"loyalty_accounts": [{**ACCOUNT, "id": f"A{number}"}], "cursor": str(number) if number < 9 else None}
        for number in range(10)
    ]
    api.router.post("/v2/loyalty/accounts/search").side_effect = [httpx.Response(200, json=each) for each in answers]

    query = "query ($ids: [ID!]!) { customersById(ids: $ids) { loyaltyAccounts { id } } }"
    answer = await ENGINE.run(query, Context(api.square, REGISTRY), {"ids": ids})

    first, *others = (each["loyaltyAccounts"] for each in answer["data"]["customersById"])
    assert first == [{"id": f"A{number}"} for number in range(10)]
    assert others == [[]] * 8
    within_estimate(answer)
