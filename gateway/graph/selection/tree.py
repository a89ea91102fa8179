"""What an operation selects: a tree, merged over fragments and types, with conditions applied. No I/O.

The plan, the counts of values, the decisions about what need not be read, and the executor all read this one tree. It
holds nothing of a request but the values of its conditions, so it is kept with the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    VariableNode,
    is_abstract_type,
    value_from_ast_untyped,
)
from graphql.pyutils import Path

from gateway.graph.selection.document import Block, Field, Fragment, Switches

_ID_ONLY = frozenset({"id", "__typename"})


class Occurrence(NamedTuple):
    """One place where a field is selected, in the form that graphql-core's executor reads."""

    node: FieldNode
    defer_usage: None = None
    fragment_variable_values: None = None


class Occurrences(list[Occurrence]):
    """The places of one name of the answer; `field` is what is selected there."""

    field: SelectedField


class FieldPath(Path):
    """The path of a field; `field` is what is selected there."""

    field: SelectedField


class SelectedFields(dict[str, Occurrences]):
    """What is selected on the objects of one type, by the names of the answer, in order.

    `compiled` is room for what the executor works out from it, once.
    """

    compiled: Any = None

    @property
    def fields(self) -> Iterator[SelectedField]:
        """The fields themselves."""
        return (each.field for each in self.values())


class SelectedField:
    """One name of the answer on the objects of one type: the field behind it, and what is selected below."""

    __slots__ = ("below", "definition", "key", "name", "nodes", "occurrences", "owner", "parts")

    def __init__(self, selection: Selection, kind: GraphQLObjectType, parts: list[Field]) -> None:
        """`parts` are the places in the document that select it on this type."""
        self.owner = kind
        self.parts = parts
        self.key = parts[0].key
        self.name = parts[0].name
        self.definition: GraphQLField | None = selection.schema.get_field(kind, self.name)
        self.below = selection.below(parts)
        self.occurrences = Occurrences(Occurrence(each.node) for each in parts)
        self.occurrences.field = self
        self.nodes = [each.node for each in parts]

    def arguments(self, variables: dict[str, Any]) -> dict[str, Any]:
        """The arguments as the client gives them, by their GraphQL names, but for variables without a value."""
        return {
            each.name.value: value_from_ast_untyped(each.value, variables)
            for each in self.parts[0].node.arguments or ()
            if not isinstance(each.value, VariableNode) or each.value.name.value in variables
        }


class Selection:
    """What is selected on the objects at one place of an operation, of whatever types they are."""

    def __init__(
        self,
        schema: GraphQLSchema,
        switches: Switches,
        blocks: Iterable[Block],
        made: dict[tuple[int, ...], Selection] | None = None,
    ) -> None:
        """`blocks` are the parts of the document that select there, `switches` the values of its conditions.

        `made` are the selections below fields of this tree, by these fields.
        """
        self.schema = schema
        self._switches = switches
        self._blocks = tuple(blocks)
        self._made = {} if made is None else made
        self._by_type: dict[str, SelectedFields] = {}

    def of(self, kind: GraphQLObjectType) -> SelectedFields:
        """What is selected on an object of this type."""
        found = self._by_type.get(kind.name)
        if found is None:
            parts: dict[str, dict[int, Field]] = {}
            for part, kinds in self._parts:
                if kinds is None or kind.name in kinds:
                    parts.setdefault(part.key, {})[id(part)] = part
            found = self._by_type[kind.name] = SelectedFields()
            for key, each in parts.items():
                field = SelectedField(self, kind, list(each.values()))
                found[key] = field.occurrences
        return found

    def below(self, parts: Iterable[Field]) -> Selection | None:
        """What is selected below some fields of this selection; None below those that nothing can be selected of.

        It is one for the same fields, whatever types they are on: a tree of its own for each type would be larger
        with every list of several types inside another.
        """
        found = [(id(each), each.block) for each in parts if each.block is not None]
        if not found:
            return None
        key = tuple(part for part, _ in found)
        if key not in self._made:
            self._made[key] = Selection(self.schema, self._switches, [block for _, block in found], self._made)
        return self._made[key]

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the fields that are selected, on whatever type (GraphQL names)."""
        return frozenset(part.name for part, _ in self._parts)

    @property
    def only_ids(self) -> bool:
        """Whether nothing is selected that the id of an object does not answer."""
        return self.names <= _ID_ONLY

    def selects(self, *path: str) -> bool:
        """Whether the field at `path` is selected (GraphQL names)."""
        name, *rest = path
        if name not in self.names:
            return False
        below = self.below(self._named(name)) if rest else None
        return not rest or (below is not None and below.selects(*rest))

    def mentions(self, name: str) -> bool:
        """Whether a field of this name is selected anywhere in here (a GraphQL name)."""
        if name in self.names:
            return True
        below = self.below(part for part, _ in self._parts)
        return below is not None and below.mentions(name)

    def at(self, path: Path) -> SelectedField:
        """What is selected at the path of a resolver, when this is the root of its operation."""
        if isinstance(path, FieldPath):
            return path.field
        above = [step for step in _steps(path) if step.typename is not None]
        selection: Selection | None = self
        for step in reversed(above):
            assert selection is not None
            kind = self.schema.type_map[step.typename or ""]
            assert isinstance(kind, GraphQLObjectType)
            field = selection.of(kind)[str(step.key)].field
            selection = field.below
        return field

    def _named(self, name: str) -> Iterator[Field]:
        return (part for part, _ in self._parts if part.name == name)

    @cached_property
    def _parts(self) -> list[tuple[Field, frozenset[str] | None]]:
        """The fields that take part, each with the names of the types it is selected on, None for any."""
        found: list[tuple[Field, frozenset[str] | None]] = []
        spread: set[tuple[Fragment, frozenset[str] | None]] = set()
        for block in self._blocks:
            self._collect(block, None, found, spread)
        return found

    def _collect(
        self,
        block: Block,
        kinds: frozenset[str] | None,
        found: list[tuple[Field, frozenset[str] | None]],
        spread: set[tuple[Fragment, frozenset[str] | None]],
    ) -> None:
        for part in block:
            if not all(each.holds(self._switches) for each in part.conditions):
                continue
            if isinstance(part, Field):
                found.append((part, kinds))
                continue
            fragment = part.fragment
            if fragment is None:
                continue
            within = kinds if fragment.on is None else self._narrowed(kinds, fragment.on)
            # A fragment that stands in two places counts once, as far as it is for the same types.
            if (within is None or within) and (fragment, within) not in spread:
                spread.add((fragment, within))
                self._collect(fragment.block, within, found, spread)

    def _narrowed(self, kinds: frozenset[str] | None, on: str) -> frozenset[str]:
        possible = frozenset(each.name for each in object_types(self.schema, self.schema.type_map[on]))
        return possible if kinds is None else kinds & possible


def object_types(schema: GraphQLSchema, kind: GraphQLNamedType) -> list[GraphQLObjectType]:
    """The types that objects of a type can have."""
    if is_abstract_type(kind):
        return list(schema.get_possible_types(kind))
    return [kind] if isinstance(kind, GraphQLObjectType) else []


def _steps(path: Path | None) -> Iterator[Path]:
    while path is not None:
        yield path
        path = path.prev
