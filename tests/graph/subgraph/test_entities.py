"""References of other subgraphs."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.context import REGISTRY
from tests.areas.people import make_customers, make_groups
from tests.operations.world import ENTITIES, filled, world

FIELDS = " ".join(f"... on {kind} {{ {field} }}" for kind, (_, field) in ENTITIES.items())
ENTITY = f"query ($of: [_Any!]!) {{ _entities(representations: $of) {{ __typename {FIELDS} }} }}"


async def test_every_kind_of_entity_is_found_by_its_key(graph: Any, emulator: Any) -> None:
    names = await world(emulator)
    of = [{"__typename": kind, **filled(key, names)} for kind, (key, _) in ENTITIES.items()]

    found = (await graph.data(ENTITY, {"of": of}))["_entities"]

    assert ENTITIES.keys() == REGISTRY.entities.keys()
    assert [each.pop("__typename") for each in found] == list(ENTITIES)
    assert all(value is not None for each in found for value in each.values())


async def test_a_broken_or_unknown_reference_nulls_itself_alone(graph: Any, emulator: Any) -> None:
    (id,) = make_customers(emulator, 1)
    good = {"__typename": "Customer", "id": id}
    odd: list[Any] = [
        {"__typename": "Customer", "id": "NOBODY"},
        {"__typename": "Customer", "id": ""},
        {"__typename": "Customer", "id": 7},
        {"__typename": "Customer", "id": None},
        {"__typename": "Customer"},
        {"__typename": "Customer", "id": "x" * 300},
        {"__typename": "Order", "id": "O"},
        {"__typename": "Nothing", "id": "O"},
        {"__typename": 5, "id": "O"},
        {"id": "O"},
        {},
    ]
    of = [good, *[each for pair in zip(odd, [good] * len(odd), strict=True) for each in pair]]

    answer = await graph(ENTITY, {"of": of})

    found = answer["data"]["_entities"]
    assert found[::2] == [{"__typename": "Customer", "givenName": "Person 00000"}] * (len(odd) + 1)
    assert found[1::2] == [None] * len(odd)
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_USER_INPUT"}
    # Ids that nobody can have are as unknown as ids that nobody has.
    assert sorted(error["path"][1] for error in answer["errors"]) == [3, 5, 7, 9, 13, 15, 17, 19, 21]
    assert graph.calls == {"BulkRetrieveCustomers": 1}


@pytest.mark.parametrize(("count", "calls"), [(1, 1), (100, 1), (250, 3)])
async def test_references_cost_what_their_ids_cost(graph: Any, emulator: Any, count: int, calls: int) -> None:
    of = [{"__typename": "Customer", "id": id} for id in make_customers(emulator, count)]

    found = (await graph.data(ENTITY, {"of": of}))["_entities"]

    assert [each["givenName"] for each in found] == [f"Person {number:05}" for number in range(count)]
    assert graph.calls == {"BulkRetrieveCustomers": calls}


async def test_many_groups_cost_one_list_and_some_retrievals_of_what_it_lacks(graph: Any, emulator: Any) -> None:
    ids = make_groups(emulator, *[f"G{number:02}" for number in range(40)])
    of = [{"__typename": "Group", "id": id} for id in [*ids, *[f"NO{number}" for number in range(200)]]]

    answer = await graph(ENTITY, {"of": of})

    found = answer["data"]["_entities"]
    assert [each and each["name"] for each in found] == [f"G{number:02}" for number in range(40)] + [None] * 200
    # As many as may be are asked for by their ids, as lists lag; of the others the list alone has been asked.
    assert graph.calls == {"ListCustomerGroups": 1, "RetrieveCustomerGroup": 15}
    assert [warning["count"] for warning in answer["extensions"]["warnings"]] == [185]


async def test_too_many_references_are_refused_before_any_call(graph: Any) -> None:
    of = [{"__typename": "Customer", "id": f"C{number}"} for number in range(1001)]

    answer = await graph(ENTITY, {"of": of})

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
    assert not graph.calls


@pytest.mark.parametrize(
    "reference", [{"__typename": "x"}, {"__typename": "Customer"}, {"__typename": "Group", "id": ".."}]
)
async def test_references_of_all_fields_together_are_limited(graph: Any, reference: dict[str, str]) -> None:
    fields = " ".join(f"e{number}: _entities(representations: $of) {{ __typename }}" for number in range(3))

    answer = await graph(f"query ($of: [_Any!]!) {{ {fields} }}", {"of": [reference] * 400})

    (error,) = answer["errors"]
    assert (error["extensions"]["code"], error["extensions"]["limit"]) == ("OPERATION_TOO_LARGE", 1000)
    assert "data" not in answer


async def test_ids_of_all_fields_together_are_limited(graph: Any) -> None:
    fields = " ".join(f"c{number}: customersById(ids: $ids) {{ id }}" for number in range(5))

    answer = await graph(f"query ($ids: [ID!]!) {{ {fields} }}", {"ids": [f"../{number}" for number in range(300)]})

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["OPERATION_TOO_LARGE"]
