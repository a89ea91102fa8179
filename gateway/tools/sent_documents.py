"""What a client sends of the documents in its source tree: compiled as its library would, as far as that is known.

Checks nothing against the schema but what belongs to it, and runs nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DefinitionNode,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    TypeNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    parse_type,
    visit,
)

from gateway.graph.subgraph.fetching import PREFIX
from gateway.tools.client_directives import Sent, client_directive
from gateway.tools.client_documents import Collected, Problem, place_of_node, used
from gateway.tools.client_fields import Kept, sent
from gateway.tools.relay_arguments import applied, declared, refetch_name, refetch_query


@dataclass(frozen=True, slots=True, eq=False)
class SentOperation:
    """One operation of a client. `node` is what is sent of it, None when it asks the gateway for nothing."""

    original: OperationDefinitionNode
    node: OperationDefinitionNode | None
    kept: Kept
    # Whether its library makes it of a fragment, so that its variables may be those of queries around.
    made: bool = False


@dataclass(slots=True)
class SentDocuments:
    """The operations and fragments of a client as they are sent, and what stays with it."""

    schema: GraphQLSchema
    operations: list[SentOperation] = field(default_factory=list)
    fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    passed_over: list[Problem] = field(default_factory=list)

    def document(self, operation: SentOperation) -> tuple[DocumentNode, list[GraphQLError]]:
        """An operation with all it uses, as it is sent, and what is wrong with the arguments of its fragments."""
        assert operation.node is not None
        result = applied((operation.node,), self.fragments)
        types = self._variables(result.definitions)
        stays = operation.kept.variables.union(
            *(self.kept[name].variables for name in used([operation.original], self.fragments) if name in self.kept)
        )
        first = result.definitions[0]
        assert isinstance(first, OperationDefinitionNode)
        variables = [
            each
            for each in first.variable_definitions or ()
            if each.variable.name.value in types or each.variable.name.value not in stays
        ]
        known = {each.variable.name.value for each in variables}
        more = dict(result.provided)
        if operation.made:
            more |= {name: kind for name, kind in types.items() if kind is not None}
        variables += declared({name: kind for name, kind in more.items() if name not in known})
        definitions = (_with_variables(first, variables), *result.definitions[1:])
        return DocumentNode(definitions=definitions), result.errors

    def unused(self) -> tuple[DocumentNode, list[GraphQLError]] | None:
        """The fragments that no operation uses, with all they use; none below a field that stays with the client."""
        reached = set(used([each.node for each in self.operations if each.node is not None], self.fragments))
        all_kept = [*self.kept.values(), *(each.kept for each in self.operations)]
        kept = {name for each in all_kept for name in each.fragments}
        kept |= set(used([self.fragments[name] for name in kept if name in self.fragments], self.fragments))
        rest = tuple(each for name, each in self.fragments.items() if name not in reached and name not in kept)
        if not rest:
            return None
        result = applied(rest, self.fragments)
        return DocumentNode(definitions=tuple(result.definitions)), result.errors

    def _variables(self, definitions: Iterable[DefinitionNode]) -> dict[str, TypeNode | None]:
        """The variables that are used in these definitions, with the type of the place where each stands first."""
        types = TypeInfo(self.schema)
        visitor = _Variables(types)
        for each in definitions:
            visit(each, TypeInfoVisitor(types, visitor))
        return visitor.found


def sent_documents(found: Collected, schema: GraphQLSchema) -> SentDocuments:
    """What is sent of a client's documents."""
    result = SentDocuments(schema)
    never = {name for name, each in found.fragments.items() if _stays(each)}
    for name, fragment in found.fragments.items():
        kept = result.kept[name] = Kept()
        part = sent(fragment, schema, found.extensions, never, kept)
        if part is not None:
            result.fragments[name] = part
    for operation in found.operations:
        kept = Kept()
        asked = sent(operation, schema, found.extensions, never, kept)
        result.operations.append(SentOperation(operation, asked, kept))
    result.operations += _refetched(found, result)
    noted = [each for kept in [*result.kept.values(), *(one.kept for one in result.operations)] for each in kept.why]
    result.passed_over = [Problem(place_of_node(node), why) for node, why in noted]
    return result


def grouped(noted: Iterable[Problem]) -> list[Problem]:
    """The same notes in the order of their places, with those of one file and reason in one line."""
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in sorted(set(noted), key=_position):
        file, *position = each.place.rsplit(":", 2)
        places[file, each.message].append(":".join(position))
    return [Problem(f"{file}:{', '.join(found)}".rstrip(":"), message) for (file, message), found in places.items()]


def _position(noted: Problem) -> tuple[str, int, int]:
    file, *position = noted.place.rsplit(":", 2)
    line, column = (int(position[0]), int(position[1])) if len(position) == 2 else (0, 0)
    return file, line, column


def _stays(fragment: FragmentDefinitionNode) -> bool:
    known = (client_directive(each.name.value) for each in fragment.directives or ())
    return any(each is not None and each[1] is Sent.NOTHING for each in known)


def _refetched(found: Collected, result: SentDocuments) -> Iterator[SentOperation]:
    root = result.schema.query_type
    assert root is not None
    for fragment in found.fragments.values():
        named = refetch_name(fragment)
        if named is None or fragment.name.value not in result.fragments:
            continue
        directive, name = named
        kind = fragment.type_condition.name.value
        field = None if kind == root.name else PREFIX + kind
        if field is not None and field not in root.fields:
            message = f"`{name}` cannot be made: no field of {root.name} fetches a {kind} by its id"
            result.kept[fragment.name.value].why.append((directive, message))
            continue
        made = refetch_query(fragment, directive, name, field)
        yield SentOperation(made, made, Kept(), made=True)


def _with_variables(
    operation: OperationDefinitionNode, variables: list[VariableDefinitionNode]
) -> OperationDefinitionNode:
    return OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=tuple(variables),
        directives=operation.directives,
        selection_set=operation.selection_set,
        loc=operation.loc,
    )


class _Variables(Visitor):
    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self._types = types
        self.found: dict[str, TypeNode | None] = {}

    def enter_variable_definition(self, *_: Any) -> Any:
        return False

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        kind = self._types.get_input_type()
        if self.found.get(node.name.value) is None:
            self.found[node.name.value] = None if kind is None else parse_type(str(kind), no_location=True)
