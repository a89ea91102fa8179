"""What becomes of null: changes clear a field with it, everything else takes it as if it were not there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLInputObjectType,
    GraphQLNonNull,
    NameNode,
    NullValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    get_named_type,
    parse,
    print_ast,
    visit,
)

from gateway.tools.sdl import public_schema
from tests.operations.world import ROWS, filled, world

SCHEMA = public_schema()
# The inputs in which null means to clear.
CHANGES = {"UpdateCustomerInput", "BulkUpdateCustomerInput", "UpdateCustomerCustomAttributeDefinitionInput"}
WRITES = [row for row in ROWS if row.document.startswith("mutation") and row.operation != "RetrieveCustomer"]


class Nulls(Visitor):
    """Gives null for every argument and input field that is absent and may be null, except in `CHANGES`."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types
        self.added = 0

    def leave_field(self, node: FieldNode, *_: Any) -> FieldNode:
        definition = self.types.get_field_def()
        given = {each.name.value for each in node.arguments or ()}
        absent = [
            ArgumentNode(name=NameNode(value=name), value=NullValueNode())
            for name, argument in (definition.args if definition else {}).items()
            if name not in given and not isinstance(argument.type, GraphQLNonNull)
        ]
        self.added += len(absent)
        return replace(node, arguments=(*(node.arguments or ()), *absent))

    def leave_object_value(self, node: ObjectValueNode, *_: Any) -> ObjectValueNode:
        kind = get_named_type(self.types.get_input_type())
        if not isinstance(kind, GraphQLInputObjectType) or kind.is_one_of or kind.name in CHANGES:
            return node
        given = {each.name.value for each in node.fields or ()}
        absent = [
            ObjectFieldNode(name=NameNode(value=name), value=NullValueNode())
            for name, field in kind.fields.items()
            if name not in given and not isinstance(field.type, GraphQLNonNull)
        ]
        self.added += len(absent)
        return replace(node, fields=(*(node.fields or ()), *absent))


MUTATIONS = SCHEMA.mutation_type.fields if SCHEMA.mutation_type else {}


def with_nulls(document: str) -> tuple[str, int]:
    """The document with a null wherever something is absent, and how many."""
    types = TypeInfo(SCHEMA)
    nulls = Nulls(types)
    return print_ast(visit(parse(document), TypeInfoVisitor(types, nulls))), nulls.added


def test_every_write_is_known_to_keep_or_drop_null() -> None:
    taken = {get_named_type(each.type).name for field in MUTATIONS.values() for each in field.args.values()}

    assert {name for name in taken if "Update" in name} == CHANGES
    assert len(WRITES) == len(MUTATIONS)
    assert sum(with_nulls(row.document)[1] for row in WRITES) > 40


@pytest.mark.parametrize("row", WRITES, ids=lambda row: row.operation)
async def test_null_is_sent_by_changes_and_left_out_by_everything_else(graph: Any, emulator: Any, row: Any) -> None:
    names = await world(emulator)
    emulator.recorded.clear()

    answer = await graph(with_nulls(filled(row.document, names))[0])

    assert "errors" not in answer, answer["errors"]
    sent = [call.body for call in emulator.recorded.latest if call.operation == row.operation]
    assert sent == [filled(row.body, names)]


@pytest.mark.parametrize("field", ["visibility", "selection", "version"])
async def test_what_a_definition_cannot_be_without_is_kept_by_null(graph: Any, emulator: Any, field: str) -> None:
    await world(emulator)
    query = """mutation ($key: ID!, $input: UpdateCustomerCustomAttributeDefinitionInput!) {
      updateCustomerCustomAttributeDefinition(key: $key, input: $input) { userErrors { code } } }"""
    emulator.recorded.clear()

    await graph.data(query, {"key": "mine", "input": {"description": None, field: None}})

    (sent,) = [call.body for call in emulator.recorded.latest if call.method == "PUT"]
    assert sent["custom_attribute_definition"] == {"description": None}


READS = [row for row in ROWS if not row.document.startswith("mutation")]
# More arguments than the documents of the operations leave out.
ALSO = [
    "{ customers(sort: {}) { nodes { id } } }",
    "{ customers(filter: {creationSource: {values: [THIRD_PARTY]}}) { nodes { id } } }",
    "{ groups(first: 2) { nodes { customers { nodes { id } } } } }",
    '{ loyaltyAccount(id: "<account>") { rewards { nodes { id status } } events { nodes { id } } } }',
    "{ loyaltyProgram { promotions { nodes { id } } } }",
    '{ calculateLoyaltyPoints(transactionAmountMoney: {amount: 1000, currency: "USD"}) { points } }',
]


def by_variable(document: str) -> tuple[str, dict[str, None]]:
    """The document with a variable that is null, in the place of every argument that is."""
    types = TypeInfo(SCHEMA)
    declared: list[str] = []

    class Declare(Visitor):
        def leave_argument(self, node: ArgumentNode, *_: Any) -> ArgumentNode:
            if not isinstance(node.value, NullValueNode):
                return node
            declared.append(f"$n{len(declared)}: {types.get_input_type()}")
            name = NameNode(value=f"n{len(declared) - 1}")
            return replace(node, value=VariableNode(name=name))

    body = print_ast(visit(parse(document), TypeInfoVisitor(types, Declare())))
    body = body[body.index("{") :]
    return f"query ({', '.join(declared)}) {body}", {f"n{number}": None for number in range(len(declared))}


@pytest.mark.parametrize("document", [*ALSO, *(row.document for row in READS)])
async def test_a_null_argument_of_a_read_is_none(graph: Any, emulator: Any, document: str) -> None:
    plain = filled(document, await world(emulator))
    nulls, added = with_nulls(plain)
    graph.reset()

    first = await graph(plain)
    calls, _ = graph.calls, graph.reset()
    second = await graph(nulls)

    assert "errors" not in first, first["errors"]
    assert (second, graph.calls) == (first, calls)
    if added:
        graph.reset()
        assert (await graph(*by_variable(nulls)), graph.calls) == (first, calls)


def test_no_list_offers_to_be_read_backwards() -> None:
    offered = {
        argument
        for kind in SCHEMA.type_map.values()
        for field in getattr(kind, "fields", {}).values()
        for argument in getattr(field, "args", ())
    }

    assert {"first", "after"} <= offered
    assert not offered & {"last", "before"}
