"""Running a prepared operation for one caller, over whichever transport. Knows no HTTP."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Any

from gateway.graph.engine import Engine
from gateway.graph.operation import Operation
from gateway.server.edge import log_unexpected, unexpected
from gateway.server.graphql_request import GraphQLRequest
from gateway.server.preparation import Ready, prepare
from gateway.tenant import Tenant

MakeContext = Callable[[Tenant], Operation]


class Operations:
    """The operations of one schema."""

    def __init__(self, engine: Engine, make_context: MakeContext) -> None:
        """`make_context` makes the context of one operation, or of one event, of a tenant."""
        self._engine = engine
        self._make_context = make_context

    def prepare(self, request: GraphQLRequest) -> Ready:
        """The operation that a request asks for. Raises `NotPrepared` or `Refused`."""
        return prepare(self._engine, request)

    async def run(self, ready: Ready, tenant: Tenant) -> dict[str, Any]:
        """The response of a query or a mutation."""
        return await self._engine.execute(ready.prepared, ready.operation, self._make_context(tenant), ready.variables)

    async def stream(self, ready: Ready, tenant: Tenant, request_id: str) -> AsyncGenerator[dict[str, Any], None]:
        """The responses of a subscription, or the one response of another operation.

        A failure that nobody expected is logged with the id of the request and ends the stream with an error.
        """
        responses = self._responses(ready, tenant)
        try:
            async for response in responses:
                yield response
        except Exception as error:  # the server's edge for answers that are under way
            log_unexpected(error, request_id)
            yield {**unexpected().body}
        finally:
            await responses.aclose()

    async def _responses(self, ready: Ready, tenant: Tenant) -> AsyncGenerator[dict[str, Any], None]:
        if not ready.streams:
            yield await self.run(ready, tenant)
            return
        events = self._engine.subscribe(
            ready.prepared, ready.operation, lambda: self._make_context(tenant), ready.variables
        )
        try:
            async for response in events:
                yield response
        finally:
            await events.aclose()
