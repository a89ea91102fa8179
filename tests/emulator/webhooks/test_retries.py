"""What is sent again, when, and until when: by Square's schedule on the emulator's clock, which tests move."""

from __future__ import annotations

import socket

import pytest

from gateway.emulator.store.tenants import FIRST_APPLICATION
from tests.emulator.conftest import Emulator
from tests.emulator.webhooks.receiver import Receiver, admin, create, idle

MINUTES = [1, 2, 4, 8, 16, 32, 60, 120, 240, 480, 480]
PENDING, DROPPED = {"pending": 1, "delivered": 0, "dropped": 0}, {"pending": 0, "delivered": 0, "dropped": 1}


async def test_what_fails_is_sent_again_by_squares_schedule_and_then_dropped(
    emulator: Emulator, receiver: Receiver
) -> None:
    receiver.statuses = [500] * 12
    key = emulator.running.subscribe(receiver.url)
    await create(emulator)
    assert await idle(emulator) == PENDING

    for number, minutes in enumerate(MINUTES, 1):
        # The clock runs on while the test does: a margin, in which no retry may come.
        emulator.clock.advance(minutes * 60 - 50)
        assert await idle(emulator) == PENDING
        assert len(receiver.received) == number
        emulator.clock.advance(50)
        assert await idle(emulator) == (PENDING if number < 11 else DROPPED)
        assert len(receiver.received) == number + 1

    emulator.clock.advance(86_400)
    await idle(emulator)
    first, *retries = receiver.received
    assert [each.headers["square-retry-number"] for each in retries] == [str(n) for n in range(1, 12)]
    assert {each.headers["square-retry-reason"] for each in retries} == {"http_error"}
    assert {each.body for each in retries} == {first.body}
    initial = "square-initial-delivery-timestamp"
    assert {each.headers[initial] for each in retries} == {first.headers[initial]}
    assert all(each.signed(key, receiver.url) for each in receiver.received)


@pytest.mark.parametrize("status", [302, 400, 404, 500])
async def test_any_answer_but_a_success_is_a_failure(emulator: Emulator, receiver: Receiver, status: int) -> None:
    receiver.statuses = [status]
    emulator.running.subscribe(receiver.url)
    await create(emulator)
    assert await idle(emulator) == PENDING

    emulator.clock.advance(60)
    await idle(emulator)
    assert [each.headers.get("square-retry-reason") for each in receiver.received] == [None, "http_error"]
    assert (await admin(emulator, "GET"))["delivered"] == 1


@pytest.mark.parametrize("ends", ["revoked", "expired"])
async def test_nothing_on_its_way_reaches_an_application_whose_token_ends(
    emulator: Emulator, receiver: Receiver, ends: str
) -> None:
    receiver.statuses = [500, 500]
    token = {"token": "third", "application": "app-3", "scopes": ["CUSTOMERS_READ"], "expires_in": 50}
    await emulator.call("POST", "/_emulator/tokens", token, token=None)
    for application in ("app-3", FIRST_APPLICATION):
        emulator.running.subscribe(receiver.url, application)
    await create(emulator)
    assert (await idle(emulator))["pending"] == 2

    if ends == "revoked":
        await emulator.call("POST", "/_emulator/tokens/revoke", {"token": "third"}, token=None)
    emulator.clock.advance(60)
    await idle(emulator)
    deliveries = (await admin(emulator, "GET", "/deliveries"))["deliveries"]
    assert sorted((each["state"], each["attempts"]) for each in deliveries) == [("delivered", 2), ("dropped", 1)]
    assert [each["reason"] for each in deliveries if each["state"] == "dropped"] == ["no token"]
    assert len(receiver.received) == 3


async def test_an_answer_that_does_not_come_in_time_is_a_failure(emulator: Emulator, receiver: Receiver) -> None:
    receiver.open.clear()
    await admin(emulator, "PUT", "", {"timeout": 0.05})
    emulator.running.subscribe(receiver.url)
    await create(emulator)
    assert await idle(emulator) == PENDING

    receiver.open.set()
    await admin(emulator, "PUT", "", {"timeout": 10})
    emulator.clock.advance(60)
    await idle(emulator)
    # The first one may have been given up before it came.
    assert receiver.received[-1].headers["square-retry-reason"] == "http_timeout"


async def test_an_endpoint_that_is_not_there_is_tried_again(emulator: Emulator) -> None:
    with socket.socket() as taken:
        # Bound, but nobody listens.
        taken.bind(("127.0.0.1", 0))
        emulator.running.subscribe(f"http://127.0.0.1:{taken.getsockname()[1]}/")
        await create(emulator)
        assert await idle(emulator) == PENDING

        [delivery] = (await admin(emulator, "GET", "/deliveries"))["deliveries"]
        assert (delivery["reason"], delivery["attempts"]) == ("other_error", 1)


async def test_an_endpoint_that_speaks_no_tls_is_named_so(emulator: Emulator, receiver: Receiver) -> None:
    emulator.running.subscribe(receiver.url.replace("http:", "https:"))
    await create(emulator)
    await idle(emulator)

    [delivery] = (await admin(emulator, "GET", "/deliveries"))["deliveries"]
    assert delivery["reason"] == "ssl_error"


async def test_scaled_time_makes_hours_of_retries_a_moment_however_long_they_take(
    emulator: Emulator, receiver: Receiver
) -> None:
    await admin(emulator, "PUT", "", {"time_scale": 0.000001})
    receiver.statuses = [503] * 11
    emulator.running.subscribe(receiver.url)
    await create(emulator)

    for number in range(1, 13):
        await receiver.wait(number)
        emulator.clock.advance(1)
    assert await idle(emulator) == {"pending": 0, "delivered": 1, "dropped": 0}
    assert receiver.received[-1].headers["square-retry-number"] == "11"


async def test_a_subscription_that_fails_for_three_weeks_is_disabled(emulator: Emulator, receiver: Receiver) -> None:
    receiver.statuses = [500] * 4
    emulator.running.subscribe(receiver.url)
    await create(emulator)
    await idle(emulator)
    emulator.clock.advance(20 * 86_400)
    await idle(emulator)
    [subscription] = (await admin(emulator, "GET", "/subscriptions"))["subscriptions"]
    assert subscription["enabled"]

    emulator.clock.advance(2 * 86_400)
    assert await idle(emulator) == DROPPED
    [subscription] = (await admin(emulator, "GET", "/subscriptions"))["subscriptions"]
    assert not subscription["enabled"]
    await create(emulator)
    assert await idle(emulator) == DROPPED
    assert len(receiver.received) == 3


async def test_a_success_in_between_starts_the_three_weeks_again(emulator: Emulator, receiver: Receiver) -> None:
    receiver.statuses = [500, 200, 500]
    emulator.running.subscribe(receiver.url)
    await create(emulator)
    await idle(emulator)
    emulator.clock.advance(20 * 86_400)
    await idle(emulator)
    await create(emulator)
    await idle(emulator)
    emulator.clock.advance(2 * 86_400)

    assert await idle(emulator) == {"pending": 0, "delivered": 2, "dropped": 0}
    assert (await admin(emulator, "GET", "/subscriptions"))["subscriptions"][0]["enabled"]


@pytest.mark.parametrize("how", ["disabled", "deleted"])
async def test_what_is_pending_for_a_subscription_ends_with_it(
    emulator: Emulator, receiver: Receiver, how: str
) -> None:
    receiver.statuses = [500]
    emulator.running.subscribe(receiver.url)
    await create(emulator)
    assert await idle(emulator) == PENDING

    [subscription] = (await admin(emulator, "GET", "/subscriptions"))["subscriptions"]
    path = f"/v2/webhooks/subscriptions/{subscription['id']}"
    if how == "deleted":
        await emulator.call("DELETE", path)
    else:
        await emulator.call("PUT", path, {"subscription": {"enabled": False}})

    emulator.clock.advance(60)
    assert await idle(emulator) == DROPPED
    assert len(receiver.received) == 1
