"""What of Square's answers could not be read is told to the caller, with a count."""

from __future__ import annotations

import asyncio
from typing import Any

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.schema import build_schema
from gateway.square.client import Square
from gateway.square.tenant_square import TenantSquare
from gateway.tenant import Tenant
from tests.square.square_api import SquareApi

ENGINE = Engine(build_schema(), REGISTRY)


async def run(api: SquareApi, query: str) -> dict[str, Any]:
    return await ENGINE.run(query, Context(api.square, REGISTRY))


async def test_an_item_that_a_list_lacks_and_a_field_that_is_null_are_counted(square_api: SquareApi) -> None:
    square_api.router.get("/v2/customers/groups").respond(
        json={"groups": [{"id": "G1", "name": 7}, {"name": "no id"}, None, {"id": "G2", "name": "Two"}]}
    )

    answer = await run(square_api, "{ groups { nodes { id name } } }")

    assert answer["data"] == {"groups": {"nodes": [{"id": "G1", "name": None}, {"id": "G2", "name": "Two"}]}}
    (warning,) = answer["extensions"]["warnings"]
    assert (warning["code"], warning["count"]) == ("VALUES_NOT_READABLE", 3)


async def test_a_list_in_an_object_counts_too(square_api: SquareApi) -> None:
    square_api.router.get("/v2/loyalty/programs/main").respond(
        json={"program": {"id": "P1", "reward_tiers": [{"name": "no id"}, {"id": "T1"}]}}
    )

    answer = await run(square_api, "{ loyaltyProgram { rewardTiers { id } } }")

    assert answer["data"] == {"loyaltyProgram": {"rewardTiers": [{"id": "T1"}]}}
    assert [each["count"] for each in answer["extensions"]["warnings"]] == [1]


async def test_who_shares_a_request_is_told_as_well(square_api: SquareApi) -> None:
    listing = square_api.router.get("/v2/customers/groups").respond(json={"groups": [{"name": "no id"}]})
    square = Square(square_api.url)
    operations = [TenantSquare(square, Tenant("test-token", "sandbox", "2025-08-20")) for _ in range(2)]

    answers = await asyncio.gather(
        *(ENGINE.run("{ groups { nodes { id } } }", Context(each, REGISTRY)) for each in operations)
    )
    await square.close()

    assert listing.call_count == 1
    assert [each["extensions"]["warnings"][0]["count"] for each in answers] == [1, 1]


async def test_an_unknown_enum_value_is_no_warning(square_api: SquareApi) -> None:
    square_api.router.get("/v2/loyalty/programs/main").respond(json={"program": {"id": "P1", "status": "PAUSED"}})

    answer = await run(square_api, "{ loyaltyProgram { status rawStatus } }")

    assert answer["data"] == {"loyaltyProgram": {"status": "UNKNOWN", "rawStatus": "PAUSED"}}
    assert "warnings" not in answer["extensions"]
