"""What may come by GET: queries, and subscriptions for those who accept a stream. Runs nothing.

The kind of an operation decides, whether or not the schema knows its fields: a mutation that could not have run
anyway is refused by GET as any other.
"""

from __future__ import annotations

from graphql import GraphQLError, OperationDefinitionNode, OperationType, parse

from gateway.graph.documents.parser import Prepared
from gateway.graph.selection.limits import Limits
from gateway.server.graphql.request import GraphQLRequest
from gateway.server.http.rejection import Refused

ALLOWED_WITHOUT_GET = "POST, OPTIONS"


def refuse_unless_read(kind: OperationType | None, *, streams: bool) -> None:
    """Raise `Refused` with 405 unless an operation of this kind may come by GET; None is a kind nobody can tell.

    `streams` tells whether the client accepts a stream.
    """
    if kind is OperationType.MUTATION:
        raise not_allowed(ALLOWED_WITHOUT_GET, "GET runs queries only: send mutations by POST.")
    if kind is OperationType.SUBSCRIPTION and not streams:
        raise not_allowed(ALLOWED_WITHOUT_GET, "GET runs queries only, unless `Accept` names text/event-stream.")


def kind_of(request: GraphQLRequest, limits: Limits) -> OperationType | None:
    """The kind of the operation that a request asks for, of whose document only the form needs to be right."""
    if request.query is None or len(request.query) > limits.characters:
        return None
    try:
        document = parse(request.query, no_location=True, max_tokens=limits.tokens)
        operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
        named = {each.name.value if each.name else None: each for each in operations}
        return Prepared(document, named).operation(request.operation_name).operation
    except (GraphQLError, RecursionError):
        return None


def not_allowed(allowed: str, message: str) -> Refused:
    """A refusal that says which methods are allowed instead."""
    return Refused(405, message, headers={"Allow": allowed})
