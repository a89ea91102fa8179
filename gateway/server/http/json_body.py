"""JSON as RFC 8259 means it, alone or as the body of a POST: read within a size and a time, and decompressed.

Nothing is accepted that two readers could understand differently. Knows no GraphQL.

Refused are invalid UTF-8, a byte order mark, NaN and infinities, a name given twice in one object,
a lone surrogate, and nesting or numbers that only serve to wear out a reader. No digit of a number is lost: one that
no `float` holds exactly is a `Decimal`.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable
from typing import Any

import orjson
from aiohttp import StreamReader, web

from gateway.exact_numbers import read_number
from gateway.server.http.negotiation import is_json
from gateway.server.http.rejection import Refused

MAX_DEPTH = 100
_ACCEPTED = {"Accept-Post": "application/json"}
_OUT_OF_RANGE = "holds a number that is out of range"
_CODINGS = {"", "identity", "gzip", "deflate"}


class BodyTooLarge(web.RequestPayloadError):
    """A body takes more bytes than it may, with its framing."""


class NotJSON(ValueError):
    """Not JSON, or not JSON that is accepted here. The message repeats nothing of the text."""


async def read_json(request: web.Request, *, limit: int, seconds: float) -> Any:
    """The body as a value. `limit` is in bytes, before and after decompression; `seconds` are for all of it.

    Raises `Refused`: 415 unless the body is application/json in UTF-8, 413, 408, or 400 if it is not JSON.
    """
    if not is_json(request.headers):
        raise Refused(415, "Send the request as application/json in UTF-8.", headers=_ACCEPTED)
    if request.headers.get("Content-Encoding", "").strip().lower() not in _CODINGS:
        raise Refused(415, "Compress the body with gzip or deflate, or not at all.")
    body = await read_body(request, limit=limit, seconds=seconds)
    if not body:
        raise Refused(400, "The body is empty.")
    try:
        return loads(body)
    except NotJSON as error:
        raise Refused(400, f"The body {error}.") from None


async def read_body(request: web.Request, *, limit: int, seconds: float) -> bytes:
    """The bytes of a body, whatever they are, as in `read_json`. Raises `Refused`: 413, 408 or 400."""
    if (request.content_length or 0) > limit:
        raise _too_large(limit)
    content = request.content
    try:
        if content.is_eof():
            body = content.read_nowait()
            if len(body) > limit:
                raise _too_large(limit)
            return body if content.at_eof() else await _collect(content, limit, body)
        async with asyncio.timeout(seconds):
            return await _collect(content, limit)
    except TimeoutError:
        raise Refused(408, "The body did not arrive in time.", headers={"Connection": "close"}) from None
    except BodyTooLarge:
        raise _too_large(limit) from None
    except web.RequestPayloadError:
        message = "The body is not compressed or framed as its headers say."
        raise Refused(400, message, headers={"Connection": "close"}) from None


async def _collect(content: StreamReader, limit: int, begun: bytes = b"") -> bytes:
    body = bytearray(begun)
    while chunk := await content.readany():
        body += chunk
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> Refused:
    return Refused(413, f"The body is larger than {limit // 1024} KiB.", headers={"Connection": "close"})


def loads(text: bytes) -> Any:
    """The value of a JSON text. Raises `NotJSON`."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NotJSON(_OUT_OF_RANGE if "infinity" in error.msg else "is not valid JSON in UTF-8") from None
    if text.count(b"{") + text.count(b"[") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        raise NotJSON("is nested too deeply")
    # orjson keeps the last of two equal names and rounds long numbers; the standard library does neither here.
    names = _names(value)
    if names is not None and names == len(_NAME.findall(text)):
        return value
    try:
        return _DECODER.decode(text.decode())
    except (ValueError, RecursionError) as error:
        raise error if isinstance(error, NotJSON) else NotJSON(_OUT_OF_RANGE) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotJSON("gives a name twice in one object")
    return found


def _names(value: Any) -> int | None:
    """How many names there are in the objects of a value; None if any number in it may not be as it was written."""
    parts: Iterable[Any]
    if type(value) is dict:
        names, parts = len(value), value.values()
    elif type(value) is list:
        names, parts = 0, value
    else:
        return 0 if type(value) in _PLAIN else None
    for part in parts:
        if type(part) not in _PLAIN:
            more = _names(part)
            if more is None:
                return None
            names += more
    return names


def _depth(text: bytes) -> int:
    """How deeply a valid JSON text is nested."""
    deepest = depth = 0
    outside = text.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2]
    for part in outside:
        for byte in part:
            if byte in b"[{":
                depth += 1
                deepest = max(deepest, depth)
            elif byte in b"]}":
                depth -= 1
    return deepest


# Every name is followed by a colon, and so may be the end of a text: there are at least as many of these as names.
_NAME = re.compile(rb'"[ \t\r\n]*+:')
# What both readers understand alike. A number without a fraction that does not fit into 64 bits is a float to orjson.
_PLAIN = frozenset({str, int, bool, type(None)})
_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=read_number)
