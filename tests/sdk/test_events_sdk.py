"""What the application was told, through Square's official client."""

from __future__ import annotations

import pytest
from square import AsyncSquare
from square.core.api_error import ApiError

from tests.emulator.conftest import Emulator


async def test_events_are_enabled_found_and_disabled(square: AsyncSquare) -> None:
    await square.events.enable_events()
    created = await square.customers.create(given_name="Ada")
    assert created.customer is not None
    assert created.customer.id is not None
    await square.customers.delete(customer_id=created.customer.id)

    found = await square.events.search_events(
        query={"filter": {"event_types": ["customer.created"]}, "sort": {"field": "DEFAULT", "order": "ASC"}}
    )
    everything = await square.events.search_events(limit=1)
    rest = await square.events.search_events(limit=1, cursor=everything.cursor)
    await square.events.disable_events()
    await square.customers.create(given_name="Bea")

    assert found.events is not None
    (event,) = found.events
    assert (event.type, event.merchant_id) == ("customer.created", "MLEMULATORSELLER1")
    assert event.data is not None
    assert (event.data.type, event.data.id, event.data.deleted) == ("customer", created.customer.id, None)
    assert event.data.object is not None
    assert event.data.object["customer"]["given_name"] == "Ada"
    assert found.metadata is not None
    assert [each.event_id for each in found.metadata] == [event.event_id]
    pages = [each.events[0] for each in (everything, rest) if each.events]
    assert [(each.type, each.data and each.data.deleted) for each in pages] == [
        ("customer.deleted", True),
        ("customer.created", None),
    ]
    assert rest.cursor is None
    after = await square.events.search_events()
    assert len(after.events or []) == 2


async def test_the_types_of_events_are_listed(square: AsyncSquare) -> None:
    listed = await square.events.list_event_types()

    assert listed.event_types is not None
    assert listed.metadata is not None
    assert "loyalty.account.updated" in listed.event_types
    assert [each.event_type for each in listed.metadata] == listed.event_types


async def test_a_token_that_a_seller_has_granted_may_not_ask(emulator: Emulator) -> None:
    with pytest.raises(ApiError) as refused:
        await AsyncSquare(base_url=emulator.url, token="second-app-token").events.search_events()

    assert refused.value.status_code == 403
    assert refused.value.body["errors"][0]["code"] == "FORBIDDEN"
