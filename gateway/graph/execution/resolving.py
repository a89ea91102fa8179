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


async def _gather(values: Sequence[Awaitable[Any]]) -> list[Any]:
    return await gather_with_cancel(*values)


def _track(values: Iterable[Any]) -> None:
    for each in values:
        if is_awaitable(each):
            asyncio.ensure_future(each).add_done_callback(observe)


_HELPERS = GraphQLResolveInfoHelpers(_gather, _track)


@dataclass(frozen=True, slots=True, eq=False)
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
        node = field.occurrences[0].node
        if not field.definition.args and not node.arguments:
            return {}
        hide = not self.suggestions
        return get_argument_values(field.definition, node, self.variables, None, hide)

    def info(self, level: Level, field: CompiledField, number: int) -> GraphQLResolveInfo[Any]:
        """What the resolver of a field is told, for one of the objects."""
        return GraphQLResolveInfo(
            field.occurrences.field.name,
            [each.node for each in field.occurrences],
            field.definition.type,
            level.selection.type,
            level.path_of(number, field),
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
