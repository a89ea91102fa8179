"""Calling resolvers: with their arguments, and the information that graphql-core gives them. Shows nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FragmentDefinitionNode,
    GraphQLResolveInfo,
    GraphQLResolveInfoHelpers,
    GraphQLSchema,
    OperationDefinitionNode,
    default_field_resolver,
)
from graphql.execution import VariableValues, get_argument_values
from graphql.pyutils import gather_with_cancel, is_awaitable

from gateway.graph.execution.compiled_selection import CompiledField
from gateway.graph.execution.level import Level
from gateway.graph.loading.context import Context
from gateway.graph.loading.shared_task import observe
from gateway.graph.selection.tree import FieldPath


async def _gather(values: Sequence[Awaitable[Any]]) -> list[Any]:
    return await gather_with_cancel(*values)


def _track(values: Iterable[Any]) -> None:
    for each in values:
        if is_awaitable(each):
            asyncio.ensure_future(each).add_done_callback(observe)


_HELPERS = GraphQLResolveInfoHelpers(_gather, _track)


@dataclass(slots=True, eq=False)
class ExecutionRequest:
    """What one operation is executed with."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    variables: VariableValues
    root_value: Any
    context: Context
    suggestions: bool

    def arguments(self, field: CompiledField) -> dict[str, Any]:
        """The arguments of a field, with the values of variables. Raises `GraphQLError` for bad ones."""
        if field.constant is not None:
            return field.constant
        node = field.occurrences[0].node
        return get_argument_values(field.definition, node, self.variables, None, not self.suggestions)

    def info(self, level: Level, field: CompiledField, number: int) -> GraphQLResolveInfo[Any]:
        """What the resolver of a field is told, for one of the objects."""
        selected = field.occurrences.field
        path = FieldPath(level.path(number), field.name, level.selection.typename)
        path.field = selected
        return GraphQLResolveInfo(
            selected.name,
            selected.nodes,
            field.definition.type,
            level.selection.type,
            path,
            self.schema,
            self.fragments,
            self.root_value,
            self.operation,
            self.variables,
            self.context,
            is_awaitable,
            None,
            _HELPERS,
        )

    def call(self, level: Level, field: CompiledField, number: int, arguments: Mapping[str, Any]) -> Any:
        """What the resolver of a field gives for one of the objects: a value, an awaitable, or an exception."""
        resolve = field.definition.resolve or default_field_resolver
        try:
            return resolve(level.sources[number], self.info(level, field, number), **arguments)
        except Exception as error:  # a resolver may raise whatever it likes
            return error
