"""Webhooks and GraphQL beside each other under load: neither is in the other's way."""

from __future__ import annotations

import asyncio
import time

import pytest

from gateway.server.webhooks import receiver
from gateway.server.webhooks.receiver import MAX_BODIES
from tests.disk import MAX_STORING
from tests.events.signed import notification, sign
from tests.patience import PATIENCE
from tests.patient_loop import by_the_machines_clock
from tests.server.process import WAITS_FOR_SQUARE, held_square
from tests.server.webhooks.conftest import KEY, PATH, URL, Inbox, Start

READ = {"query": "{ customers(first: 1) { nodes { id } } }"}
PING = {"query": "{ __typename }"}


def head(body: bytes) -> bytes:
    """A request whose body is still to come."""
    lines = (
        f"POST {PATH} HTTP/1.1",
        "Host: shop.example",
        f"X-Square-HmacSha256-Signature: {sign(body, KEY, URL)}",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*lines, "", "")).encode()


async def test_webhooks_are_taken_while_as_many_graphql_requests_run_as_may(start: Start) -> None:
    async with held_square() as square:
        inbox = await start(
            square_base_url=square.url, gateway_max_concurrent=1, gateway_auth="forward", **WAITS_FOR_SQUARE
        )
        bearer = {"Authorization": "Bearer one"}
        running = asyncio.create_task(inbox.send("POST", "/graphql", json=READ, headers=bearer))
        await square.arrival("GET")

        assert (await inbox.send("POST", "/graphql", json=PING, headers=bearer)).status == 503
        assert (await inbox.deliver(notification(event_id="e-1"))).status == 200
        assert await inbox.kept() == ["e-1"]
        running.cancel()


async def test_slow_notifications_hold_up_neither_others_nor_graphql(inbox: Inbox) -> None:
    body = notification(event_id="in-two-parts")
    slow = [await asyncio.open_connection("127.0.0.1", inbox.listening.port) for _ in range(MAX_BODIES + 1)]
    for _, writer in slow[:-1]:
        writer.write(head(body))
    while await inbox.figure("gateway_requests_arriving") < MAX_BODIES:
        continue
    one_more, writer = slow[-1]
    writer.write(head(body))
    async with asyncio.timeout(PATIENCE):
        made_room = await slow[0][0].readline()

    assert b"408" in made_room
    assert (await inbox.deliver(notification(event_id="whole"))).status == 200
    assert (await inbox.send("POST", "/graphql", json=PING)).status == 200
    writer.write(body)
    async with asyncio.timeout(PATIENCE):
        taken = await one_more.readline()
    assert b"200" in taken
    assert await inbox.kept() == ["whole", "in-two-parts"]
    for _, writer in slow:
        writer.close()


async def test_a_body_that_does_not_come_is_not_waited_for_without_end(start: Start) -> None:
    inbox = await start(gateway_request_timeout=0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", inbox.listening.port)
    writer.write(head(notification()) + b"{")
    async with asyncio.timeout(PATIENCE):
        answer = await reader.readline()
    writer.close()

    assert b"408" in answer
    assert await inbox.figure('gateway_webhooks_total{outcome="late"') == 1


async def test_what_holds_up_the_gateway_is_no_fault_of_the_log(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiver, "MAX_STORING", MAX_STORING)
    loop, held_up = asyncio.get_running_loop(), 0

    def hold_up() -> None:
        nonlocal held_up
        held_up += 1
        time.sleep(MAX_STORING + 0.2)

    # The next one finds a connection.
    await inbox.deliver(notification(event_id="e-1"))
    with by_the_machines_clock():
        delivered = asyncio.create_task(inbox.deliver(notification(event_id="e-2")))
        # At each of the steps between a notification and its answer.
        while not delivered.done() and held_up < 7:
            loop.call_soon(hold_up)
            await asyncio.sleep(0)

    assert (await delivered).status == 200
    assert await inbox.kept() == ["e-1", "e-2"]
