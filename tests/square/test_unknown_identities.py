"""Where Square does not say who a token is, everything works, nothing is shared, and no call is held back."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from gateway.emulator.store.faults import Kind
from gateway.emulator.store.tenants import Token
from gateway.square.identities import RETRY_AFTER
from tests.square.identity_shop import KNOWN, PAGE, STATUS, Shop, answers, shop

__all__ = ["shop"]

REFUSED = {"errors": [{"category": "AUTHENTICATION_ERROR", "code": "UNAUTHORIZED", "detail": "planted-body"}]}
FAILURES: dict[str, Any] = {
    "reset": Kind.RESET_BEFORE,
    "reset after": Kind.RESET_AFTER,
    "cut": Kind.TRUNCATED,
    "silent": Kind.LATENCY,
    "no such path": answers(404, {"message": "planted-body"}),
    "a proxy's page": answers(200, b"<html>planted-body</html>"),
    "500": answers(500, {}),
    "429": answers(429, {}, **{"Retry-After": "60"}),
    "401": answers(401, REFUSED),
    "403": answers(403, {}),
    "redirect": answers(302, {}),
    "a list": answers(200, [KNOWN]),
    "nothing": answers(200, {}),
    "errors": answers(200, REFUSED),
    "no seller": answers(200, {**KNOWN, "merchant_id": None}),
    "no application": answers(200, {**KNOWN, "client_id": ""}),
    "numbers": answers(200, {**KNOWN, "merchant_id": 7}),
    "a long name": answers(200, {**KNOWN, "merchant_id": "M" * 256}),
    "odd characters": answers(200, {**KNOWN, "merchant_id": "M\x00"}),
    "no date": answers(200, {**KNOWN, "expires_at": "planted-body"}),
    "a date without a zone": answers(200, {**KNOWN, "expires_at": "2099-01-01T00:00:00"}),
    "a number for a date": answers(200, {**KNOWN, "expires_at": 4_000_000_000}),
    "the past": answers(200, {**KNOWN, "expires_at": "2020-01-01T00:00:00Z"}),
}


def fail(shop: Shop, failure: Any) -> None:
    if isinstance(failure, Kind):
        shop.state.faults.add(failure, STATUS, milliseconds=60_000)
    else:
        shop.instead = failure


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
async def test_without_an_answer_everything_works_and_nothing_is_shared(
    shop: Shop, failure: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fail(shop, failure)

    first, cursor = await shop.page()
    second, further = await shop.page(cursor)
    third, _ = await shop.page(further)

    assert len({first, second, third}) == 3
    assert not await shop.goes_on(cursor, "renewed-token")
    # Once for each of the tokens: what was not told is not asked for again at once.
    assert shop.asked == 2
    assert "planted-body" not in caplog.text


async def test_what_was_not_told_is_asked_for_again_after_a_while(shop: Shop) -> None:
    shop.instead = FAILURES["500"]
    _, alone = await shop.page()
    shop.instead = None
    _, still_alone = await shop.page()
    shop.time.pass_by(RETRY_AFTER)
    _, shared = await shop.page()

    assert shop.asked == 2
    assert [await shop.goes_on(each, "renewed-token") for each in (alone, still_alone, shared)] == [False, False, True]


async def test_what_is_not_told_when_a_cursor_is_read_keeps_back_other_tokens_for_a_while(shop: Shop) -> None:
    _, cursor = await shop.page()
    shop.instead = FAILURES["500"]
    first_try = await shop.goes_on(cursor, "renewed-token")
    shop.instead = None
    shop.time.pass_by(RETRY_AFTER)

    assert (first_try, await shop.goes_on(cursor, "renewed-token")) == (False, True)
    assert await shop.goes_on(cursor, "test-token")


@pytest.mark.parametrize("failure", ["500", "429", "reset", "no such path"])
async def test_a_failure_to_tell_holds_back_no_call(shop: Shop, failure: str) -> None:
    fail(shop, FAILURES[failure])

    for _ in range(30):
        await shop.page()
        shop.time.pass_by(RETRY_AFTER)

    assert (shop.asked, shop.calls["ListCustomers"]) == (30, 30)
    assert not shop.square.circuit_open


async def test_a_token_is_not_asked_about_while_square_wants_a_pause(shop: Shop) -> None:
    _, cursor = await shop.page()
    shop.put(Token("paused"))
    shop.state.faults.add(Kind.STATUS, "ListCustomers", status=429, retry_after="60", count=1)
    await shop.ask(PAGE, "paused")

    assert not await shop.goes_on(cursor, "paused")
    assert shop.asked == 1


async def test_a_token_is_not_asked_about_while_its_circuit_is_open(shop: Shop) -> None:
    _, cursor = await shop.page()
    shop.put(Token("failing"))
    shop.state.faults.add(Kind.STATUS, "ListCustomers", status=503, count=5)
    for _ in range(5):
        await shop.ask(PAGE, "failing")

    assert not await shop.goes_on(cursor, "failing")
    assert shop.asked == 1
