"""Which attributes an operation wants of the objects that Square answers with. Reads nothing of a request.

Every place of the operation where a type occurs counts: whichever call brings an object, it is shown at any of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graphql import GraphQLObjectType, get_named_type
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from gateway.graph.loading.page_source import pages_of
from gateway.graph.loading.relation import relation_of
from gateway.graph.schema.decode import READS
from gateway.graph.selection.operation import SelectedOperation
from gateway.graph.selection.tree import SelectedField, Selection, object_types

# By the Strawberry type: the Python names of attributes. None is everything.
Wanted = Mapping[type, frozenset[str] | None]


def wanted_of(operation: SelectedOperation) -> Wanted:
    """What is selected on each type of the graph, and what its relations, pages and resolvers take of it."""
    found: dict[type, set[str] | None] = {}
    seen: set[tuple[int, str]] = set()
    waiting: list[tuple[Selection, GraphQLObjectType]] = [(operation.selection, operation.root_type)]
    while waiting:
        selection, kind = waiting.pop()
        if (id(selection), kind.name) in seen:
            continue
        seen.add((id(selection), kind.name))
        for field in selection.of(kind).fields:
            _take(found, field)
            if field.below is not None and field.definition is not None:
                below = object_types(selection.schema, get_named_type(field.definition.type))
                waiting += ((field.below, each) for each in below)
        _take_nothing(found, kind)
    return {kind: None if names is None else frozenset(names) for kind, names in found.items()}


def _take(found: dict[type, set[str] | None], field: SelectedField) -> None:
    """Add what a field takes of its object."""
    owner = _class_of(field.owner)
    declared = (field.definition.extensions or {}).get("strawberry-definition") if field.definition else None
    if owner is None or not isinstance(declared, StrawberryField):
        return
    taken = _taken(declared)
    names = found.setdefault(owner, set())
    if taken is None or names is None:
        found[owner] = None
    else:
        names.update(taken)


def _take_nothing(found: dict[type, set[str] | None], kind: GraphQLObjectType) -> None:
    """Note that a type occurs, though perhaps nothing but `__typename` is selected on it."""
    owner = _class_of(kind)
    if owner is not None:
        found.setdefault(owner, set())


def _taken(field: StrawberryField) -> Iterable[str] | None:
    """The attributes that a field takes of its object; None when that is not known."""
    if (relation := relation_of(field)) is not None:
        return (relation.key,)
    if (pages := pages_of(field)) is not None:
        return (pages.key,)
    if field.is_basic_field:
        return (field.python_name,)
    declared: tuple[str, ...] | None = field.metadata.get(READS)
    return declared


def _class_of(kind: GraphQLObjectType) -> type | None:
    definition = (kind.extensions or {}).get("strawberry-definition")
    return definition.origin if isinstance(definition, StrawberryObjectDefinition) else None
