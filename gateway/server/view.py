"""GraphQL over HTTP: a request becomes a document with variables, the answer becomes JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from aiohttp import web

from gateway.graph.engine import Engine
from gateway.graph.operation import Operation
from gateway.server.auth import Authenticator, Unauthorized
from gateway.tenant import Tenant


class View:
    """The /graphql resource."""

    def __init__(self, engine: Engine, authenticator: Authenticator, context: Callable[[Tenant], Operation]) -> None:
        """`context` makes the context of one operation of a tenant."""
        self._engine = engine
        self._authenticator = authenticator
        self._context = context

    async def post(self, request: web.Request) -> web.Response:
        """Answer one operation sent as JSON."""
        try:
            tenant = self._authenticator.tenant(request.headers)
        except Unauthorized:
            return refusal(401, "UNAUTHENTICATED", "Send an access token as `Authorization: Bearer TOKEN`.")
        if request.content_type != "application/json":
            return refusal(415, "UNSUPPORTED_MEDIA_TYPE", "Send the request as application/json.")
        try:
            body = orjson.loads(await request.read())
        except orjson.JSONDecodeError:
            return refusal(400, "BAD_REQUEST", "The body is not JSON.")
        match body:
            case {"query": str(query)}:
                pass
            case _:
                return refusal(400, "BAD_REQUEST", "The body must be an object with a `query`.")
        variables, name = body.get("variables"), body.get("operationName")
        if not isinstance(variables, dict | None) or not isinstance(name, str | None):
            return refusal(400, "BAD_REQUEST", "`variables` must be an object and `operationName` a string.")
        return answer(200, await self._engine.run(query, self._context(tenant), variables, name))


def answer(status: int, body: Any) -> web.Response:
    """A JSON response."""
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")


def refusal(status: int, code: str, message: str) -> web.Response:
    """A response for a request that is not executed."""
    return answer(status, {"errors": [{"message": message, "extensions": {"code": code}}]})
