"""What is selected on the objects of a type, field by field, with fragments in place and variables filled in.

Knows what areas declare about their fields, but not what it costs. No I/O.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    value_from_ast_untyped,
)

from gateway.graph.loading.relation import Relation, relation_of
from gateway.graph.schema.cost import Calls, calls_of
from gateway.graph.selection.conditions import left_out
from gateway.graph.selection.reading import Reading, mentions, only_ids_below


@dataclass(slots=True)
class Selected:
    """One name of the answer: the field behind it, what that declares, and every place that selects below it."""

    name: str
    definition: GraphQLField
    relation: Relation | None
    cost: Calls | None
    nodes: list[FieldNode]


class Selections:
    """Reads the selections of one operation."""

    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], variables: Mapping[str, Any]
    ) -> None:
        """`variables` are what the client gave, over the defaults of the document."""
        self.schema = schema
        self._fragments = fragments
        self._variables = dict(variables)
        self._reading = Reading(fragments, self._variables)

    def of(self, parent: GraphQLNamedType, sets: Iterable[SelectionSetNode]) -> tuple[list[Selected], int]:
        """What is selected on the objects of a type, and how many names the answer for one of them has at most.

        One name can stand for different fields on different types behind an interface or union:
        it is then given once for each of them.
        """
        found = [each for selection in sets for each in self._fields(parent, selection, set())]
        groups: dict[object, Selected] = {}
        placed: set[tuple[object, int]] = set()
        taken: set[str] = set()
        most = 0
        for kind in self._kinds(parent):
            names = set()
            for owner, node in found:
                if owner is not kind and not (is_abstract_type(owner) and self.schema.is_sub_type(owner, kind)):
                    continue
                name = node.alias.value if node.alias else node.name.value
                names.add(name)
                definition = self.schema.get_field(kind, node.name.value)
                if definition is None:
                    continue
                relation, cost = _declared(definition)
                arguments = repr(self.arguments(node)) if cost is not None else ""
                group = (name, relation, cost, arguments, get_named_type(definition.type).name)
                if group not in groups:
                    shown = f"{name} on {kind.name}" if name in taken else name
                    groups[group] = Selected(shown, definition, relation, cost, [])
                    taken.add(name)
                if (group, id(node)) not in placed:
                    placed.add((group, id(node)))
                    groups[group].nodes.append(node)
            most = max(most, len(names))
        return list(groups.values()), most

    def mentions(self, nodes: list[FieldNode], name: str) -> bool:
        """Whether a field of this name (a GraphQL name) is selected anywhere below these fields."""
        return mentions(nodes, self._reading, name)

    def arguments(self, node: FieldNode) -> dict[str, Any]:
        """The arguments of a field, as they were given."""
        return {each.name.value: self._value(each.value) for each in node.arguments or ()}

    def ids_only(self, nodes: list[FieldNode]) -> bool:
        """Whether nothing but ids is selected below these fields."""
        return only_ids_below(nodes, self._reading)

    def _kinds(self, parent: GraphQLNamedType) -> Iterable[GraphQLObjectType]:
        if is_abstract_type(parent):
            return self.schema.get_possible_types(parent)
        return [parent] if isinstance(parent, GraphQLObjectType) else []

    def _fields(
        self, parent: GraphQLNamedType, selection: SelectionSetNode, seen: set[str]
    ) -> Iterator[tuple[GraphQLNamedType, FieldNode]]:
        for node in selection.selections:
            if left_out(node, self._variables):
                continue
            if isinstance(node, FieldNode):
                yield parent, node
                continue
            below: FragmentDefinitionNode | InlineFragmentNode | None
            if isinstance(node, FragmentSpreadNode):
                below = None if node.name.value in seen else self._fragments.get(node.name.value)
                seen.add(node.name.value)
            else:
                assert isinstance(node, InlineFragmentNode)
                below = node
            if below is not None:
                condition = below.type_condition
                owner = self.schema.type_map[condition.name.value] if condition else parent
                yield from self._fields(owner, below.selection_set, seen)

    def _value(self, node: Any) -> Any:
        return value_from_ast_untyped(node, self._variables)


def _declared(definition: GraphQLField) -> tuple[Relation | None, Calls | None]:
    declared = definition.extensions.get("strawberry-definition") if definition.extensions else None
    return (relation_of(declared), calls_of(declared)) if declared is not None else (None, None)
