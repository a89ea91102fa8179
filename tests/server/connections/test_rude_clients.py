"""What clients do wrong is theirs: whatever they send and however they leave, the log tells of no failure."""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import logging
import socket
import struct
import zlib
from collections.abc import Awaitable, Callable

import pytest

from tests.conftest import Graph
from tests.patience import PATIENCE

Leave = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
QUERY = json.dumps({"query": "{ customers(first: 20) { nodes { id } } }"}).encode()
WRITE = json.dumps({"query": 'mutation { createCustomer(input: {givenName: "A"}) { userErrors { code } } }'}).encode()
HEAD = "Host: localhost\r\nAuthorization: Bearer test-token\r\nContent-Type: application/json\r\n"
UPGRADE = (
    f"GET /graphql HTTP/1.1\r\n{HEAD}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n"
).encode()
RUBBISH = b"\xff\xff\xff this is nothing at all"


def post(body: bytes = QUERY, *headers: str, length: int | None = None) -> bytes:
    lines = "".join(f"{each}\r\n" for each in headers)
    size = len(body) if length is None else length
    return f"POST /graphql HTTP/1.1\r\n{HEAD}{lines}Content-Length: {size}\r\n\r\n".encode() + body


def chunked(body: bytes, *headers: str) -> bytes:
    lines = "".join(f"{each}\r\n" for each in ("Transfer-Encoding: chunked", *headers))
    return f"POST /graphql HTTP/1.1\r\n{HEAD}{lines}\r\n".encode() + body


def frame(content: bytes, kind: int = 0x81, length: int | None = None) -> bytes:
    size = len(content) if length is None else length
    head = bytes([kind, 0x80 | size]) if size < 126 else bytes([kind, 0xFF]) + struct.pack(">Q", size)
    return head + bytes(4) + content


def deflated(text: bytes) -> bytes:
    packer = zlib.compressobj(9, wbits=-15)
    return packer.compress(text) + packer.flush(zlib.Z_SYNC_FLUSH)


INIT = frame(json.dumps({"type": "connection_init"}).encode())
COMPRESSED = UPGRADE + b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
SUBSCRIBED = b"".join(
    frame(json.dumps({"id": str(number), "type": "subscribe", "payload": json.loads(QUERY)}).encode())
    for number in range(20)
)

SENT: dict[str, bytes] = {
    "nothing": b"",
    "a broken gzip": post(RUBBISH, "Content-Encoding: gzip"),
    "a broken gzip of a stranger": post(RUBBISH, "Content-Encoding: gzip").replace(b"test-token", b"no token"),
    "a broken deflate": post(RUBBISH, "Content-Encoding: deflate"),
    "a broken gzip in chunks": chunked(b"5\r\nhello\r\n0\r\n\r\n", "Content-Encoding: gzip"),
    "half a gzip": post(gzip.compress(QUERY)[:-6], "Content-Encoding: gzip"),
    "rubbish behind a gzip": post(gzip.compress(QUERY) + RUBBISH, "Content-Encoding: gzip"),
    "a gzip bomb": post(gzip.compress(bytes(20_000_000)), "Content-Encoding: gzip"),
    "an unknown coding": post(RUBBISH, "Content-Encoding: br"),
    "a body that does not come": post(QUERY[:9], length=len(QUERY)),
    "half a head": b"POST /graphql HTTP/1.1\r\nHost: x",
    "a request": post(),
    "a write": post(WRITE),
    "a hundred requests": post() * 100,
    "a stream": post(QUERY, "Accept: text/event-stream"),
    "a size that is none": chunked(b"zz\r\nabc\r\n"),
    "a chunk that does not end": chunked(b"3\r\nabcXX\r\n0\r\n\r\n"),
    "half a chunk": chunked(b"30\r\nabc"),
    "a trailer that is none": chunked(b"%x\r\n%s\r\n0\r\nrubbish\0\r\n\r\n" % (len(QUERY), QUERY)),
    "TLS": bytes.fromhex("16030100c8010000c40303") + bytes(200),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "another protocol": b"EHLO shop.example\r\n",
    "rubbish": RUBBISH * 100,
    "an URL that is none": f"GET http://[::1/ HTTP/1.1\r\n{HEAD}\r\n".encode(),
    "a type of brackets": b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + b"(" * 8000 + b"\r\n\r\n",
    "a promise of a body": post(b"", "Expect: 100-continue", length=500),
    "a handshake": UPGRADE + b"\r\n",
    "a handshake with a wrong key": UPGRADE.replace(b"dGhlIHNhbXBsZSBub25jZQ==", b"%%%") + b"\r\n",
    "operations on a socket": UPGRADE + b"\r\n" + INIT + SUBSCRIBED,
    "a frame of no kind": UPGRADE + b"\r\n" + frame(b"x", 0x87),
    "a frame that is no text": UPGRADE + b"\r\n" + frame(b"\xff\xfe"),
    "a frame without end": UPGRADE + b"\r\n" + frame(b"x", length=2**40),
    "a close without a code": UPGRADE + b"\r\n" + frame(b"\x00", 0x88),
    "a continuation of nothing": UPGRADE + b"\r\n" + frame(b"x", 0x80),
    "a deflate bomb": COMPRESSED + frame(deflated(bytes(50_000)), 0xC1),
    "a broken deflate on a socket": COMPRESSED + frame(RUBBISH, 0xC1),
    "HTTP on a socket": UPGRADE + b"\r\nGET / HTTP/1.1\r\n\r\n",
}  # fmt: skip


# Nothing is answered to these while more may come.
UNFINISHED = {"nothing", "half a gzip", "a body that does not come", "half a head", "half a chunk"}


async def ends(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say that no more comes, and see what is answered."""
    writer.write_eof()
    while await reader.read(65_536):
        pass


async def reads(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Leave with the first bytes of the answer, without a word."""
    await reader.read(65_536)


async def resets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Leave with a reset, without seeing what is answered."""
    await writer.drain()
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


@pytest.mark.parametrize(
    ("content", "leave"),
    [
        pytest.param(content, leave, id=f"{name} {leave.__name__}")
        for name, content in SENT.items()
        for leave in (ends, reads, resets)
        if leave is not reads or name not in UNFINISHED
    ],
)
async def test_what_a_client_does_wrong_is_no_failure_of_ours(
    graph: Graph, caplog: pytest.LogCaptureFixture, content: bytes, leave: Leave
) -> None:
    caplog.set_level(logging.INFO)
    reader, writer = await asyncio.open_connection("127.0.0.1", graph.gateway.port)
    writer.write(content)

    async with asyncio.timeout(PATIENCE):
        await leave(reader, writer)
    writer.transport.abort()
    await graph.gateway.close()
    # What nobody asked about is told when it is thrown away.
    gc.collect()

    assert not [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]
