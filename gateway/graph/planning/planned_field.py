"""The fields of a selection as a plan counts them: once for all types of objects that answer for them alike. No I/O."""

from __future__ import annotations

from dataclasses import dataclass

from graphql import GraphQLField, GraphQLNamedType, get_named_type, print_ast

from gateway.graph.loading.relation import Relation, relation_of
from gateway.graph.schema.cost import Calls, calls_of
from gateway.graph.selection.tree import SelectedField, Selection, object_types


@dataclass(slots=True)
class PlannedField:
    """One name of the answer: the field behind it, what that declares, and what is selected below it."""

    name: str
    definition: GraphQLField
    relation: Relation | None
    cost: Calls | None
    field: SelectedField
    below: Selection | None


def merged(selection: Selection, kind: GraphQLNamedType) -> tuple[list[PlannedField], int]:
    """What is selected on the objects of a type, and how many names the answer for one of them has at most.

    One name can stand for different fields on different types behind an interface or union:
    it is then given once for each of them.
    """
    groups: dict[tuple[str, Relation | None, Calls | None, str, str], list[SelectedField]] = {}
    names = 0
    kinds = object_types(selection.schema, kind)
    for each in kinds:
        fields = selection.of(each)
        names = max(names, len(fields))
        for field in fields.fields:
            if field.definition is None:
                continue
            relation, cost = _declared(field.definition)
            arguments = _arguments(field) if cost is not None and len(kinds) > 1 else ""
            group = (field.key, relation, cost, arguments, get_named_type(field.definition.type).name)
            groups.setdefault(group, []).append(field)
    taken: set[str] = set()
    found = []
    for (key, relation, cost, *_), alike in groups.items():
        first = alike[0]
        assert first.definition is not None
        name = f"{key} on {first.owner.name}" if key in taken else key
        taken.add(key)
        # What is alike on several types often stands in the same places.
        below = selection.below({id(part): part for field in alike for part in field.parts}.values())
        found.append(PlannedField(name, first.definition, relation, cost, first, below))
    return found, names


def _arguments(field: SelectedField) -> str:
    """The arguments as they are written: a variable may hold as much as a request."""
    return ", ".join(sorted(map(print_ast, field.parts[0].node.arguments or ())))


def _declared(definition: GraphQLField) -> tuple[Relation | None, Calls | None]:
    """What the area that declares a field says about it: the relation that it follows, the calls that it makes."""
    field = definition.extensions.get("strawberry-definition") if definition.extensions else None
    return (relation_of(field), calls_of(field)) if field is not None else (None, None)
