"""Notifications on their way: signed as Square signs them, in order, and no endpoint at another's cost."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from gateway.emulator.command import serve_emulator
from gateway.emulator.http.app import create_app
from gateway.emulator.http.server import start
from gateway.emulator.store.store import Store
from gateway.emulator.webhooks.delivery.deliveries import LANES
from gateway.emulator.webhooks.signature import sign
from tests.emulator.conftest import Emulator
from tests.emulator.webhooks.receiver import Receiver, admin, create, idle, receiving, rename
from tests.patience import LONG, PATIENCE

# Square's own, from its documents and the tests of its client.
VECTORS = [
    ("asdf1234", "https://example.com/webhook", '{"hello":"world"}', "2kRE5qRU2tR+tBGlDwMEw2avJ7QM4ikPYD/PJ3bd9Og="),
    (
        "signature-key",
        "https://webhook.site/webhooks",
        '{"data":{"type":"webhooks","id":">id<"}}',
        "Cxt7+aTi4rKgcA0bC4g9EHdVtLSDWdqccmL5MvihU4U=",
    ),
]


@pytest.mark.parametrize(("key", "url", "body", "signature"), VECTORS)
def test_a_signature_is_squares(key: str, url: str, body: str, signature: str) -> None:
    assert sign(key, url, body.encode()) == signature


async def test_a_write_is_told_with_squares_headers_and_a_signature_that_its_client_accepts(
    emulator: Emulator, receiver: Receiver
) -> None:
    key = emulator.running.subscribe(receiver.url)
    customer = await create(emulator, "Zoë")

    assert await idle(emulator) == {"pending": 0, "delivered": 1, "dropped": 0}
    [told] = receiver.received
    assert told.signed(key, receiver.url)
    assert not told.signed("another key", receiver.url)
    assert told.event["type"] == "customer.created"
    assert told.event["data"]["id"] == customer
    assert told.headers["content-type"] == "application/json"
    assert told.headers["square-environment"] == "Sandbox"
    assert told.headers["square-initial-delivery-timestamp"] >= told.event["created_at"]
    assert "square-retry-number" not in told.headers
    assert "square-retry-reason" not in told.headers


@pytest.mark.parametrize("path", ["/hook/", "/hook?source=square&x=%20y", "/a%2Fb"])
async def test_a_url_is_signed_and_asked_exactly_as_it_is_set(emulator: Emulator, path: str) -> None:
    async with receiving(path) as receiver:
        key = emulator.running.subscribe(receiver.url)
        await create(emulator)
        await idle(emulator)

        assert receiver.received[0].signed(key, receiver.url)


async def test_a_subscription_is_told_of_its_types_only(emulator: Emulator, receiver: Receiver) -> None:
    emulator.running.subscribe(receiver.url, event_types=["customer.deleted"])
    customer = await create(emulator)
    await emulator.call("DELETE", f"/v2/customers/{customer}")

    await idle(emulator)
    assert receiver.types == ["customer.deleted"]


async def test_what_happened_before_a_subscription_is_not_told(emulator: Emulator, receiver: Receiver) -> None:
    await emulator.call("PUT", "/v2/events/enable")
    await create(emulator, "Early")
    emulator.running.subscribe(receiver.url)
    await create(emulator, "Late")

    await idle(emulator)
    assert [each["data"]["object"]["customer"]["given_name"] for each in receiver.events] == ["Late"]


async def test_changes_of_one_object_come_in_their_order(emulator: Emulator, receiver: Receiver) -> None:
    emulator.running.subscribe(receiver.url)
    customer = await create(emulator)
    for number in range(20):
        await rename(emulator, customer, f"Ada {number}")

    await idle(emulator)
    assert [each["data"]["object"]["customer"]["version"] for each in receiver.events] == list(range(21))


async def test_a_slow_endpoint_holds_up_no_other(emulator: Emulator, receiver: Receiver) -> None:
    async with receiving() as slow:
        await admin(emulator, "PUT", "", {"timeout": LONG})
        slow.open.clear()
        emulator.running.subscribe(slow.url)
        emulator.running.subscribe(receiver.url)
        for _ in range(2 * LANES):
            await create(emulator)

        await receiver.wait(2 * LANES)
        assert slow.most <= LANES
        slow.open.set()
        assert (await idle(emulator))["delivered"] == 4 * LANES


async def test_no_endpoint_gets_more_at_once_than_its_lanes(emulator: Emulator, receiver: Receiver) -> None:
    await admin(emulator, "PUT", "", {"timeout": LONG})
    receiver.open.clear()
    emulator.running.subscribe(receiver.url)
    customers = []
    async with asyncio.timeout(PATIENCE):
        # Which lane a customer has depends on its id: there are some for each of them in the end.
        while receiver.now < LANES:
            customers.append(await create(emulator))
    customers += [await create(emulator) for _ in range(LANES)]
    receiver.open.set()

    await idle(emulator)
    assert receiver.most == LANES
    assert {each["data"]["id"] for each in receiver.events} == set(customers)


async def test_what_was_pending_is_sent_by_the_next_process(tmp_path: Path, receiver: Receiver) -> None:
    receiver.statuses = [500]
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer test-token"}) as http:
        before = await serve_emulator(port=0, db=tmp_path / "square.db", seed="empty")
        key = before.subscribe(receiver.url)
        await http.post(f"{before.url}/v2/customers", json={"given_name": "Ada"})
        await http.post(f"{before.url}/_emulator/webhooks/idle")
        await before.close()

        after = await serve_emulator(port=0, db=tmp_path / "square.db")
        await http.post(f"{after.url}/_emulator/clock", json={"advance_seconds": 60})
        async with http.post(f"{after.url}/_emulator/webhooks/idle") as answer:
            assert await answer.json() == {"idle": True, "pending": 0, "delivered": 1, "dropped": 0}
        await after.close()

    first, second = receiver.received
    assert first.body == second.body
    assert second.signed(key, receiver.url)
    assert second.headers["square-retry-number"] == "1"
    initial = "square-initial-delivery-timestamp"
    assert first.headers[initial] == second.headers[initial]


async def test_deliveries_are_shown_without_what_they_tell(emulator: Emulator, receiver: Receiver) -> None:
    receiver.statuses = [200, 503]
    emulator.running.subscribe(receiver.url)
    await create(emulator, "Secretive")
    await idle(emulator)
    await create(emulator, "Secretive")
    await idle(emulator)

    pending, delivered = (await admin(emulator, "GET", "/deliveries"))["deliveries"]
    assert (delivered["state"], delivered["attempts"], delivered["status"]) == ("delivered", 1, 200)
    assert (pending["state"], pending["attempts"], pending["reason"]) == ("pending", 1, "http_error")
    assert pending["due_at"] > (await emulator.call("GET", "/_emulator/clock", token=None))[1]["now"]
    assert "Secretive" not in str([pending, delivered])


async def test_an_emulator_that_stops_waits_for_no_endpoint(receiver: Receiver) -> None:
    receiver.open.clear()
    store = Store()
    running = await start(create_app(store), store=store)
    running.subscribe(receiver.url)
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer test-token"}) as http:
        await http.put(f"{running.url}/_emulator/webhooks", json={"timeout": LONG})
        await http.post(f"{running.url}/v2/customers", json={"given_name": "Ada"})
        await receiver.wait(1)

    async with asyncio.timeout(PATIENCE):
        await running.close()
