"""How large an answer can be is known before anything is sent, and what can be too large is refused."""

from __future__ import annotations

from itertools import count
from random import Random
from typing import Any

import pytest
from graphql import get_introspection_query

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.selection.introspection import WEIGHT
from gateway.graph.selection.limits import Limits
from gateway.schema import build_schema
from tests.areas.people import make_customers, make_groups
from tests.graph.planning.test_plan import generated, planned, world
from tests.readme import samples

LIMIT = Limits().values
THIRTY_FIELDS = """id createdAt updatedAt givenName familyName nickname companyName emailAddress phoneNumber birthday
  referenceId note creationSource rawCreationSource version address { addressLine1 addressLine2 addressLine3 locality
  sublocality administrativeDistrictLevel1 administrativeDistrictLevel2 postalCode country firstName lastName }
  preferences { emailUnsubscribed } taxIds { euVat }"""
SCHEMA = get_introspection_query(True, True, True, True, True, True, True)


def held(answer: Any) -> int:
    """How many values an answer holds: names with what they stand for, and items of lists that are no objects."""
    if isinstance(answer, dict):
        return sum(1 + held(each) for each in answer.values())
    if isinstance(answer, list):
        return sum(held(each) if isinstance(each, dict) else 1 for each in answer)
    return 0


async def refused(graph: Any, document: str, variables: dict[str, Any] | None = None) -> None:
    graph.reset()

    answer = await graph(document, variables)

    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "OPERATION_TOO_LARGE", "limit": LIMIT}
    assert "`first`" in error["message"]
    assert "data" not in answer
    assert not graph.calls


@pytest.mark.parametrize("sample", samples(), ids=str)
def test_the_samples_are_far_from_the_limit(sample: Any) -> None:
    assert planned(sample.query, sample.variables).values < LIMIT / 100


async def test_a_thousand_customers_with_thirty_fields_are_answered(graph: Any, emulator: Any) -> None:
    make_customers(emulator, 1000)
    document = f"{{ customers(first: 1000) {{ nodes {{ {THIRTY_FIELDS} }} }} }}"

    answer = await graph(document)

    assert "errors" not in answer
    assert 14_000 < held(answer["data"]) <= planned(document).values < LIMIT / 5


@pytest.mark.parametrize("times", [5, 20])
async def test_many_times_a_thousand_customers_are_refused(graph: Any, emulator: Any, times: int) -> None:
    make_customers(emulator, 3)
    page = "customers(first: 1000) { edges { node { ...A } } nodes { ...A } }"
    fields = " ".join(f"a{n}: {page}" for n in range(times))

    await refused(graph, f"{{ {fields} }} fragment A on Customer {{ {THIRTY_FIELDS} }}")


async def test_a_variable_decides_how_much_is_asked(graph: Any, emulator: Any) -> None:
    make_customers(emulator, 3)
    page = f"edges {{ node {{ {THIRTY_FIELDS} }} }} nodes {{ {THIRTY_FIELDS} }}"
    fields = " ".join(f"a{n}: customers(first: $n) {{ {page} }}" for n in range(10))
    document = f"query ($n: Int!) {{ {fields} }}"

    assert "errors" not in await graph(document, {"n": 10})
    await refused(graph, document, {"n": 1000.0})


async def test_lists_of_members_inside_each_other_are_refused(graph: Any, emulator: Any) -> None:
    make_customers(emulator, 3, make_groups(emulator, "A", "B"))
    once = "{ customers(first: 100) { nodes { groups { customers(first: 100) { nodes { @ } } } } } }"

    assert "errors" not in await graph(once.replace("@", "id"))
    await refused(graph, once.replace("@", "id note groups { name }"))
    await refused(graph, once.replace("@", "groupIds"))


async def test_no_answer_holds_more_than_was_planned(graph: Any, emulator: Any) -> None:
    await world(emulator)
    compared = 0
    for seed in range(60):
        document = f"{{ {generated(Random(seed), names=count())} }}"

        answer = await graph(document)

        if answer.get("data") is not None:
            compared += 1
            assert held(answer["data"]) <= planned(document).values, (seed, document)
    assert compared > 30


PARTS = [
    SCHEMA,
    get_introspection_query(),
    '{ __type(name: "Customer") { kind fields { name type { name ofType { name fields { name args { name } } } } } } }',
    "{ __schema { directives { locations args { type { enumValues { name } } } } types { possibleTypes { name } } } }",
    '{ a: __type(name: "LoyaltyEvent") { possibleTypes { interfaces { name } } } b: __type(name: "No") { name } }',
    "{ __schema { queryType { fields { a: type { ...T } b: type { ...T } } } } } fragment T on __Type { name }",
]


@pytest.mark.parametrize("document", PARTS, ids=range(len(PARTS)))
def test_what_is_asked_of_the_schema_is_counted_as_it_is(document: str) -> None:
    shown = build_schema().execute_sync(document)
    values = held(shown.data)
    roots = len(shown.data or ())

    assert not shown.errors
    assert planned(document).values == roots + (values - roots) * WEIGHT


def test_a_type_that_a_variable_names_is_counted_as_all_of_them() -> None:
    whole = planned("{ __schema { types { name fields { name } } } }").values
    document = "query ($t: String!) { __type(name: $t) { name fields { name } } }"

    assert whole - WEIGHT <= planned(document, {"t": "Group"}).values <= whole


async def test_reading_the_schema_many_times_at_once_is_refused(graph: Any) -> None:
    many = " ".join(f"a{n}: types {{ ...FullType }}" for n in range(12))
    document = SCHEMA.replace("types {\n      ...FullType\n    }", many)
    assert many in document

    await refused(graph, document)


async def test_a_small_bomb_of_the_schema_is_refused(graph: Any) -> None:
    types = " ".join(f"a{n}: types {{ ...T }}" for n in range(10))
    fields = " ".join(f"b{n}: fields {{ ...F }}" for n in range(2))
    arguments = "name args { name type { name ofType { name } } } type { name kind ofType { name kind } }"
    document = (
        f"{{ __schema {{ {types} }} }} fragment T on __Type {{ {fields} }} fragment F on __Field {{ {arguments} }}"
    )

    assert len(document) < 450

    await refused(graph, document)


def test_counting_ends_where_the_answer_is_too_large_anyway() -> None:
    types = " ".join(f"a{n}: types {{ kind name fields {{ name args {{ name }} }} }}" for n in range(28))
    prepared_by = [Engine(build_schema(), REGISTRY, limits=Limits(values=most)) for most in (1_000, 10_000_000)]
    found = []
    for engine in prepared_by:
        prepared = engine.prepare(f"{{ __schema {{ {types} }} }}")
        found.append(engine.plan(prepared, prepared.operation(None)).values)

    assert 1_000 < found[0] < found[1] / 20
