"""No operation makes more calls than it was estimated to, over an unkind shop."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.areas.people import make_customers, make_groups
from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import define, put
from tests.worst_cases.estimates import Estimates
from tests.worst_cases.operations import generate
from tests.worst_cases.shop import WAYS, unkind, unkind_shop

SEEDS = range(60)
# What is met in the random operations, by a pattern that finds it.
MET = {
    "a query": r"^query ",
    "a mutation": r"^mutation ",
    "an entity": r"_entities\(representations: \$",
    "a mutation of several fields": r"^mutation .*\w: (\w+)\(.*\w: \1\(",
    "a list that is gone on with": r"customers\([^)]*after: \$",
    "an alias": r"\w: customers\b",
    "a variable": r"\(first: \$",
    "a variable with a default": r"Boolean! = (true|false)",
    "a fragment": r"^fragment |\.\.\.F\w+",
    "a fragment that is spread twice": r"\.\.\.(F\w+)\b.*\.\.\.\1\b",
    "a fragment inside another": r"fragment [^}]*\.\.\.F",
    "an inline fragment": r"\.\.\. on \w+ \{",
    "a field that a variable skips": r"\w @skip\(if: \$\w+\) \{",
    "a field that a variable includes": r"\w @include\(if: \$\w+\) \{",
    "a fragment that a variable skips": r"\.\.\.F\w+ @skip\(if: \$",
    "an inline fragment that a variable includes": r"\.\.\. on \w+ @include\(if: \$",
    "a condition without a variable": r"@(skip|include)\(if: (true|false)\)",
    "two conditions": r"@skip\(if: \S+\) @include",
    "a variable in two conditions": r"if: (\$\w+)\).*if: \1\)",
}


async def test_the_random_operations_use_what_graphql_has(emulator: Any) -> None:
    estimates = Estimates(emulator)
    pools = await estimates.going_on(await unkind_shop(emulator, 7))
    await estimates.square.close()

    texts = [generate(seed, pools).text for seed in SEEDS]

    assert [name for name, pattern in MET.items() if not any(re.search(pattern, text) for text in texts)] == []


@pytest.mark.parametrize(("page", "definitions"), WAYS)
async def test_no_random_operation_takes_more_than_its_estimate(
    emulator: Any, page: int | None, definitions: bool
) -> None:
    estimates = Estimates(emulator)
    pools = await estimates.going_on(await unkind_shop(emulator, 7))
    unkind(emulator, page, definitions)

    for seed in SEEDS:
        await estimates.run(seed, pools)
    await estimates.square.close()

    assert estimates.outcomes["complete"] > 30
    assert estimates.calls > 60


async def test_a_shop_of_700_groups_shows_the_groups_of_its_customers(graph: Any, emulator: Any) -> None:
    groups = make_groups(emulator, *[f"Group {number:03}" for number in range(700)])
    (id,) = make_customers(emulator, 1, groups[::60])
    graph.reset()

    answer = await graph("query ($id: ID!) { customer(id: $id) { groups { name } } }", {"id": id})

    assert "errors" not in answer, answer["errors"]
    assert len(answer["data"]["customer"]["groups"]) == 12
    assert graph.calls.total() <= answer["extensions"]["cost"]["estimatedCalls"] == 17


@pytest.mark.parametrize("count", [628, 700])
async def test_more_groups_than_are_planned_for_end_in_an_error_that_says_so(
    graph: Any, emulator: Any, count: int
) -> None:
    groups = make_groups(emulator, *[f"Group {number:03}" for number in range(count)])
    emulator.faults.page = 10
    (id,) = make_customers(emulator, 1, groups)
    graph.reset()

    answer = await graph("query ($id: ID!) { customer(id: $id) { givenName groups { name } } }", {"id": id})

    assert answer["data"] == {"customer": {"givenName": "Person 00000", "groups": None}}
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["customer", "groups"], "COST_ESTIMATE_EXCEEDED")
    assert graph.calls.total() == answer["extensions"]["cost"]["estimatedCalls"] == 17


@pytest.mark.parametrize("page", [1, 10])
async def test_short_pages_are_no_more_calls_and_lose_nobody(graph: Any, emulator: Any, page: int) -> None:
    ids = make_customers(emulator, 25)
    emulator.faults.page = page
    query = """query ($after: String) { customers(first: 30, after: $after) {
      nodes { id } pageInfo { hasNextPage endCursor } } }"""
    found: list[str] = []
    after = None
    while True:
        graph.reset()
        answer = await graph(query, {"after": after})
        shown = answer["data"]["customers"]
        found += [each["id"] for each in shown["nodes"]]
        after = shown["pageInfo"]["endCursor"]

        assert graph.calls.total() <= answer["extensions"]["cost"]["estimatedCalls"]
        if not shown["pageInfo"]["hasNextPage"]:
            break

    assert found == ids


async def test_serial_fields_of_a_mutation_are_planned_as_they_read_anew(graph: Any, emulator: Any) -> None:
    groups = make_groups(emulator, "A", "B")
    ids = make_customers(emulator, 2, groups)
    field = '{}: addGroupToCustomer(customerId: "{}", groupId: "ID-A") {{ customer {{ groups {{ name }} }} }}'
    graph.reset()

    answer = await graph(f"mutation {{ {field.format('a', ids[0])} {field.format('b', ids[1])} }}")

    assert "errors" not in answer, answer["errors"]
    assert graph.calls == {"AddGroupToCustomer": 2, "BulkRetrieveCustomers": 2, "ListCustomerGroups": 2}
    assert answer["extensions"]["cost"]["estimatedCalls"] == 2 * 3 + 15


PAYLOADS = [
    'createLoyaltyAccount(input: {phoneNumber: "+14155552345"}) { account { program { terminology { one } } } }',
    """createLoyaltyAccount(input: {phoneNumber: "+14155552345", programId: "main"}) {
      account { rewards { nodes { rewardTier { name } } } program { status } } }""",
    'cancelLoyaltyPromotion(id: "PROMOTION") { promotion { program { status } } }',
    """createLoyaltyPromotion(input: {name: "x", incentive: {multiplier: "2"},
      availableTime: {timePeriods: ["DTSTART:20200101T000000\\nDURATION:P1D\\nRRULE:FREQ=DAILY"]}}) {
      promotion { program { rewardTiers { name } } } }""",
]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("behind", ["", 'b: deleteLoyaltyReward(id: "NOPE") { userErrors { code } }'])
async def test_what_a_mutation_reads_again_after_it_wrote_is_planned(
    graph: Any, emulator: Any, payload: str, behind: str
) -> None:
    shop.open_shop(emulator)
    promotion = (await shop.promote(emulator))["id"]
    graph.reset()

    answer = await graph(f"mutation {{ a: {payload.replace('PROMOTION', promotion)} {behind} }}")

    assert "errors" not in answer, answer["errors"]
    assert all(answer["data"]["a"].values()), answer["data"]
    assert graph.calls.total() <= answer["extensions"]["cost"]["estimatedCalls"]


async def test_a_field_of_a_mutation_leaves_the_others_what_was_planned_for_them(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    make_groups(emulator, "A")
    (id,) = make_customers(emulator, 1)
    for _ in range(40):
        await shop.enroll(emulator, customer_id=id)
    graph.reset()
    write = f'addGroupToCustomer(customerId: "{id}", groupId: "ID-A")'
    hungry = f"a: {write} {{ customer {{ loyaltyAccounts {{ rewards {{ nodes {{ id }} }} }} }} }}"
    others = " ".join(f"w{number}: {write} {{ customer {{ givenName }} }}" for number in range(20))

    answer = await graph(f"mutation {{ {hungry} {others} }}")

    assert {next(iter(error["path"])) for error in answer["errors"]} == {"a"}
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"COST_ESTIMATE_EXCEEDED"}
    assert all(answer["data"][f"w{number}"]["customer"] for number in range(20))
    assert graph.calls["AddGroupToCustomer"] == 21
    assert graph.calls.total() <= answer["extensions"]["cost"]["estimatedCalls"]


async def test_many_cheap_fields_of_a_mutation_are_not_refused(graph: Any, emulator: Any) -> None:
    groups = make_groups(emulator, "A", "B")
    (id,) = make_customers(emulator, 1, groups)
    below = "customer { groups { name } segments { name } }"
    field = f'addGroupToCustomer(customerId: "{id}", groupId: "ID-A") {{ {below} }}'

    answer = await graph(f"mutation {{ {' '.join(f'm{number}: {field}' for number in range(20))} }}")

    assert "errors" not in answer, answer["errors"]


async def test_customers_with_three_accounts_each_are_shown_with_what_belongs_to_these(
    graph: Any, emulator: Any
) -> None:
    shop.open_shop(emulator)
    for id in make_customers(emulator, 4):
        for _ in range(3):
            await shop.enroll(emulator, customer_id=id)
    graph.reset()

    answer = await graph("{ customers(first: 4) { nodes { loyaltyAccounts { rewards { nodes { id } } } } } }")

    assert "errors" not in answer, answer["errors"]
    assert graph.calls["SearchLoyaltyRewards"] == 12
    assert graph.calls.total() <= answer["extensions"]["cost"]["estimatedCalls"]


@pytest.mark.parametrize("page", [None, 1])
async def test_definitions_that_do_not_come_along_take_nothing_from_other_fields(
    graph: Any, emulator: Any, page: int | None
) -> None:
    groups = make_groups(emulator, "A", "B", "C", "D")
    ids = make_customers(emulator, 9, groups)
    for number, id in enumerate(ids):
        await define(emulator, f"key-{number}")
        await put(emulator, id, f"key-{number}", "x")
    emulator.faults.definitions, emulator.faults.page = False, page
    graph.reset()

    answer = await graph(
        """query ($ids: [ID!]!) { customersById(ids: $ids) {
          groups { name } customAttributes { nodes { definition { name } } } } }""",
        {"ids": ids},
    )

    lost = [error["path"][-1] for error in answer.get("errors", ())]
    assert lost == ([] if page is None else ["definition"] * 6)
    assert all(len(each["groups"]) == 4 for each in answer["data"]["customersById"])
    assert graph.calls["ListCustomerCustomAttributeDefinitions"] <= 3
    assert graph.calls.total() <= answer["extensions"]["cost"]["estimatedCalls"]


@pytest.mark.parametrize("accounts", [2, 3, 32])
async def test_several_accounts_of_a_customer_stay_within_the_estimate(
    graph: Any, emulator: Any, accounts: int
) -> None:
    shop.open_shop(emulator)
    (id,) = make_customers(emulator, 1)
    for _ in range(accounts):
        await shop.enroll(emulator, customer_id=id)
    graph.reset()

    answer = await graph(
        "query ($id: ID!) { customer(id: $id) { loyaltyAccounts { rewards { nodes { id } } } } }", {"id": id}
    )

    assert graph.calls.total() <= answer["extensions"]["cost"]["estimatedCalls"] == 7
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    assert codes == ({"COST_ESTIMATE_EXCEEDED"} if accounts > 5 else set())
