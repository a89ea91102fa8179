"""Operations made up by chance over a schema: everything that a document can be made of. Runs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_composite_type,
    is_leaf_type,
    is_required_argument,
)

from tests.differential.values import Values

# Fields that lists give, which tell most.
_MUST = frozenset({"nodes", "edges", "node", "results"})
# How often an argument is given that may be left out.
_OFTEN = {"first": 0.95, "idempotencyKey": 1.0, "orderId": 0.4, "programId": 0.4}
_INTROSPECTION = [
    '__type(name: "Customer") { name kind fields { name type { kind name ofType { name } } } }',
    "__schema { queryType { name } mutationType { __typename name } directives { name locations } }",
    '__type(name: "Nobody") { name }',
    '__type(name: "LoyaltyEvent") { possibleTypes { name __typename } enumValues { name } }',
    "_service { __typename }",
]


@dataclass
class Document:
    """An operation as text, with what may be given for its variables."""

    text: str
    values: Values

    def variables(self, chance: Random) -> dict[str, Any]:
        """Values for the variables, some left out, some null."""
        return self.values.given(chance)


class Writer:
    """Writes one document."""

    def __init__(self, schema: GraphQLSchema, values: Values, chance: Random, *, depth: int = 4) -> None:
        """`values` gives arguments and takes note of variables."""
        self._schema = schema
        self._values = values
        self._chance = chance
        self._depth = depth
        self._size = chance.choice([4, 8, 8, 16, 32])
        self._fragments: list[tuple[str, str, str]] = []
        # What stands behind a name of the answer: the same everywhere, so that fields can be merged.
        self._keys: dict[str, str] = {}
        self._shared: dict[tuple[str, str], str] = {}

    def write(self, root: GraphQLObjectType, kind: str) -> Document:
        """An operation of this kind on the type of its root."""
        chosen = list(root.fields)
        # Those that lead to most come more often.
        chosen += [each for each in ("customers", "customersById", "_entities", "loyaltyAccounts") if each in chosen]
        names = self._chance.sample(chosen, min(len(chosen), self._chance.choice([1, 1, 2, 3])))
        parts = [self._field(root, name, self._depth) for name in dict.fromkeys(names) if name != "_service"]
        if self._chance.random() < 0.3:
            parts.append("__typename")
        if kind == "query" and "_service" in root.fields and self._chance.random() < 0.08:
            parts.append(self._chance.choice(_INTROSPECTION))
        self._chance.shuffle(parts)
        if kind == "query" and self._chance.random() < 0.15:
            parts = [self._fragment(root, self._braced(parts))]
        body = self._braced(parts)
        declared = self._values.declared()
        head = f"{kind} Made{declared}" if kind != "query" or declared or self._chance.random() < 0.5 else ""
        text = "\n".join(
            [f"{head} {body}", *(f"fragment {name} on {on} {block}" for name, on, block in self._fragments)]
        )
        return Document(text, self._values)

    def _braced(self, parts: list[str]) -> str:
        return "{ " + " ".join(parts) + " }"

    def _selection(self, kind: GraphQLNamedType, depth: int, share: bool = False) -> str:
        parts: list[str] = []
        wanted = self._chance.choice([1, 2, 3, 4, 6])
        if isinstance(kind, GraphQLUnionType):
            wanted = self._chance.choice([1, 2, 3])
        repeated: list[str] = []
        fields: dict[str, Any] = {} if isinstance(kind, GraphQLUnionType) else dict(kind.fields)  # type: ignore[attr-defined]
        telling = [name for name in fields if name in _MUST and self._chance.random() < 0.6]
        parts += [self._field(kind, name, depth) for name in telling]
        for _ in range(wanted):
            way = self._chance.random()
            if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType) and way < 0.6:
                parts.append(self._on_some(kind, depth))
            elif way < 0.08 or not fields:
                parts.append(self._chance.choice(["__typename", "__typename", "kind: __typename"]))
            elif way < 0.16:
                parts.append(f"...{self._on(kind)}{self._directives()} {self._selection(kind, depth)}")
            elif way < 0.26:
                parts.append(self._fragment(kind, None, depth))
            elif way < 0.32 and repeated:
                name = self._chance.choice(repeated)
                parts.append(self._field(kind, name, depth, again=True))
            else:
                name = self._chance.choice(list(fields))
                if depth <= 1 and is_composite_type(get_named_type(fields[name].type)):
                    plain = [each for each in fields if is_leaf_type(get_named_type(fields[each].type))]
                    name = self._chance.choice(plain) if plain else "__typename"
                if name == "__typename":
                    parts.append(name)
                    continue
                repeated.append(name)
                parts.append(self._field(kind, name, depth, share=share))
        if not parts:
            parts.append("__typename")
        return self._braced(parts)

    def _on(self, kind: GraphQLNamedType) -> str:
        return f" on {kind.name}" if self._chance.random() < 0.6 else ""

    def _on_some(self, kind: Any, depth: int) -> str:
        possible = list(self._schema.get_possible_types(kind))
        some = self._chance.choice([*possible, *getattr(possible[0], "interfaces", ())])
        if self._chance.random() < 0.25:
            return self._fragment(some, None, depth)
        return f"... on {some.name}{self._directives()} {self._selection(some, depth, share=True)}"

    def _fragment(self, kind: GraphQLNamedType, block: str | None, depth: int = 1) -> str:
        usable = [name for name, on, _ in self._fragments if on == kind.name]
        if usable and block is None and self._chance.random() < 0.6:
            return f"...{self._chance.choice(usable)}{self._directives()}"
        made = self._selection(kind, depth) if block is None else block
        name = f"F{len(self._fragments)}"
        self._fragments.append((name, kind.name, made))
        return f"...{name}{self._directives()}"

    def _field(self, kind: Any, name: str, depth: int, *, again: bool = False, share: bool = False) -> str:
        field = kind.fields[name]
        self._size -= 1
        arguments = self._arguments(kind, name, field.args)
        key = self._key(kind, name, arguments, field.type, share)
        head = f"{name}{arguments}" if key == name else f"{key}: {name}{arguments}"
        below = get_named_type(field.type)
        block = ""
        if is_composite_type(below):
            block = " " + (self._selection(below, depth - 1) if depth > 1 and self._size > 0 else self._leaves(below))
        return head + self._directives() + block

    def _leaves(self, kind: GraphQLNamedType) -> str:
        if isinstance(kind, GraphQLUnionType):
            return "{ __typename }"
        plain = [each for each, field in kind.fields.items() if is_leaf_type(get_named_type(field.type))]  # type: ignore[attr-defined]
        some = self._chance.sample(plain, min(len(plain), 2)) if plain else []
        if not some:
            return "{ __typename }"
        return self._braced([self._field(kind, name, 0) for name in some])

    def _key(self, kind: Any, name: str, arguments: str, declared: Any, share: bool) -> str:
        """The name in the answer: another for other arguments, sometimes one that other types use for another field."""
        if share and not arguments and str(declared) == "String" and self._chance.random() < 0.3:
            found = self._shared.setdefault(("shared", kind.name), name)
            if found == name:
                return "shared"
        wanted = name if self._chance.random() < 0.85 else self._chance.choice([f"{name}_", "a", "id_", "errors"])
        for number in range(100):
            key = wanted if not number else f"{wanted}{number}"
            if self._keys.setdefault(key, f"{name}{arguments}") == f"{name}{arguments}":
                return key
        raise AssertionError(wanted)

    def _arguments(self, kind: Any, name: str, arguments: dict[str, GraphQLArgument]) -> str:
        given = []
        for argument, each in arguments.items():
            often = _OFTEN.get(argument, 0.15)
            likely = is_required_argument(each) or self._chance.random() < often
            if not likely:
                continue
            given.append(f"{argument}: {self._values.argument(each.type, (argument, name, kind.name))}")
        return f"({', '.join(given)})" if given else ""

    def _directives(self) -> str:
        if self._chance.random() > 0.1:
            return ""
        names = self._chance.choice([["skip"], ["include"], ["skip", "include"], ["include", "skip"]])
        return "".join(f" @{name}(if: {self._values.condition()})" for name in names)
