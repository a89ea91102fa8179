"""Writing one answer: JSON, compressed when it is worth it. Does not decide what the answer says.

An answer that is there as a whole is written as one piece, with a head that is made once for each kind of answer:
aiohttp makes a head out of a dictionary for every answer, which takes longer than everything else about it.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Any, NamedTuple

import orjson
from aiohttp import HttpVersion11, web
from aiohttp.abc import AbstractStreamWriter

from gateway.server.http.cors import Origins
from gateway.server.http.negotiation import JSON, coding
from gateway.server.http.rejection import Refused

WORTH_COMPRESSING = 1024
REQUEST_ID_HEADER = "X-Request-Id"

Lines = tuple[tuple[str, str], ...]


class Kind(NamedTuple):
    """What answers have in common that differ in their bodies only."""

    status: int
    media: str
    # For how many seconds its caller may keep it; None for not at all.
    max_age: int | None = None
    more: Lines = ()


class Answer(web.Response):
    """An answer of which everything is known. `write` sends it; whatever aiohttp does to others is done then."""

    def __init__(self, body: bytes, kind: Kind) -> None:
        """`kind` decides about everything but the body."""
        super().__init__(status=kind.status, body=body)
        self._content = body
        self._kind = kind
        self._sent = False
        self._stays = True

    @property
    def prepared(self) -> bool:
        """Whether its head is written."""
        return self._sent or super().prepared

    @property
    def keep_alive(self) -> bool | None:
        """Whether the connection stays open behind it; None while that is up to the request."""
        return self._stays if self._sent else super().keep_alive

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Write its head as aiohttp does, unless `send` has written everything."""
        if self._sent:
            return None
        for name, value in _headers(self._kind).items():
            self.headers.setdefault(name, value)
        return await super().prepare(request)

    async def write_eof(self, data: bytes = b"") -> None:
        """Write the rest, unless `send` has written everything."""
        if not self._sent:
            await super().write_eof(data)

    def send(self, request: web.BaseRequest, request_id: str, origins: Origins) -> bool:
        """Write all of it, if it is one of those that can be written at once. Whether it was."""
        transport = request.transport
        if transport is None or transport.is_closing() or self.compression or self.prepared:
            return False
        if request.version != HttpVersion11 or request.method == "HEAD":
            return False
        stays = super().keep_alive
        self._stays = request.keep_alive if stays is None else stays
        cors = origins.headers(request)
        head = _head(self._kind, self._stays, tuple(cors.items()) if cors else ())
        content = self._content
        rest = f"{REQUEST_ID_HEADER}: {request_id}\r\nContent-Length: {len(content)}\r\nDate: {_date(int(time.time()))}"
        data = b"%b%b\r\n\r\n%b" % (head, rest.encode(), content)
        transport.write(data)
        request.writer.output_size += len(data)
        self._sent = True
        return True


def with_common(headers: Mapping[str, str], cors: Mapping[str, str]) -> dict[str, str]:
    """The headers of an answer with those that all answers have, and with those that are for a browser."""
    found = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", **headers}
    for name, value in cors.items():
        found[name] = f"{found[name]}, {value}" if name == "Vary" and name in found else value
    return found


def _headers(kind: Kind) -> dict[str, str]:
    found = {"Content-Type": f"{kind.media}; charset=utf-8", "Vary": "Accept, Accept-Encoding"}
    if kind.max_age is not None:
        found["Cache-Control"] = f"private, max-age={kind.max_age}"
        # What one caller may see another may not.
        found["Vary"] += ", Authorization"
    return found | dict(kind.more)


@lru_cache(maxsize=256)
def _head(kind: Kind, stays: bool, cors: Lines) -> bytes:
    """The lines of a head that are the same for all answers of a kind, on a connection that `stays` open or not."""
    lines = with_common(_headers(kind), dict(cors))
    if not stays:
        lines.setdefault("Connection", "close")
    first = f"HTTP/1.1 {kind.status} {HTTPStatus(kind.status).phrase}\r\n"
    return (first + "".join(f"{name}: {value}\r\n" for name, value in lines.items())).encode("ascii")


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def answer(
    request: web.BaseRequest,
    status: int,
    body: Any,
    media: str = JSON,
    headers: Mapping[str, str] | None = None,
    *,
    max_age: int | None = None,
) -> web.Response:
    """A response with `body` as JSON of the media type, which its caller may keep for `max_age` seconds."""
    content = orjson.dumps(body)
    response = Answer(content, Kind(status, media, max_age, tuple(headers.items()) if headers else ()))
    if len(content) > WORTH_COMPRESSING:
        chosen = coding(request.headers.get("Accept-Encoding"))
        if chosen is not None:
            response.enable_compression(web.ContentCoding(chosen))
    return response


def refusal(request: web.BaseRequest, refused: Refused, media: str = JSON) -> web.Response:
    """The response for a request that is not executed."""
    response = answer(request, refused.status, refused.body, media, refused.headers)
    if refused.headers.get("Connection") == "close":
        response.force_close()
    return response


async def write(request: web.BaseRequest, response: web.StreamResponse, request_id: str, origins: Origins) -> None:
    """Write an answer to its end, and return once the client's kernel or ours has taken it, or the client has left."""
    with contextlib.suppress(ConnectionError):
        if isinstance(response, Answer) and response.send(request, request_id, origins):
            if request.protocol.writing_paused:
                await request.writer.drain()
            return
        await response.prepare(request)
        await response.write_eof()
