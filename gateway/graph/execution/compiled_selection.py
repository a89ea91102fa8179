"""What a selection asks of a type, worked out once: which fields are values, objects, relations or resolved. No I/O.

It holds nothing of a request: variables are given to it when it runs, and conditions were applied by the tree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLLeafType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_list_type,
)
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

from gateway.graph.execution.projection import Projections
from gateway.graph.loading.in_flight import Source, source_of
from gateway.graph.loading.relation import Relation, relation_of
from gateway.graph.selection.constant_arguments import constant_arguments
from gateway.graph.selection.tree import Occurrences, SelectedFields

# The Python class whose values a scalar shows as they are. Int and Float are bounded, so they are not among them.
AS_IS: Mapping[str, type] = {
    "String": str,
    "ID": str,
    "DateTime": str,
    "Date": str,
    "Birthday": str,
    "Decimal": str,
    "Boolean": bool,
    "Long": int,
}


@dataclass(frozen=True, slots=True, eq=False)
class CompiledField:
    """One selected field of an object type, by its `name` in the answer.

    `nullable` says whether null may stand for the field, for an item of its list, and so on inwards. `attribute` is
    where objects have what no resolver works out; `relation` is what the field follows, with `stub` without a call.
    `source` names the calls that its resolver may make, `constant` are the arguments of a field that takes no
    variable.
    """

    name: str
    occurrences: Occurrences
    definition: GraphQLField
    nullable: tuple[bool, ...]
    kind: GraphQLNamedType
    source: Source
    attribute: str | None = None
    relation: Relation | None = None
    stub: bool = False
    constant: dict[str, Any] | None = None

    @property
    def depth(self) -> int:
        """How many lists are around the field's values."""
        return len(self.nullable) - 1

    def below(self, kind: GraphQLObjectType) -> CompiledSelection:
        """What is selected of the objects of this type that the field gives."""
        selection = self.occurrences.field.below
        assert selection is not None
        return compiled(kind, selection.of(kind))


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A field that shows a value of an object: the class of those shown as they are, and how those of enums are.

    Of an enum, decoded objects may have Square's text.
    """

    field: CompiledField
    attribute: str
    plain: type | None = None
    enum: Mapping[Any, str] | None = None


class CompiledSelection:
    """What is selected of the objects of one type: values that they have, and fields that take more than that."""

    __slots__ = ("blank", "further", "leaves", "projections", "type", "typename")

    def __init__(self, kind: GraphQLObjectType, selected: SelectedFields) -> None:
        """`selected` are the fields by their names in the answer."""
        self.type = kind
        self.typename = kind.name
        self.leaves: list[Leaf] = []
        self.further: list[CompiledField] = []
        # An answer of which nothing is known yet but the name of the type.
        self.blank: dict[str, Any] = {}
        for name, occurrences in selected.items():
            definition = occurrences.field.definition
            assert definition is not None
            if occurrences.field.name == "__typename":
                self.blank[name] = kind.name
                continue
            self.blank[name] = None
            field = _compiled(kind, name, occurrences, definition)
            if field.attribute is not None and is_leaf_type(field.kind):
                self.leaves.append(_leaf(field, field.kind, field.attribute))
            else:
                self.further.append(field)
        self.projections = Projections(self)

    @property
    def is_blank(self) -> bool:
        """Whether nothing but names of types is selected."""
        return not self.leaves and not self.further


def compiled(kind: GraphQLObjectType, selected: SelectedFields) -> CompiledSelection:
    """What is selected on a type as it is run: worked out once, and kept with the tree."""
    if selected.compiled is None:
        selected.compiled = CompiledSelection(kind, selected)
    found: CompiledSelection = selected.compiled
    return found


def _compiled(
    parent: GraphQLObjectType, name: str, occurrences: Occurrences, definition: GraphQLField
) -> CompiledField:
    declared = (definition.extensions or {}).get("strawberry-definition")
    relation = attribute = None
    if isinstance(declared, StrawberryField):
        relation = relation_of(declared)
        if declared.is_basic_field and declared.default_resolver is getattr:
            attribute = declared.python_name
    below = occurrences.field.below
    return CompiledField(
        name,
        occurrences,
        definition,
        tuple(_nullable(definition.type)),
        get_named_type(definition.type),
        source_of(parent.name, name),
        attribute,
        relation,
        stub=relation is not None and relation.stub and below is not None and below.only_ids,
        constant=constant_arguments(definition, occurrences[0].node),
    )


def _nullable(kind: Any) -> list[bool]:
    inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    return [inner is kind, *(_nullable(inner.of_type) if is_list_type(inner) else ())]


def _leaf(field: CompiledField, kind: GraphQLLeafType, attribute: str) -> Leaf:
    if field.depth:
        return Leaf(field, attribute)
    if isinstance(kind, GraphQLEnumType):
        return Leaf(field, attribute, enum=enum_names(kind))
    return Leaf(field, attribute, AS_IS.get(kind.name))


def enum_names(kind: GraphQLEnumType) -> dict[Any, str]:
    """The names of an enum's values, by Square's texts and by the members of the Python enum."""
    names: dict[Any, str] = {value.value: name for name, value in kind.values.items()}
    declared = (kind.extensions or {}).get("strawberry-definition")
    members: Any = declared.wrapped_cls if isinstance(declared, StrawberryEnumDefinition) else ()
    return {**names, **{member: names[member.value] for member in members if member.value in names}}
