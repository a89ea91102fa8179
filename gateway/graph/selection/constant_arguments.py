"""Arguments that are the same for every request, as no variable is in them: worked out once for a document. No I/O."""

from __future__ import annotations

from typing import Any

from graphql import FieldNode, GraphQLError, GraphQLField, ListValueNode, ObjectValueNode, ValueNode, VariableNode
from graphql.execution import get_argument_values


def constant_arguments(definition: GraphQLField, node: FieldNode) -> dict[str, Any] | None:
    """The arguments of a field, if they are the same for every request. None for those that are not right as well."""
    if any(_takes_variable(each.value) for each in node.arguments or ()):
        return None
    try:
        return get_argument_values(definition, node)
    except GraphQLError:
        return None


def _takes_variable(value: ValueNode) -> bool:
    match value:
        case VariableNode():
            return True
        case ListValueNode(values=values):
            return any(map(_takes_variable, values))
        case ObjectValueNode(fields=fields):
            return any(_takes_variable(each.value) for each in fields)
        case _:
            return False
