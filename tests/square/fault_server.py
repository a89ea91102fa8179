"""A server on raw sockets that does, request after request, whatever its script says can go wrong."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
import struct
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from tests.patience import PATIENCE
from tests.square.held_time import HeldTime


@dataclass
class Request:
    """A request as it arrived.

    `processed` is set by replies that did the work before going wrong, `answered` is the status of a whole answer.
    """

    method: str
    target: str
    headers: dict[str, str]
    content: bytes
    processed: bool = False
    answered: int | None = None

    @property
    def body(self) -> Any:
        return orjson.loads(self.content) if self.content else None


@dataclass(eq=False)
class Exchange:
    """One request with the socket to answer it on."""

    request: Request
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    time: HeldTime

    def write(self, data: bytes) -> None:
        self.writer.write(data)

    def reset(self) -> None:
        """End the connection with a TCP reset."""
        linger = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort()

    async def until_dropped(self) -> None:
        """Wait until the client gives up the connection."""
        while await self.reader.read(4096):
            pass

    async def in_silence(self) -> None:
        """Let the client's time run out, and wait until it gives up the connection."""
        self.time.fall_silent(self)
        try:
            await self.until_dropped()
        finally:
            self.time.silent.discard(self)


Reply = Callable[[Exchange], Awaitable[None]]
GROUP = {"group": {"id": "G1", "name": "Regulars"}}


@dataclass
class FaultServer:
    """Answers with the next reply of the script; when that is used up, with `otherwise`."""

    url: str = ""
    script: deque[Reply] = field(default_factory=deque)
    otherwise: Reply = field(default_factory=lambda: group())  # noqa: PLW0108 - defined below
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    open: int = 0
    time: HeldTime = field(default_factory=HeldTime)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def then(self, *replies: Reply) -> None:
        self.script.extend(replies)

    @property
    def targets(self) -> list[str]:
        return [request.target for request in self.requests]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until requests or connections are as the condition wants them."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        self.open += 1
        try:
            while (request := await _read(reader)) is not None:
                self.requests.append(request)
                self._news.set()
                reply = self.script.popleft() if self.script else self.otherwise
                await reply(Exchange(request, reader, writer, self.time))
                if writer.is_closing():
                    return
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open -= 1
            self._news.set()
            self._tasks.discard(task)
            writer.close()

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _read(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    except asyncio.IncompleteReadError:
        return None
    method, target, _ = head[0].split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    content = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, target, headers, content)


def _head(status: int | str, headers: Mapping[str, object]) -> bytes:
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def answer(body: Any = None, status: int = 200, **headers: object) -> Reply:
    """A whole answer: `body` as it is when it is bytes, as JSON otherwise. Underscores in header names are dashes."""
    content = body if isinstance(body, bytes) else orjson.dumps({} if body is None else body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def reply(exchange: Exchange) -> None:
        exchange.request.processed = status < 400
        exchange.request.answered = status
        given = {"Content-Type": "application/json", "Content-Length": len(content), **named}
        exchange.write(_head(status, given) + content)

    return reply


def group(name: str = "Regulars", **headers: object) -> Reply:
    """A group with the id that was asked for, G1 when it is made."""

    async def reply(exchange: Exchange) -> None:
        id = exchange.request.target.rpartition("/")[2]
        await answer({"group": {"id": "G1" if id == "groups" else id, "name": name}}, **headers)(exchange)

    return reply


def refusal(status: int, code: str = "", category: str = "", **headers: object) -> Reply:
    """An answer with Square's error envelope, by default in the category that fits the status."""
    category = category or ("API_ERROR" if status >= 500 else "INVALID_REQUEST_ERROR")
    return answer({"errors": [{"category": category, "code": code or "SOME_CODE", "detail": "No."}]}, status, **headers)


def raw(data: bytes, *, close: bool = True) -> Reply:
    """Any bytes at all, by default with the end of the connection behind them."""

    async def reply(exchange: Exchange) -> None:
        exchange.request.processed = True
        exchange.write(data)
        if close:
            await exchange.writer.drain()
            exchange.writer.close()

    return reply


def reset(*, processed: bool) -> Reply:
    """A TCP reset instead of an answer, before or after the request was carried out."""

    async def reply(exchange: Exchange) -> None:
        exchange.request.processed = processed
        exchange.reset()

    return reply


async def close(exchange: Exchange) -> None:
    """The end of the connection instead of an answer."""
    exchange.writer.close()


async def stall(exchange: Exchange) -> None:
    """Carried out, and never answered."""
    exchange.request.processed = True
    await exchange.in_silence()


async def stall_in_body(exchange: Exchange) -> None:
    """Headers and half a body, then nothing."""
    exchange.request.processed = True
    exchange.write(_head(200, {"Content-Length": 100}) + b'{"group":')
    await exchange.in_silence()


async def drip(exchange: Exchange) -> None:
    """A body that comes one byte at a time, for ever. The client has some of it when its time runs out."""
    exchange.request.processed = True
    exchange.write(_head(200, {"Content-Length": 1_000_000}))
    await _drip(exchange.writer, 20)
    dripping = asyncio.ensure_future(_drip(exchange.writer, 1_000_000))
    await exchange.in_silence()
    dripping.cancel()


async def _drip(writer: asyncio.StreamWriter, count: int) -> None:
    with contextlib.suppress(ConnectionError):
        for _ in range(count):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.002)


async def reset_in_body(exchange: Exchange) -> None:
    """Half a body, then a TCP reset."""
    exchange.request.processed = True
    exchange.write(_head(200, {"Content-Length": 100}) + b'{"groups":[')
    await exchange.writer.drain()
    exchange.reset()


def gzip_bomb(megabytes: int) -> Reply:
    """A small answer that grows to `megabytes`."""
    packed = gzip.compress(b" " * 1024 * 1024 * megabytes, 9)
    return answer(packed, Content_Encoding="gzip")


def endless(megabytes: int) -> Reply:
    """A body of unknown length, in chunks, for as long as the client reads."""

    async def reply(exchange: Exchange) -> None:
        exchange.write(_head(200, {"Transfer-Encoding": "chunked"}))
        for _ in range(megabytes * 16):
            exchange.write(b"10000\r\n" + b" " * 65536 + b"\r\n")
            await exchange.writer.drain()
            if exchange.reader.at_eof():
                return
        exchange.writer.close()

    return reply


TRUNCATED = raw(_head(200, {"Content-Length": 100}) + b'{"groups":[{"id":"G1"}')
BAD_CHUNK = raw(_head(200, {"Transfer-Encoding": "chunked"}) + b'zz\r\n{"groups":[]}\r\n0\r\n\r\n')
CUT_CHUNKS = raw(_head(200, {"Transfer-Encoding": "chunked"}) + b'b\r\n{"groups":[\r\n')
TOO_SHORT_LENGTH = raw(_head(200, {"Content-Length": 5}) + b'{"groups":[]}')
HUGE_HEADER = raw(_head(200, {"X-Long": "x" * 200_000, "Content-Length": 2}) + b"{}")
BAD_STATUS_LINE = raw(b"HTTP/1.1 abc what\r\nContent-Length: 2\r\n\r\n{}")
NOT_HTTP = raw(b"220 smtp.example.com ready\r\n")
HTML = answer(b"<html><body>Welcome to the hotel's network</body></html>", Content_Type="text/html")
EMPTY = answer(b"")
NO_CONTENT = raw(_head(204, {}), close=False)
BAD_UTF8 = answer(b'{"group":{"id":"G1","name":"\xff\xfe"}}')
CUT_JSON = answer(b'{"group":{"id":"G1"')
NOT_AN_OBJECT = answer(b'[{"id":"G1"}]')
BAD_GZIP = answer(b"this is not gzip", Content_Encoding="gzip")
