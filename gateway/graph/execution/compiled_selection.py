"""What a selection asks of a type, worked out once: which fields are plain data, and how each is shown. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
)
from strawberry.types.field import StrawberryField

from gateway.graph.loading.relation import Relation, relation_of
from gateway.graph.selection.tree import Occurrences, SelectedFields

# The Python class whose values a scalar shows as they are. Int and Float are bounded, so they are not among them.
_AS_IS: dict[str, type] = {
    "String": str,
    "ID": str,
    "DateTime": str,
    "Date": str,
    "Birthday": str,
    "Decimal": str,
    "Boolean": bool,
    "Long": int,
}


@dataclass(frozen=True, slots=True)
class CompiledField:
    """One selected field: its name in the answer, graphql-core's details, and what makes a shortcut possible.

    `attribute` is where a plain value is, `plain` the class of the values shown as they are, `enum`
    the names of members. `kind` is the object type of an object or, with `item`, of a list of them;
    `relation` leads to such, with `stub` without any call.
    """

    name: str
    details: Any
    declared: GraphQLOutputType | None = None
    nullable: bool = True
    typename: bool = False
    attribute: str | None = None
    plain: type | None = None
    enum: Mapping[Any, str] | None = None
    kind: GraphQLObjectType | None = None
    item: GraphQLOutputType | None = None
    relation: Relation | None = None
    stub: bool = False


@dataclass(frozen=True, slots=True)
class CompiledSelection:
    """What is selected of a type. `relations` is None when something else has to be waited for as well.

    `plain` tells whether all of it is values that are shown as they are.
    """

    fields: tuple[CompiledField, ...]
    relations: tuple[Relation, ...] | None
    plain: bool


def compile_selection(parent: GraphQLObjectType, selected: SelectedFields) -> CompiledSelection:
    """What is selected on a type, as the executor runs it."""
    fields, relations = [], []
    alone = True
    for name, details in selected.items():
        if details.field.name == "__typename":
            fields.append(CompiledField(name, details, typename=True))
            continue
        field = parent.fields.get(details.field.name)
        declared = (field.extensions or {}).get("strawberry-definition") if field is not None else None
        if field is None or not isinstance(declared, StrawberryField):
            fields.append(CompiledField(name, details))
            alone = False
            continue
        one = _compiled(name, details, field, declared)
        fields.append(one)
        if one.relation is None:
            alone = alone and declared.is_basic_field
        elif not one.stub:
            relations.append(one.relation)
    plain = all(each.plain or each.enum is not None for each in fields)
    return CompiledSelection(tuple(fields), tuple(relations) if alone else None, plain)


def _compiled(name: str, details: Occurrences, field: GraphQLField, declared: StrawberryField) -> CompiledField:
    nullable = not isinstance(field.type, GraphQLNonNull)
    inner = _nullable(field.type)
    item = inner.of_type if isinstance(inner, GraphQLList) else None
    kind = _nullable(item) if item is not None else inner
    # A type that has to look at a value to know its own is left to graphql-core.
    plain_kind = kind if isinstance(kind, GraphQLObjectType) and kind.is_type_of is None else None
    relation = relation_of(declared)
    below = details.field.below
    stub = relation is not None and relation.stub and below is not None and below.only_ids
    attribute = declared.python_name if declared.is_basic_field else None
    if relation is None and attribute is None:
        return CompiledField(name, details)
    if plain_kind is not None:
        place = CompiledField(name, details, field.type, nullable, attribute=attribute)
        return replace(place, kind=plain_kind, item=item, relation=relation, stub=stub)
    if item is None and isinstance(kind, GraphQLScalarType):
        return CompiledField(name, details, field.type, nullable, attribute=attribute, plain=_AS_IS.get(kind.name))
    if item is None and isinstance(kind, GraphQLEnumType):
        members = {value.value: key for key, value in kind.values.items()}
        return CompiledField(name, details, field.type, nullable, attribute=attribute, enum=members)
    # What else there is: only null needs no thought.
    return CompiledField(name, details, field.type, nullable, attribute=attribute, relation=relation, stub=stub)


def _nullable(kind: Any) -> Any:
    return kind.of_type if isinstance(kind, GraphQLNonNull) else kind
