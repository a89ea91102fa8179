"""How large a document may be, worked out in one walk before it is validated.

Every fragment is measured once however often it is spread, so that a document of nested spreads
costs no more to measure than to read. Knows no schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest document that is executed. `calls` is the most REST calls one operation may make."""

    characters: int = 15_000
    tokens: int = 1_000
    depth: int = 10
    aliases: int = 30
    directives: int = 50
    directives_each: int = 3
    root_fields: int = 30
    fields: int = 5_000
    calls: int = 200


@dataclass(frozen=True, slots=True)
class Size:
    """How large a selection is with all its fragments in place."""

    fields: int = 0
    aliases: int = 0
    directives: int = 0
    depth: int = 0
    # Fields of the topmost level.
    roots: int = 0

    def beside(self, other: Size) -> Size:
        """Both selections, one next to the other."""
        return Size(
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
            max(self.depth, other.depth),
            self.roots + other.roots,
        )


def too_large(document: DocumentNode, limits: Limits) -> list[GraphQLError]:
    """What is too large about a document, operation by operation; nothing for one within the limits."""
    measure = _Measure(
        {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    )
    errors = []
    for node in document.definitions:
        if not isinstance(node, OperationDefinitionNode):
            continue
        size = measure.selection(node.selection_set)
        found = (
            ("fields", size.fields, limits.fields),
            ("aliases", size.aliases, limits.aliases),
            ("directives", size.directives + len(node.directives or ()), limits.directives),
            ("levels of depth", size.depth, limits.depth),
            ("root fields", size.roots, limits.root_fields),
        )
        errors += [_refused(node, what, limit) for what, count, limit in found if count > limit]
    if measure.most_directives > limits.directives_each:
        errors.append(_refused(document.definitions[0], "directives on one field", limits.directives_each))
    return errors


def _refused(node: object, what: str, limit: int) -> GraphQLError:
    message = f"The operation has too many {what}: at most {limit} are allowed."
    return GraphQLError(message, extensions={"code": "OPERATION_TOO_LARGE"})


class _Measure:
    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self.fragments = fragments
        self.known: dict[str, Size] = {}
        self.open: set[str] = set()
        self.most_directives = 0

    def selection(self, selection: SelectionSetNode | None) -> Size:
        total = Size()
        for node in selection.selections if selection else ():
            total = total.beside(self.node(node))
        return total

    def node(self, node: SelectionNode) -> Size:
        directives = len(node.directives or ())
        self.most_directives = max(self.most_directives, directives)
        if isinstance(node, FieldNode):
            # Introspection is deep by nature, and graphql-core limits it on its own.
            inner = Size() if node.name.value.startswith("__") else self.selection(node.selection_set)
            return Size(
                inner.fields + 1, inner.aliases + bool(node.alias), inner.directives + directives, inner.depth + 1, 1
            )
        if isinstance(node, FragmentSpreadNode):
            inner = self.fragment(node.name.value)
        else:
            inner = self.selection(node.selection_set)  # type: ignore[attr-defined]
        return Size(inner.fields, inner.aliases, inner.directives + directives, inner.depth, inner.roots)

    def fragment(self, name: str) -> Size:
        found = self.known.get(name)
        if found is not None:
            return found
        fragment = self.fragments.get(name)
        if fragment is None or name in self.open:
            return Size()  # unknown or circular: validation says so
        self.open.add(name)
        size = self.known[name] = self.selection(fragment.selection_set)
        self.open.discard(name)
        return size
