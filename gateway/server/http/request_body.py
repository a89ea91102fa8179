"""The body of a POST: read within a size and a time, decompressed, understood as JSON. Knows no GraphQL."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import StreamReader, web

from gateway.server.connections.request_reader import BodyTooLarge
from gateway.server.http import strict_json
from gateway.server.http.content_type import is_json
from gateway.server.http.rejection import Refused

_ACCEPTED = {"Accept-Post": "application/json"}
_CODINGS = {"", "identity", "gzip", "deflate"}


async def read_json(request: web.Request, *, limit: int, seconds: float) -> Any:
    """The body as a value. `limit` is in bytes, before and after decompression; `seconds` are for all of it.

    Raises `Refused`: 415 unless the body is application/json in UTF-8, 413, 408, or 400 if it is not JSON.
    """
    if not is_json(request.headers):
        raise Refused(415, "Send the request as application/json in UTF-8.", headers=_ACCEPTED)
    if request.headers.get("Content-Encoding", "").strip().lower() not in _CODINGS:
        raise Refused(415, "Compress the body with gzip or deflate, or not at all.")
    body = await _read(request, limit, seconds)
    if not body:
        raise Refused(400, "The body is empty.")
    try:
        return strict_json.loads(body)
    except strict_json.NotJSON as error:
        raise Refused(400, f"The body {error}.") from None


async def _read(request: web.Request, limit: int, seconds: float) -> bytes:
    if (request.content_length or 0) > limit:
        raise _too_large(limit)
    try:
        if request.content.is_eof():
            return await _collect(request.content, limit)
        async with asyncio.timeout(seconds):
            return await _collect(request.content, limit)
    except TimeoutError:
        raise Refused(408, "The body did not arrive in time.", headers={"Connection": "close"}) from None
    except BodyTooLarge:
        raise _too_large(limit) from None
    except web.RequestPayloadError:
        message = "The body is not compressed or framed as its headers say."
        raise Refused(400, message, headers={"Connection": "close"}) from None


async def _collect(content: StreamReader, limit: int) -> bytes:
    body = bytearray()
    while chunk := await content.readany():
        body += chunk
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> Refused:
    return Refused(413, f"The body is larger than {limit // 1024} KiB.", headers={"Connection": "close"})
