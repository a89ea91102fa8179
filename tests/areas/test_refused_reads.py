"""What Square refuses about a read names the argument that it is about, from a server that refuses exactly that."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.schema import build_schema
from gateway.server.connections.listener import listen
from gateway.square.client import Square
from gateway.square.tenant_square import TenantSquare
from gateway.tenant import Tenant

DETAIL = "This is not what it must be."


class Refusing:
    """The graph in front of a server that answers these paths and refuses all others because of `field`."""

    def __init__(self) -> None:
        self.field: str | None = None
        self.code = "INVALID_VALUE"
        self.answers: dict[str, Any] = {}
        self.engine = Engine(build_schema(), REGISTRY)
        self.square: Square | None = None

    async def answer(self, request: web.Request) -> web.Response:
        if request.path in self.answers:
            return web.json_response(self.answers[request.path])
        error = {"category": "INVALID_REQUEST_ERROR", "code": self.code, "detail": DETAIL, "field": self.field}
        given = {name: value for name, value in error.items() if value is not None}
        return web.json_response({"errors": [given]}, status=400)

    async def run(self, query: str) -> dict[str, Any]:
        assert self.square is not None
        operation = Context(TenantSquare(self.square, Tenant("test-token", "sandbox", "2025-08-20")), REGISTRY)
        return await self.engine.run(query, operation)

    async def refusal(self, query: str, field: str | None) -> dict[str, Any]:
        """The only error of a query that is refused because of Square's field."""
        self.field = field
        (error,) = (await self.run(query))["errors"]
        assert error["message"] == DETAIL
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        return error  # type: ignore[no-any-return]


@pytest.fixture
async def refusing() -> AsyncIterator[Refusing]:
    refusing = Refusing()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", refusing.answer)
    listening = await listen(app, "127.0.0.1", 0)
    refusing.square = Square(listening.url)
    yield refusing
    await refusing.square.close()
    await listening.close()


PHONES = '{ loyaltyAccounts(filter: {phoneNumbers: ["+14155551111", "+14155552222"]}) { nodes { id } } }'
OF_CUSTOMERS = '{ loyaltyAccounts(filter: {customerIds: ["A", "B"]}) { nodes { id } } }'
REWARDS = '{ loyaltyRewards(filter: {accountId: "A", status: ISSUED}) { nodes { id } } }'
SORTED = "{ customers(sort: {field: CREATED_AT}) { nodes { id } } }"


@pytest.mark.parametrize(
    ("query", "field", "path"),
    [
        *(
            (f"{{ {name}(first: 7) {{ nodes {{ __typename }} }} }}", "limit", ["first"])
            for name in (
                "customers", "groups", "segments", "customAttributeDefinitions", "loyaltyAccounts", "loyaltyRewards",
                "loyaltyEvents",
            )
        ),
        ('{ customers(first: 7, filter: {groupIds: {all: ["A"]}}) { nodes { id } } }', "limit", ["first"]),
        (SORTED, "sort_field", ["sort", "field"]),
        (SORTED, "sort_order", ["sort", "order"]),
        (OF_CUSTOMERS, "query.customer_ids", ["filter", "customerIds"]),
        (OF_CUSTOMERS, "query.customer_ids[1]", ["filter", "customerIds", "1"]),
        (PHONES, "query.mappings", ["filter", "phoneNumbers"]),
        (PHONES, "query.mappings[1].phone_number", ["filter", "phoneNumbers", "1"]),
        (REWARDS, "query.loyalty_account_id", ["filter", "accountId"]),
        (REWARDS, "query.status", ["filter", "status"]),
        ('{ group(id: "A") { name } }', "group_id", ["id"]),
        ('{ segment(id: "A") { name } }', "segment_id", ["id"]),
    ],
)  # fmt: skip
async def test_a_refused_read_names_its_argument(refusing: Refusing, query: str, field: str, path: list[str]) -> None:
    error = await refusing.refusal(query, field)

    assert error["extensions"]["field"] == path
    assert error["extensions"]["squareErrors"] == [
        {"category": "INVALID_REQUEST_ERROR", "code": "INVALID_VALUE", "field": field}
    ]
    assert len(error["path"]) == 1


@pytest.mark.parametrize(
    ("query", "field", "path"),
    [
        ("{ loyaltyProgram { promotions(status: ACTIVE) { nodes { id } } } }", "status", ["status"]),
        ("{ loyaltyProgram { promotions(first: 3) { nodes { id } } } }", "limit", ["first"]),
        ('{ loyaltyAccount(id: "A") { rewards(status: ISSUED) { nodes { id } } } }', "query.status", ["status"]),
        ('{ loyaltyAccount(id: "A") { rewards { nodes { id } } } }', "query.loyalty_account_id", None),
        ('{ loyaltyAccount(id: "A") { events(first: 3) { nodes { id } } } }', "limit", ["first"]),
        ('{ group(id: "G") { customers(first: 3) { nodes { id } } } }', "limit", ["first"]),
    ],
)
async def test_a_refused_list_of_an_object_names_its_argument(
    refusing: Refusing, query: str, field: str, path: list[str] | None
) -> None:
    refusing.answers = {
        "/v2/loyalty/programs/main": {"program": {"id": "P", "status": "ACTIVE"}},
        "/v2/loyalty/accounts/A": {"loyalty_account": {"id": "A", "program_id": "P"}},
        "/v2/customers/groups/G": {"group": {"id": "G", "name": "G"}},
    }

    error = await refusing.refusal(query, field)

    assert error["extensions"].get("field") == path
    assert len(error["path"]) == 2


@pytest.mark.parametrize("field", [None, "something_else", "limits", "query"])
async def test_a_refusal_that_is_about_no_argument_names_none(refusing: Refusing, field: str | None) -> None:
    for query in ("{ customers(first: 7) { nodes { id } } }", REWARDS, '{ group(id: "A") { name } }'):
        error = await refusing.refusal(query, field)

        assert "field" not in error["extensions"]
