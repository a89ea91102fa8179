"""The edge of the server: every request gets an id, every failure a JSON answer. Knows no GraphQL.

This is the one place where an unexpected exception is caught. Its log line names the exception's class
and where it was raised, and holds nothing of the request or of the exception's message.
"""

from __future__ import annotations

import logging

from aiohttp import HttpVersion11, web
from aiohttp.typedefs import Handler

from gateway.graph.exception_summary import described
from gateway.server.http import responses
from gateway.server.http.cors import Origins
from gateway.server.http.negotiation import JSON
from gateway.server.http.rejection import Refused
from gateway.server.observability import request_record as record

MAX_URL = 8 * 1024

_log = logging.getLogger(__name__)
_SENTENCES = {404: "There is nothing at this path.", 405: "This method is not allowed here."}


def install(app: web.Application, origins: Origins) -> None:
    """Give every answer of an application the headers that all of them have."""

    async def prepare(request: web.Request, response: web.StreamResponse) -> None:
        headers = response.headers
        headers.popall("Server", None)
        headers.update(responses.with_common(headers, origins.headers(request)))
        headers[responses.REQUEST_ID_HEADER] = record.request_id(request)

    app.on_response_prepare.append(prepare)


@web.middleware
async def answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer whatever is refused or goes wrong inside of it."""
    try:
        if len(request.raw_path) > MAX_URL:
            raise Refused(414, f"The URL is longer than {MAX_URL // 1024} KiB.")
        return await handler(request)
    except Refused as refused:
        return refusal(request, refused)
    except web.HTTPException as error:
        allow = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
        message = _SENTENCES.get(error.status, error.reason)
        return refusal(request, Refused(error.status, message, headers=allow))
    except ConnectionError:
        raise
    except Exception as error:  # the server's edge: nothing gets past it
        log_unexpected(error, record.request_id(request))
        return refusal(request, unexpected())


def refusal(request: web.BaseRequest, refused: Refused, media: str = JSON) -> web.Response:
    """The response for a request that is not executed, noted in its record."""
    record.current().failed(refused.code)
    return responses.refusal(request, refused, media)


def unexpected() -> Refused:
    """What a caller is told when something failed that should not have."""
    return Refused(500, "Something went wrong inside the gateway.")


def log_unexpected(error: BaseException, request: str) -> None:
    """Log where an exception came from, with the id of the request and no data."""
    _log.error("Request %s failed with %s", request, described(error))


async def expected(request: web.Request) -> web.Response | None:
    """Answer an `Expect` header: go on after `100-continue`, refuse anything else. HTTP/1.0 has none."""
    if request.version < HttpVersion11:
        return None
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0
        return None
    return refusal(request, Refused(417, "Only `Expect: 100-continue` is understood."))
