"""What a request to open a WebSocket must be like (RFC 6455, section 4.2.1), beyond what aiohttp looks at."""

from __future__ import annotations

import re

from aiohttp import HttpVersion11, web

from gateway.server.http.rejection import Refused

VERSION = "13"
# 16 bytes in base64, and nothing else: a lenient reader finds a key in many things.
_KEY = re.compile(r"[A-Za-z0-9+/]{22}==", re.ASCII)

# What a client has sent behind such a request is of another protocol.
_LAST = {"Connection": "close"}


def check_handshake(request: web.Request) -> None:
    """Raise `Refused` unless the request opens a WebSocket of version 13 and does nothing else."""
    headers = request.headers
    if headers.getall("Sec-WebSocket-Version", []) != [VERSION]:
        raise Refused(426, "Use version 13 of WebSocket.", headers={"Sec-WebSocket-Version": VERSION, **_LAST})
    keys = headers.getall("Sec-WebSocket-Key", [])
    if len(keys) != 1 or not _KEY.fullmatch(keys[0]):
        raise Refused(400, "Send one `Sec-WebSocket-Key` of 16 bytes in base64.", headers=_LAST)
    if request.version < HttpVersion11 or request.body_exists:
        raise Refused(400, "Open a WebSocket with HTTP/1.1 and without a body.", headers=_LAST)
