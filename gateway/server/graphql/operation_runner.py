"""From a GraphQL request to the responses of its operation: the one way, for HTTP, event streams and WebSockets.

Whatever must happen to a request before it runs belongs here. Knows no HTTP.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import GraphQLError, OperationDefinitionNode, OperationType

from gateway.events.subscription import SlowSubscriber
from gateway.fairness.fair_share import Holder
from gateway.graph.documents.cache import TooManyDocuments
from gateway.graph.documents.parser import Prepared
from gateway.graph.documents.persisted import BadDocumentId, PersistedDocuments, UnknownDocument
from gateway.graph.engine import Engine, is_mutation, is_subscription
from gateway.graph.errors import present
from gateway.graph.loading.context import Context
from gateway.graph.subscriptions import Subscriptions
from gateway.server.caller_limit import CallerLimit
from gateway.server.concurrency_limit import refused_share
from gateway.server.graphql.get_policy import kind_of
from gateway.server.graphql.request import GraphQLRequest
from gateway.server.http.rejection import Refused
from gateway.server.observability import request_record as record
from gateway.tenant import Tenant

MakeContext = Callable[[Tenant], Context]


# Only what GraphQL ignores: there is nothing to parse.
_NOTHING = re.compile(r"(?:[\s,\ufeff]|#[^\n\r]*)*+")


class NotPrepared(Exception):
    """A well-formed request that cannot run. `response` says why, as a GraphQL response.

    `well_formed` tells whether the request was one in the sense of GraphQL over HTTP, which answers
    that with 200 to a client that only knows application/json.
    """

    def __init__(self, errors: list[dict[str, Any]], *, well_formed: bool) -> None:
        """`errors` are presented already."""
        super().__init__(errors[0]["message"])
        self.response = {"errors": errors}
        self.well_formed = well_formed


@dataclass(slots=True)
class Ready:
    """An operation of a checked document, with its variables."""

    prepared: Prepared
    operation: OperationDefinitionNode
    variables: Mapping[str, Any] | None
    # Of a subscription: the position that it goes on from, unless it names one itself.
    after: str | None = None
    begun: Callable[[], None] = lambda: None
    extensions: Mapping[str, Any] | None = None
    # Of a query or a mutation: whether its answer holds a trace for Apollo's router.
    federated: bool = False

    @property
    def streams(self) -> bool:
        """Whether it is a subscription."""
        return is_subscription(self.operation)

    @property
    def writes(self) -> bool:
        """Whether it is a mutation."""
        return is_mutation(self.operation)


@dataclass(slots=True)
class Answered:
    """The response of an operation. `max_age` is for how many seconds its caller may keep it, None for not at all."""

    response: dict[str, Any]
    max_age: int | None


class OperationRunner:
    """The operations of one schema."""

    def __init__(
        self,
        engine: Engine,
        make_context: MakeContext,
        documents: PersistedDocuments,
        holder: Callable[[Tenant], Holder],
        caller_limit: CallerLimit | None = None,
    ) -> None:
        """`make_context` makes the context of one operation of a tenant.

        `holder` tells as whom a caller shares limits; every operation passes the `caller_limit`, if there is one.
        """
        self._caller_limit = caller_limit
        self._holder = holder
        self._documents = documents
        self._engine = engine
        self._subscriptions = Subscriptions(engine)
        self._make_context = make_context

    async def prepare(self, request: GraphQLRequest, tenant: Tenant, *, router: bool = False) -> Ready:
        """The operation that a request asks for, a `router` being allowed more. Raises `NotPrepared` or `Refused`."""
        if self._caller_limit is not None:
            self._caller_limit.enter(tenant)
        try:
            caller = self._holder(tenant)
            if self._documents.only_trusted or request.document_id is not None or request.extensions:
                request = await find_document(self._documents, request, caller)
            ready = await prepare(self._engine, request, caller, router=router)
        except NotPrepared as error:
            record.current().answered(error.response)
            raise
        record.current().asked(ready.operation)
        ready.extensions = request.extensions
        return ready

    async def kind(self, request: GraphQLRequest, tenant: Tenant) -> OperationType | None:
        """Of which kind the operation is that a request asks for, though it cannot run. None if nobody can tell."""
        try:
            return kind_of(await find_document(self._documents, request, self._holder(tenant)), self._engine.limits)
        except NotPrepared:
            return None

    def reads_only_schema(self, ready: Ready, tenant: Tenant) -> bool:
        """Whether an operation is answered without asking Square, and alike for everybody."""
        return self._engine.reads_only_schema(ready.prepared, ready.operation, ready.variables, self._holder(tenant))

    async def run(self, ready: Ready, tenant: Tenant) -> Answered:
        """The response of a query or a mutation."""
        context, current = self._context(ready, tenant), record.current()
        try:
            response = await self._engine.execute(
                ready.prepared, ready.operation, context, ready.variables, federated=ready.federated
            )
        finally:
            current.ran()
        current.answered(response)
        whole = "errors" not in response and "warnings" not in response.get("extensions", {})
        # Nor is an answer kept that says how it came about this time.
        whole = whole and not ready.federated and "trace" not in response.get("extensions", {})
        return Answered(response, context.square.max_age if whole and not ready.writes else None)

    async def stream(self, ready: Ready, tenant: Tenant) -> AsyncGenerator[dict[str, Any], None]:
        """The responses of a subscription, or the one response of another operation.

        A failure ends the stream with an error. Raises `SlowSubscriber` for a client that leaves too many unread.
        """
        try:
            current = record.current()
            kept = current.beginning(ready.operation, tenant, lasts=ready.streams, extensions=ready.extensions)
        except Refused as refused:
            record.current().failed(refused.code)
            yield {**refused.body}
            return
        responses = self._responses(ready, tenant)
        try:
            if kept.waits:
                await kept.turn()
            async for response in responses:
                yield response
        except Refused as refused:
            kept.failed(refused.code)
            yield {**refused.body}
        except SlowSubscriber:
            kept.failed("SLOW_SUBSCRIBER")
            raise
        except Exception as error:  # the server's edge for answers that are under way
            shown = present(error if isinstance(error, GraphQLError) else GraphQLError("", original_error=error))
            kept.answered({"errors": [shown]})
            yield {"errors": [shown]}
        finally:
            await responses.aclose()
            kept.ended()

    async def _responses(self, ready: Ready, tenant: Tenant) -> AsyncGenerator[dict[str, Any], None]:
        if not ready.streams:
            yield (await self.run(ready, tenant)).response
            return
        operation = ready.prepared.blocks.block(ready.operation)
        events = self._subscriptions.subscribe(
            ready.prepared,
            operation,
            self._context(ready, tenant),
            ready.variables,
            after=ready.after,
            begun=ready.begun,
        )
        del ready
        try:
            async for response in events:
                record.current().told(response)
                yield response
        finally:
            await events.aclose()

    def _context(self, ready: Ready, tenant: Tenant) -> Context:
        context, current = self._make_context(tenant), record.current()
        if ready.extensions:
            current.extended(ready.extensions)
        if current.waited:
            # Its time began when it was asked for.
            context.square.deadline -= current.waited
        current.used(context.square)
        return context


async def find_document(documents: PersistedDocuments, request: GraphQLRequest, caller: Holder) -> GraphQLRequest:
    """The request with the text of the document that `caller` means. Raises `NotPrepared` when none may run."""
    if request.document_id is None and not request.extensions and not documents.only_trusted:
        return request
    try:
        text = await documents.text(request.query, request.document_id, request.extensions, caller)
    except UnknownDocument as error:
        raise NotPrepared([present(error)], well_formed=True) from None
    except BadDocumentId as error:
        raise NotPrepared([present(error)], well_formed=False) from None
    return request if text is request.query else replace(request, query=text)


async def prepare(engine: Engine, request: GraphQLRequest, caller: Holder, *, router: bool = False) -> Ready:
    """The operation that a request of `caller` asks for; a `router` may read the schema.

    Raises `NotPrepared`, or `Refused` when there is no document or too many wait to be checked.
    """
    if request.query is None:
        raise Refused(400, "The request has no `query`.")
    try:
        prepared = await engine.prepare_aside(request.query, caller, router=router)
    except TooManyDocuments as full:
        raise refused_share("documents", own=full.own) from None
    if prepared.errors:
        if prepared.document is None and _NOTHING.fullmatch(request.query):
            error = GraphQLError("The document is empty.", extensions={"code": "OPERATION_RESOLUTION_FAILURE"})
            raise NotPrepared([present(error)], well_formed=False)
        raise NotPrepared([present(error) for error in prepared.errors], well_formed=True)
    try:
        operation = prepared.operation(request.operation_name)
    except GraphQLError as error:
        raise NotPrepared([present(error)], well_formed=False) from None
    return Ready(prepared, operation, request.variables)
