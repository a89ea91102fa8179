"""Webhook subscriptions through Square's official client."""

from __future__ import annotations

import pytest
from square import AsyncSquare
from square.core.api_error import ApiError

from gateway.emulator.webhooks import event_types
from tests.emulator.conftest import Emulator
from tests.emulator.webhooks.receiver import idle, receiving

URL = "http://127.0.0.1:9/"


async def test_a_subscription_is_created_read_changed_and_deleted(square: AsyncSquare) -> None:
    subscriptions = square.webhooks.subscriptions
    wanted = {"name": "Till", "notification_url": URL, "event_types": ["customer.created"]}
    made = (await subscriptions.create(subscription=wanted, idempotency_key="one")).subscription
    again = (await subscriptions.create(subscription=wanted, idempotency_key="one")).subscription
    assert made == again
    assert (made.name, made.notification_url, made.event_types) == ("Till", URL, ["customer.created"])
    assert made.enabled
    assert made.signature_key
    assert made.api_version == "2026-09-16"

    assert (await subscriptions.get(made.id)).subscription == made
    changed = (await subscriptions.update(made.id, subscription={"enabled": False, "name": "Screen"})).subscription
    assert (changed.enabled, changed.name, changed.event_types) == (False, "Screen", ["customer.created"])
    assert changed.signature_key == made.signature_key
    assert changed.updated_at > made.updated_at
    renewed = (await subscriptions.update_signature_key(made.id)).signature_key
    assert renewed == (await subscriptions.get(made.id)).subscription.signature_key != made.signature_key

    await subscriptions.delete(made.id)
    with pytest.raises(ApiError) as gone:
        await subscriptions.get(made.id)
    assert gone.value.status_code == 404


async def test_subscriptions_are_listed_in_pages(square: AsyncSquare) -> None:
    made = []
    for number in range(5):
        wanted = {"name": str(number), "notification_url": f"{URL}{number}", "enabled": number != 2}
        made.append((await square.webhooks.subscriptions.create(subscription=wanted)).subscription.name)

    async def listed(**options: object) -> list[str]:
        pages = await square.webhooks.subscriptions.list(limit=2, **options)
        return [each.name async for each in pages]

    assert await listed() == ["0", "1", "3", "4"]
    assert await listed(include_disabled=True) == made
    assert await listed(include_disabled=True, sort_order="DESC") == made[::-1]


@pytest.mark.parametrize("event_type", [None, "customer.created", "loyalty.promotion.updated"])
async def test_a_test_says_how_the_endpoint_answered(
    square: AsyncSquare, emulator: Emulator, event_type: str | None
) -> None:
    async with receiving() as receiver:
        receiver.statuses = [202]
        key = emulator.running.subscribe(receiver.url)
        [made] = [each async for each in await square.webhooks.subscriptions.list()]
        given = {} if event_type is None else {"event_type": event_type}
        answer = await square.webhooks.subscriptions.test(made.id, **given)

        [told] = receiver.received
        assert told.signed(key, receiver.url)
        assert told.event == answer.payload == answer.subscription_test_result.payload
        assert told.event["type"] == (event_type or "webhooks.test_notification")
        assert ("object" in told.event["data"]) == (event_type is not None)
        assert answer.status_code == answer.subscription_test_result.status_code == 202
        assert await idle(emulator) == {"pending": 0, "delivered": 0, "dropped": 0}


async def test_a_type_that_is_not_subscribed_to_cannot_be_tested(square: AsyncSquare, emulator: Emulator) -> None:
    emulator.running.subscribe(URL, event_types=["customer.created"])
    [made] = [each async for each in await square.webhooks.subscriptions.list()]
    with pytest.raises(ApiError) as refused:
        await square.webhooks.subscriptions.test(made.id, event_type="customer.deleted")

    assert refused.value.status_code == 400


async def test_the_types_of_events_are_listed_with_their_versions(square: AsyncSquare) -> None:
    answer = await square.webhooks.event_types.list()

    assert set(answer.event_types) == event_types.ALL.keys()
    early = await square.webhooks.event_types.list(api_version="2021-02-26")
    assert "customer.created" in early.event_types
    assert "loyalty.promotion.created" not in early.event_types
