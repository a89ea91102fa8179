"""What answers bytes that are not HTTP. Such requests never reach a route."""

from __future__ import annotations

from aiohttp import web

from gateway.emulator.api.bodies import encode
from gateway.emulator.errors import bad_request


class Protocol(web.RequestHandler):
    """aiohttp's protocol with Square's error envelope; aiohttp's own would log what was sent."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """400 BAD_REQUEST, and the end of the connection."""
        fault = bad_request("The request is not valid HTTP.")
        response = web.Response(status=fault.status, body=encode(fault.body), content_type="application/json")
        response.force_close()
        return response
