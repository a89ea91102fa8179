"""One operation of a document, with its conditions decided: its kind, its defaults and its tree. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    value_from_ast_untyped,
)

from gateway.graph.selection.document import OperationBlock, Switches
from gateway.graph.selection.tree import Selection


@dataclass(frozen=True, slots=True, eq=False)
class SelectedOperation:
    """What one operation selects, for given values of the variables of its conditions.

    `defaults` are the values of the variables that a request may leave out. `made` is room for what others make of
    it, once, by their class.
    """

    node: OperationDefinitionNode
    root_type: GraphQLObjectType
    defaults: Mapping[str, Any]
    selection: Selection
    made: dict[type, Any] = field(default_factory=dict)

    @property
    def kind(self) -> OperationType:
        """Query, mutation or subscription."""
        return self.node.operation


def selected(schema: GraphQLSchema, operation: OperationBlock, switches: Switches) -> SelectedOperation:
    """The tree of a validated operation."""
    root = schema.get_root_type(operation.node.operation)
    assert root is not None
    tree = Selection(schema, switches, [operation.block])
    return SelectedOperation(operation.node, root, defaults(operation.node), tree)


def switches(operation: OperationBlock, variables: Mapping[str, Any]) -> Switches:
    """The values of the conditions' variables in a request. Raises `GraphQLError` for a null: no condition is that."""
    if not operation.switches:
        return {}
    given = {**defaults(operation.node), **variables}
    for name in operation.switches:
        if name in given and given[name] is None:
            message = f"`${name}` must not be null: it decides whether a field is left out."
            raise GraphQLError(message, operation.node, extensions={"code": "BAD_USER_INPUT"})
    return {name: value if isinstance(value := given.get(name), bool) else None for name in operation.switches}


def defaults(node: OperationDefinitionNode) -> dict[str, Any]:
    """The default values of an operation's variables."""
    return {
        each.variable.name.value: value_from_ast_untyped(each.default_value)
        for each in node.variable_definitions or ()
        if each.default_value is not None
    }
