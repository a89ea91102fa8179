"""The id of a request: the caller's if it is harmless, a new one otherwise. Does not log."""

from __future__ import annotations

import re
import secrets

from aiohttp import web

from gateway.graph.secret_patterns import without_tokens

HEADER = "X-Request-Id"
KEY: web.RequestKey[str] = web.RequestKey("request_id", str)

_HARMLESS = re.compile(r"[A-Za-z0-9._~:/+=@-]{1,128}", re.ASCII)


def assign(request: web.BaseRequest) -> str:
    """Give the request its id, under which it is found as `request[KEY]`. It keeps the one it has."""
    if KEY in request:
        return request[KEY]
    given = request.headers.get(HEADER, "")
    harmless = _HARMLESS.fullmatch(given) and without_tokens(given) == given
    chosen = given if harmless else secrets.token_hex(16)
    request[KEY] = chosen
    return chosen
