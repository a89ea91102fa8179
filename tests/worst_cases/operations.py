"""Random operations over the whole schema: aliases, fragments, conditions, variables, entities and mutations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from tests.introspected import introspected

CORE = introspected()
MAX_DEPTH = 6
# What arguments are given, by the name of the field and of the argument, or of the argument alone.
Pools = Mapping[str, Sequence[Any]]


@dataclass
class Operation:
    """A document that is being written, with its variables."""

    random: Random
    pools: Pools
    variables: dict[str, Any] = field(default_factory=dict)
    declared: list[str] = field(default_factory=list)
    fragments: list[str] = field(default_factory=list)
    # Those that can be used again: names of fragments by their types, and variables of conditions.
    spreads: dict[str, list[str]] = field(default_factory=dict)
    conditions: list[str] = field(default_factory=list)
    names: int = 0
    text: str = ""

    def name(self) -> str:
        self.names += 1
        return f"n{self.names}"

    def variable(self, kind: str, value: Any) -> str:
        name = self.name()
        self.declared.append(f"${name}: {kind}")
        self.variables[name] = value
        return f"${name}"

    def condition(self) -> str:
        """What a condition depends on: a constant or a variable, new or used before, given or by default."""
        if self.conditions and self.random.random() < 0.3:
            return self.random.choice(self.conditions)
        value, way = self.random.random() < 0.5, self.random.random()
        if way < 0.4:
            return str(value).lower()
        if way < 0.8:
            found = self.variable("Boolean!", value)
        else:
            found = f"${self.name()}"
            self.declared.append(f"{found}: Boolean! = {str(value).lower()}")
        self.conditions.append(found)
        return found


def generate(seed: int, pools: Pools) -> Operation:
    """A query, or now and then a mutation, that is the same for the same seed and pools."""
    operation = Operation(Random(seed), pools)
    writes = operation.random.random() < 0.3
    root = CORE.mutation_type if writes else CORE.query_type
    assert root is not None
    fields = _readable(root)
    chosen = [operation.random.choice(fields) for _ in range(operation.random.randint(1, 6 if writes else 4))]
    body = " ".join(_field(operation, each, 1) for each in chosen)
    variables = f"({', '.join(operation.declared)})" if operation.declared else ""
    kind = "mutation" if writes else "query"
    operation.text = " ".join([f"{kind} Random{variables} {{ {body} }}", *operation.fragments])
    return operation


def _readable(kind: GraphQLNamedType) -> list[Any]:
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    return [each for name, each in kind.fields.items() if name != "_service"]


def _field(operation: Operation, found: GraphQLField, depth: int, *, alias: bool = True) -> str:
    name = next(
        name
        for kind in CORE.type_map.values()
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
        for name, each in kind.fields.items()
        if each is found
    )
    head = f"{operation.name()}: {name}" if alias else name
    arguments = [
        f"{key}: {value}"
        for key, argument in found.args.items()
        if (value := _argument(operation, name, key, argument)) is not None
    ]
    text = head + (f"({', '.join(arguments)})" if arguments else "") + _condition(operation)
    if is_leaf_type(get_named_type(found.type)):
        return text
    return f"{text} {{ __typename {_selection(operation, get_named_type(found.type), depth + 1)} }}"


def _argument(operation: Operation, field: str, name: str, argument: GraphQLArgument) -> str | None:
    required = is_required_argument(argument)
    pool = operation.pools.get(f"{field}.{name}", operation.pools.get(name))
    if pool is None and not required:
        return None
    if pool is None:
        assert get_named_type(argument.type).name == "ID", f"say in pools.py what {field}({name}:) may be"
        pool = ["NOBODY"]
    if not required and operation.random.random() < 0.3:
        return None
    return operation.variable(str(argument.type), operation.random.choice(pool))


def _condition(operation: Operation) -> str:
    if operation.random.random() > 0.15:
        return ""
    directives = operation.random.choice([["skip"], ["include"], ["skip", "include"]])
    return "".join(f" @{directive}(if: {operation.condition()})" for directive in directives)


def _selection(operation: Operation, kind: GraphQLNamedType, depth: int) -> str:
    random = operation.random
    if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
        possible = [*CORE.get_possible_types(kind)]
        chosen: list[GraphQLNamedType] = [*random.sample(possible, min(len(possible), random.randint(1, 3)))]
        if isinstance(kind, GraphQLInterfaceType) and random.random() < 0.5:
            chosen.append(kind)
        return " ".join(f"... on {each.name} {{ __typename {_fields(operation, each, depth)} }}" for each in chosen)
    return _fields(operation, kind, depth)


def _fields(operation: Operation, kind: GraphQLNamedType, depth: int) -> str:
    random = operation.random
    if (known := operation.spreads.get(kind.name)) and random.random() < 0.1:
        return f"...{random.choice(known)}{_condition(operation)}"
    found = _readable(kind)
    leaves = [each for each in found if is_leaf_type(get_named_type(each.type))]
    deeper = [each for each in found if each not in leaves] if depth < MAX_DEPTH else []
    chosen = random.sample(leaves, min(len(leaves), random.randint(0, 2)))
    if "nodes" in {*getattr(kind, "fields", {})} and deeper:
        chosen.append(kind.fields["nodes"])  # type: ignore[attr-defined]
    else:
        chosen += random.choices(deeper, k=random.randint(0, 2)) if deeper else []
    parts = [_field(operation, each, depth, alias=random.random() < 0.8 or bool(each.args)) for each in chosen]
    text = " ".join(parts) or "__typename"
    if random.random() < 0.2:
        name = f"F{operation.name()}"
        operation.fragments.append(f"fragment {name} on {kind.name} {{ {text} }}")
        operation.spreads.setdefault(kind.name, []).append(name)
        return f"...{name}{_condition(operation)}"
    return f"... on {kind.name}{_condition(operation)} {{ {text} }}" if random.random() < 0.2 else text
