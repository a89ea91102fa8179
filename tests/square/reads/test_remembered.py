"""Reference data is remembered for a while, for whom it concerns and as long as nothing has changed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gateway.context import REGISTRY, new_context, new_round
from gateway.emulator.store.tenants import FIRST_SELLER, Token
from gateway.graph.engine import Engine
from gateway.schema import build_schema
from gateway.square.client import Square
from gateway.square.reads import change_numbers
from gateway.tenant import Tenant
from tests.areas.people import make_groups
from tests.operations.world import ROWS, filled, world
from tests.square.identity_shop import RENEWED, VERSION, Shop, answers, open_shop
from tests.square.reads.remembering_shop import (
    CUSTOMERS,
    GROUPS,
    LIFE,
    RENAME,
    cost,
    data,
    group_names,
    introduce,
    remembering,
)

__all__ = ["remembering"]

WORKLOAD = """{ customers(first: 20) { nodes {
    id givenName groups { id name } segments { id name } loyaltyAccounts { id balance }
} } }"""


async def test_with_groups_and_segments_remembered_their_customers_take_two_calls_for_four(remembering: Shop) -> None:
    first, before = await remembering.ask(WORKLOAD), remembering.calls.copy()
    again = await remembering.ask(WORKLOAD)

    assert before == {
        "ListCustomers": 1,
        "RetrieveCustomerGroup": 1,
        "RetrieveCustomerSegment": 1,
        "SearchLoyaltyAccounts": 1,
    }
    assert again["data"] == first["data"]
    assert remembering.calls - before == {"ListCustomers": 1, "SearchLoyaltyAccounts": 1}
    assert [each["extensions"]["cost"]["cacheHits"] for each in (first, again)] == [0, 2]
    assert first["extensions"]["cost"]["estimatedCalls"] == again["extensions"]["cost"]["estimatedCalls"]
    assert remembering.asked == 1


async def test_a_remembered_list_has_what_is_wanted_by_id(remembering: Shop) -> None:
    await data(remembering, GROUPS)

    assert await cost(remembering, '{ group(id: "ID-Old") { name } }') == (0, 1)
    assert await cost(remembering, '{ group(id: "none") { name } }') == (1, 1)


async def test_what_a_remembered_list_lacks_is_retrieved(remembering: Shop) -> None:
    await data(remembering, GROUPS)
    make_groups(remembering, "Later")

    found = await data(remembering, '{ one: group(id: "ID-Later") { name } two: group(id: "ID-Old") { name } }')

    assert found == {"one": {"name": "Later"}, "two": {"name": "Old"}}
    assert remembering.calls["RetrieveCustomerGroup"] == 1


async def test_it_is_remembered_as_long_as_the_setting_says(remembering: Shop) -> None:
    await data(remembering, GROUPS)

    remembering.time.pass_by(LIFE - 0.1)
    assert await cost(remembering, GROUPS) == (0, 1)
    remembering.time.pass_by(0.1)
    assert await cost(remembering, GROUPS) == (1, 0)


async def test_a_page_is_remembered_no_longer_than_its_cursor_leads_on() -> None:
    async with open_shop(remember=3600.0) as shop:
        make_groups(shop, *map(str, range(60)))
        for seconds, calls in ((0, 1), (59, 1), (1000, 2)):
            shop.time.pass_by(seconds)
            shop.state.clock.advance(seconds)
            await data(shop, "{ groups { nodes { name } } }")
            assert shop.calls == {"ListCustomerGroups": calls}

        found = await data(shop, "{ groups(first: 60) { nodes { name } } }")
        assert len(found["groups"]["nodes"]) == 60


async def test_what_belongs_to_one_customer_is_never_remembered(remembering: Shop) -> None:
    query = """{ customer(id: "CUSTOMER00001") { customAttributes { nodes { key } } loyaltyAccounts { id } } }"""

    assert [await cost(remembering, query) for _ in range(2)] == [(3, 0), (3, 0)]


async def test_a_second_token_of_the_same_access_is_shown_it_once_square_has_taken_the_token(remembering: Shop) -> None:
    await data(remembering, GROUPS)

    assert await cost(remembering, GROUPS, "renewed-token") == (1, 0)
    assert await cost(remembering, GROUPS, "renewed-token") == (0, 1)
    await data(remembering, RENAME)
    await data(remembering, GROUPS)
    assert await cost(remembering, GROUPS, "renewed-token") == (0, 1)


@pytest.mark.parametrize(
    "other", ["second-seller-token", "second-app-token", "customers-only-token"], ids=["seller", "application", "scope"]
)
async def test_another_seller_application_or_permission_is_never_shown_it(remembering: Shop, other: str) -> None:
    await introduce(remembering, "test-token", other)
    await data(remembering, GROUPS)

    assert await cost(remembering, GROUPS, other) == (1, 0)
    assert await group_names(remembering, other) == (["Theirs"] if other == "second-seller-token" else ["Old"])


@pytest.mark.parametrize("merchant", [None, FIRST_SELLER])
async def test_while_square_does_not_tell_who_a_token_is_each_has_what_it_read_itself(merchant: str | None) -> None:
    async with open_shop(LIFE, merchant) as shop:
        make_groups(shop, "Old")
        shop.put(RENEWED)
        shop.instead = answers(404, {})
        await data(shop, CUSTOMERS, "renewed-token")

        assert [await cost(shop, GROUPS) for _ in range(2)] == [(1, 0), (0, 1)]
        assert [await cost(shop, GROUPS, "renewed-token") for _ in range(2)] == [(1, 0), (0, 1)]
        await data(shop, RENAME, "renewed-token")
        assert await group_names(shop) == ["New"]
        shop.square.reference.cache.evict(FIRST_SELLER, "customer_groups")
        assert await cost(shop, GROUPS) == (1, 0)


async def test_a_token_that_square_refuses_does_not_ask_who_it_is(remembering: Shop) -> None:
    answer = await remembering.ask(GROUPS, "revoked-token")

    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert remembering.asked == 0


async def test_a_revoked_token_is_shown_nothing_after_the_life_of_an_answer(remembering: Shop) -> None:
    await data(remembering, GROUPS)
    remembering.state.tenants.revoke("test-token")
    remembering.time.pass_by(LIFE - 1)
    # Another token of the same access keeps the answer young.
    await data(remembering, GROUPS, "renewed-token")
    await data(remembering, GROUPS, "renewed-token")
    remembering.time.pass_by(1)

    answer = await remembering.ask(GROUPS)

    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize("state", ["revoked", "expired"])
async def test_a_token_that_is_refused_takes_all_with_it_that_its_seller_and_application_had(
    remembering: Shop, state: str
) -> None:
    await data(remembering, GROUPS)
    await data(remembering, GROUPS, "renewed-token")
    assert await cost(remembering, GROUPS, "renewed-token") == (0, 1)
    remembering.put(Token("test-token", state=state))

    await remembering.ask(CUSTOMERS)

    answer = await remembering.ask(GROUPS)
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert await cost(remembering, GROUPS, "renewed-token") == (1, 0)


async def test_tokens_that_are_made_up_make_nothing_old(remembering: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_numbers, "MAX_CHANGES", 5)
    await data(remembering, GROUPS)

    for number in range(20):
        answer = await remembering.ask(GROUPS, f"made-up-{number}")
        assert [each["extensions"]["code"] for each in answer["errors"]] == ["UNAUTHENTICATED"]

    assert await cost(remembering, GROUPS) == (0, 1)


async def test_a_permission_that_is_taken_away_takes_all_with_it(remembering: Shop) -> None:
    await data(remembering, GROUPS)
    remembering.put(Token("test-token", scopes=("LOYALTY_READ",)))

    await remembering.ask(CUSTOMERS)

    answer = await remembering.ask(GROUPS)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_mutation_is_shown_nothing_that_is_remembered(remembering: Shop) -> None:
    await data(remembering, GROUPS)

    update = 'mutation { updateCustomer(id: "CUSTOMER00001", input: {note: "N"}) { customer { groups { name } } } }'

    assert await cost(remembering, update) == (2, 0)


async def test_a_round_of_subscriptions_reads_everything_from_square_and_that_is_remembered(remembering: Shop) -> None:
    await data(remembering, GROUPS)
    make_groups(remembering, "Later")
    tenant = Tenant("test-token", "sandbox", VERSION)

    fresh = new_round(remembering.square, tenant)
    names = await Engine(build_schema(), REGISTRY).run(GROUPS, fresh)

    assert [each["name"] for each in names["data"]["groups"]["nodes"]] == ["Later", "Old"]
    assert await group_names(remembering) == ["Later", "Old"]
    assert remembering.calls["ListCustomerGroups"] == 2


@pytest.mark.parametrize("name", ["customer_groups", "customer_segments"])
async def test_a_change_elsewhere_makes_old_what_it_concerns(remembering: Shop, name: str) -> None:
    await data(remembering, GROUPS)

    remembering.square.reference.cache.evict(FIRST_SELLER, name)

    assert await cost(remembering, GROUPS) == ((1, 0) if name == "customer_groups" else (0, 1))


async def test_a_change_at_another_seller_makes_nothing_old(remembering: Shop) -> None:
    await data(remembering, GROUPS)

    remembering.square.reference.cache.evict("ANOTHER", "customer_groups")

    assert await cost(remembering, GROUPS) == (0, 1)


async def test_every_query_is_answered_from_memory_as_from_square_whatever_was_done_with_it(emulator: Any) -> None:
    names = await world(emulator)
    square, engine = Square(emulator.url, remember=LIFE), Engine(build_schema(), REGISTRY)
    queries = [filled(row.document, names) for row in ROWS if not row.document.startswith("mutation")]

    async def ask(query: str) -> Any:
        return (await engine.run(query, new_context(square, Tenant("test-token", "sandbox", VERSION))))["data"]

    try:
        rounds = [[await ask(query) for query in queries] for _ in range(3)]
        hits = square.reference.cache.hits
    finally:
        await square.close()

    assert rounds[0] == rounds[1] == rounds[2]
    assert hits >= 2 * sum(bool(row.cache) for row in REGISTRY.endpoints) - 2


async def test_operations_at_the_same_time_share_one_read_whatever_their_tokens(remembering: Shop) -> None:
    tokens = ["test-token", "renewed-token"]
    await introduce(remembering, *tokens)

    found = await asyncio.gather(*(group_names(remembering, token) for token in tokens * 5))

    assert found == [["Old"]] * 10
    assert remembering.calls["ListCustomerGroups"] == 1


def test_what_is_remembered_is_reference_data_and_webhooks_tell_of_three_kinds_of_it() -> None:
    remembered = {row.name for row in REGISTRY.endpoints if row.cache}
    names = {name for row in REGISTRY.endpoints for name in row.cache}

    assert remembered == {
        "ListCustomerCustomAttributeDefinitions",
        "ListCustomerGroups",
        "ListCustomerSegments",
        "ListLoyaltyPromotions",
        "RetrieveCustomerCustomAttributeDefinition",
        "RetrieveCustomerGroup",
        "RetrieveCustomerSegment",
        "RetrieveLoyaltyProgram",
        "RetrieveLoyaltyPromotion",
    }
    assert names & {family.name for family in REGISTRY.families} == {
        "custom_attribute_definitions",
        "loyalty_programs",
        "loyalty_promotions",
    }
