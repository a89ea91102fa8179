"""Running a prepared operation for one caller, over whichever transport. Knows no HTTP."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Any

from graphql import GraphQLError, OperationType

from gateway.fair_share import Holder
from gateway.graph.documents.persisted import PersistedDocuments
from gateway.graph.engine import Engine
from gateway.graph.errors import present
from gateway.graph.loading.context import Operation
from gateway.server.graphql.get_policy import kind_of
from gateway.server.graphql.preparation import NotPrepared, Ready, find_document, prepare
from gateway.server.graphql.request import GraphQLRequest
from gateway.server.http.rejection import Refused
from gateway.server.observability import request_record as record
from gateway.tenant import Tenant

MakeContext = Callable[[Tenant], Operation]


class Operations:
    """The operations of one schema."""

    def __init__(
        self,
        engine: Engine,
        make_context: MakeContext,
        documents: PersistedDocuments,
        holder: Callable[[Tenant], Holder],
    ) -> None:
        """`make_context` makes the context of one operation, or of one event, of a tenant.

        `holder` tells as whom a caller shares limits.
        """
        self._holder = holder
        self._documents = documents
        self._engine = engine
        self._make_context = make_context

    async def prepare(self, request: GraphQLRequest, tenant: Tenant, *, router: bool = False) -> Ready:
        """The operation that a request asks for, a `router` being allowed more. Raises `NotPrepared` or `Refused`."""
        try:
            caller = self._holder(tenant)
            found = await find_document(self._documents, request, caller)
            ready = await prepare(self._engine, found, caller, router=router)
        except NotPrepared as error:
            record.current().answered(error.response)
            raise
        record.current().asked(ready.operation)
        return ready

    async def kind(self, request: GraphQLRequest, tenant: Tenant) -> OperationType | None:
        """Of which kind the operation is that a request asks for, though it cannot run. None if nobody can tell."""
        try:
            return kind_of(await find_document(self._documents, request, self._holder(tenant)), self._engine.limits)
        except NotPrepared:
            return None

    async def run(self, ready: Ready, tenant: Tenant) -> dict[str, Any]:
        """The response of a query or a mutation."""
        response = await self._engine.execute(ready.prepared, ready.operation, self._context(tenant), ready.variables)
        record.current().answered(response)
        return response

    async def stream(self, ready: Ready, tenant: Tenant) -> AsyncGenerator[dict[str, Any], None]:
        """The responses of a subscription, or the one response of another operation.

        A failure ends the stream with an error.
        """
        try:
            kept = record.current().beginning(ready.operation, tenant, lasts=ready.streams)
        except Refused as refused:
            record.current().failed(refused.code)
            yield {**refused.body}
            return
        responses = self._responses(ready, tenant)
        try:
            async for response in responses:
                yield response
        except Exception as error:  # the server's edge for answers that are under way
            shown = present(error if isinstance(error, GraphQLError) else GraphQLError("", original_error=error))
            kept.answered({"errors": [shown]})
            yield {"errors": [shown]}
        finally:
            await responses.aclose()
            kept.ended()

    async def _responses(self, ready: Ready, tenant: Tenant) -> AsyncGenerator[dict[str, Any], None]:
        if not ready.streams:
            yield await self.run(ready, tenant)
            return
        events = self._engine.subscribe(ready.prepared, ready.operation, lambda: self._context(tenant), ready.variables)
        try:
            async for response in events:
                record.current().answered(response)
                yield response
        finally:
            await events.aclose()

    def _context(self, tenant: Tenant) -> Operation:
        context = self._make_context(tenant)
        record.current().used(context.square)
        return context
