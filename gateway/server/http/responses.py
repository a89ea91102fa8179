"""Writing one answer: JSON, compressed when it is worth it. Does not decide what the answer says."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web

from gateway.server.http.negotiation import JSON, coding
from gateway.server.http.rejection import Refused

WORTH_COMPRESSING = 1024


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
    response = web.Response(
        status=status,
        body=orjson.dumps(body),
        headers={"Content-Type": f"{media}; charset=utf-8", "Vary": "Accept, Accept-Encoding", **(headers or {})},
    )
    if max_age is not None:
        response.headers["Cache-Control"] = f"private, max-age={max_age}"
        # What one caller may see another may not.
        response.headers["Vary"] += ", Authorization"
    if isinstance(response.body, bytes) and len(response.body) > WORTH_COMPRESSING:
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


async def write(request: web.BaseRequest, response: web.StreamResponse) -> None:
    """Write an answer to its end, and return once the client's kernel or ours has taken it, or the client has left."""
    with contextlib.suppress(ConnectionError):
        await response.prepare(request)
        await response.write_eof()
