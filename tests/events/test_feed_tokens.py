"""Each event reaches only those who may learn of it now: seller, application, permission, and a token Square takes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from gateway.areas.customers.endpoints import LIST_CUSTOMERS
from gateway.emulator.store.faults import Kind as FaultKind
from gateway.emulator.store.tenants import ALL_SCOPES, SECOND_APPLICATION, SECOND_SELLER, Token
from gateway.events.event import Kind
from gateway.events.subscription import NotPermitted, SellerUnknown, TokenEnded
from gateway.square.errors import SquareError, Unauthenticated, Unavailable
from gateway.square.tenant_square import TenantSquare
from tests.events.feed_stage import Stage, Thing, open_stage, stage
from tests.square.identity_shop import answers

__all__ = ["stage"]

SECOND = Token("second-token")
WITHOUT = tuple(scope for scope in ALL_SCOPES if scope != "CUSTOMERS_READ")


def read_as_square_does(stage: Stage) -> None:
    """Reads are refused to tokens that the emulator does not take."""

    async def reading(_: object) -> None:
        access = await stage.shop.square.identities.afresh(stage.rounds[-1].tenant)
        assert access is not None

    stage.reading = reading


async def test_a_second_seller_hears_nothing(stage: Stage) -> None:
    stage.shop.put(Token("other", seller=SECOND_SELLER))
    other = await stage.follow("other")
    mine = await stage.follow()

    await stage.write("A", 1)
    await stage.write("B", 1, merchant=SECOND_SELLER)

    assert await mine.take() == [("UPDATED", "A", 1)]
    assert await other.take() == [("UPDATED", "B", 1)]


async def test_an_application_hears_only_what_is_visible_to_it(stage: Stage) -> None:
    stage.visible = lambda event, identity: identity.application != SECOND_APPLICATION or event.object_id == "B"
    stage.shop.put(Token("other", application=SECOND_APPLICATION))
    other = await stage.follow("other")

    await stage.write("A", 1)
    await stage.delete("A", 1)
    await stage.write("B", 1)

    assert await other.take() == [("UPDATED", "B", 1)]
    assert {each.tenant.token for each in stage.rounds} == {"other"}


async def test_a_token_without_the_permission_is_refused(stage: Stage) -> None:
    stage.shop.put(Token("poor", scopes=WITHOUT))
    follower = await stage.follow("poor")

    with pytest.raises(NotPermitted, match="CUSTOMERS_READ"):
        await follower.take()


@pytest.mark.parametrize("token", ["revoked-token", "expired-token", "no-token-at-all"])
async def test_a_token_that_square_does_not_take_is_refused(stage: Stage, token: str) -> None:
    follower = await stage.follow(token)

    with pytest.raises(TokenEnded):
        await follower.take()


@pytest.mark.parametrize("kind", [Kind.UPDATED, Kind.DELETED])
@pytest.mark.parametrize("state", ["revoked", "expired"])
async def test_a_token_that_ended_hears_nothing_any_more(stage: Stage, kind: Kind, state: str) -> None:
    read_as_square_does(stage)
    stage.shop.put(SECOND)
    first, second = await stage.follow(), await stage.follow(SECOND.token)

    stage.shop.put(Token("test-token", state=state))
    stage.objects["A"] = Thing("A", 1)
    await stage.tell(stage.event("A", 1, kind))

    with pytest.raises(TokenEnded):
        await first.take()
    assert await second.take() == [(kind.name, "A", 1 if kind is Kind.UPDATED else None)]


async def test_each_token_of_a_feed_is_proven_in_each_round(stage: Stage) -> None:
    read_as_square_does(stage)
    stage.shop.put(SECOND)
    first, second = await stage.follow(), await stage.follow(SECOND.token)

    stage.shop.put(replace(SECOND, state="revoked"))
    await stage.write("A", 1)

    assert await first.take() == [("UPDATED", "A", 1)]
    with pytest.raises(TokenEnded):
        await second.take()


async def test_a_token_that_expires_by_the_clock_hears_nothing_any_more(stage: Stage) -> None:
    stage.shop.put(Token("short", expires_at=stage.shop.time.wall + 60))
    follower = await stage.follow("short")

    stage.shop.time.wall += 61
    await stage.write("A", 1)

    with pytest.raises(TokenEnded):
        await follower.take()


async def test_a_token_that_loses_the_permission_hears_nothing_any_more(stage: Stage) -> None:
    stage.shop.put(SECOND)
    first, second = await stage.follow(), await stage.follow(SECOND.token)

    stage.shop.put(replace(SECOND, scopes=WITHOUT))
    await stage.write("A", 1)

    assert await first.take() == [("UPDATED", "A", 1)]
    with pytest.raises(NotPermitted):
        await second.take()


async def test_a_token_that_was_given_the_permission_meanwhile_is_not_refused(stage: Stage) -> None:
    stage.shop.put(replace(SECOND, scopes=WITHOUT))
    with pytest.raises(NotPermitted):
        await (await stage.follow(SECOND.token)).take()

    stage.shop.put(SECOND)
    follower = await stage.follow(SECOND.token)
    await stage.write("A", 1)

    assert await follower.take() == [("UPDATED", "A", 1)]


async def test_a_token_that_loses_another_permission_is_told_by_itself(stage: Stage) -> None:
    stage.shop.put(SECOND)
    first, second = await stage.follow(), await stage.follow(SECOND.token)
    assert stage.feeds.feeds == 1

    stage.shop.put(replace(SECOND, scopes=("CUSTOMERS_READ",)))
    await stage.write("A", 1)

    assert await first.take() == await second.take() == [("UPDATED", "A", 1)]
    assert stage.feeds.feeds == 2


async def test_while_square_does_not_say_who_a_token_is_a_delete_is_not_told(stage: Stage) -> None:
    follower = await stage.follow()
    stage.shop.instead = answers(500, {})

    await stage.delete("A", 1)

    with pytest.raises(Unavailable):
        await follower.take()


@pytest.mark.parametrize(
    ("fault", "told"),
    [({"status": 429, "retry_after": "60", "count": 1}, "RateLimited"), ({"status": 503}, "CircuitOpen")],
)
async def test_what_holds_back_other_requests_of_the_seller_ends_no_subscription(
    stage: Stage, fault: dict[str, Any], told: str
) -> None:
    async def reading(_: object) -> None:
        await TenantSquare(stage.shop.square, stage.rounds[-1].tenant).send(LIST_CUSTOMERS())

    follower = await stage.follow()
    stage.reading = reading
    stage.shop.state.faults.add(FaultKind.STATUS, "ListCustomers", **fault)
    await stage.write("A", 1)

    assert await follower.take() == [("UPDATED", "A", told)]
    assert stage.log.figures.dead_letters == 1

    stage.reading = lambda _: None
    await stage.write("A", 2)
    assert await follower.take() == [("UPDATED", "A", 2)]


async def test_without_a_seller_nothing_is_followed(stage: Stage) -> None:
    stage.shop.instead = answers(404, {})
    follower = await stage.follow()

    with pytest.raises(SellerUnknown):
        await follower.take()


@pytest.fixture
async def unknown() -> Stage:
    """Where Square does not say who a token is, and the settings name the seller."""
    async with open_stage(merchant="M") as stage:
        stage.shop.instead = answers(404, {})
        yield stage


async def test_of_an_unknown_application_each_token_is_told_by_itself(unknown: Stage) -> None:
    followers = [await unknown.follow(token) for token in ("one", "two")]

    await unknown.write("A", 1, merchant="M")

    assert [await each.take() for each in followers] == [[("UPDATED", "A", 1)]] * 2
    assert sorted(each.tenant.token for each in unknown.rounds) == ["one", "two"]


async def test_an_unknown_application_hears_of_what_it_can_read(unknown: Stage) -> None:
    unknown.visible = lambda event, identity: event.object_id.startswith("public")
    follower = await unknown.follow("one")

    # Hidden, and not readable; hidden, and readable; a delete of something hidden, and of something public.
    await unknown.tell(unknown.event("hidden", 1, merchant="M"))
    await unknown.write("own", 1, merchant="M")
    assert await follower.take() == [("UPDATED", "own", 1)]
    await unknown.delete("own", 1, merchant="M")
    await unknown.delete("public", 1, merchant="M")

    assert await follower.take() == [("DELETED", "public", None)]


async def test_who_has_read_nothing_of_the_seller_hears_of_no_delete(unknown: Stage) -> None:
    follower = await unknown.follow("one")

    await unknown.delete("A", 1, merchant="M")
    while not unknown.feeds.rounds or unknown.feeds.behind:  # noqa: ASYNC110 - of public parts only
        await asyncio.sleep(0)
    await unknown.write("B", 1, merchant="M")
    assert await follower.take() == [("UPDATED", "B", 1)]
    await unknown.delete("C", 1, merchant="M")

    assert await follower.take() == [("DELETED", "C", None)]


async def test_a_delete_of_an_unknown_application_is_proven_by_reading(unknown: Stage) -> None:
    def refuse(_: object) -> None:
        raise Unauthenticated("read")

    follower = await unknown.follow("one")
    unknown.reading = refuse
    await unknown.delete("A", 1, merchant="M")

    with pytest.raises(TokenEnded):
        await follower.take()


async def test_what_cannot_be_read_is_shown_with_its_error_and_kept_aside(stage: Stage) -> None:
    def fail(_: object) -> SquareError:
        raise Unavailable("read")

    follower = await stage.follow()
    stage.reading = fail
    await stage.write("A", 1)

    assert await follower.take() == [("UPDATED", "A", "Unavailable")]
    assert stage.log.figures.dead_letters == 1
    assert sum(stage.shop.time.slept) < 15


async def test_what_changes_back_is_shown_although_the_token_has_other_permissions_now(stage: Stage) -> None:
    stage.shop.put(SECOND)
    first, follower = await stage.follow(), await stage.follow(SECOND.token)
    await stage.write("A", None, "x")
    await first.take()
    await follower.take()
    await follower.leave()
    follower = await stage.follow(SECOND.token, after=follower.position)
    await stage.write("A", None, "y")
    assert await follower.take() == [("UPDATED", "A", "y")]

    stage.shop.put(replace(SECOND, scopes=("CUSTOMERS_READ",)))
    await stage.write("A", None, "x")
    await stage.write("B", None, "z")

    assert await follower.take(2) == [("UPDATED", "A", "x"), ("UPDATED", "B", "z")]
