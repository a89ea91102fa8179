"""What of a client's definition is sent: without the directives, fields and fragments that stay with the client.

Where nothing is left of a selection its `__typename` is, as clients ask for that. Checks nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from graphql import (
    REMOVE,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    NameNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    visit,
)

from gateway.tools.client_directives import ADDING, Sent, client_directive
from gateway.tools.relay_arguments import APPLIED

# Relay has this field on every object.
RELAY_ID = "__id"

Definition = TypeVar("Definition", OperationDefinitionNode, FragmentDefinitionNode)


@dataclass(slots=True)
class Kept:
    """What stays with the client: what it is and why, by its node, and what is used in it."""

    why: list[tuple[Node, str]] = field(default_factory=list)
    variables: set[str] = field(default_factory=set)
    fragments: set[str] = field(default_factory=set)


def sent(
    definition: Definition,
    schema: GraphQLSchema,
    extensions: Mapping[str, set[str]],
    kept_fragments: Iterable[str],
    kept: Kept,
) -> Definition | None:
    """The part of a definition that is sent, None when that is nothing. What is not is added to `kept`.

    `extensions` are the fields that the client's own schema adds to types of the gateway's; `kept_fragments` are those
    that are never sent.
    """
    for each in definition.directives or ():
        known = client_directive(each.name.value)
        if known is not None and known[1] is Sent.NOTHING and schema.get_directive(each.name.value) is None:
            kept.why.append((each, f"`@{each.name.value}` is {known[0]}'s: nothing of this definition is sent"))
            _note_used(definition, kept)
            return None
    types = TypeInfo(schema)
    visitor = _Sent(schema, types, extensions, frozenset(kept_fragments), kept)
    result: Definition = visit(definition, TypeInfoVisitor(types, visitor))
    return None if not result.selection_set.selections and definition.selection_set.selections else result


class _Sent(Visitor):
    def __init__(
        self,
        schema: GraphQLSchema,
        types: TypeInfo,
        extensions: Mapping[str, set[str]],
        kept_fragments: frozenset[str],
        kept: Kept,
    ) -> None:
        super().__init__()
        self._schema = schema
        self._types = types
        self._extensions = extensions
        self._kept_fragments = kept_fragments
        self._kept = kept
        self._filled: list[bool] = []

    def enter_field(self, node: FieldNode, *_: Any) -> Any:
        if node.name.value == RELAY_ID:
            return self._remove(node, f"`{RELAY_ID}` is Relay's")
        parent = self._types.get_parent_type()
        own = self._extensions.get(parent.name, ()) if parent is not None else ()
        if parent is not None and node.name.value in own and self._types.get_field_def() is None:
            return self._remove(node, f"`{parent.name}.{node.name.value}` is a field of the client's own schema")
        return self._directed(node)

    def enter_inline_fragment(self, node: InlineFragmentNode, *_: Any) -> Any:
        return self._directed(node)

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> Any:
        if node.name.value in self._kept_fragments:
            return self._remove(node, f"`{node.name.value}` stays with the client")
        return self._directed(node)

    def enter_directive(self, node: DirectiveNode, *_: Any) -> Any:
        name = node.name.value
        known = client_directive(name)
        if known is None or self._schema.get_directive(name) is not None:
            return None
        self._kept.why.append((node, ADDING.get(name, f"`@{name}` is {known[0]}'s, and is not sent")))
        _note_used(node, self._kept)
        # These say what is sent: they are applied later.
        return None if name in APPLIED else REMOVE

    def enter_selection_set(self, node: SelectionSetNode, *_: Any) -> None:
        self._filled.append(bool(node.selections))

    def leave_selection_set(self, node: SelectionSetNode, key: Any, parent: Any, *_: Any) -> Any:
        # An operation of which nothing is left is not sent at all.
        if self._filled.pop() and not node.selections and not isinstance(parent, OperationDefinitionNode):
            return SelectionSetNode(selections=(FieldNode(name=NameNode(value="__typename")),))
        return None

    def _directed(self, node: FieldNode | InlineFragmentNode | FragmentSpreadNode) -> Any:
        for each in node.directives or ():
            known = client_directive(each.name.value)
            if known is not None and known[1] is Sent.NOTHING and self._schema.get_directive(each.name.value) is None:
                return self._remove(node, f"what has `@{each.name.value}` is answered by {known[0]}, and is not sent")
        return None

    def _remove(self, node: Node, why: str) -> Any:
        self._kept.why.append((node, why))
        _note_used(node, self._kept)
        return REMOVE


def _note_used(node: Node, kept: Kept) -> None:
    visitor = _Used(kept)
    visit(node, visitor)


class _Used(Visitor):
    def __init__(self, kept: Kept) -> None:
        super().__init__()
        self._kept = kept

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self._kept.variables.add(node.name.value)

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        self._kept.fragments.add(node.name.value)
