"""Running GraphQL: a document is parsed and checked once, then executed as often as it is asked.

Takes text and variables, gives the response as plain data. Knows no HTTP and no area.
"""

from __future__ import annotations

import inspect
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    execute,
    parse,
    validate,
)

from gateway.graph.errors import present
from gateway.graph.operation import Operation

CACHED_DOCUMENTS = 1000
MAX_VALIDATION_ERRORS = 5


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that was parsed and checked: its operations by name, or the errors found."""

    document: DocumentNode | None
    operations: Mapping[str | None, OperationDefinitionNode] = field(default_factory=dict)
    errors: tuple[GraphQLError, ...] = ()

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run. Raises `GraphQLError` when the name does not settle it."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        found = self.operations.get(name)
        if found is None:
            what = f"named `{name[:60]}`" if name else "to run: give `operationName`, as the document has several"
            if not self.operations:
                what = "in this document"
            raise GraphQLError(f"There is no operation {what}.", extensions={"code": "OPERATION_RESOLUTION_FAILURE"})
        return found


class Engine:
    """A schema that executes documents."""

    def __init__(self, schema: strawberry.Schema) -> None:
        """The schema is built and checked already."""
        self.schema = schema
        self._core = schema._schema
        self._prepared: OrderedDict[str, Prepared] = OrderedDict()

    def prepare(self, query: str) -> Prepared:
        """Parse and check a document; the last `CACHED_DOCUMENTS` good ones are remembered."""
        found = self._prepared.get(query)
        if found is not None:
            self._prepared.move_to_end(query)
            return found
        prepared = self._check(query)
        if not prepared.errors:
            self._prepared[query] = prepared
            if len(self._prepared) > CACHED_DOCUMENTS:
                self._prepared.popitem(last=False)
        return prepared

    def _check(self, query: str) -> Prepared:
        try:
            document = parse(query)
        except GraphQLError as error:
            return Prepared(None, errors=(_coded(error, "GRAPHQL_PARSE_FAILED"),))
        except RecursionError:
            return Prepared(None, errors=(_failed("The document is nested too deeply.", "GRAPHQL_PARSE_FAILED"),))
        errors = validate(self._core, document, max_errors=MAX_VALIDATION_ERRORS)
        operations: dict[str | None, OperationDefinitionNode] = {
            node.name.value if node.name else None: node
            for node in document.definitions
            if isinstance(node, OperationDefinitionNode)
        }
        return Prepared(document, operations, tuple(_coded(error, "GRAPHQL_VALIDATION_FAILED") for error in errors))

    async def execute(
        self,
        prepared: Prepared,
        operation: OperationDefinitionNode,
        context: Operation,
        variables: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Run one query or mutation of a checked document and give the response object."""
        assert prepared.document is not None
        result = execute(
            self._core,
            prepared.document,
            context_value=context,
            variable_values=dict(variables or {}),
            operation_name=operation.name.value if operation.name else None,
        )
        if inspect.isawaitable(result):
            result = await result
        assert isinstance(result, ExecutionResult)
        return response(result)

    async def run(
        self,
        query: str,
        context: Operation,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
    ) -> dict[str, Any]:
        """Prepare and execute in one go."""
        prepared = self.prepare(query)
        if prepared.errors:
            return {"errors": [present(error) for error in prepared.errors]}
        try:
            operation = prepared.operation(operation_name)
        except GraphQLError as error:
            return {"errors": [present(error)]}
        return await self.execute(prepared, operation, context, variables)


def response(result: ExecutionResult) -> dict[str, Any]:
    """An execution result as the client gets it."""
    shown: dict[str, Any] = {}
    if result.errors:
        shown["errors"] = [present(error) for error in result.errors]
    if result.data is not None or result.errors:
        shown["data"] = result.data
    return shown


def is_subscription(operation: OperationDefinitionNode) -> bool:
    """Whether this operation gives a stream of results."""
    return operation.operation is OperationType.SUBSCRIPTION


def _coded(error: GraphQLError, code: str) -> GraphQLError:
    error.extensions = {**(error.extensions or {}), "code": code}
    return error


def _failed(message: str, code: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})
