"""What is remembered of reference data is read again as soon as a webhook tells that it has changed."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.emulator.store.tenants import FIRST_APPLICATION
from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import DEFINITIONS, define
from tests.emulator.conftest import Emulator
from tests.following import Live, live_gateway

DEFINED = "{ customAttributeDefinitions { nodes { name } } }"
PROMOTED = "{ loyaltyProgram { promotions { nodes { status } } } }"


@pytest.fixture
async def live(emulator: Emulator) -> Any:
    shop.open_shop(emulator)
    async with live_gateway(emulator, applications=[FIRST_APPLICATION]) as running:
        yield running


async def cost(live: Live, query: str) -> tuple[int, Any]:
    """The calls that reached Square for a query, and its data."""
    live.reset()
    found = await live.data(query)
    return live.calls.total(), found


async def test_a_definition_that_changed_elsewhere_is_read_again_once_its_webhook_came(live: Live) -> None:
    await define(live.emulator, "mine", name="Old", visibility="VISIBILITY_READ_ONLY")
    async with live.follow("subscription { customAttributeDefinitionChanged { kind } }") as follower:
        assert (await cost(live, DEFINED))[1] == {"customAttributeDefinitions": {"nodes": [{"name": "Old"}]}}
        assert (await cost(live, DEFINED))[0] == 0
        change = {"custom_attribute_definition": {"name": "New"}}
        await live.emulator.call("PUT", f"{DEFINITIONS}/mine", change)
        await follower.change()

        calls, found = await cost(live, DEFINED)

    assert found == {"customAttributeDefinitions": {"nodes": [{"name": "New"}]}}
    assert calls == 1


async def test_a_promotion_that_was_cancelled_elsewhere_is_read_again_once_its_webhook_came(live: Live) -> None:
    promotion = (await shop.promote(live.emulator))["id"]
    async with live.follow("subscription { loyaltyPromotionChanged { kind } }") as follower:
        before = [await cost(live, PROMOTED) for _ in range(2)]
        await shop.succeed(live.emulator, "POST", f"/programs/{shop.PROGRAM}/promotions/{promotion}/cancel")
        await follower.change()

        calls, found = await cost(live, PROMOTED)

    assert [each for each, _ in before] == [2, 0]
    assert found["loyaltyProgram"]["promotions"]["nodes"] == [{"status": "CANCELED"}]
    # The program has not changed.
    assert calls == 1
