"""A shop whose groups, segments, definitions and program are remembered for 30 seconds, on a held clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.emulator.store.tenants import FIRST_SELLER, SECOND_SELLER, Token
from gateway.tenant import Tenant
from tests.areas.people import make_customers, make_groups, make_segments
from tests.square.identity_shop import RENEWED, VERSION, Shop, open_shop

LIFE = 30.0
GROUPS_PATH = "/v2/customers/groups"
GROUPS = "{ groups { nodes { name } } }"
# Asks Square for something that needs the same permission and is never remembered.
CUSTOMERS = "{ customers(first: 1) { nodes { givenName } } }"
RENAME = 'mutation { updateCustomerGroup(id: "ID-Old", input: {name: "New"}) { userErrors { message } } }'


@pytest.fixture
async def remembering() -> AsyncIterator[Shop]:
    """Three customers in a group and a segment, and a group of the second seller."""
    async with open_shop(remember=LIFE) as shop:
        make_customers(shop, 3, make_groups(shop, "Old"), make_segments(shop, "Near"))
        shop.seller = SECOND_SELLER
        make_groups(shop, "Theirs")
        shop.seller = FIRST_SELLER
        shop.put(RENEWED, Token("customers-only-token", scopes=("CUSTOMERS_READ",)))
        yield shop


async def data(shop: Shop, query: str, token: str = "test-token", **options: Any) -> Any:
    """The data of a query that must not fail."""
    answer = await shop.ask(query, token, **options)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


async def introduce(shop: Shop, *tokens: str) -> None:
    """Have Square take these tokens, and tell who they are."""
    for token in tokens:
        await data(shop, CUSTOMERS, token)
        await shop.square.identities.access(Tenant(token, "sandbox", VERSION))


async def cost(shop: Shop, query: str, token: str = "test-token") -> tuple[int, int]:
    """The calls that reached Square for a query that must not fail, and the hits that it tells of."""
    before = shop.calls.total()
    answer = await shop.ask(query, token)
    assert "errors" not in answer, answer["errors"]
    calls = shop.calls.total() - before
    assert answer["extensions"]["cost"]["actualCalls"] == calls
    return calls, answer["extensions"]["cost"]["cacheHits"]


async def group_names(shop: Shop, token: str = "test-token") -> list[str]:
    """The names of the groups as a token is shown them."""
    return [each["name"] for each in (await data(shop, GROUPS, token))["groups"]["nodes"]]


class Delay:
    """Holds an answer back, which is made already."""

    def __init__(self) -> None:
        self.made = asyncio.Event()
        self.go = asyncio.Event()

    async def __call__(self) -> None:
        self.made.set()
        await self.go.wait()
