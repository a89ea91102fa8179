"""Values for arguments and variables, made up by chance: mostly right, sometimes null, absent or wrong."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    type_from_ast,
)

from tests.differential.pools import ENTITIES, Pools

Hints = tuple[str, ...]
_FIRST = [1, 2, 2, 3, 3, 4, 5, 8, None] * 4 + [0, -1]
_TEXTS = ["", "x", "Ada", "ada@example.com", "+14155552671", "Lovelace", "é", 'A longer text, with \\ and " in it']
_SCALARS: dict[str, list[Any]] = {
    "Int": [0, 1, 2, 5],
    "Long": [0, 1, 5, 100, -3, "7", 2**40],
    "Float": [0.5, 1],
    "Boolean": [True, False],
    "DateTime": ["2026-01-31T09:30:00Z", "2016-01-01T00:00:00+02:00", "no moment"],
    "Date": ["2026-01-31", "2026-02-30"],
    "Birthday": ["1998-09-21", "09-21", "0000-02-29"],
    "Decimal": ["10.5", "0", 7],
    "Currency": ["USD"],
    "JSON": ["a", 1, True, None, ["a"], {"a": [1]}],
}


_KNOWN: dict[str, list[Any]] = {
    "currency": ["USD"],
    "phoneNumber": ["+14155552671", "+14155550101"],
    "emailAddress": ["ada@example.com"],
    "version": [0, 1, 1, None],
}


class Values:
    """The values of one document, and its variables."""

    def __init__(self, pools: Pools, chance: Random) -> None:
        """Arguments are made up by `chance`."""
        self._pools = pools
        self._chance = chance
        self._variables: dict[str, tuple[str, GraphQLInputType, Hints, bool]] = {}
        self._conditions: dict[str, str] = {}

    def argument(self, kind: GraphQLInputType, hints: Hints) -> str:
        """A value as it stands in a document: a literal or a variable."""
        if self._chance.random() < 0.4:
            return self._variable(kind, hints)
        return self._literal(kind, hints)

    def condition(self) -> str:
        """What stands in a directive."""
        if self._chance.random() < 0.3:
            return self._chance.choice(["true", "false"])
        name = f"c{self._chance.randrange(3)}"
        self._conditions.setdefault(
            name, self._chance.choice(["Boolean!", "Boolean!", "Boolean! = true", "Boolean = false"])
        )
        return f"${name}"

    def declared(self) -> str:
        """The declarations of all variables."""
        all_of_them = [f"${name}: {text}" for name, (text, *_) in self._variables.items()]
        all_of_them += [f"${name}: {text}" for name, text in self._conditions.items()]
        return f"({', '.join(all_of_them)})" if all_of_them else ""

    def given(self, chance: Random) -> dict[str, Any]:
        """Values for the variables of a request."""
        found: dict[str, Any] = {}
        for name, (text, kind, hints, default) in self._variables.items():
            if hints[0] == "idempotencyKey":
                # One that the gateway makes up is never the same twice.
                found[name] = _json(chance, self._pools, kind, hints)
                continue
            if (default or not text.endswith("!")) and chance.random() < 0.2:
                continue
            if not text.partition(" =")[0].endswith("!") and chance.random() < 0.12:
                found[name] = None
            elif chance.random() < 0.01:
                found[name] = chance.choice([{"x": 1}, [[1]], 1.5, None])
            else:
                found[name] = _json(chance, self._pools, kind, hints)
        for name, text in self._conditions.items():
            if "=" not in text or chance.random() < 0.7:
                found[name] = chance.random() < 0.5
        if chance.random() < 0.05:
            found["nobody_declared_this"] = [1]
        return found

    def take(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        """Take note of the variables of an operation that was written by somebody else."""
        root = operation.selection_set.selections[0]
        about = root.name.value if isinstance(root, FieldNode) else ""
        for each in operation.variable_definitions or ():
            kind: Any = type_from_ast(schema, each.type)
            name = each.variable.name.value
            self._variables[name] = (str(kind), kind, (name, about), each.default_value is not None)

    def _variable(self, kind: GraphQLInputType, hints: Hints) -> str:
        for name, (text, other, where, _) in self._variables.items():
            if other is kind and where == hints and "=" not in text and self._chance.random() < 0.5:
                return f"${name}"
        name = f"v{len(self._variables)}"
        text, default = str(kind), False
        if self._chance.random() < 0.25 and hints[0] != "representations":
            literal = self._literal(_nullable(kind), hints, plain=True)
            if literal != "null" or not isinstance(kind, GraphQLNonNull):
                text, default = f"{_nullable(kind)} = {literal}", True
                if isinstance(kind, GraphQLNonNull) and self._chance.random() < 0.5:
                    text = f"{kind} = {literal}"
        elif not text.endswith("!") and self._chance.random() < 0.3:
            text += "!"
        self._variables[name] = (text, kind, hints, default)
        return f"${name}"

    def _literal(self, kind: GraphQLInputType, hints: Hints, *, plain: bool = False) -> str:
        value = _json(self._chance, self._pools, kind, hints)
        return self._shown(value, kind, hints, plain=plain)

    def _shown(self, value: Any, kind: GraphQLInputType, hints: Hints, *, plain: bool) -> str:
        if value is None:
            return "null"
        kind = _nullable(kind)
        if isinstance(kind, GraphQLList):
            if not isinstance(value, list):
                return self._shown(value, kind.of_type, hints, plain=plain)
            return "[" + ", ".join(self._shown(each, kind.of_type, hints, plain=plain) for each in value) + "]"
        if isinstance(kind, GraphQLInputObjectType):
            parts = []
            for name, each in value.items():
                declared = kind.fields[name].type
                if not plain and not kind.is_one_of and self._chance.random() < 0.15:
                    parts.append(f"{name}: {self._variable(declared, (name, kind.name))}")
                else:
                    parts.append(f"{name}: {self._shown(each, declared, (name, kind.name), plain=plain)}")
            return "{" + ", ".join(parts) + "}"
        if isinstance(kind, GraphQLEnumType):
            return str(value)
        return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_text(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    return json.dumps(value)


def _nullable(kind: Any) -> Any:
    return kind.of_type if isinstance(kind, GraphQLNonNull) else kind


def _json(chance: Random, pools: Pools, kind: Any, hints: Hints) -> Any:
    """A value as JSON has it."""
    if isinstance(kind, GraphQLNonNull):
        found = None
        while found is None:
            found = _json(chance, pools, kind.of_type, hints)
        return found
    if hints[0] == "idempotencyKey":
        return f"key-{chance.randrange(10**6)}"
    if hints[0] == "first":
        return chance.choice(_FIRST)
    if chance.random() < 0.04:
        return None
    if isinstance(kind, GraphQLList):
        if chance.random() < 0.05:
            return _json(chance, pools, kind.of_type, hints)
        return [_json(chance, pools, kind.of_type, hints) for _ in range(chance.choice([0, 1, 1, 2, 3, 6]))]
    if isinstance(kind, GraphQLInputObjectType):
        return _object(chance, pools, kind)
    if isinstance(kind, GraphQLEnumType):
        return chance.choice(list(kind.values))
    if kind.name == "_Any":
        return _representation(chance, pools)
    if hints[0] in {"after", "cursor"}:
        return pools.cursor(chance, hints[1])
    if hints[0] in _KNOWN:
        return chance.choice(_KNOWN[hints[0]])
    if kind.name == "ID" or hints[0] == "key":
        return pools.one(chance, *hints)
    return chance.choice(_SCALARS.get(kind.name, _TEXTS))


def _object(chance: Random, pools: Pools, kind: GraphQLInputObjectType) -> dict[str, Any]:
    if kind.is_one_of:
        name = chance.choice(list(kind.fields))
        return {name: _json(chance, pools, GraphQLNonNull(kind.fields[name].type), (name, kind.name))}
    found = {}
    for name, each in kind.fields.items():
        if isinstance(each.type, GraphQLNonNull) or name == "idempotencyKey" or chance.random() < 0.3:
            found[name] = _json(chance, pools, each.type, (name, kind.name))
    return found


def _representation(chance: Random, pools: Pools) -> dict[str, Any]:
    kinds: list[str] = [*ENTITIES] * 3 + ["CustomAttribute", "CustomAttributeDefinition"] * 2 + ["Nobody"]
    kind = chance.choice(kinds)
    if kind == "CustomAttribute":
        return {"__typename": kind, "customerId": pools.one(chance, "customer"), "key": pools.one(chance, "key")}
    if kind == "CustomAttributeDefinition":
        return {"__typename": kind, "key": pools.one(chance, "key")}
    found: dict[str, Any] = {"__typename": kind, "id": pools.one(chance, ENTITIES.get(kind, "x"))}
    if kind == "LoyaltyPromotion":
        found["programId"] = pools.one(chance, "programId")
    if chance.random() < 0.05:
        found.pop(chance.choice(list(found)))
    return found
