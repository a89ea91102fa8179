"""A request's bytes count as they come, whatever they turn out to be once they are read."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import os
import struct
import time

import pytest
from aiohttp import web

from gateway.server.connections.listener import ClientLimits, listen
from tests.patience import PATIENCE
from tests.processor_time import less_than
from tests.server.conftest import Serve, Site
from tests.server.streaming.test_hostile_websocket import CLOSE, PING, TEXT, frame

LIMIT = 4096
FLOOD = 40_000
BODY = json.dumps({"query": "{ hello }"}).encode()
START = (
    b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
)
WHOLE = b"%x\r\n%s\r\n" % (len(BODY), BODY)
LAST = b"0\r\n\r\n"

TOO_LARGE: dict[str, bytes] = {
    "one long extension": b"%x;%s\r\n%s\r\n" % (len(BODY), b"e" * FLOOD, BODY) + LAST,
    "an extension that does not end": b"5;" + b"e" * FLOOD,
    "many extensions": b"".join(b"1;%s\r\n%c\r\n" % (b"e" * 400, each) for each in BODY * 5) + LAST,
    "a quoted extension": b'%x;a="%s"\r\n%s\r\n' % (len(BODY), b"e" * FLOOD, BODY) + LAST,
    "extensions of the last chunk": WHOLE + b"0;" + b"e" * FLOOD + b"\r\n\r\n",
    "trailers": WHOLE + b"0\r\n" + b"X: %s\r\n" % (b"t" * 1000) * 40 + b"\r\n",
    "zeros before a size": b"0" * FLOOD + b"5\r\nhello\r\n" + LAST,
    "spaces in chunks": b"1000\r\n" + b" " * 4096 + b"\r\n" + WHOLE + LAST,
}


async def answer_to_parts(
    site: Site, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: bytes, parts: int
) -> tuple[bytes, bytes]:
    """Head and body of the answer to what is sent in parts, each of them read before the next, until it is answered."""
    answering = asyncio.create_task(reader.readuntil(b"\r\n\r\n"))
    step = -(-len(sent) // parts)
    for position in range(0, len(sent), step):
        if answering.done():
            break
        writer.write(sent[position : position + step])
        await writer.drain()
        await site.post({"query": "{ hello }"})
    async with asyncio.timeout(PATIENCE):
        head, body = await answering, await reader.read()
    writer.close()
    return head, body


@pytest.mark.parametrize("parts", [1, 20])
@pytest.mark.parametrize("name", TOO_LARGE)
async def test_what_surrounds_a_body_counts_as_the_body(serve: Serve, name: str, parts: int) -> None:
    site = await serve(gateway_max_request=LIMIT, client_limits=ClientLimits(unwanted=0.5))
    body = TOO_LARGE[name]
    reader, writer = await asyncio.open_connection("127.0.0.1", site.listening.port)
    writer.write(START)

    head, answer = await answer_to_parts(site, reader, writer, body, parts)

    assert head.split()[1] == b"413"
    assert json.loads(answer)["errors"][0]["extensions"]["code"] == "PAYLOAD_TOO_LARGE"
    assert b"\r\nConnection: close" in head


@pytest.mark.parametrize("size", [1, 64, 4096])
async def test_the_framing_of_an_honest_body_does_not_count(serve: Serve, size: int) -> None:
    site = await serve(gateway_max_request=LIMIT)
    padding = LIMIT if size > 1 else 1000
    body = BODY + b" " * (padding - len(BODY))
    chunks = [body[position : position + size] for position in range(0, len(body), size)]
    sent = START.replace(b"Host", b"Connection: close\r\nHost") + b"".join(
        b"%x\r\n%s\r\n" % (len(each), each) for each in chunks
    )

    assert (await site.raw(sent + LAST)).status == 200


async def test_an_endless_body_behind_a_request_that_runs_is_not_taken(serve: Serve) -> None:
    site = await serve(gateway_max_request=LIMIT, client_limits=ClientLimits(unwanted=0.5))
    waits = json.dumps({"query": "{ waits }"}).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", site.listening.port)
    writer.write(START + b"%x\r\n%s\r\n" % (len(waits), waits) + LAST + START)
    await site.stage.entered.wait()
    sent = 0
    while sent < 64_000_000:
        writer.write(b"5;" + b"e" * 262_144)
        try:
            async with asyncio.timeout(0.5):
                await writer.drain()
        except TimeoutError:
            break
        sent += 262_144
    site.stage.gate.set()
    async with asyncio.timeout(PATIENCE):
        received = await reader.read()
    writer.close()

    assert sent < 32_000_000
    assert b"done" in received
    assert b"PAYLOAD_TOO_LARGE" in received


@pytest.mark.parametrize("broken", [b"zz\r\n", b"5 \r\n", b"5;\r\n", b"5;a=\x00\r\n", b"0\r\n: y\r\n"])
async def test_a_body_that_breaks_off_later_is_refused_at_once(site: Site, broken: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.listening.port)
    writer.write(START + b"5\r\nhello\r\n")
    await site.post({"query": "{ hello }"})
    writer.write(broken)

    async with asyncio.timeout(PATIENCE):
        assert (await reader.readline()).split()[1] == b"400"
    writer.close()


async def test_where_a_body_may_have_any_size_the_line_before_a_chunk_may_not() -> None:
    async def read(request: web.Request) -> web.Response:
        try:
            return web.Response(body=await request.read())
        except web.RequestPayloadError:
            return web.Response(status=400)

    app = web.Application(client_max_size=2**30)
    app.router.add_post("/graphql", read)
    listening = await listen(app, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", listening.port)
    try:
        writer.write(START + b"5;" + b"e" * 1_000_000)
        async with asyncio.timeout(PATIENCE):
            assert (await reader.readline()).split()[1] == b"400"
    finally:
        writer.close()
        await listening.close()


@pytest.mark.parametrize(("lines", "status"), [(0, b"200"), (2, b"200"), (4, b"200"), (5, b"400"), (10_000, b"400")])
async def test_a_few_empty_lines_before_a_request_are_overlooked(site: Site, lines: int, status: bytes) -> None:
    sent = START.replace(b"Host", b"Connection: close\r\nHost") + WHOLE + LAST

    answer = await site.raw(b"\r\n" * lines + sent)

    assert answer.status == int(status)


HEADERS = b"".join(b"X-%d: %s\r\n" % (number, b"h" * 4000) for number in range(40))


@pytest.mark.parametrize("parts", [1, 20])
async def test_all_headers_together_are_limited(serve: Serve, parts: int) -> None:
    site = await serve(client_limits=ClientLimits(unwanted=0.5))
    sent = b"GET /graphql HTTP/1.1\r\nHost: localhost\r\n" + HEADERS + b"\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", site.listening.port)

    head, answer = await answer_to_parts(site, reader, writer, sent, parts)

    assert head.split()[1] == b"431"
    assert json.loads(answer)["errors"][0]["extensions"]["code"] == "REQUEST_HEADERS_TOO_LARGE"


async def test_many_gzip_members_take_no_more_than_their_bytes(site: Site) -> None:
    body = gzip.compress(b"") * 10_000 + gzip.compress(BODY)

    with less_than(1, time.process_time):
        answer = await site.post(data=body, Content_Encoding="gzip")

    assert answer.status in {200, 400, 413}


PARTS: dict[str, tuple[bytes, int]] = {
    "a text that is not masked": (frame(TEXT, b"{}", mask=False), 1002),
    "a ping that is not masked": (frame(PING, b"", mask=False), 1002),
    "a part that is not masked": (frame(TEXT, b"{", first=0) + frame(0, b"}", mask=False), 1002),
    "a close that is not masked": (frame(CLOSE, struct.pack(">H", 1000), mask=False), 1002),
    "parts of nothing": (frame(TEXT, b"", first=0) + frame(0, b"", first=0) * 20_000, 1009),
    "pings between parts": (frame(TEXT, b"", first=0) + frame(PING, b"x" * 100) * 2_000, 1009),
}


@pytest.mark.parametrize("pieces", [False, True])
@pytest.mark.parametrize("name", PARTS)
async def test_frames_count_whatever_they_hold(serve: Serve, name: str, pieces: bool) -> None:
    site = await serve(gateway_max_request=LIMIT)
    sent, code = PARTS[name]
    reader, writer = await asyncio.open_connection("127.0.0.1", site.listening.port)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        "GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
        "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
    )
    async with asyncio.timeout(PATIENCE):
        await reader.readuntil(b"\r\n\r\n")
        for piece in [sent[:1], sent[1:3], sent[3:]] if pieces else [sent]:
            writer.write(piece)
            await site.post({"query": "{ hello }"})
        while True:
            head = await reader.readexactly(2)
            payload = await reader.readexactly(head[1] & 0x7F)
            if head[0] & 0x0F == CLOSE:
                break
    writer.close()

    assert struct.unpack(">H", payload[:2]) == (code,)


@pytest.mark.parametrize("host", [b"xn--a", b"xn--", b"xn--" + b"k9" * 20_000], ids=["no letter", "nothing", "long"])
@pytest.mark.parametrize("method", [b"GET", b"OPTIONS", b"POST"])
async def test_a_host_that_cannot_be_decoded_is_refused(site: Site, method: bytes, host: bytes) -> None:
    answer = await site.raw(b"%s http://%s/graphql HTTP/1.1\r\nHost: localhost\r\n\r\n" % (method, host))

    assert (answer.status, answer.code) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("host", [b"localhost", b"localhost:80", b"[::1]", b"xn--mnchen-3ya.de"])
async def test_a_url_with_a_host_is_read_as_its_path(site: Site, host: bytes) -> None:
    answer = await site.raw(b"GET http://%s/nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % host)

    assert answer.status == 404


@pytest.mark.parametrize("expected", [b"100-continue", b"something"])
async def test_what_a_client_of_the_older_protocol_expects_is_ignored(site: Site, expected: bytes) -> None:
    head = START.replace(b"1.1", b"1.0").replace(
        b"Transfer-Encoding: chunked\r\n", b"Content-Length: %d\r\n" % len(BODY)
    )

    answer = await site.raw(head[:-2] + b"Expect: %s\r\n\r\n%s" % (expected, BODY))

    assert answer.status == 200
