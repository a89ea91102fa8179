"""Objects that Square's answers name more than once: the graph shows each once. A respx router answers."""

from __future__ import annotations

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


@pytest.fixture
async def api() -> AsyncIterator[SquareApi]:
    async with serve_router() as api:
        yield api


def customer(api: SquareApi, **fields: Any) -> None:
    found = {"responses": {"C1": {"customer": {"id": "C1", **fields}}}}
    api.router.post("/v2/customers/bulk-retrieve").respond(json=found)


async def of_customer(api: SquareApi, selected: str) -> Any:
    answer = await ENGINE.run(f'{{ customer(id: "C1") {{ {selected} }} }}', Context(api.square, REGISTRY))
    assert "errors" not in answer, answer["errors"]
    return answer["data"]["customer"]


def account(id: str, balance: int) -> dict[str, Any]:
    return {"id": id, "customer_id": "C1", "balance": balance, "program_id": "P1"}


async def test_an_account_on_two_pages_or_twice_on_one_is_shown_once(api: SquareApi) -> None:
    customer(api)
    api.router.post("/v2/loyalty/accounts/search").side_effect = [
        httpx.Response(200, json={"loyalty_accounts": [account("A1", 1), account("A2", 2)], "cursor": "next"}),
        httpx.Response(200, json={"loyalty_accounts": [account("A1", 1), account("A3", 3), account("A3", 3)]}),
    ]

    found = await of_customer(api, "loyaltyAccounts { id balance }")

    assert [(each["id"], each["balance"]) for each in found["loyaltyAccounts"]] == [("A1", 1), ("A2", 2), ("A3", 3)]


@pytest.mark.parametrize("name", ["group", "segment"])
@pytest.mark.parametrize(
    ("selected", "shown"),
    [("id", [{"id": "B"}, {"id": "A"}]), ("name", [{"name": "Bees"}, {"name": "Ants"}])],
)
async def test_a_set_named_twice_is_shown_once_in_its_first_place(
    api: SquareApi, name: str, selected: str, shown: list[dict[str, str]]
) -> None:
    customer(api, **{f"{name}_ids": ["B", "A", "B", "B"]})
    listed = [{"id": "A", "name": "Ants"}, {"id": "B", "name": "Bees"}]
    api.router.get(f"/v2/customers/{name}s").respond(json={f"{name}s": listed})

    assert await of_customer(api, f"{name}s {{ {selected} }}") == {f"{name}s": shown}


async def test_a_set_named_twice_and_no_other_is_retrieved_alone(api: SquareApi) -> None:
    customer(api, group_ids=["B", "B"])
    api.router.get("/v2/customers/groups/B").respond(json={"group": {"id": "B", "name": "Bees"}})

    # What is known already is shown without waiting, so it is asked for at two places.
    found = await of_customer(api, "first: groups { name } second: groups { name }")

    assert found == {"first": [{"name": "Bees"}], "second": [{"name": "Bees"}]}
