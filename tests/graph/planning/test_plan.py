"""What an operation is said to cost before it runs, against what it then costs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from random import Random
from typing import Any

import pytest

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.planning.plan import Plan
from gateway.schema import build_schema
from tests.areas.people import make_customers, make_groups, make_segments
from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import define, put

CUSTOMERS = 45


def planned(document: str, variables: dict[str, Any] | None = None) -> Plan:
    engine = Engine(build_schema(), REGISTRY)
    prepared = engine.prepare(document)
    assert not prepared.errors, prepared.errors
    return engine.plan(prepared, prepared.operation(None), variables)


async def world(emulator: Any) -> None:
    """45 customers, all in the same two groups and two segments, each with an account, a reward and an attribute."""
    shop.open_shop(emulator)
    groups, segments = make_groups(emulator, "A", "B"), make_segments(emulator, "D", "E")
    await define(emulator, "mine")
    for id in make_customers(emulator, CUSTOMERS, groups, segments):
        account = await shop.enroll(emulator, points=20, customer_id=id)
        await shop.reward(emulator, account)
        await put(emulator, id, "mine", "x")


EXACT = [
    "{ customers { nodes { id } } }",
    "{ customers(first: 45) { totalCount nodes { givenName groups { id } segments { id } } } }",
    '{ customer(id: "CUSTOMER00000") { givenName } }',
    '{ a: customer(id: "CUSTOMER00000") { givenName } b: customer(id: "CUSTOMER00001") { note } }',
    "{ customers(first: 45) { nodes { customAttributes { nodes { key } } } } }",
    "{ groups(first: 2) { nodes { name customers(first: 3) { nodes { givenName } } } } }",
    '{ group(id: "ID-A") { name } segments { nodes { name } } }',
    "{ loyaltyAccounts(first: 10) { nodes { program { status } customer { note } } } }",
    "{ loyaltyEvents(first: 30) { nodes { id account { id } } } }",
    """{ _entities(representations: [{__typename: "Customer", id: "CUSTOMER00000"}, {__typename: "Group", id: "ID-A"}])
      { ... on Customer { givenName } ... on Group { name } } }""",
    "{ customers(first: 45) { nodes { ...A @skip(if: true) givenName } } } fragment A on Customer { groups { name } }",
    '{ customers(first: 1) { nodes { customAttribute(key: "mine") { rawValue } } } }',
]


@pytest.mark.parametrize("document", EXACT)
async def test_a_plan_is_what_the_operation_then_costs(graph: Any, emulator: Any, document: str) -> None:
    await world(emulator)
    graph.reset()

    answer = await graph(document)

    assert "errors" not in answer, answer["errors"]
    assert planned(document).operations == graph.calls or planned(document).calls == 0 == graph.calls.total()
    assert answer["extensions"]["cost"]["estimatedCalls"] == graph.calls.total()
    assert answer["extensions"]["cost"]["actualCalls"] == graph.calls.total()


# With what is planned for lists that may turn out to be longer than one page: groups, segments, accounts of a customer.
WITH_FURTHER = [
    ('{ customersById(ids: ["CUSTOMER00000", "CUSTOMER00001"]) { id groups { name } } }', 2, 15),
    ("{ customers(first: 45) { nodes { groups { name } segments { name } } } }", 3, 15 + 15),
    ("{ customers(first: 45) { nodes { loyaltyAccounts { balance program { status } } } } }", 4, 10),
    # 17 accounts more than customers are planned for.
    (
        "{ customers(first: 45) { nodes { loyaltyAccounts { rewards { nodes { rewardTier { name } } } } } } }",
        49,
        10 + 17,
    ),
    ('{ a: group(id: "ID-A") { name } b: group(id: "ID-B") { name } c: segment(id: "ID-D") { name } }', 2, 2),
]


@pytest.mark.parametrize(("document", "calls", "further"), WITH_FURTHER)
async def test_lists_without_a_bound_are_planned_beyond_their_first_page(
    graph: Any, emulator: Any, document: str, calls: int, further: int
) -> None:
    await world(emulator)
    graph.reset()

    answer = await graph(document)

    assert "errors" not in answer, answer["errors"]
    assert answer["extensions"]["cost"]["actualCalls"] == graph.calls.total() == calls
    assert answer["extensions"]["cost"]["estimatedCalls"] == calls + further


FIELDS: dict[str, list[tuple[str, str | None]]] = {
    "Query": [
        ("customers(first: #) { nodes { @ } }", "Customer"),
        ("customers(first: #, filter: {}) { nodes { @ } }", "Customer"),
        ('customer(id: "CUSTOMER00003") { @ }', "Customer"),
        ('customersById(ids: ["CUSTOMER00001", "NOBODY", "CUSTOMER00002"]) { @ }', "Customer"),
        ("groups(first: #) { nodes { @ } }", "Group"),
        ('group(id: "ID-A") { @ }', "Group"),
        ('group(id: "NOWHERE") { @ }', "Group"),
        ("segments { nodes { @ } }", "Segment"),
        ("loyaltyAccounts(first: #) { nodes { @ } }", "LoyaltyAccount"),
        ("loyaltyRewards(first: #) { nodes { @ } }", "LoyaltyReward"),
        ("loyaltyEvents(first: #) { nodes { id account { @ } } }", "LoyaltyAccount"),
        ("loyaltyEvents(first: #) { nodes { @ } }", "LoyaltyEvent"),
        (
            '_entities(representations: [{__typename: "Customer", id: "CUSTOMER00005"}]) { ... on Customer { @ } }',
            "Customer",
        ),
    ],
    "Customer": [
        ("givenName", None),
        ("groups { @ }", "Group"),
        ("segments { @ }", "Segment"),
        ("loyaltyAccounts { @ }", "LoyaltyAccount"),
        ("customAttributes { nodes { key } }", None),
        ('customAttribute(key: "mine") { rawValue }', None),
    ],
    "Group": [("name", None), ("customers(first: #) { nodes { @ } }", "Customer")],
    "Segment": [("name", None), ("customers(first: #) { nodes { @ } }", "Customer")],
    "LoyaltyAccount": [
        ("balance", None),
        ("customer { @ }", "Customer"),
        ("program { @ }", "LoyaltyProgram"),
        ("rewards(first: #) { nodes { @ } }", "LoyaltyReward"),
        ("events(first: #) { nodes { @ } }", "LoyaltyEvent"),
    ],
    "LoyaltyReward": [("points", None), ("account { @ }", "LoyaltyAccount")],
    "LoyaltyProgram": [("status", None), ("promotions { nodes { name } }", None)],
}


# What one name can stand for on each type of event, and the type behind it.
ON_EVENTS: dict[str, list[tuple[str, str | None]]] = {
    "CreateRewardEvent": [("reward", "LoyaltyReward"), ("account", "LoyaltyAccount")],
    "AdjustPointsEvent": [("account", "LoyaltyAccount"), ("location", None)],
    "AccumulatePointsEvent": [("order", None), ("account", "LoyaltyAccount")],
    "DeleteRewardEvent": [("reward", "LoyaltyReward")],
    "LoyaltyEvent": [("account", "LoyaltyAccount"), ("location", None)],
}


def generated(random: Random, kind: str = "Query", depth: int = 0, names: Iterator[int] | None = None) -> str:
    """A selection of a type, nested at most three levels, each field under a name of its own, but on events."""
    names = names or count()
    if kind == "LoyaltyEvent":
        return on_events(random, depth, names)
    choices = FIELDS[kind] if depth < 3 else [each for each in FIELDS[kind] if each[1] is None] or [("id", None)]
    chosen = random.sample(choices, min(len(choices), random.randint(1, 3)))
    parts = []
    for text, inner in chosen:
        below = generated(random, inner, depth + 1, names) if inner else ""
        filled = text.replace("#", str(random.choice([1, 2, 5]))).replace("@", f"__typename {below}")
        parts.append(f"f{next(names)}: {filled}")
    return " ".join(parts)


def on_events(random: Random, depth: int, names: Iterator[int]) -> str:
    """One name that stands for another field on each of several types."""
    kinds = random.sample([*ON_EVENTS][:-1], random.randint(2, 4)) if random.random() < 0.7 else ["LoyaltyEvent"]
    name, parts = f"f{next(names)}", []
    for kind in kinds:
        field, inner = random.choice(ON_EVENTS[kind])
        below = generated(random, inner, depth + 1, names) if inner and depth < 3 else "id"
        parts.append(f"... on {kind} {{ {name}: {field} {{ __typename {below} }} }}")
    return " ".join(parts)


async def test_no_operation_costs_more_than_its_plan(graph: Any, emulator: Any) -> None:
    await world(emulator)
    compared, exact = 0, 0
    for seed in range(120):
        document = f"{{ {generated(Random(seed))} }}"
        graph.reset()

        answer = await graph(document)

        if answer.get("data") is None:
            assert {error["extensions"]["code"] for error in answer["errors"]} <= {
                "COST_LIMIT_EXCEEDED",
                "OPERATION_TOO_LARGE",
            }, (seed, answer)
            assert not graph.calls
            continue
        assert "errors" not in answer, (seed, answer["errors"])
        compared += 1
        estimated = answer["extensions"]["cost"]["estimatedCalls"]
        assert graph.calls.total() <= estimated, (seed, document, dict(graph.calls), planned(document).operations)
        exact += graph.calls.total() == estimated

    assert compared > 60
    assert exact > 10


ATTRIBUTES = "customer { customAttributes(first: 1) { nodes { key } } }"
ONE_NAME = [
    ("location { id }", f"reward {{ status account {{ {ATTRIBUTES} }} }}"),
    ("account { id }", f"reward {{ status account {{ {ATTRIBUTES} }} }}"),
    ("location { id }", f"account {{ {ATTRIBUTES} }}"),
    ("account { balance }", f"account {{ {ATTRIBUTES} }}"),
]


@pytest.mark.parametrize(("other", "costly"), ONE_NAME)
@pytest.mark.parametrize("costly_first", [False, True])
async def test_one_name_on_two_types_costs_what_it_costs_on_each(
    graph: Any, emulator: Any, other: str, costly: str, costly_first: bool
) -> None:
    await world(emulator)
    graph.reset()
    fields = [f"... on AdjustPointsEvent {{ x: {other} }}", f"... on CreateRewardEvent {{ x: {costly} }}"]
    if costly_first:
        fields.reverse()
    document = f"{{ loyaltyEvents(first: 30) {{ nodes {{ {' '.join(fields)} }} }} }}"

    answer = await graph(document)

    assert "errors" not in answer, answer["errors"]
    assert answer["extensions"]["cost"]["estimatedCalls"] >= graph.calls.total() > 15
    large = await graph(document.replace("30", "300"))
    assert [error["extensions"]["code"] for error in large["errors"]] == ["COST_LIMIT_EXCEEDED"]


@pytest.mark.parametrize(
    ("variables", "calls"),
    [({}, 101), ({"first": 1}, 2), ({"first": 150}, 2 + 150), ({"first": 150.0}, 2 + 150), ({"first": 100}, 101)],
)
def test_what_variables_leave_open_is_planned_as_it_will_run(variables: dict[str, Any], calls: int) -> None:
    document = "query ($first: Int) { customers(first: $first) { nodes { customAttributes { nodes { key } } } } }"

    assert planned(document, variables).calls == calls


def test_a_default_of_the_document_is_planned() -> None:
    document = "query ($first: Int = 3) { customers(first: $first) { nodes { customAttributes { nodes { key } } } } }"

    assert planned(document).calls == 4


@pytest.mark.parametrize(("skip", "calls"), [(True, 1), (False, 6)])
def test_what_is_skipped_costs_nothing(skip: bool, calls: int) -> None:
    document = """query ($s: Boolean!) { customers(first: 5) { nodes { id
      customAttributes @skip(if: $s) { nodes { key } } } } }"""

    assert planned(document, {"s": skip}).calls == calls


async def test_going_on_from_the_middle_of_a_page_stays_within_the_plan(graph: Any, emulator: Any) -> None:
    make_customers(emulator, 230)
    query = "query ($first: Int!, $after: String) { customers(first: $first, after: $after) { edges { cursor } } }"
    cursor = (await graph.data(query, {"first": 150}))["customers"]["edges"][59]["cursor"]
    graph.reset()

    answer = await graph(query, {"first": 150, "after": cursor})

    assert len(answer["data"]["customers"]["edges"]) == 150
    assert graph.calls == {"ListCustomers": 3}
    assert planned(query, {"first": 150, "after": cursor}).calls == 3
    assert planned(query, {"first": 150, "after": None}).calls == 2
    assert planned(query, {"first": 150}).calls == 2


async def test_what_costs_too_much_is_refused_before_any_call(graph: Any, emulator: Any) -> None:
    make_customers(emulator, 3)
    query = "{ customers(first: 500) { nodes { customAttributes { nodes { key } } } } }"

    answer = await graph(query)

    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "COST_LIMIT_EXCEEDED"
    assert not graph.calls
    assert planned(query).calls == 505


async def test_no_nesting_of_lists_gets_around_the_limit(graph: Any) -> None:
    query = """{ customers(first: 100) { nodes { groups { customers(first: 100) { nodes {
      customAttributes { nodes { key } } } } } } } }"""

    answer = await graph(query)

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["COST_LIMIT_EXCEEDED"]
    assert not graph.calls
