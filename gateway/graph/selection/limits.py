"""How large a document may be, worked out in one walk before it is validated.

Every fragment is measured once however often it is spread, so that a document of nested spreads
costs no more to measure than to read. Knows no schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

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

from gateway.graph.documents.validation import MAX_ERRORS

# The most objects that one operation may name by their ids, as one list of them may.
MAX_NAMED = 1_000


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest document that is executed.

    `lists` is how many lists may be inside each other where the schema is read: the query that tools
    send has three, the types with their fields with their arguments. `calls` and `values` are the
    most REST calls that one operation may make, and values that its answer may hold, `named` the objects
    that it may name by their ids: even those that no call is made for take their time.
    """

    characters: int = 15_000
    tokens: int = 1_000
    depth: int = 10
    aliases: int = 30
    # Characters of one: it stands in the answer as often as there are objects, and in the path of every error.
    alias: int = 128
    directives: int = 50
    directives_each: int = 3
    root_fields: int = 30
    fields: int = 5_000
    lists: int = 3
    calls: int = 200
    values: int = 250_000
    named: int = MAX_NAMED


# The lists of the schema when it is read, by the names that they have there.
SCHEMA_LISTS = frozenset(
    {"types", "directives", "fields", "inputFields", "args", "interfaces", "possibleTypes", "enumValues", "locations"}
)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a selection is with all its fragments in place."""

    fields: int = 0
    aliases: int = 0
    directives: int = 0
    depth: int = 0
    # Fields of the topmost level.
    roots: int = 0
    # Names of lists of the schema inside each other, and how many of them there are below a field that reads it.
    lists: int = 0
    read_lists: int = 0

    def beside(self, other: Size) -> Size:
        """Both selections, one next to the other."""
        return Size(
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
            max(self.depth, other.depth),
            self.roots + other.roots,
            max(self.lists, other.lists),
            max(self.read_lists, other.read_lists),
        )


def too_large(document: DocumentNode, limits: Limits) -> list[GraphQLError]:
    """What is too large about a document, operation by operation, at most `MAX_ERRORS`; nothing if it is not."""
    measure = _Measure(
        {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    )
    errors: list[GraphQLError] = []
    for node in document.definitions:
        if len(errors) >= MAX_ERRORS:
            return errors[:MAX_ERRORS]
        if not isinstance(node, OperationDefinitionNode):
            continue
        size = measure.selection(node.selection_set)
        found = (
            ("fields", size.fields, limits.fields),
            ("aliases", size.aliases, limits.aliases),
            ("directives", size.directives + len(node.directives or ()), limits.directives),
            ("levels of depth", size.depth, limits.depth),
            ("root fields", size.roots, limits.root_fields),
            ("lists inside lists of the schema", size.read_lists, limits.lists),
        )
        errors += [_refused(node, what, limit) for what, count, limit in found if count > limit]
    if measure.longest_alias > limits.alias:
        errors.append(_refused(document.definitions[0], "characters in an alias", limits.alias))
    if measure.most_directives > limits.directives_each:
        errors.append(_refused(document.definitions[0], "directives on one field", limits.directives_each))
    return errors[:MAX_ERRORS]


def _refused(node: object, what: str, limit: int) -> GraphQLError:
    message = f"The operation has too many {what}: at most {limit} are allowed."
    return GraphQLError(message, extensions={"code": "OPERATION_TOO_LARGE"})


class _Measure:
    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self.fragments = fragments
        self.known: dict[str, Size] = {}
        self.open: set[str] = set()
        self.most_directives = 0
        self.longest_alias = 0

    def selection(self, selection: SelectionSetNode | None) -> Size:
        total = Size()
        for node in selection.selections if selection else ():
            total = total.beside(self.node(node))
        return total

    def node(self, node: SelectionNode) -> Size:
        directives = len(node.directives or ())
        self.most_directives = max(self.most_directives, directives)
        if isinstance(node, FieldNode):
            return self.field(node, directives)
        if isinstance(node, FragmentSpreadNode):
            inner = self.fragment(node.name.value)
        else:
            inner = self.selection(node.selection_set)  # type: ignore[attr-defined]
        return replace(inner, directives=inner.directives + directives)

    def field(self, node: FieldNode, directives: int) -> Size:
        inner = self.selection(node.selection_set)
        name = node.name.value
        if node.alias:
            self.longest_alias = max(self.longest_alias, len(node.alias.value))
        reads = name.startswith("__")
        return Size(
            inner.fields + 1,
            inner.aliases + bool(node.alias),
            inner.directives + directives,
            # Reading the schema is deep by nature, and graphql-core limits that on its own.
            1 if reads else inner.depth + 1,
            1,
            inner.lists + (name in SCHEMA_LISTS),
            max(inner.read_lists, inner.lists if reads else 0),
        )

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
