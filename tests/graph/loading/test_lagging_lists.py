"""What was made just now is not in Square's lists yet: it is asked for by its id before it is said not to exist."""

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
MISSING = httpx.Response(404, json={"errors": [{"category": "INVALID_REQUEST_ERROR", "code": "NOT_FOUND"}]})


@pytest.fixture
async def api() -> AsyncIterator[SquareApi]:
    async with serve_router() as api:
        yield api


async def run(api: SquareApi, query: str) -> dict[str, Any]:
    return await ENGINE.run(query, Context(api.square, REGISTRY))


@pytest.mark.parametrize(
    ("field", "path", "under", "items"),
    [
        ('group(id: "%s") { name }', "/v2/customers/groups", "group", "groups"),
        ('segment(id: "%s") { name }', "/v2/customers/segments", "segment", "segments"),
        (
            'loyaltyPromotion(programId: "P1", id: "%s") { name }',
            "/v2/loyalty/programs/P1/promotions",
            "loyalty_promotion",
            "loyalty_promotions",
        ),
    ],
)
async def test_what_a_list_does_not_have_yet_is_retrieved(
    api: SquareApi, field: str, path: str, under: str, items: str
) -> None:
    api.router.get(path).respond(json={items: [{"id": "OLD", "name": "Old"}]})
    new = api.router.get(f"{path}/NEW").respond(json={under: {"id": "NEW", "name": "New"}})
    gone = api.router.get(f"{path}/GONE").mock(return_value=MISSING)

    answer = await run(api, "{" + " ".join(f"{each}: {field % each}" for each in ("OLD", "NEW", "GONE")) + "}")

    assert "errors" not in answer, answer["errors"]
    assert answer["data"] == {"OLD": {"name": "Old"}, "NEW": {"name": "New"}, "GONE": None}
    assert (new.call_count, gone.call_count) == (1, 1)
    cost = answer["extensions"]["cost"]
    assert cost["actualCalls"] == 3 <= cost["estimatedCalls"]


async def test_a_group_that_a_customer_was_just_put_into_is_found(api: SquareApi) -> None:
    api.router.post("/v2/customers/bulk-retrieve").respond(
        json={"responses": {"C1": {"customer": {"id": "C1", "group_ids": ["OLD", "NEW"]}}}}
    )
    api.router.get("/v2/customers/groups").respond(json={"groups": [{"id": "OLD", "name": "Old"}]})
    api.router.get("/v2/customers/groups/NEW").respond(json={"group": {"id": "NEW", "name": "New"}})

    answer = await run(api, '{ customer(id: "C1") { groups { name } } }')

    assert answer["data"] == {"customer": {"groups": [{"name": "Old"}, {"name": "New"}]}}
    cost = answer["extensions"]["cost"]
    assert cost["actualCalls"] == 3 <= cost["estimatedCalls"]
