"""An operation with its variables and its context, run the compiled way or by graphql-core: the result is the same."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    Executor,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    MiddlewareManager,
    OperationDefinitionNode,
    OperationType,
)
from graphql.execution import VariableValues, get_variable_values

from gateway.graph.execution.compiled_selection import compiled
from gateway.graph.execution.core_executor import CoreExecutor
from gateway.graph.execution.execution import Execution
from gateway.graph.execution.resolving import ExecutionRequest
from gateway.graph.loading.context import Context
from gateway.graph.selection.limits import MAX_ERRORS

_NO_VARIABLES = VariableValues({}, {})


@dataclass(slots=True, eq=False)
class RunningOperation:
    """One operation of a checked document. Of a subscription it is run for one event, which is the root's value."""

    schema: GraphQLSchema
    document: DocumentNode
    node: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    context: Context
    event: object
    suggestions: bool

    async def compiled(self, variables: Mapping[str, Any]) -> ExecutionResult:
        """Run it level by level, by its compiled selection."""
        values = self._values(variables)
        if isinstance(values, list):
            return ExecutionResult(None, values)
        root = self.schema.get_root_type(self.node.operation)
        assert root is not None
        selection = compiled(root, self.context.selected.of(root))
        if selection.is_blank:
            # The name of the root's type, or nothing at all.
            return ExecutionResult(selection.blank.copy(), None)
        self.context.holds = True
        request = ExecutionRequest(
            self.schema, self.node, self.fragments, values, self.event, self.context, self.suggestions
        )
        execution = Execution(request, selection)
        if self.node.operation is OperationType.MUTATION:
            return await execution.run_serially()
        return execution.run() or await execution.finish()

    async def by_core(
        self, variables: Mapping[str, Any], middleware: MiddlewareManager | None = None
    ) -> ExecutionResult:
        """Run it as graphql-core does, on what Square's answers hold in full. `middleware` is around its resolvers."""
        self.context.square.decoders = None
        executor = self.executor(CoreExecutor, variables, middleware)
        if isinstance(executor, list):
            return ExecutionResult(None, executor)
        result: Any = executor.execute_operation()
        if inspect.isawaitable(result):
            result = await result
        assert isinstance(result, ExecutionResult)
        return result

    def executor(
        self, kind: type[Executor[Any]], variables: Mapping[str, Any], middleware: MiddlewareManager | None = None
    ) -> Executor[Any] | list[GraphQLError]:
        """An executor of graphql-core's of this kind, or what is wrong with the variables."""
        return kind.build(
            self.schema,
            self.document,
            root_value=self.event,
            context_value=self.context,
            raw_variable_values=dict(variables),
            operation_name=self.node.name.value if self.node.name else None,
            max_coercion_errors=MAX_ERRORS,
            middleware=middleware,
            hide_suggestions=not self.suggestions,
        )

    def _values(self, variables: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        """The values of the operation's variables, or what is wrong with them."""
        definitions = self.node.variable_definitions
        if not definitions:
            return _NO_VARIABLES
        hide = not self.suggestions
        return get_variable_values(
            self.schema, definitions, dict(variables), max_errors=MAX_ERRORS, hide_suggestions=hide
        )
