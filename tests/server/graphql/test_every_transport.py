"""What one door refuses, every door refuses, by the same code: HTTP, event streams, multipart answers, WebSockets."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from tests.patience import PATIENCE
from tests.server.conftest import Serve, Site

ACCEPTED = {
    "http": "application/json",
    "events": "text/event-stream",
    "multipart": "multipart/mixed;subscriptionSpec=1.0",
}
# By which code a socket is closed for what HTTP refuses by a code of its own.
CLOSED = {
    4400: "BAD_REQUEST",
    4401: "UNAUTHENTICATED",
    4403: "UNAUTHENTICATED",
    1009: "PAYLOAD_TOO_LARGE",
    1013: "SERVICE_UNAVAILABLE",
}
HELLO = '{"query":"{ hello }"}'

# What is sent as the body of a request and as the payload of `subscribe`, as it is written.
PAYLOADS: dict[str, tuple[str, str]] = {
    "a field nobody knows": ('{"query":"{ nope }"}', "GRAPHQL_VALIDATION_FAILED"),
    "a document that is none": ('{"query":"{"}', "GRAPHQL_PARSE_FAILED"),
    "no operation": ('{"query":""}', "OPERATION_RESOLUTION_FAILURE"),
    "an operation that is not there": ('{"query":"{ hello }","operationName":"B"}', "OPERATION_RESOLUTION_FAILURE"),
    "a document that is too large": (json.dumps({"query": "{ hello }" + " " * 20_000}), "OPERATION_TOO_LARGE"),
    "a variable of another type": (
        '{"query":"query($a: Int!) { big(size: $a) }","variables":{"a":"x"}}',
        "BAD_USER_INPUT",
    ),
    "a hash nobody knows": (
        json.dumps({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}}),
        "PERSISTED_QUERY_NOT_SUPPORTED",
    ),
    "a list of operations": (f"[{HELLO}]", "BAD_REQUEST"),
    "no query": ('{"variables":{}}', "BAD_REQUEST"),
    "variables that are a list": ('{"query":"{ hello }","variables":[]}', "BAD_REQUEST"),
    "extensions that are text": ('{"query":"{ hello }","extensions":"x"}', "BAD_REQUEST"),
    "a member given twice": ('{"query":"{ hello }","query":"{ hello }"}', "BAD_REQUEST"),
    "a number that is none": ('{"query":"{ hello }","variables":{"a":NaN}}', "BAD_REQUEST"),
    "a lone surrogate": ('{"query":"{ hello }","variables":{"a":"\\ud800"}}', "BAD_REQUEST"),
    "a payload that is too large": (json.dumps({"query": "{ hello }" + " " * 300_000}), "PAYLOAD_TOO_LARGE"),
}
HEADERS: dict[str, tuple[list[tuple[str, str]], str]] = {
    "no token": ([], "UNAUTHENTICATED"),
    "a scheme nobody takes": ([("Authorization", "Basic one")], "UNAUTHENTICATED"),
    "a token with a space": ([("Authorization", "Bearer a b")], "UNAUTHENTICATED"),
    "a token that is too long": ([("Authorization", "Bearer " + "a" * 4000)], "UNAUTHENTICATED"),
    "two tokens": ([("Authorization", "Bearer one"), ("Authorization", "Bearer two")], "UNAUTHENTICATED"),
    "the same token twice": ([("Authorization", "Bearer one"), ("Authorization", "Bearer one")], "UNAUTHENTICATED"),
    "a key nobody knows": ([("Authorization", "Bearer wrong")], "UNAUTHENTICATED"),
}
GOOD = [("Authorization", "Bearer right")]


async def code(site: Site, door: str, headers: list[tuple[str, str]], payload: str, query: str = "") -> str:
    """The code by which a door refuses."""
    async with asyncio.timeout(PATIENCE):
        if door == "socket":
            return await _by_socket(site, headers, payload, query)
        sent = [*headers, ("Accept", ACCEPTED[door]), ("Content-Type", "application/json")]
        async with site.http.post(site.url + query, data=payload.encode(), headers=sent) as response:
            text = await response.text()
    start = text.index('{"errors"')
    found, _ = json.JSONDecoder().raw_decode(text[start:])
    return str(found["errors"][0]["extensions"]["code"])


async def _by_socket(site: Site, headers: list[tuple[str, str]], payload: str, query: str) -> str:
    try:
        async with site.http.ws_connect(
            site.url + query, headers=headers, protocols=["graphql-transport-ws"]
        ) as socket:
            await socket.send_json({"type": "connection_init"})
            await socket.send_str(f'{{"id":"1","type":"subscribe","payload":{payload}}}')
            message: Any = None
            while (received := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
                message = received.json()
                if message["type"] == "error":
                    return str(message["payload"][0]["extensions"]["code"])
            assert socket.close_code is not None, message
            return CLOSED[socket.close_code]
    except aiohttp.WSServerHandshakeError as refused:
        return {400: "BAD_REQUEST", 403: "FORBIDDEN", 503: "SHUTTING_DOWN"}[refused.status]


@pytest.mark.parametrize("door", [*ACCEPTED, "socket"])
@pytest.mark.parametrize("name", PAYLOADS)
async def test_a_bad_operation_has_one_code(serve: Serve, door: str, name: str) -> None:
    payload, expected = PAYLOADS[name]
    site = await serve(gateway_auth="key", gateway_api_keys="right")

    assert await code(site, door, GOOD, payload) == expected


@pytest.mark.parametrize("door", [*ACCEPTED, "socket"])
@pytest.mark.parametrize("name", HEADERS)
async def test_a_bad_token_has_one_code(serve: Serve, door: str, name: str) -> None:
    headers, expected = HEADERS[name]
    site = await serve(gateway_auth="key", gateway_api_keys="right")

    assert await code(site, door, headers, HELLO) == expected


@pytest.mark.parametrize("door", [*ACCEPTED, "socket"])
async def test_a_token_in_the_url_has_one_code(serve: Serve, door: str) -> None:
    site = await serve(gateway_auth="key", gateway_api_keys="right")

    assert await code(site, door, GOOD, HELLO, "?access_token=right") == "BAD_REQUEST"


@pytest.mark.parametrize("door", [*ACCEPTED, "socket"])
async def test_a_strangers_name_has_one_code(site: Site, door: str) -> None:
    assert await code(site, door, [("Host", "evil.test")], HELLO) == "FORBIDDEN"


@pytest.mark.parametrize("door", [*ACCEPTED, "socket"])
async def test_a_gateway_that_stops_has_one_code(site: Site, door: str) -> None:
    site.admission.close()

    assert await code(site, door, [], HELLO) == "SHUTTING_DOWN"
