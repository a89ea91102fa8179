"""One answer for several operations: each reads of it what it wants itself; what is remembered is there for all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.areas.people import make_customers, make_groups
from tests.square.identity_shop import Shop, open_shop

EACH_ITS_OWN = [
    "{ customers { nodes { id } } }",
    "{ customers { nodes { emailAddress creationSource } } }",
    "{ customers { nodes { version groupIds address { locality } } } }",
]
GROUPS = ["{ groups { nodes { id } } }", "{ groups { nodes { name } } }", "{ groups { nodes { createdAt name } } }"]


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    """Three customers in two groups; what does not change often is remembered."""
    async with open_shop(remember=30.0) as shop:
        make_customers(shop, 3, make_groups(shop, "One", "Two"))
        yield shop


async def test_operations_that_share_a_request_each_show_what_they_ask(shop: Shop) -> None:
    alone = [await shop.ask(query) for query in EACH_ITS_OWN]
    before = shop.calls["ListCustomers"]

    together = await asyncio.gather(*(shop.ask(query) for query in EACH_ITS_OWN))

    assert shop.calls["ListCustomers"] == before + 1
    assert [answer["data"] for answer in together] == [answer["data"] for answer in alone]
    assert "errors" not in str(together)


async def test_what_is_remembered_shows_more_than_was_asked_for_first(shop: Shop) -> None:
    found: list[Any] = [await shop.ask(query) for query in GROUPS]

    assert shop.calls["ListCustomerGroups"] == 1
    ids, names, times = [answer["data"]["groups"]["nodes"] for answer in found]
    assert {each["name"] for each in names} == {"One", "Two"}
    assert len(ids) == len(times) == 2
    assert all(each["id"] for each in ids)
    assert all(each["createdAt"] and each["name"] for each in times)
