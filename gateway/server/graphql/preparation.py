"""From a GraphQL request to an operation that can run: the one way in, for HTTP, event streams and WebSockets.

Whatever must happen to a request before it runs belongs here. Runs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import GraphQLError, OperationDefinitionNode

from gateway.fair_share import Holder
from gateway.graph.documents.cache import TooManyDocuments
from gateway.graph.documents.parser import Prepared
from gateway.graph.documents.persisted import BadDocumentId, PersistedDocuments, UnknownDocument
from gateway.graph.engine import Engine, is_mutation, is_subscription
from gateway.graph.errors import present
from gateway.server.graphql.request import GraphQLRequest
from gateway.server.http.rejection import Refused
from gateway.server.middleware.concurrency_limit import refused_share

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


@dataclass(frozen=True, slots=True)
class Ready:
    """An operation of a checked document, with its variables."""

    prepared: Prepared
    operation: OperationDefinitionNode
    variables: Mapping[str, Any] | None

    @property
    def streams(self) -> bool:
        """Whether it is a subscription."""
        return is_subscription(self.operation)

    @property
    def writes(self) -> bool:
        """Whether it is a mutation."""
        return is_mutation(self.operation)


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
