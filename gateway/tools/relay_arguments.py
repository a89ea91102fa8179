"""Fragments with arguments, as Relay compiles them: `@argumentDefinitions`, `@arguments` and `@refetchable`.

A fragment is copied for each set of arguments with which it is spread, its variables replaced by what was given, or by
their defaults. https://relay.dev/docs/api-reference/graphql/graphql-directives/ . Houdini defines arguments with
`@arguments` and gives them with `@with` (https://houdinigraphql.com/api/directives). Checks no types.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    REMOVE,
    ArgumentNode,
    DefinitionNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    ListTypeNode,
    Location,
    NamedTypeNode,
    NameNode,
    NonNullTypeNode,
    NullValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    StringValueNode,
    TypeNode,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    parse_type,
    print_ast,
    visit,
)

DEFINITIONS = "argumentDefinitions"
ARGUMENTS = "arguments"
WITH = "with"
REFETCHABLE = "refetchable"
# With so many sets of arguments a fragment is spread in one operation; one that spreads itself could have any number.
MAX_COPIES = 100
APPLIED = frozenset({DEFINITIONS, ARGUMENTS, WITH})
_ID = parse_type("ID!")
_DEFAULTS = ("defaultValue", "default")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable that a fragment defines: its type, its default, and whether the client provides it by itself."""

    type: TypeNode | None
    default: ValueNode | None
    provided: bool
    loc: Location | None


@dataclass(slots=True)
class Applied:
    """Definitions whose fragments take no arguments any more, and what was wrong with the arguments."""

    definitions: list[DefinitionNode] = field(default_factory=list)
    errors: list[GraphQLError] = field(default_factory=list)
    # Variables that the client provides by itself.
    provided: dict[str, TypeNode] = field(default_factory=dict)


def applied(
    definitions: tuple[OperationDefinitionNode | FragmentDefinitionNode, ...],
    fragments: Mapping[str, FragmentDefinitionNode],
) -> Applied:
    """These definitions and all fragments they use, with arguments applied."""
    return _Application(fragments).run(definitions)


def parameters(fragment: FragmentDefinitionNode) -> dict[str, Parameter]:
    """The variables that a fragment defines. What cannot be read has neither a type nor a default."""
    return {
        each.name.value: _parameter(each)
        for directive in fragment.directives or ()
        if directive.name.value in {DEFINITIONS, ARGUMENTS}
        for each in directive.arguments or ()
    }


def refetch_name(fragment: FragmentDefinitionNode) -> tuple[DirectiveNode, str] | None:
    """The name of the query that Relay makes of a fragment, with the directive that asks for it."""
    for directive in fragment.directives or ():
        for each in directive.arguments or ():
            name = each.name.value
            if directive.name.value == REFETCHABLE and name == "queryName" and isinstance(each.value, StringValueNode):
                return directive, each.value.value
    return None


def refetch_query(
    fragment: FragmentDefinitionNode, directive: DirectiveNode, name: str, field: str | None
) -> OperationDefinitionNode:
    """The query that Relay makes of a fragment: its parameters become variables.

    `field` is the root field that fetches an object of its type by `$id`, None for a fragment on the root.
    """
    given = {key: each for key, each in parameters(fragment).items() if each.type is not None and not each.provided}
    arguments = tuple(_passed(key) for key in given)
    passed = (DirectiveNode(name=NameNode(value=ARGUMENTS), arguments=arguments),) if arguments else ()
    spread = FragmentSpreadNode(name=NameNode(value=fragment.name.value), directives=passed, loc=directive.loc)
    declared = [_declared(key, each.type, each.default, each.loc) for key, each in given.items()]
    selection: FieldNode | FragmentSpreadNode = spread
    if field is not None:
        declared.append(_declared("id", _ID, None, directive.loc))
        selection = FieldNode(
            name=NameNode(value=field),
            arguments=(_passed("id"),),
            selection_set=SelectionSetNode(selections=(spread,)),
            loc=directive.loc,
        )
    return OperationDefinitionNode(
        operation=OperationType.QUERY,
        name=NameNode(value=name),
        variable_definitions=tuple(declared),
        selection_set=SelectionSetNode(selections=(selection,)),
        loc=directive.loc,
    )


def _passed(key: str) -> ArgumentNode:
    return ArgumentNode(name=NameNode(value=key), value=VariableNode(name=NameNode(value=key)))


class _Application:
    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._result = Applied()
        # The name of each copy, by the fragment and what its variables are in it.
        self._names: dict[tuple[str, str], str] = {}
        self._copies: dict[str, int] = {}

    def run(self, definitions: tuple[OperationDefinitionNode | FragmentDefinitionNode, ...]) -> Applied:
        done: list[DefinitionNode] = []
        for each in definitions:
            values: dict[str, ValueNode | None] = {}
            if isinstance(each, FragmentDefinitionNode):
                self._names[each.name.value, ""] = each.name.value
                self._copies[each.name.value] = 1
                values = {name: found.default for name, found in parameters(each).items()}
            done.append(self._substituted(each, values))
        self._result.definitions[:0] = done
        return self._result

    def spread(self, node: FragmentSpreadNode, given: Mapping[str, ArgumentNode]) -> str:
        """The name of the copy of a fragment for these arguments, which is made when it is the first."""
        fragment = self._fragments.get(node.name.value)
        if fragment is None:
            return node.name.value
        known = parameters(fragment)
        for name, argument in given.items():
            if name not in known:
                self._error(f"Fragment `{fragment.name.value}` has no argument `{name}`.", argument)
        values: dict[str, ValueNode | None] = {}
        for name, each in known.items():
            if each.provided and each.type is not None:
                self._result.provided[name] = each.type
                continue
            values[name] = given[name].value if name in given else each.default
            if values[name] is None and isinstance(each.type, NonNullTypeNode):
                self._error(f"Fragment `{fragment.name.value}` needs the argument `{name}`.", node)
        text = ", ".join(f"{name}: {print_ast(each)}" for name, each in values.items() if each is not None)
        key = (fragment.name.value, text)
        if key not in self._names:
            count = self._copies[fragment.name.value] = self._copies.get(fragment.name.value, 0) + 1
            if count > MAX_COPIES:
                self._error(f"Fragment `{fragment.name.value}` is spread with too many sets of arguments.", node)
                return fragment.name.value
            self._names[key] = fragment.name.value if count == 1 else f"{fragment.name.value}_{count}"
            copy = self._substituted(fragment, values, self._names[key])
            self._result.definitions.append(copy)
        return self._names[key]

    def _substituted(self, definition: Any, values: Mapping[str, ValueNode | None], name: str | None = None) -> Any:
        return visit(definition, _Substitution(self, values, name))

    def _error(self, message: str, node: Any) -> None:
        self._result.errors.append(GraphQLError(message, node))


class _Substitution(Visitor):
    """Replaces the variables of one fragment, and what it spreads by copies for what it gives them."""

    def __init__(self, application: _Application, values: Mapping[str, ValueNode | None], name: str | None) -> None:
        super().__init__()
        self._application = application
        self._values = values
        self._name = name

    def enter_variable_definition(self, *_: Any) -> Any:
        return False

    def enter_argument(self, node: ArgumentNode | ObjectFieldNode, *_: Any) -> Any:
        return REMOVE if self._absent(node.value) else None

    enter_object_field = enter_argument

    def enter_variable(self, node: VariableNode, *_: Any) -> Any:
        if node.name.value not in self._values:
            return None
        # What is absent stands in a list here: elsewhere it was left out with its name.
        return self._values[node.name.value] or NullValueNode(loc=node.loc)

    def leave_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> Any:
        given = {
            each.name.value: each
            for directive in node.directives or ()
            if directive.name.value in {ARGUMENTS, WITH}
            for each in directive.arguments or ()
        }
        name = NameNode(value=self._application.spread(node, given), loc=node.name.loc)
        return FragmentSpreadNode(name=name, directives=_others(node.directives), loc=node.loc)

    def leave_fragment_definition(self, node: FragmentDefinitionNode, *_: Any) -> Any:
        return FragmentDefinitionNode(
            name=NameNode(value=self._name or node.name.value, loc=node.name.loc),
            type_condition=node.type_condition,
            directives=_others(node.directives),
            selection_set=node.selection_set,
            loc=node.loc,
        )

    def _absent(self, value: ValueNode) -> bool:
        return isinstance(value, VariableNode) and self._values.get(value.name.value, value) is None


def _others(directives: Any) -> tuple[Any, ...]:
    return tuple(each for each in directives or () if each.name.value not in APPLIED)


def _parameter(node: ArgumentNode) -> Parameter:
    kind: TypeNode | None = None
    default: ValueNode | None = None
    provided = False
    if isinstance(node.value, ObjectValueNode):
        for each in node.value.fields:
            if each.name.value == "type" and isinstance(each.value, StringValueNode):
                kind = _type(each.value)
            provided = provided or each.name.value == "provider"
            if each.name.value in _DEFAULTS and not isinstance(each.value, NullValueNode):
                default = each.value
    return Parameter(kind, default, provided, node.loc)


def _type(text: StringValueNode) -> TypeNode | None:
    """The type that a text names."""
    try:
        found = parse_type(text.value, no_location=True)
    except GraphQLError:
        return None
    return _at(found, text.loc)


def _at(kind: TypeNode, loc: Location | None) -> TypeNode:
    """The same type at another place: that of the text which names it."""
    if isinstance(kind, NonNullTypeNode | ListTypeNode):
        inner: Any = _at(kind.type, loc)
        return type(kind)(type=inner, loc=loc)
    assert isinstance(kind, NamedTypeNode)
    return NamedTypeNode(name=kind.name, loc=loc)


def _declared(
    name: str, kind: TypeNode | None, default: ValueNode | None = None, loc: Location | None = None
) -> VariableDefinitionNode:
    assert kind is not None
    variable = VariableNode(name=NameNode(value=name), loc=loc)
    # Relay takes constants only.
    constant: Any = default
    return VariableDefinitionNode(variable=variable, type=kind, default_value=constant, directives=(), loc=loc)


def declared(provided: Mapping[str, TypeNode]) -> Iterator[VariableDefinitionNode]:
    """Definitions of variables."""
    for name, kind in provided.items():
        yield _declared(name, kind)
