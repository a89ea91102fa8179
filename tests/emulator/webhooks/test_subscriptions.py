"""Subscriptions beside Square's own endpoints: what only the emulator's own paths can do, and what is refused."""

from __future__ import annotations

import pytest

from gateway.emulator.store.tenants import FIRST_APPLICATION, SECOND_APPLICATION
from tests.emulator.conftest import Emulator
from tests.emulator.webhooks.receiver import Receiver, admin, create, idle, receiving

ENDPOINT = "/v2/webhooks/subscriptions"


async def subscribed(emulator: Emulator, url: str, **fields: object) -> dict[str, object]:
    answer = await admin(emulator, "PUT", "/subscriptions", {"notification_url": url, **fields})
    found: dict[str, object] = answer["subscription"]
    return found


async def test_any_application_is_subscribed_without_a_token_and_with_a_given_key(
    emulator: Emulator, receiver: Receiver
) -> None:
    made = await subscribed(emulator, receiver.url, application=SECOND_APPLICATION, signature_key="agreed")
    await create(emulator)
    await idle(emulator)

    assert made["application"] == SECOND_APPLICATION
    assert receiver.received[0].signed("agreed", receiver.url)


async def test_what_is_subscribed_there_already_is_changed_and_keeps_its_key(
    emulator: Emulator, receiver: Receiver
) -> None:
    key = emulator.running.subscribe(receiver.url)
    again = await subscribed(emulator, receiver.url, event_types=["customer.deleted"])

    assert again["signature_key"] == key
    assert again["event_types"] == ["customer.deleted"]
    assert (await admin(emulator, "GET", "/subscriptions"))["subscriptions"] == [again]


async def test_two_applications_have_keys_and_events_of_their_own(emulator: Emulator, receiver: Receiver) -> None:
    async with receiving() as other:
        keys = emulator.running.subscribe(receiver.url), emulator.running.subscribe(other.url, SECOND_APPLICATION)
        await create(emulator)
        await idle(emulator)

        assert receiver.received[0].signed(keys[0], receiver.url)
        assert other.received[0].signed(keys[1], other.url)
        assert keys[0] != keys[1]
        assert receiver.events[0]["event_id"] != other.events[0]["event_id"]


async def test_two_subscriptions_of_one_application_are_told_the_same_event(
    emulator: Emulator, receiver: Receiver
) -> None:
    async with receiving() as other:
        emulator.running.subscribe(receiver.url)
        emulator.running.subscribe(other.url)
        await create(emulator)
        await idle(emulator)

        assert receiver.received[0].body == other.received[0].body


async def test_nobody_is_told_who_unsubscribed(emulator: Emulator, receiver: Receiver) -> None:
    made = await subscribed(emulator, receiver.url)
    await admin(emulator, "DELETE", f"/subscriptions/{made['id']}")
    await create(emulator)
    await idle(emulator)

    assert receiver.received == []
    status, _ = await emulator.call("DELETE", f"/_emulator/webhooks/subscriptions/{made['id']}", token=None)
    assert status == 404


async def test_a_replaced_key_signs_from_then_on(emulator: Emulator, receiver: Receiver) -> None:
    made = await subscribed(emulator, receiver.url)
    _, answer = await emulator.call("POST", f"{ENDPOINT}/{made['id']}/signature-key", {})
    await create(emulator)
    await idle(emulator)

    [told] = receiver.received
    assert told.signed(answer["signature_key"], receiver.url)
    assert not told.signed(str(made["signature_key"]), receiver.url)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "http://10.0.0.1/hook",
        "ftp://127.0.0.1/hook",
        "https://",
        "https://user:secret@example.com/",
        "https://example.com/#part",
        "https://example.com/a b",
        "https://example.com:99999/",
        "https://exämple.com/",
        "",
    ],
)
async def test_a_url_that_square_would_not_send_to_is_refused(emulator: Emulator, url: str) -> None:
    status, answer = await emulator.call("POST", ENDPOINT, {"subscription": {"notification_url": url}})

    assert status == 400
    assert answer["errors"][0]["field"] == "subscription.notification_url"
    assert "secret" not in str(answer)


@pytest.mark.parametrize(
    "url", ["https://example.com/hook", "http://127.0.0.1:1/", "http://[::1]:1/", "http://localhost:1"]
)
async def test_https_anywhere_and_plain_http_on_this_machine_are_accepted(emulator: Emulator, url: str) -> None:
    status, answer = await emulator.call("POST", ENDPOINT, {"subscription": {"notification_url": url}})

    assert (status, answer["subscription"]["notification_url"]) == (200, url)


async def test_an_event_type_that_there_is_not_is_refused(emulator: Emulator) -> None:
    wanted = {"notification_url": "https://example.com", "event_types": ["customer.created", "customer.born"]}
    status, answer = await emulator.call("POST", ENDPOINT, {"subscription": wanted})

    assert (status, answer["errors"][0]["field"]) == (400, "subscription.event_types[1]")


@pytest.mark.parametrize("token", ["read-only-token", "second-seller-token", "second-app-token"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ENDPOINT),
        ("POST", ENDPOINT),
        ("GET", "/v2/webhooks/event-types"),
        ("POST", f"{ENDPOINT}/wbhk_1/test"),
        ("POST", f"{ENDPOINT}/wbhk_1/signature-key"),
    ],
)
async def test_only_the_applications_personal_token_may_ask(
    emulator: Emulator, token: str, method: str, path: str
) -> None:
    status, answer = await emulator.call(method, path, None if method == "GET" else {}, token=token)

    assert (status, answer["errors"][0]["code"]) == (403, "FORBIDDEN")


async def test_another_applications_subscription_is_not_found(emulator: Emulator, receiver: Receiver) -> None:
    made = await subscribed(emulator, receiver.url, application=SECOND_APPLICATION)

    for method, path in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/test"), ("POST", "/signature-key")):
        body = {"subscription": {}} if method == "PUT" else None
        status, answer = await emulator.call(method, f"{ENDPOINT}/{made['id']}{path}", body)
        assert (status, answer["errors"][0]["code"]) == (404, "NOT_FOUND"), method
    assert (await emulator.call("GET", ENDPOINT))[1] == {}
    assert [each["id"] for each in (await admin(emulator, "GET", "/subscriptions"))["subscriptions"]] == [made["id"]]


async def test_calls_about_subscriptions_are_counted_apart(emulator: Emulator, receiver: Receiver) -> None:
    made = await subscribed(emulator, receiver.url, application=FIRST_APPLICATION)
    await emulator.call("GET", ENDPOINT)
    await emulator.call("POST", f"{ENDPOINT}/{made['id']}/test", {})

    _, calls = await emulator.call("GET", "/_emulator/calls", token=None)
    assert calls["count"] == {}
    assert calls["others"] == {"ListWebhookSubscriptions": 1, "TestWebhookSubscription": 1}


async def test_a_sample_is_told_to_who_is_subscribed_to_its_type(emulator: Emulator, receiver: Receiver) -> None:
    emulator.running.subscribe(receiver.url)
    for event_type, applications in (("loyalty.account.deleted", 1), ("customer.custom_attribute.deleted", 0)):
        answer = await admin(emulator, "POST", "/events", {"type": event_type})
        assert answer == {"applications": applications}
    await idle(emulator)

    assert receiver.types == ["loyalty.account.deleted"]
