"""Who a token is: asked of Square once, when a cursor needs it, then kept for a while."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from aiohttp import web

from gateway.emulator.store.faults import Kind
from gateway.emulator.store.tenants import SECOND_APPLICATION, SECOND_SELLER, Token
from gateway.square.identities import MAX_LIFE
from tests.square.identity_shop import KNOWN, RENEWED, STATUS, Shop, answers, shop

__all__ = ["shop"]


async def test_another_token_of_the_same_seller_and_application_goes_on(shop: Shop) -> None:
    first, cursor = await shop.page()

    second, _ = await shop.page(cursor, "renewed-token")
    third, _ = await shop.page(cursor, "read-only-token")

    assert first != second == third
    assert shop.asked == 3


@pytest.mark.parametrize(
    "other",
    [
        Token("other", seller=SECOND_SELLER),
        Token("other", application=SECOND_APPLICATION),
        Token("other", seller=SECOND_SELLER, application=SECOND_APPLICATION),
    ],
    ids=["seller", "application", "both"],
)
async def test_another_seller_or_application_does_not_go_on(shop: Shop, other: Token) -> None:
    shop.put(other)
    _, cursor = await shop.page()

    assert not await shop.goes_on(cursor, "other")


@pytest.mark.parametrize("token", ["test-token", "renewed-token"])
async def test_another_version_of_squares_api_does_not_go_on(shop: Shop, token: str) -> None:
    _, cursor = await shop.page()

    assert not await shop.goes_on(cursor, token, version="2025-07-16")


@pytest.mark.parametrize(
    "query",
    [
        "{ customers(first: 1) { nodes { id } } }",
        "{ customers(first: 1) { edges { node { id } } pageInfo { hasNextPage hasPreviousPage } } }",
        "{ customers(first: 1) { edges { cursor @skip(if: true) node { id } } } }",
        '{ groups { nodes { id } } segments { nodes { id } } customer(id: "CUSTOMER00001") { givenName } }',
    ],
)
async def test_without_cursors_nothing_is_asked(shop: Shop, query: str) -> None:
    assert "errors" not in await shop.ask(query)

    assert shop.asked == 0


@pytest.mark.parametrize(
    "query",
    [
        "{ customers(first: 1) { edges { cursor } } }",
        "{ customers(first: 1) { pageInfo { endCursor } } }",
        "{ customers(first: 1) { pageInfo { startCursor } } }",
        "{ customers(first: 1) { ...C } } fragment C on CustomerConnection { pageInfo { end: endCursor } }",
    ],
)
async def test_a_cursor_asks_once_and_no_operation_counts_it(shop: Shop, query: str) -> None:
    answers = [await shop.ask(query) for _ in range(3)]

    costs = [answer["extensions"]["cost"] for answer in answers]
    assert [(cost["estimatedCalls"], cost["actualCalls"]) for cost in costs] == [(1, 1)] * 3
    assert (shop.asked, shop.calls) == (1, {"ListCustomers": 3})
    assert shop.observed == {("ListCustomers", "ok"): 3, (STATUS, "ok"): 1}


async def test_going_on_with_the_same_token_asks_nothing(shop: Shop) -> None:
    _, cursor = await shop.page()
    shop.time.pass_by(MAX_LIFE)

    answer = await shop.ask("query ($after: String) { customers(after: $after) { nodes { id } } }", after=cursor)

    assert len(answer["data"]["customers"]["nodes"]) == 4
    assert shop.asked == 1


async def test_a_cursor_that_was_made_up_asks_nothing(shop: Shop) -> None:
    _, cursor = await shop.page()
    before = shop.asked

    for made_up in ("x", "A" * len(cursor), cursor[:-4] + "AAAA", cursor[4:]):
        assert not await shop.goes_on(made_up, "renewed-token")

    assert shop.asked == before


async def test_those_who_ask_first_share_one_request(shop: Shop) -> None:
    shop.state.faults.add(Kind.LATENCY, STATUS, milliseconds=50)

    await asyncio.gather(*(shop.page() for _ in range(20)))

    assert shop.asked == 1


async def test_the_lists_of_many_objects_share_one_request(shop: Shop) -> None:
    answer = await shop.ask("{ customers { nodes { customAttributes { nodes { key } pageInfo { endCursor } } } } }")

    assert len(answer["data"]["customers"]["nodes"]) == 5
    assert (shop.asked, shop.calls["ListCustomerCustomAttributes"]) == (1, 5)


async def test_one_who_leaves_takes_the_answer_from_nobody(shop: Shop) -> None:
    arrived, gate = asyncio.Event(), asyncio.Event()

    async def held(_: web.Request) -> web.Response:
        arrived.set()
        await gate.wait()
        return web.json_response({"merchant_id": "M", "client_id": "A"})

    shop.instead = held
    leaving, staying = asyncio.create_task(shop.page()), asyncio.create_task(shop.page())
    await arrived.wait()
    leaving.cancel()
    await asyncio.wait([leaving])
    gate.set()

    assert (await staying)[1]
    assert leaving.cancelled()
    assert shop.observed[STATUS, "ok"] == 1


async def test_a_401_drops_what_was_learnt_at_once(shop: Shop) -> None:
    _, cursor = await shop.page(token="renewed-token")
    await shop.page(cursor, "test-token")
    shop.put(Token("renewed-token", state="revoked"))
    await shop.ask("{ customers { nodes { id } } }", "renewed-token")
    shop.put(Token("renewed-token", application=SECOND_APPLICATION))
    before = shop.asked

    _, anew = await shop.page(token="renewed-token")

    assert shop.asked == before + 1
    assert not await shop.goes_on(anew, "test-token")


async def test_what_is_being_learnt_when_a_401_comes_is_not_kept(shop: Shop) -> None:
    arrived, gate = asyncio.Event(), asyncio.Event()

    async def late(_: web.Request) -> web.Response:
        arrived.set()
        await gate.wait()
        return web.json_response({"merchant_id": shop.seller, "client_id": "sq0idp-demo-app"})

    shop.instead = late
    early = asyncio.create_task(shop.page(token="renewed-token"))
    await arrived.wait()
    shop.put(Token("renewed-token", state="revoked"))
    await shop.ask("{ customers { nodes { id } } }", "renewed-token")
    shop.put(RENEWED)
    gate.set()
    await early
    shop.instead = None

    await shop.page(token="renewed-token")

    assert shop.asked == 2


async def test_an_identity_is_kept_for_an_hour_and_then_asked_for_again(shop: Shop) -> None:
    await shop.page()
    shop.time.pass_by(MAX_LIFE - 1)
    await shop.page()
    before = shop.asked
    shop.time.pass_by(1)
    await shop.page()

    assert (before, shop.asked) == (1, 2)


async def test_an_identity_is_never_kept_beyond_the_end_of_its_token(shop: Shop) -> None:
    end = datetime.fromtimestamp(shop.time.wall + 60, UTC).isoformat().replace("+00:00", "Z")
    shop.instead = answers(200, {**KNOWN, "expires_at": end})
    await shop.page()
    shop.time.pass_by(59)
    await shop.page()
    before = shop.asked
    shop.time.pass_by(1)
    await shop.page()

    assert (before, shop.asked) == (1, 2)


async def test_an_operation_without_time_left_does_not_wait_to_be_told(shop: Shop) -> None:
    async def never(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    shop.instead = never
    shop.after = lambda operation: shop.time.pass_by(shop.square.budget.operation)

    assert (await shop.page())[1]
    assert (STATUS, "UpstreamTimeout") not in shop.observed
