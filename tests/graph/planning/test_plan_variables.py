"""The cost of a document that was seen before, with other variables: what one caller gave never prices another's."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.schema import build_schema
from tests.areas.people import make_customers, make_groups
from tests.emulator.attributes import define, put

CUSTOMERS = 30


async def refused(graph: Any, document: str, variables: dict[str, Any]) -> None:
    graph.reset()

    answer = await graph(document, variables)

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["COST_LIMIT_EXCEEDED"]
    assert not graph.calls


async def within(graph: Any, document: str, variables: dict[str, Any]) -> tuple[int, int]:
    """The calls that were foreseen and those that were made, for a document that is allowed to run."""
    graph.reset()

    answer = await graph(document, variables)

    cost = answer["extensions"]["cost"]
    assert cost["actualCalls"] == graph.calls.total() <= cost["estimatedCalls"]
    return cost["estimatedCalls"], graph.calls.total()


LISTED = "query ($n: Int!) { customers(first: $n) { nodes { customAttributes(first: 1) { nodes { key } } } } }"


@pytest.mark.parametrize("small", [1, 1.0])
@pytest.mark.parametrize("large", [1000, 1000.0])
async def test_a_number_is_planned_as_it_is_given(graph: Any, emulator: Any, small: float, large: float) -> None:
    await define(emulator, "mine")
    for id in make_customers(emulator, CUSTOMERS):
        await put(emulator, id, "mine", "x")

    assert await within(graph, LISTED, {"n": small}) == (2, 2)
    await refused(graph, LISTED, {"n": large})
    assert await within(graph, LISTED, {"n": CUSTOMERS}) == (CUSTOMERS + 1, CUSTOMERS + 1)


@pytest.mark.parametrize("nothing", [{}, {"after": None}])
async def test_a_cursor_that_was_not_given_is_no_cursor(graph: Any, emulator: Any, nothing: dict[str, Any]) -> None:
    make_customers(emulator, 230)
    document = "query ($n: Int!, $after: String) { customers(first: $n, after: $after) { edges { cursor } } }"
    middle = (await graph.data(document, {"n": 150}))["customers"]["edges"][59]["cursor"]

    assert await within(graph, document, {"n": 150, **nothing}) == (2, 2)
    assert await within(graph, document, {"n": 150, "after": middle}) == (3, 3)


MEMBERS = """{ ... on Group { customers(first: 100) { nodes { customAttributes(first: 1) { nodes { key } } } } } } }"""
WHOLE = "query ($r: [_Any!]!) { _entities(representations: $r) " + MEMBERS
EACH = "query ($r: _Any!) { _entities(representations: [$r, $r, $r]) " + MEMBERS
NAMED = "query ($r: String!) { _entities(representations: [{__typename: $r, id: 1}, {__typename: $r}]) " + MEMBERS


def reference(kind: str) -> dict[str, str]:
    return {"__typename": kind, "id": "ID-A"}


async def members(emulator: Any) -> None:
    groups = make_groups(emulator, "A")
    make_customers(emulator, CUSTOMERS, groups)


async def test_one_reference_that_stands_for_a_list_is_planned(graph: Any, emulator: Any) -> None:
    await members(emulator)

    assert await within(graph, WHOLE, {"r": reference("Group")}) == (102, 2 + CUSTOMERS)
    assert await within(graph, WHOLE, {"r": [reference("Group")]}) == (102, 2 + CUSTOMERS)
    document = '{ _entities(representations: {__typename: "Group", id: "ID-A"}) ' + MEMBERS
    assert await within(graph, document, {}) == (102, 2 + CUSTOMERS)


@pytest.mark.parametrize("known", ["Nothing", "Customer", "", 5, ["Group"], {"Group": "Group"}, None])
async def test_a_reference_is_planned_by_its_type(graph: Any, emulator: Any, known: Any) -> None:
    await members(emulator)

    for document in (WHOLE, EACH):
        assert (await within(graph, document, {"r": {"__typename": known, "id": "A"}}))[0] <= 1
    assert await within(graph, WHOLE, {"r": reference("Group")}) == (102, 2 + CUSTOMERS)
    await refused(graph, EACH, {"r": reference("Group")})


async def test_a_type_that_a_variable_names_is_planned(graph: Any, emulator: Any) -> None:
    await members(emulator)

    assert await within(graph, NAMED, {"r": "Nothing"}) == (0, 0)
    await refused(graph, NAMED, {"r": "Group"})


async def test_how_many_references_a_list_holds_is_planned(graph: Any, emulator: Any) -> None:
    await members(emulator)

    assert await within(graph, WHOLE, {"r": [reference("Nothing"), reference("Group")]}) == (102, 2 + CUSTOMERS)
    await refused(graph, WHOLE, {"r": [reference("Group"), reference("Group")]})


def test_variables_that_no_operation_declares_are_not_remembered() -> None:
    engine = Engine(build_schema(), REGISTRY)
    prepared = engine.prepare("query ($n: Int!) { customers(first: $n) { nodes { id } } }")
    operation = prepared.operation(None)

    for number in range(10):
        assert engine.plan(prepared, operation, {f"v{number}": number, "n": 1}).calls == 1

    assert len(prepared.plans) == 1


class Large(dict[str, Any]):
    """A filter that is as large as a request may be: who looks at all of it takes long."""

    def __repr__(self) -> str:
        raise AssertionError("read as a whole")


def test_the_values_of_variables_are_not_read_as_a_whole() -> None:
    engine = Engine(build_schema(), REGISTRY)
    fields = "customers(filter: $of) { nodes { id } } _entities(representations: $who) { ... on LoyaltyAccount { id } }"
    prepared = engine.prepare(f"query ($of: CustomerFilter, $who: [_Any!]!) {{ {fields} }}")

    assert engine.plan(prepared, prepared.operation(None), {"of": Large(), "who": [Large()]}).calls == 1
