"""What is selected below a field of a running operation, with fragments in place and conditions applied. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLResolveInfo,
    InlineFragmentNode,
    SelectionSetNode,
)

from gateway.graph.loading.context import Info
from gateway.graph.selection.conditions import left_out

# The field for which an object is read anew when a write met another version than it expected.
CURRENT_VERSION = "currentVersion"
_ID = frozenset({"id", "__typename"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What it takes to read a selection: the fragments of its document and the values of its variables."""

    fragments: Mapping[str, FragmentDefinitionNode]
    variables: dict[str, Any]

    def fields(self, selection: SelectionSetNode | None) -> Iterator[FieldNode]:
        """The fields of a selection that take part, those of its fragments included."""
        for node in selection.selections if selection else ():
            if left_out(node, self.variables):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, FragmentSpreadNode):
                fragment = self.fragments.get(node.name.value)
                if fragment is not None:
                    yield from self.fields(fragment.selection_set)
            else:
                assert isinstance(node, InlineFragmentNode)
                yield from self.fields(node.selection_set)


def reading(raw: GraphQLResolveInfo[Any]) -> Reading:
    """How to read what is selected below the field of graphql-core's `info`."""
    return Reading(raw.fragments, raw.variable_values.coerced)


def only_ids_below(nodes: Sequence[FieldNode], read: Reading) -> bool:
    """Whether nothing but ids is selected below these fields."""
    return _only(nodes, read, _ID)


def selects_only(info: Info, names: frozenset[str]) -> bool:
    """Whether every field selected below this one is among `names` (GraphQL names)."""
    raw = info._raw_info  # Strawberry's own selections are rebuilt on every access
    return _only(raw.field_nodes, reading(raw), names)


def selects(info: Info, *path: str) -> bool:
    """Whether the client asks for the field at `path` below this one (GraphQL names)."""
    raw = info._raw_info
    read = reading(raw)
    nodes: list[FieldNode] = list(raw.field_nodes)
    for name in path:
        nodes = [each for node in nodes for each in read.fields(node.selection_set) if each.name.value == name]
    return bool(nodes)


def mentions(nodes: Sequence[FieldNode], read: Reading, name: str) -> bool:
    """Whether a field of this name (a GraphQL name) is selected anywhere below these fields."""
    return any(
        each.name.value == name or mentions([each], read, name)
        for node in nodes
        for each in read.fields(node.selection_set)
    )


def mentions_below(info: Info, name: str) -> bool:
    """As `mentions`, below the field of a resolver."""
    raw = info._raw_info
    return mentions(raw.field_nodes, reading(raw), name)


def _only(nodes: Sequence[FieldNode], read: Reading, names: frozenset[str]) -> bool:
    return all(each.name.value in names for node in nodes for each in read.fields(node.selection_set))
