"""Webhooks as Square, and as others, send them."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3

import pytest

from gateway.emulator.store.tenants import FIRST_SELLER
from tests.emulator.conftest import Emulator
from tests.events.signed import notification, sign
from tests.patience import PATIENCE
from tests.server.webhooks.conftest import KEY, NEXT_KEY, PATH, URL, Inbox, Start

COUNT = "gateway_webhooks_total"


async def test_a_signed_notification_is_stored_and_acknowledged(inbox: Inbox) -> None:
    answer = await inbox.deliver(notification("customer.created", event_id="e-1"))

    assert (answer.status, answer.body) == (200, b"")
    assert await inbox.kept() == ["e-1"]
    assert await inbox.figure(f'{COUNT}{{outcome="stored",type="customer.created"}}') == 1
    assert await inbox.figure("gateway_webhook_seconds_count") == 1
    assert await inbox.figure("gateway_webhooks_unknown_merchant_total") == 1
    assert await inbox.figure("gateway_event_log_events") == 1


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "x",
        "x" * 44,
        "\u00fc" * 44,
        sign(notification(), "another-key", URL),
        sign(notification(), KEY, URL),
    ],
    ids=["none", "short", "invented", "not ascii", "another key", "another body"],
)
async def test_without_a_signature_of_square_nothing_is_stored(inbox: Inbox, signature: str) -> None:
    answer = await inbox.deliver(notification(), signature)

    assert (answer.status, answer.code) == (403, "FORBIDDEN")
    assert await inbox.kept() == []
    assert await inbox.figure(f'{COUNT}{{outcome="forged",type="none"}}') == 1


async def test_a_forged_body_is_refused_before_it_is_read_as_json(inbox: Inbox) -> None:
    assert (await inbox.deliver(b"no json", sign(b"other", KEY, URL))).status == 403


async def test_a_body_without_a_signature_is_not_waited_for(inbox: Inbox) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", inbox.listening.port)
    writer.write(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n".encode())
    async with asyncio.timeout(PATIENCE):
        line = await reader.readline()
    writer.close()

    assert b"403" in line


async def test_two_signatures_are_none(inbox: Inbox) -> None:
    body = notification()
    name, signature = "x-square-hmacsha256-signature", sign(body, KEY, URL)
    answer = await inbox.send("POST", data=body, headers=[(name, signature), (name, signature)])

    assert answer.status == 403


async def test_the_url_that_is_signed_is_the_one_in_the_settings(
    inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    body = notification(event_id="e-1")
    with caplog.at_level(logging.WARNING, "gateway.server.webhooks"):
        wrong = await inbox.deliver(body, sign(body, KEY, URL.replace("/?", "?")), Host="shop.example")
        again = await inbox.deliver(body, sign(body, KEY, f"{inbox.listening.url}{PATH}"))
    right = await inbox.deliver(body, Host="elsewhere.example")

    assert (wrong.status, again.status, right.status) == (403, 403, 200)
    [line] = [each.getMessage() for each in caplog.records if each.levelno == logging.WARNING]
    assert "https://shop.example/hooks/square/" in line
    assert "shop=1" not in line
    assert KEY not in line


async def test_while_a_key_is_replaced_both_are_good(start: Start) -> None:
    inbox = await start(square_webhook_signature_key=f"{KEY}, {NEXT_KEY}")
    old, new = notification(event_id="e-1"), notification(event_id="e-2")

    assert (await inbox.deliver(old, sign(old, KEY, URL))).status == 200
    assert (await inbox.deliver(new, sign(new, NEXT_KEY, URL))).status == 200
    assert await inbox.kept() == ["e-1", "e-2"]


async def test_a_repetition_is_acknowledged_and_stored_once(inbox: Inbox) -> None:
    body = notification("customer.updated", event_id="e-1")
    answers = await asyncio.gather(*(inbox.deliver(body) for _ in range(10)))

    assert {answer.status for answer in answers} == {200}
    assert await inbox.kept() == ["e-1"]
    assert await inbox.figure(f'{COUNT}{{outcome="duplicate",type="customer.updated"}}') == 9


async def test_a_type_that_nobody_knows_is_stored_and_is_no_label(inbox: Inbox) -> None:
    assert (await inbox.deliver(notification("planet.discovered", event_id="e-1"))).status == 200

    assert await inbox.kept() == ["e-1"]
    assert await inbox.figure(f'{COUNT}{{outcome="unknown_type",type="other"}}') == 1
    assert "planet" not in (await inbox.send("GET", "/metrics")).body.decode()


async def test_a_known_type_that_cannot_be_read_is_a_dead_letter(inbox: Inbox) -> None:
    assert (await inbox.deliver(notification("customer.updated", data={}))).status == 200

    assert await inbox.figure(f'{COUNT}{{outcome="unreadable",type="customer.updated"}}') == 1
    assert await inbox.figure("gateway_event_log_dead_letters") == 1


async def test_squares_test_notification_is_acknowledged_and_kept_nowhere(inbox: Inbox) -> None:
    body = notification("webhooks.test_notification", data={"type": "webhooks", "id": "x"}, created_at=None)

    assert (await inbox.deliver(body)).status == 200
    assert await inbox.kept() == []
    assert await inbox.figure(f'{COUNT}{{outcome="test",type="webhooks.test_notification"}}') == 1


async def test_a_seller_for_whom_nobody_can_call_is_acknowledged_and_dropped(start: Start) -> None:
    inbox = await start(square_merchant_id="MERCHANT-1")
    ours, other = notification(event_id="e-1"), notification(merchant_id="MERCHANT-2")

    assert [(await inbox.deliver(body)).status for body in (other, ours)] == [200, 200]
    assert await inbox.kept() == ["e-1"]
    assert await inbox.figure(f'{COUNT}{{outcome="unknown_merchant"') == 1


async def test_a_seller_is_known_once_somebody_has_called_for_it(start: Start, emulator: Emulator) -> None:
    inbox = await start(square_base_url=emulator.url)
    told = {"merchant_id": FIRST_SELLER}
    await inbox.deliver(notification(**told))
    before = await inbox.figure("gateway_webhooks_unknown_merchant_total")
    # A cursor belongs to a seller, so Square is asked which one it is.
    for name in ("Ada", "Grace"):
        await emulator.call("POST", "/v2/customers", {"given_name": name})
    asked = await inbox.send("POST", "/graphql", json={"query": "{ customers(first: 1) { pageInfo { endCursor } } }"})
    await inbox.deliver(notification(**told))

    assert "errors" not in asked.json
    assert before == await inbox.figure("gateway_webhooks_unknown_merchant_total") == 1


@pytest.mark.parametrize("body", [b"", b"nothing", b"[]", b"\xff", notification(event_id=None), notification(type="")])
async def test_what_is_signed_and_is_no_notification_is_400(inbox: Inbox, body: bytes) -> None:
    answer = await inbox.deliver(body)

    assert (answer.status, answer.code) == (400, "BAD_REQUEST")
    assert await inbox.kept() == []


@pytest.mark.parametrize(("size", "status"), [(256 * 1024, 200), (256 * 1024 + 1, 413)])
async def test_a_body_has_256_kib_at_most(inbox: Inbox, size: int, status: int) -> None:
    body = notification(more="")
    body = notification(event_id=json.loads(body)["event_id"], more="x" * (size - len(body)))

    assert len(body) == size
    assert (await inbox.deliver(body)).status == status


async def test_a_compressed_body_is_not_what_was_signed(inbox: Inbox) -> None:
    assert (await inbox.deliver(notification(), **{"Content-Encoding": "gzip"})).status == 415


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
async def test_only_post_is_answered(inbox: Inbox, method: str) -> None:
    answer = await inbox.send(method)

    assert (answer.status, answer.headers["allow"]) == (405, "POST")


async def test_without_webhooks_there_is_no_such_path(start: Start) -> None:
    inbox = await start(square_webhook_signature_key="", square_webhook_url=None)

    assert (await inbox.deliver(notification())).status == 404


@pytest.mark.usefixtures("files_are_held")
async def test_what_cannot_be_stored_is_sent_again_and_stored_then(inbox: Inbox) -> None:
    body = notification(event_id="e-1")
    holder = sqlite3.connect(inbox.file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    async with asyncio.timeout(PATIENCE):
        refused = await inbox.deliver(body)
    holder.execute("ROLLBACK")
    holder.close()

    assert (refused.status, refused.code, refused.headers["retry-after"]) == (503, "NOT_STORED", "1")
    assert await inbox.figure(f'{COUNT}{{outcome="not_stored",type="none"}}') == 1
    assert (await inbox.deliver(body)).status == 200
    assert await inbox.kept() == ["e-1"]


async def test_a_burst_is_stored_whole_and_in_order(inbox: Inbox) -> None:
    async def one(lane: int) -> None:
        for number in range(50):
            answer = await inbox.deliver(notification(event_id=f"{lane}-{number}"))
            assert answer.status == 200

    await asyncio.gather(*(one(lane) for lane in range(20)))
    kept = await inbox.kept()

    assert len(kept) == 1000
    for lane in range(20):
        assert [each for each in kept if each.startswith(f"{lane}-")] == [f"{lane}-{number}" for number in range(50)]


async def test_a_line_of_the_log_tells_the_type_and_nothing_that_was_sent(
    inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "gateway.requests"):
        await inbox.deliver(notification("customer.updated", event_id="e-of-somebody"))
    [line] = [each for each in caplog.records if each.name == "gateway.requests"]

    assert line.getMessage() == f"POST {PATH} 200"
    assert line.__dict__["fields"]["operation"] == "customer.updated"
    assert "somebody" not in str(line.__dict__)
