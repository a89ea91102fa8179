"""Tokens of one seller and application have one limit and one pause; those of another have their own."""

from __future__ import annotations

from typing import Any

from gateway.emulator.store.tenants import SECOND_SELLER, Token
from tests.square.identity_shop import Shop, shop

__all__ = ["shop"]

SEARCH = "SearchCustomers"
ASK = '{ customers(first: 1, filter: { emailAddress: { exact: "a@example.com" } }) { nodes { id } } }'


async def code(shop: Shop, token: str) -> str | None:
    answer: dict[str, Any] = await shop.ask(ASK, token)
    return answer["errors"][0]["extensions"]["code"] if "errors" in answer else None


def refuse_one(shop: Shop, **fault: Any) -> None:
    shop.state.faults.add("status", SEARCH, count=1, **fault)


async def test_a_429_to_one_token_of_a_seller_pauses_the_other_one_and_no_other_seller(shop: Shop) -> None:
    shop.put(Token("other-seller", seller=SECOND_SELLER))
    # Whose they are is known from here on, as each has been given a cursor.
    for token in ("test-token", "renewed-token"):
        await shop.page(token=token)
    refuse_one(shop, status=429, retry_after="60")

    assert await code(shop, "test-token") == "RATE_LIMITED"
    assert await code(shop, "renewed-token") == "RATE_LIMITED"
    assert shop.calls[SEARCH] == 1
    assert await code(shop, "other-seller") is None
    shop.time.pass_by(61)
    assert await code(shop, "renewed-token") is None


async def test_a_token_whose_seller_is_found_out_goes_on_with_the_pause_of_both(shop: Shop) -> None:
    await shop.page(token="test-token")
    await shop.page(token="read-only-token")
    refuse_one(shop, status=429, retry_after="60")
    # Nobody knows yet that this is the same seller.
    assert await code(shop, "renewed-token") == "RATE_LIMITED"
    assert await code(shop, "test-token") is None
    refuse_one(shop, status=429, retry_after="60")
    shop.time.pass_by(45)
    assert await code(shop, "read-only-token") == "RATE_LIMITED"
    shop.time.pass_by(16)

    await shop.page(token="renewed-token")

    assert await code(shop, "renewed-token") == "RATE_LIMITED"
    shop.time.pass_by(45)
    assert await code(shop, "renewed-token") is None


async def test_a_token_that_is_taken_no_longer_slows_nobody_down(shop: Shop) -> None:
    for token in ("test-token", "renewed-token"):
        await shop.page(token=token)
    shop.state.tenants.revoke("renewed-token")
    assert await code(shop, "renewed-token") == "UNAUTHENTICATED"
    refuse_one(shop, status=429, retry_after="60")

    assert await code(shop, "renewed-token") == "RATE_LIMITED"
    assert await code(shop, "test-token") is None
