"""Clients that break graphql-transport-ws or WebSocket itself: each is told why by a close code, none just cut off."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import struct
from typing import Any

import pytest

from tests.patience import PATIENCE
from tests.server.conftest import Serve, Site
from tests.server.sockets import INIT, closed, opened, receive, subscribe

GOOD = subscribe("{ hello }")
TEXT, BINARY, CLOSE, PING = 1, 2, 8, 9

MESSAGES: dict[str, tuple[str, int]] = {
    "no text": ("", 4400),
    "text": ("hello", 4400),
    "truncated JSON": ('{"type":"connection_init"', 4400),
    "null": ("null", 4400),
    "a number": ("5", 4400),
    "a string": ('"connection_init"', 4400),
    "a list": ("[]", 4400),
    "a list of messages": (json.dumps([INIT, INIT]), 4400),
    "no type": ("{}", 4400),
    "a type that is a number": ('{"type":5}', 4400),
    "a type that is a list": ('{"type":["ping"]}', 4400),
    "a type nobody knows": ('{"type":"start"}', 4400),
    "a server's message": ('{"type":"connection_ack"}', 4400),
    "another server's message": ('{"type":"next","id":"1","payload":{}}', 4400),
    "a type given twice": ('{"type":"ping","type":"connection_init"}', 4400),
    "JSON nested 60,000 deep": ('{"type":"ping","payload":' + "[" * 60_000, 4400),
    "a lone surrogate": ('{"type":"ping","payload":{"a":"\\ud800"}}', 4400),
    "NaN": ('{"type":"ping","payload":{"a":NaN}}', 4400),
    "an integer of 5,000 digits": ('{"type":"ping","payload":{"a":' + "9" * 5000 + "}}", 4400),
    "an introduction with a payload of text": ('{"type":"connection_init","payload":"Bearer a"}', 4400),
    "an introduction with a token that is no text": (
        '{"type":"connection_init","payload":{"Authorization":["Bearer a"]}}',
        4400,
    ),
    "a ping with a payload of text": ('{"type":"ping","payload":"a"}', 4400),
    "a pong with a payload of text": ('{"type":"pong","payload":"a"}', 4400),
    "a subscription before the introduction": (json.dumps(GOOD), 4401),
    "a message that is too large": (json.dumps({"type": "ping", "payload": {"a": "x" * 300_000}}), 1009),
    "a message of 5 MiB": (json.dumps({"type": "ping", "payload": {"a": "x" * 5_000_000}}), 1009),
}

AFTERWARDS: dict[str, tuple[Any, int]] = {
    "a second introduction": (INIT, 4429),
    "a subscription without an id": ({"type": "subscribe", "payload": {"query": "{ hello }"}}, 4400),
    "a subscription with an empty id": (subscribe("{ hello }", ""), 4400),
    "a subscription with an id that is a number": ({**GOOD, "id": 1}, 4400),
    "a subscription with an id of 10,000 characters": (subscribe("{ hello }", "x" * 10_000), 4400),
    "a subscription without a payload": ({"type": "subscribe", "id": "1"}, 4400),
    "a subscription with a payload of text": ({**GOOD, "payload": "{ hello }"}, 4400),
    "a subscription with a list of operations": ({**GOOD, "payload": [{"query": "{ hello }"}]}, 4400),
    "a subscription without a query": ({**GOOD, "payload": {"variables": {}}}, 4400),
    "a query that is a number": ({**GOOD, "payload": {"query": 5}}, 4400),
    "variables that are a list": (subscribe("{ hello }", variables=[]), 4400),
    "an operation name that is a number": (subscribe("{ hello }", operationName=5), 4400),
    "extensions that are text": (subscribe("{ hello }", extensions="a"), 4400),
    "a completion without an id": ({"type": "complete"}, 4400),
    "a completion with an id that is a list": ({"type": "complete", "id": ["1"]}, 4400),
}


@pytest.mark.parametrize("name", MESSAGES)
async def test_a_bad_message_closes_the_socket_with_its_code(site: Site, name: str) -> None:
    text, code = MESSAGES[name]
    async with site.connect() as socket:
        await socket.send_str(text)

        assert await closed(socket) == code


@pytest.mark.parametrize("name", AFTERWARDS)
async def test_a_bad_message_after_the_introduction_closes_it_too(site: Site, name: str) -> None:
    message, code = AFTERWARDS[name]
    async with site.connect() as socket:
        await opened(socket)
        await socket.send_json(message)

        assert await closed(socket) == code


async def test_an_id_in_use_closes_the_socket_and_everything_on_it(site: Site) -> None:
    async with site.connect() as socket:
        await opened(socket)
        await socket.send_json(subscribe("subscription { live }"))
        await site.stage.opened.wait()
        await socket.send_json(subscribe("{ hello }"))

        assert await closed(socket) == 4409
    async with asyncio.timeout(PATIENCE):
        await site.stage.left.wait()


async def test_binary_messages_are_refused(site: Site) -> None:
    async with site.connect() as socket:
        await socket.send_bytes(json.dumps(INIT).encode())

        assert await closed(socket) == 4400


@pytest.mark.parametrize("protocols", [[], ["graphql-ws"], ["a", "b"], ["graphql-transport-ws-2"]])
async def test_other_protocols_are_refused(site: Site, protocols: list[str]) -> None:
    async with site.connect(protocols=protocols) as socket:
        assert await closed(socket) == 4406


async def test_a_completion_nobody_asked_for_is_harmless(site: Site) -> None:
    async with site.connect() as socket:
        await opened(socket)
        await socket.send_json({"type": "complete", "id": "unknown"})
        await socket.send_json({"type": "pong", "payload": {}})
        await socket.send_json(GOOD)

        assert (await receive(socket))["type"] == "next"


async def test_only_a_hash_is_an_error_of_the_operation(site: Site) -> None:
    async with site.connect() as socket:
        await opened(socket)
        await socket.send_json({**GOOD, "payload": {"extensions": {"persistedQuery": {"version": 1}}}})

        assert (await receive(socket))["type"] == "error"


def frame(opcode: int, payload: bytes, *, first: int = 0x80, mask: bool = True, length: int | None = None) -> bytes:
    size = len(payload) if length is None else length
    head = bytes([first | opcode])
    marked = 0x80 if mask else 0
    if size < 126:
        head += bytes([marked | size])
    elif size < 65_536:
        head += bytes([marked | 126]) + struct.pack(">H", size)
    else:
        head += bytes([marked | 127]) + struct.pack(">Q", size)
    return head + (b"\x00\x00\x00\x00" if mask else b"") + payload


FRAMES: dict[str, tuple[bytes, int]] = {
    "text that is not UTF-8": (frame(TEXT, b'{"type":"\xff"}'), 1007),
    "reserved bits": (frame(TEXT, b"{}", first=0xF0), 1002),
    "compression that was not agreed on": (frame(TEXT, b"{}", first=0xC0), 1002),
    "an opcode nobody knows": (frame(3, b"{}"), 1002),
    "a control frame that is too long": (frame(PING, b"x" * 200), 1002),
    "a control frame in parts": (frame(PING, b"x", first=0), 1002),
    "a continuation of nothing": (frame(0, b"{}"), 1002),
    "a frame that says it has 8 EiB": (frame(TEXT, b"x", length=2**62), 1009),
    "a message that grows too large in parts": (
        frame(TEXT, b" " * 200_000, first=0) + frame(0, b" " * 200_000, first=0x80),
        1009,
    ),
    "a close code that is reserved": (frame(CLOSE, struct.pack(">H", 1004)), 1002),
    "a close code of one byte": (frame(CLOSE, b"\x03"), 1002),
}


def handshake() -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        "GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
        "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
    ).encode()


@pytest.mark.parametrize("name", FRAMES)
async def test_a_bad_frame_is_answered_with_a_close_code(site: Site, name: str) -> None:
    sent, code = FRAMES[name]
    reader, writer = await asyncio.open_connection("127.0.0.1", site.listening.port)
    writer.write(handshake())
    async with asyncio.timeout(PATIENCE):
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
        writer.write(sent)
        head = await reader.readexactly(2)
        payload = await reader.readexactly(head[1] & 0x7F)
    writer.close()

    assert head[0] & 0x0F == CLOSE
    assert struct.unpack(">H", payload[:2]) == (code,)


HANDSHAKES: dict[str, tuple[dict[str, str], int]] = {
    "an old version": ({"Sec-WebSocket-Version": "8"}, 426),
    "no key": ({"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": ""}, 400),
    "a key that is too short": ({"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "YQ=="}, 400),
    "a key that is no base64": ({"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "%%%"}, 400),
    "a key with spaces in it": ({"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "YWFhYWFhYWFh YWFhYWFhYQ=="}, 400),
    "a body": (
        {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "YWFhYWFhYWFhYWFhYWFhYQ==", "Content-Length": "2"},
        400,
    ),
    "a page elsewhere": (
        {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "YWFhYWFhYWFhYWFhYWFhYQ==", "Origin": "https://evil.test"},
        403,
    ),
}


@pytest.mark.parametrize("name", HANDSHAKES)
async def test_a_bad_handshake_is_refused_in_json(site: Site, name: str) -> None:
    headers, status = HANDSHAKES[name]
    lines = ["GET /graphql HTTP/1.1", "Host: localhost", "Connection: Upgrade, close", "Upgrade: websocket"]
    lines += [f"{key}: {value}" for key, value in headers.items()]

    answer = await site.raw("\r\n".join(lines).encode() + b"\r\n\r\n{}")

    assert answer.status == status
    assert answer.code
    assert "%%%" not in answer.body.decode()


async def test_a_flood_of_pings_that_nobody_reads_the_answers_of_ends(serve: Serve) -> None:
    site = await serve(gateway_event_queue=4)
    before = asyncio.all_tasks()
    async with site.connect(max_msg_size=0) as socket:
        await opened(socket)
        serving = asyncio.all_tasks() - before
        payload = {"type": "ping", "payload": {"a": "x" * 200_000}}

        async def flood() -> None:
            while not socket.closed:
                await socket.send_json(payload)

        flooding = asyncio.create_task(flood())
        ended, _ = await asyncio.wait(serving, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        flooding.cancel()
        await asyncio.gather(flooding, return_exceptions=True)
        assert ended
        assert await closed(socket) == 4508


async def test_who_leaves_after_pings_is_no_error(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.listening.port)
    before = asyncio.all_tasks()
    writer.write(handshake())
    async with asyncio.timeout(PATIENCE):
        await reader.readuntil(b"\r\n\r\n")
        serving = asyncio.all_tasks() - before
        writer.write(frame(PING, b"") * 300)
        writer.transport.abort()
        await asyncio.wait(serving)

    assert [line.message for line in caplog.records if line.levelname == "ERROR"] == []


def test_there_are_more_than_twenty_two_of_them() -> None:
    assert len(MESSAGES) + len(AFTERWARDS) + len(FRAMES) + len(HANDSHAKES) > 22
