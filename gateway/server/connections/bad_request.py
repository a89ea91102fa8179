"""The answer to a request that could not be read. Repeats and logs nothing of it."""

from __future__ import annotations

import orjson
from aiohttp import web
from aiohttp.http_exceptions import ContentEncodingError, LineTooLong

from gateway.server.http.rejection import Refused

# A URL up to this size still reaches the application, which refuses it in a friendlier way.
MAX_REQUEST_LINE = 64 * 1024
MAX_HEADER = 8190
# Bytes of a request before its body: a line as long as may be, and its headers.
MAX_HEAD = MAX_REQUEST_LINE + 32 * 1024


class Nameless(web.Response):
    """A response without the `Server` header, for requests that no application has seen."""

    async def _write_headers(self) -> None:
        self.headers.popall("Server", None)
        await super()._write_headers()


def unreadable(status: int, exc: BaseException | None, *, head_too_large: bool = False) -> web.Response:
    """The answer when reading failed with this exception. The connection is closed after it."""
    if isinstance(exc, LineTooLong):
        refused = (
            Refused(414, "The URL is too long.")
            if MAX_REQUEST_LINE in exc.args
            else Refused(431, "A header is too long.")
        )
    elif head_too_large and status == 400:
        refused = Refused(431, f"The headers are larger than {MAX_HEAD // 1024} KiB.")
    elif isinstance(exc, ContentEncodingError):
        refused = Refused(415, "Compress the body with gzip or deflate, or not at all.")
    elif status < 500:
        refused = Refused(400, "The request is not well-formed HTTP.")
    else:
        refused = Refused(status, "Something went wrong inside the gateway.")
    response = Nameless(status=refused.status, body=orjson.dumps(refused.body), content_type="application/json")
    # Said in so many words: aiohttp answers in HTTP/1.0, where it would go without saying.
    response.headers["Connection"] = "close"
    response.force_close()
    return response
