"""What is remembered while others write, fail or leave: a read from before a change is never shown after it."""

from __future__ import annotations

import asyncio

import pytest

from gateway.emulator.store.tenants import Token
from tests.square.identity_shop import Shop, answers
from tests.square.reads.remembering_shop import (
    CUSTOMERS,
    GROUPS,
    GROUPS_PATH,
    RENAME,
    Delay,
    cost,
    data,
    group_names,
    introduce,
    remembering,
)

__all__ = ["remembering"]


@pytest.mark.parametrize("writer", ["test-token", "renewed-token", "second-app-token"])
async def test_after_our_own_write_every_token_of_the_seller_sees_it(remembering: Shop, writer: str) -> None:
    await introduce(remembering, "test-token", "renewed-token", "second-app-token")
    for token in ("test-token", "second-app-token"):
        assert await group_names(remembering, token) == ["Old"]

    await data(remembering, RENAME, writer)

    for token in ("test-token", "renewed-token", "second-app-token"):
        assert await group_names(remembering, token) == ["New"]


@pytest.mark.parametrize("told", [True, False], ids=["told after it", "never told"])
async def test_a_write_of_a_token_that_is_not_known_yet_makes_old_what_others_had(
    remembering: Shop, told: bool
) -> None:
    await introduce(remembering, "test-token")
    assert await group_names(remembering) == ["Old"]
    if not told:
        remembering.instead = answers(404, {})

    await data(remembering, RENAME, "renewed-token")

    assert await group_names(remembering) == ["New"]


async def test_while_a_write_is_carried_out_nothing_is_shown_that_it_may_make_old(remembering: Shop) -> None:
    await introduce(remembering, "test-token", "renewed-token")
    assert await group_names(remembering) == ["Old"]
    delay = remembering.delayed[f"{GROUPS_PATH}/ID-Old"] = Delay()
    writing = asyncio.create_task(data(remembering, RENAME, "renewed-token"))
    await delay.made.wait()

    assert await group_names(remembering) == ["New"]

    delay.go.set()
    await writing


async def test_a_write_at_another_seller_makes_nothing_old(remembering: Shop) -> None:
    await data(remembering, GROUPS)
    create = 'mutation { createCustomerGroup(input: {name: "More"}) { userErrors { message } } }'

    await data(remembering, create, "second-seller-token")

    assert await cost(remembering, GROUPS) == (0, 1)


async def test_a_write_that_square_refused_the_token_for_makes_nothing_old(remembering: Shop) -> None:
    await data(remembering, GROUPS)

    answer = await remembering.ask(RENAME, "revoked-token")

    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert await cost(remembering, GROUPS) == (0, 1)


@pytest.mark.parametrize("writer", ["test-token", "renewed-token"])
@pytest.mark.parametrize("reader", ["test-token", "renewed-token"])
@pytest.mark.parametrize("known", [True, False], ids=["known", "not known yet"])
async def test_a_read_from_before_a_write_is_neither_kept_nor_joined(
    remembering: Shop, writer: str, reader: str, known: bool
) -> None:
    if known:
        await introduce(remembering, "test-token", "renewed-token")
    delay = remembering.delayed[GROUPS_PATH] = Delay()
    early = asyncio.create_task(group_names(remembering))
    await delay.made.wait()

    await data(remembering, RENAME, writer)
    # What began before the write is still under way.
    assert await group_names(remembering, reader) == ["New"]
    delay.go.set()

    assert await early == ["Old"]
    assert await group_names(remembering) == ["New"]
    assert await group_names(remembering, reader) == ["New"]


async def test_a_read_from_before_a_change_elsewhere_is_neither_kept_nor_joined(remembering: Shop) -> None:
    await introduce(remembering, "test-token")
    delay = remembering.delayed[GROUPS_PATH] = Delay()
    early = asyncio.create_task(group_names(remembering))
    await delay.made.wait()

    remembering.square.reference.cache.evict(remembering.seller, "customer_groups")
    assert await cost(remembering, GROUPS) == (1, 0)
    delay.go.set()
    await early

    assert remembering.calls["ListCustomerGroups"] == 2


async def test_a_token_that_is_refused_fails_nobody_who_waited_with_it(remembering: Shop) -> None:
    await introduce(remembering, "test-token", "renewed-token")
    remembering.put(Token("test-token", state="revoked"))

    refused, found = await asyncio.gather(
        remembering.ask(GROUPS), group_names(remembering, "renewed-token"), return_exceptions=True
    )

    assert refused["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert found == ["Old"]


async def test_who_began_a_read_may_leave_and_the_others_are_answered_by_it(remembering: Shop) -> None:
    await introduce(remembering, "test-token", "renewed-token")
    delay = remembering.delayed[GROUPS_PATH] = Delay()
    first = asyncio.create_task(group_names(remembering))
    await delay.made.wait()
    second = asyncio.create_task(group_names(remembering, "renewed-token"))
    # The second has joined long before another request is answered.
    await data(remembering, CUSTOMERS, "renewed-token")

    first.cancel()
    await asyncio.wait([first])
    delay.go.set()

    assert await second == ["Old"]
    assert remembering.calls["ListCustomerGroups"] == 1
