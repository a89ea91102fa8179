"""An answer as the bytes of a whole HTTP response, for connections on which no request was understood."""

from __future__ import annotations

from http import HTTPStatus

import orjson

from gateway.server.http.rejection import Refused


def canned(refused: Refused) -> bytes:
    """The answer to a refused request; it says that the connection is closed after it."""
    body = orjson.dumps(refused.body)
    headers = {
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **refused.headers,
        "Connection": "close",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {refused.status} {HTTPStatus(refused.status).phrase}\r\n{head}\r\n".encode() + body
