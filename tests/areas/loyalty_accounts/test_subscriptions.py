"""Loyalty accounts and the entries of their ledgers as they are followed."""

from __future__ import annotations

import pytest

from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import customer
from tests.following import Live, told_once

live = told_once
ACCOUNTS = """subscription($ids: [ID!], $customers: [ID!]) {
    loyaltyAccountChanged(ids: $ids, customerIds: $customers) { kind accountId account { balance customerId } } }"""
EVENTS = """subscription($accounts: [ID!], $types: [LoyaltyEventType!]) {
    loyaltyEventCreated(accountIds: $accounts, types: $types) {
        kind eventId accountId event { id type ... on AdjustPointsEvent { points } } } }"""


@pytest.fixture(autouse=True)
def _shop(live: Live) -> None:
    shop.open_shop(live.emulator)


async def test_a_balance_is_told_of_as_it_is_now_for_one_call(live: Live) -> None:
    async with live.follow(ACCOUNTS) as follower:
        ada = await shop.enroll(live.emulator)
        created = await follower.change()
        live.reset()
        await shop.adjust(live.emulator, ada, 7)
        updated = await follower.change()

        assert (created["kind"], created["accountId"], created["account"]["balance"]) == ("CREATED", ada, 0)
        assert (updated["kind"], updated["accountId"], updated["account"]["balance"]) == ("UPDATED", ada, 7)
        assert live.calls == {"AdjustLoyaltyPoints": 1, "RetrieveLoyaltyAccount": 1}


async def test_accounts_are_followed_by_their_ids_and_by_their_customers(live: Live) -> None:
    owner = await customer(live.emulator)
    ada, bea = await shop.enroll(live.emulator, customer_id=owner), await shop.enroll(live.emulator)
    async with (
        live.follow(ACCOUNTS, {"ids": [bea]}) as by_id,
        live.follow(ACCOUNTS, {"customers": [owner]}) as by_owner,
    ):
        for each in (ada, bea):
            await shop.adjust(live.emulator, each, 7)

        assert (await by_id.change())["accountId"] == bea
        change = await by_owner.change()
        assert (change["accountId"], change["account"]["customerId"]) == (ada, owner)


async def test_every_entry_of_a_ledger_is_told_of_once_and_those_of_one_account_share_a_search(live: Live) -> None:
    ada = await shop.enroll(live.emulator, points=100)
    async with live.follow(EVENTS) as follower:
        reward = await shop.reward(live.emulator, ada)
        first = await follower.change()
        live.reset()
        adjusted = await shop.adjust(live.emulator, ada, 7)
        second = await follower.change()
        calls = dict(live.calls)

    assert (first["kind"], first["accountId"], first["event"]["type"]) == ("CREATED", ada, "CREATE_REWARD")
    assert reward["status"] == "ISSUED"
    event = {"id": adjusted["id"], "type": "ADJUST_POINTS", "points": 7}
    assert second == {"kind": "CREATED", "eventId": adjusted["id"], "accountId": ada, "event": event}
    assert calls == {"AdjustLoyaltyPoints": 1, "SearchLoyaltyEvents": 1}


async def test_entries_are_followed_by_account_and_by_kind(live: Live) -> None:
    ada, bea = await shop.enroll(live.emulator, points=50), await shop.enroll(live.emulator, points=50)
    async with live.follow(EVENTS, {"accounts": [ada], "types": ["CREATE_REWARD", "REDEEM_REWARD"]}) as follower:
        live.reset()
        await shop.adjust(live.emulator, ada, 7)
        await shop.reward(live.emulator, bea)
        reward = await shop.reward(live.emulator, ada)
        await shop.redeem(live.emulator, reward["id"])

        assert [(await follower.change())["event"]["type"] for _ in range(2)] == ["CREATE_REWARD", "REDEEM_REWARD"]
        assert live.calls["SearchLoyaltyEvents"] <= 2


async def test_a_kind_that_nobody_knows_cannot_be_followed(live: Live) -> None:
    async with live.follow(EVENTS, {"types": ["UNKNOWN"]}, waits=False) as follower:
        assert (await follower.refusal())["extensions"] == {"code": "BAD_USER_INPUT", "field": ["types"]}
