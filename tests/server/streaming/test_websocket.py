"""Operations over graphql-transport-ws: what works, for whom, and how it ends."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.patience import PATIENCE
from tests.server.conftest import Serve, Site
from tests.server.sockets import closed, data, opened, receive, subscribe


async def test_a_subscription_streams_and_completes(site: Site) -> None:
    async with site.connect() as socket:
        await opened(socket)
        await socket.send_json(subscribe("subscription { count(to: 3) { number } }"))

        numbers = [data(await receive(socket))["count"]["number"] for _ in range(3)]

        assert numbers == [0, 1, 2]
        assert await receive(socket) == {"id": "1", "type": "complete"}
    assert site.stage.streams == 0


async def test_queries_and_mutations_run_too(site: Site) -> None:
    site.stage.gate.set()
    async with site.connect() as socket:
        await opened(socket)
        await socket.send_json(subscribe("query($n: String!) { hello(name: $n) }", "q", variables={"n": "Ada"}))
        assert data(await receive(socket)) == {"hello": "Hello, Ada"}
        assert (await receive(socket))["type"] == "complete"

        await socket.send_json(subscribe('mutation { note(text: "a") }', "m"))
        assert data(await receive(socket)) == {"note": "a"}
        assert (await receive(socket))["type"] == "complete"


async def test_every_event_gets_a_context_of_its_own(site: Site) -> None:
    async with site.connect() as socket:
        await opened(socket)
        await socket.send_json(subscribe("subscription { count(to: 3) { a: sameLoader b: sameLoader } }"))

        for _ in range(3):
            assert data(await receive(socket))["count"] == {"a": False, "b": True}


async def test_operations_on_one_socket_do_not_wait_for_each_other(site: Site) -> None:
    async with site.connect() as socket:
        await opened(socket)
        await socket.send_json(subscribe("{ waits }", "slow"))
        await socket.send_json(subscribe("{ hello }", "fast"))

        assert (await receive(socket))["id"] == "fast"
        assert (await receive(socket)) == {"id": "fast", "type": "complete"}
        site.stage.gate.set()
        assert (await receive(socket))["id"] == "slow"


async def test_an_id_can_be_used_again_once_its_operation_is_complete(site: Site) -> None:
    async with site.connect() as socket:
        await opened(socket)
        for _ in range(50):
            await socket.send_json(subscribe("{ hello }"))
            assert (await receive(socket))["type"] == "next"
            assert (await receive(socket))["type"] == "complete"


async def test_what_the_client_completes_is_ended(site: Site) -> None:
    async with site.connect() as socket:
        await opened(socket)
        await socket.send_json(subscribe("subscription { live }"))
        await site.stage.events.put(7)
        assert data(await receive(socket)) == {"live": 7}

        await socket.send_json({"id": "1", "type": "complete"})
        async with asyncio.timeout(PATIENCE):
            await site.stage.left.wait()
        await site.stage.events.put(8)
        await socket.send_json(subscribe("{ hello }"))

        assert data(await receive(socket)) == {"hello": "Hello, world"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nope }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { hello } query B { hello }", "OPERATION_RESOLUTION_FAILURE"),
        ("query($a: Int!) { big(size: $a) }", "BAD_USER_INPUT"),
        ("subscription($a: Int!) { count(to: $a) { number } }", "BAD_USER_INPUT"),
        ("subscription { refuses }", "BAD_USER_INPUT"),
    ],
)
async def test_an_operation_that_cannot_run_ends_with_an_error_and_the_socket_lives(
    site: Site, query: str, code: str
) -> None:
    async with site.connect() as socket:
        await opened(socket)
        await socket.send_json(subscribe(query))

        message = await receive(socket)
        await socket.send_json(subscribe("{ hello }"))

        assert (message["type"], message["id"]) == ("error", "1")
        assert message["payload"][0]["extensions"]["code"] == code
        assert data(await receive(socket)) == {"hello": "Hello, world"}


async def test_a_stream_that_breaks_ends_with_a_masked_error(site: Site) -> None:
    async with site.connect() as socket:
        await opened(socket)
        await socket.send_json(subscribe("subscription { breaks }"))

        assert data(await receive(socket)) == {"breaks": 1}
        message = await receive(socket)

    assert message["type"] == "error"
    assert message["payload"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert "secret" not in str(message)


async def test_a_failing_field_is_an_answer_and_not_the_end_of_the_socket(site: Site) -> None:
    async with site.connect() as socket:
        await opened(socket)
        await socket.send_json(subscribe("{ explode }"))

        message = await receive(socket)

    assert message["type"] == "next"
    assert message["payload"]["data"] is None


async def test_a_ping_is_answered_with_its_payload(site: Site) -> None:
    async with site.connect() as socket:
        await socket.send_json({"type": "ping"})
        assert await receive(socket) == {"type": "pong"}
        await socket.send_json({"type": "ping", "payload": {"n": 1}})
        assert await receive(socket) == {"type": "pong", "payload": {"n": 1}}
        for number in ("0.12345678901234567890123", "9" * 30):
            await socket.send_str(f'{{"type": "ping", "payload": {{"n": {number}}}}}')
            assert await receive(socket) == {"type": "pong"}


TOKENS = [
    {"Authorization": "Bearer one"},
    {"authorization": "Bearer one"},
    {"headers": {"Authorization": "Bearer one"}},
    {"headers": {"AUTHORIZATION": "Bearer one"}, "other": 1},
]


@pytest.mark.parametrize("payload", TOKENS)
async def test_the_token_may_come_with_the_first_message(serve: Serve, payload: dict[str, Any]) -> None:
    site = await serve(gateway_auth="forward")
    expected = await site.post({"query": "{ tenant }"}, Authorization="Bearer one")

    async with site.connect() as socket:
        await opened(socket, payload)
        await socket.send_json(subscribe("{ tenant }"))

        assert data(await receive(socket)) == expected.json["data"]


async def test_the_token_may_come_with_the_handshake_and_once_more_with_the_first_message(serve: Serve) -> None:
    site = await serve(gateway_auth="forward")
    expected = await site.post({"query": "{ tenant }"}, Authorization="Bearer one")
    for payload in (None, *TOKENS):
        async with site.connect(headers={"Authorization": "Bearer one"}) as socket:
            await opened(socket, payload)
            await socket.send_json(subscribe("{ tenant }"))

            assert data(await receive(socket)) == expected.json["data"]


@pytest.mark.parametrize(
    ("headers", "payload"),
    [
        (["Bearer one"], {"Authorization": "Bearer two"}),
        (["Bearer one"], {"headers": {"authorization": "Bearer two"}}),
        (["Bearer one", "Bearer one"], {}),
        (["Bearer one", "Bearer two"], {"Authorization": "Bearer one"}),
        ([], {"Authorization": "Bearer one", "authorization": "Bearer two"}),
        ([], {"Authorization": "Bearer one", "headers": {"AUTHORIZATION": "Bearer two"}}),
        ([], {"headers": {"Authorization": "Bearer one", "authorization": "Bearer two"}}),
        ([""], {"Authorization": "Bearer one"}),
    ],
)
@pytest.mark.parametrize("auth", ["forward", "none"])
async def test_two_authorizations_are_none(
    serve: Serve, headers: list[str], payload: dict[str, Any], auth: str
) -> None:
    site = await serve(gateway_auth=auth)

    async with site.connect(headers=[("Authorization", each) for each in headers]) as socket:
        await socket.send_json({"type": "connection_init", "payload": payload})

        assert await closed(socket) == 4403


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (None, 4401),
        ({}, 4401),
        ({"token": "one"}, 4401),
        ({"Authorization": "one"}, 4403),
        ({"Authorization": ""}, 4403),
        ({"Authorization": "Basic one"}, 4403),
        ({"headers": {"authorization": "Bearer a b"}}, 4403),
        ({"Authorization": 5}, 4400),
    ],
)
async def test_without_a_proper_token_the_socket_is_closed(serve: Serve, payload: Any, code: int) -> None:
    site = await serve(gateway_auth="forward")

    async with site.connect() as socket:
        await socket.send_json({"type": "connection_init", **({} if payload is None else {"payload": payload})})

        assert await closed(socket) == code


async def test_a_key_that_is_not_known_is_forbidden(serve: Serve) -> None:
    site = await serve(gateway_auth="key", gateway_api_keys="right")

    async with site.connect() as socket:
        await socket.send_json({"type": "connection_init", "payload": {"Authorization": "Bearer wrong"}})

        assert await closed(socket) == 4403


async def test_a_client_that_does_not_introduce_itself_in_time_is_closed(serve: Serve) -> None:
    site = await serve(gateway_websocket_init_timeout=0.05)

    async with site.connect() as socket:
        assert await closed(socket) == 4408


async def test_pings_do_not_buy_time_to_introduce_oneself(serve: Serve) -> None:
    site = await serve(gateway_websocket_init_timeout=0.1)

    async with site.connect() as socket:
        while not socket.closed:
            await socket.send_json({"type": "ping"})
            message = await socket.receive(timeout=PATIENCE)
            if message.type is not aiohttp.WSMsgType.TEXT:
                break

        assert message.data == 4408


async def test_once_introduced_a_client_may_be_silent(serve: Serve) -> None:
    seconds = 2.0
    site = await serve(gateway_websocket_init_timeout=seconds)
    async with site.connect() as socket:
        await opened(socket)
        passed = asyncio.Event()
        asyncio.get_running_loop().call_later(seconds * 1.1, passed.set)
        await passed.wait()
        await socket.send_json(subscribe("{ hello }"))

        assert data(await receive(socket)) == {"hello": "Hello, world"}
