"""How operations over graphql-transport-ws are limited, and how sockets end."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from tests.patience import PATIENCE
from tests.server.conftest import Serve, Site
from tests.server.sockets import closed, data, opened, receive, rest, subscribe


async def test_only_so_many_operations_run_on_one_socket(serve: Serve) -> None:
    site = await serve(gateway_websocket_operations=3)
    async with site.connect() as socket:
        await opened(socket)
        for number in range(4):
            await socket.send_json(subscribe("subscription { live }", str(number)))

        message = await receive(socket)

        assert (message["type"], message["id"]) == ("error", "3")
        assert message["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"
        await socket.send_json({"id": "0", "type": "complete"})
        await socket.send_json(subscribe("{ hello }", "again"))
        assert data(await receive(socket)) == {"hello": "Hello, world"}


async def test_a_client_that_does_not_read_is_closed_as_a_slow_consumer(serve: Serve) -> None:
    site = await serve(gateway_event_queue=4)
    async with site.connect(max_msg_size=0) as socket:
        await opened(socket)
        transport = socket.get_extra_info("socket")
        assert transport is not None
        await socket.send_json(subscribe("subscription { flood(size: 100000) }"))
        async with asyncio.timeout(PATIENCE):
            await site.stage.left.wait()
        # Only now does the client read on: it finds a few events, and then the reason.
        assert await closed(socket) == 4508
    assert site.stage.streams == 0


async def test_a_subscriber_that_lags_is_closed_as_a_slow_consumer(serve: Serve) -> None:
    site = await serve()
    async with site.connect() as socket:
        await opened(socket)
        await socket.send_json(subscribe("subscription { lags { number } }"))

        messages, code = await rest(socket)

    assert [each["payload"]["data"] for each in messages] == [{"lags": {"number": 1}}]
    assert code == 4508


async def test_a_socket_is_closed_with_the_last_operation_of_a_token_that_has_ended(serve: Serve) -> None:
    site = await serve()
    async with site.connect() as socket:
        await opened(socket)
        await socket.send_json(subscribe("subscription { live }", "lasts"))
        await socket.send_json(subscribe("subscription { ends { number } }", "ends"))
        assert (await receive(socket))["type"] == "next"
        assert (await receive(socket))["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        # Another operation goes on, until it has ended too.
        site.stage.events.put_nowait(7)
        assert data(await receive(socket)) == {"live": 7}
        await socket.send_json({"id": "lasts", "type": "complete"})
        await socket.send_json(subscribe("subscription { ends { number } }", "ends"))

        messages, code = await rest(socket)

    assert [each["type"] for each in messages] == ["next", "error"]
    assert code == 4403


@pytest.mark.parametrize(
    ("first", "query", "most"),
    [("{ hello }", "{ big(size: 1000000) }", 60), ("{ big(size: 14000000) }", "{ hello }", 4 * 4 + 2 * 100)],
    ids=["bytes", "messages"],
)
async def test_finished_operations_that_nobody_reads_the_answers_of_do_not_pile_up(
    serve: Serve, first: str, query: str, most: int
) -> None:
    site = await serve(gateway_event_queue=4)
    async with site.connect(max_msg_size=0) as socket:
        await opened(socket)
        await socket.send_json(subscribe(first, "first"))
        for number in range(400):
            await socket.send_json(subscribe(query, str(number)))

        received, ended = await rest(socket)

    assert ended == 4508
    assert len(received) <= most


async def test_a_client_that_reads_gets_the_answers_of_all_its_operations_at_once(serve: Serve) -> None:
    site = await serve(gateway_event_queue=1)
    async with site.connect() as socket:
        await opened(socket)
        for number in range(100):
            await socket.send_json(subscribe("{ waits }", str(number)))
        await socket.send_json({"type": "ping"})
        assert await receive(socket) == {"type": "pong"}
        site.stage.gate.set()

        messages = [await receive(socket) for _ in range(200)]

    for kind in ("next", "complete"):
        assert {each["id"] for each in messages if each["type"] == kind} == {str(number) for number in range(100)}


async def test_an_answer_that_is_larger_than_all_that_may_wait_arrives(serve: Serve) -> None:
    site = await serve()
    async with site.connect(max_msg_size=0) as socket:
        await opened(socket)
        for id in ("1", "2"):
            await socket.send_json(subscribe("{ big(size: 17000000) }", id))
            assert len(data(await receive(socket))["big"]) == 17_000_000
            assert (await receive(socket))["type"] == "complete"


async def test_a_client_that_reads_gets_every_event_of_a_burst(serve: Serve) -> None:
    site = await serve(gateway_event_queue=4)
    async with site.connect() as socket:
        await opened(socket)
        await socket.send_json(subscribe("subscription { count(to: 2000) { number } }"))

        numbers = [data(await receive(socket))["count"]["number"] for _ in range(2000)]

    assert numbers == list(range(2000))


async def test_a_peer_that_is_gone_without_a_word_is_noticed(serve: Serve) -> None:
    site = await serve(gateway_heartbeat=0.1)
    async with site.connect(autoping=False) as socket:
        await opened(socket)
        await socket.send_json(subscribe("subscription { live }"))
        await site.stage.opened.wait()

        # The client leaves every ping unanswered.
        async with asyncio.timeout(PATIENCE):
            await site.stage.left.wait()

    assert site.stage.streams == 0


async def test_a_peer_that_answers_pings_is_kept(serve: Serve) -> None:
    site = await serve(gateway_heartbeat=0.5)
    async with site.connect(autoping=False) as socket:
        await opened(socket)
        for _ in range(2):
            message = await socket.receive(timeout=PATIENCE)
            assert message.type is aiohttp.WSMsgType.PING
            await socket.pong(message.data)
        await socket.send_json(subscribe("{ hello }"))

        assert data(await receive(socket)) == {"hello": "Hello, world"}


async def test_a_client_that_leaves_takes_its_subscriptions_with_it(site: Site) -> None:
    before = asyncio.all_tasks()
    for _ in range(20):
        site.stage.opened.clear()
        site.stage.left.clear()
        async with site.connect() as socket:
            await opened(socket)
            await socket.send_json(subscribe("subscription { live }"))
            await site.stage.opened.wait()
            await socket.close()
        async with asyncio.timeout(PATIENCE):
            await site.stage.left.wait()

    if remaining := asyncio.all_tasks() - before:
        await asyncio.wait(remaining, timeout=PATIENCE)
    assert asyncio.all_tasks() <= before
    assert len(site.view.open_ended) == site.stage.streams == 0


async def test_a_mutation_goes_on_when_its_client_leaves(site: Site) -> None:
    async with site.connect() as socket:
        await opened(socket)
        await socket.send_json(subscribe('mutation { note(text: "kept") }'))
        await site.stage.entered.wait()
        await socket.close()

    closing = asyncio.create_task(site.listening.close())
    await asyncio.sleep(0)
    site.stage.gate.set()
    await closing

    assert site.stage.notes == ["kept"]


async def test_a_mutation_goes_on_when_its_client_loses_interest(site: Site) -> None:
    async with site.connect() as socket:
        await opened(socket)
        await socket.send_json(subscribe('mutation { note(text: "kept") }'))
        await site.stage.entered.wait()
        await socket.send_json({"id": "1", "type": "complete"})
        await socket.send_json({"type": "ping"})
        assert await receive(socket) == {"type": "pong"}
        site.stage.gate.set()
        await socket.send_json(subscribe("{ waits }", "2"))
        assert (await receive(socket))["id"] == "2"

    assert site.stage.notes == ["kept"]


async def test_shutdown_closes_every_socket_before_what_runs_is_finished(site: Site) -> None:
    written = asyncio.create_task(site.post({"query": 'mutation { note(text: "kept") }'}))
    await site.stage.entered.wait()
    async with site.connect() as idle, site.connect() as busy, site.connect() as strange:
        await opened(busy)
        await busy.send_json(subscribe("subscription { live }"))
        await site.stage.opened.wait()
        closing = asyncio.create_task(site.listening.close())

        assert await closed(busy) == 1001
        assert await closed(idle) == 1001
        assert await closed(strange) == 1001
        assert not closing.done()
        site.stage.gate.set()
        await closing

    assert (await written).json["data"] == {"note": "kept"}
    assert site.stage.streams == 0


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [
        (None, True),
        ("https://shop.example", True),
        ("https://evil.test", False),
        ("https://shop.example.evil.test", False),
        ("null", False),
        ("", False),
    ],
)
async def test_only_listed_websites_may_connect(serve: Serve, origin: str | None, welcome: bool) -> None:
    site = await serve(gateway_cors_origins="https://shop.example")
    headers = {} if origin is None else {"Origin": origin}

    if welcome:
        async with site.connect(headers=headers) as socket:
            await opened(socket)
    else:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await site.connect(headers=headers)
        assert refused.value.status == 403


async def test_the_gateways_own_pages_may_connect(site: Site) -> None:
    async with site.connect(headers={"Origin": site.listening.url}) as socket:
        await opened(socket)
