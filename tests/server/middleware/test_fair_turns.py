"""Through the server, on a loop whose timer is held: a caller with much under way waits behind itself alone."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Any

from gateway.fairness.fair_turns import FIRST_RUNNING, MIN_BUSY, FairTurns
from gateway.server.concurrency_limit import Admission
from tests.patience import LONG, PATIENCE
from tests.server.conftest import Serve, Site
from tests.server.sockets import opened, receive, subscribe

WAITS, HELLO = "{ waits }", "{ hello }"


class HeldTimer:
    """The running loop, whose timers come when a test says so."""

    def __init__(self) -> None:
        self.timers: list[Callable[[], None]] = []

    def call_soon(self, callback: Callable[[], None]) -> object:
        return asyncio.get_running_loop().call_soon(callback)

    def call_later(self, delay: float, callback: Callable[[], None]) -> None:
        self.timers.append(callback)


# So many make the server look, and so many may then run.
ALL = MIN_BUSY + FIRST_RUNNING


class Busy:
    """A server with two active callers, of which one has all under way that may run of it, and a socket."""

    def __init__(self, site: Site, turns: FairTurns) -> None:
        self.site = site
        self.turns = turns

    async def ask(self, token: str, query: str) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        async with self.site.http.post(self.site.url, json={"query": query}, headers=headers) as response:
            return response.status, await response.json()

    async def until(self, what: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not what():  # noqa: ASYNC110 - nothing tells when
                await asyncio.sleep(0)


async def busy(serve: Serve, patience: float = LONG) -> tuple[Busy, list[asyncio.Task[tuple[int, Any]]]]:
    timer = HeldTimer()
    turns = FairTurns(now=lambda: 1.0, loop=lambda: timer)
    site = await serve(gateway_auth="forward", admission=Admission(patience=patience, turns=turns))
    server = Busy(site, turns)
    for token in ("flood", "small"):
        assert (await server.ask(token, HELLO))[0] == 200
    running = [asyncio.create_task(server.ask("flood", WAITS)) for _ in range(ALL)]
    await server.until(lambda: site.admission.running == ALL)
    assert turns.watching
    assert turns.waiting == 0
    return server, running


async def test_operations_of_a_busy_caller_wait_in_order_and_nobody_else_does(serve: Serve) -> None:
    server, running = await busy(serve)
    async with server.site.connect() as flooding, server.site.connect() as other:
        await opened(flooding, {"Authorization": "Bearer flood"})
        await opened(other, {"Authorization": "Bearer small"})
        behind = asyncio.create_task(server.ask("flood", HELLO))
        await server.until(lambda: server.turns.waiting == 1)
        for id in "abcd":
            await flooding.send_json(subscribe(HELLO, id))
        await server.until(lambda: server.turns.waiting == 5)

        # Another caller is answered, over HTTP and on a socket, and one that waits can be taken back.
        assert (await server.ask("small", HELLO))[0] == 200
        await other.send_json(subscribe(HELLO))
        assert [(await receive(other))["type"] for _ in range(2)] == ["next", "complete"]
        await flooding.send_json({"id": "b", "type": "complete"})
        await server.until(lambda: server.turns.waiting == 4)
        assert server.site.admission.running == ALL + 4

        server.site.stage.gate.set()
        told = [await receive(flooding) for _ in range(6)]
        assert [each["id"] for each in told if each["type"] == "next"] == ["a", "c", "d"]
        assert [status for status, _ in await asyncio.gather(behind, *running)] == [200] * (1 + len(running))
    assert server.turns.delayed == 5


async def test_what_waits_is_waited_for_at_the_end_unless_its_client_has_left(serve: Serve) -> None:
    server, running = await busy(serve)
    admission = server.site.admission
    stays = asyncio.create_task(server.ask("flood", 'mutation { note(text: "stays") }'))
    await server.until(lambda: server.turns.waiting == 1)
    _, leaving = await asyncio.open_connection("127.0.0.1", server.site.listening.port)
    body = b'{"query": "mutation { note(text: \\"leaves\\") }"}'
    head = "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: Bearer flood"
    leaving.write(f"{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
    await server.until(lambda: server.turns.waiting == 2)
    # The connection is reset: one that is only closed on one side still gets its answer.
    leaving.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    leaving.close()
    await leaving.wait_closed()
    assert (await server.ask("small", HELLO))[0] == 200
    admission.close()
    emptied = asyncio.create_task(admission.emptied())

    server.site.stage.gate.set()

    assert [status for status, _ in await asyncio.gather(stays, *running)] == [200] * (1 + len(running))
    assert await emptied
    assert server.site.stage.notes == ["stays"]


async def test_who_waits_for_as_long_as_an_operation_may_take_is_told_to_come_again(serve: Serve) -> None:
    server, running = await busy(serve, patience=0.01)

    status, body = await server.ask("flood", HELLO)

    assert (status, body["errors"][0]["extensions"]["code"]) == (429, "TOO_MANY_REQUESTS")
    assert server.turns.waiting == 0
    assert server.site.admission.running == len(running)
    server.site.stage.gate.set()
    assert [each for each, _ in await asyncio.gather(*running)] == [200] * len(running)


async def test_subscriptions_that_start_count_among_what_a_caller_has_under_way(serve: Serve) -> None:
    timer = HeldTimer()
    turns = FairTurns(now=lambda: 1.0, loop=lambda: timer)
    site = await serve(gateway_auth="forward", admission=Admission(turns=turns))
    # The second time that so many have begun shows that they come fast.
    for place in range(2 * MIN_BUSY):
        headers = {"Authorization": f"Bearer {('flood', 'small')[place % 2]}", "Accept": "text/event-stream"}
        query = {"query": "subscription { count(to: 1) { number } }"}
        async with site.http.post(site.url, json=query, headers=headers) as response:
            assert (response.status, response.content_type) == (200, "text/event-stream")
            await response.read()

    assert turns.watching
