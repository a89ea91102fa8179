from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gateway.emulator.rules.loyalty import accounts as loyalty_accounts
from gateway.emulator.rules.loyalty import events as loyalty_events
from gateway.emulator.rules.loyalty import rewards as loyalty_rewards
from gateway.emulator.rules.loyalty.ledger import METADATA
from tests.emulator import loyalty_shop as shop

STEPS = st.one_of(
    st.tuples(st.just("accumulate"), st.integers(10, 90)),
    st.tuples(st.just("order"), st.integers(100, 4000)),
    st.tuples(st.just("adjust"), st.integers(-30, 30)),
    st.tuples(st.just("overdraw"), st.integers(-40, -1)),
    st.tuples(st.just("create"), st.sampled_from([shop.SMALL, shop.SMALL, shop.LARGE])),
    st.tuples(st.just("redeem"), st.integers(0, 5)),
    st.tuples(st.just("delete"), st.integers(0, 5)),
    st.tuples(st.just("wait"), st.integers(1, 60)),
)


class Buyer:
    """One account, acted upon at random; a refusal is fine as long as it changes nothing."""

    def __init__(self, emulator, account_id):
        self.emulator, self.id, self.rewards = emulator, account_id, []

    async def act(self, step, value):
        if step == "wait":
            self.emulator.clock.advance(timedelta(days=value).total_seconds())
            return True
        if step in ("redeem", "delete") and not self.rewards:
            return False
        method, path, body = self.request(step, value)
        status, answer = await self.emulator.call(method, f"/v2/loyalty{path}", body)
        assert status in (200, 400), answer
        if status == 200 and step == "create":
            self.rewards.append(answer["reward"]["id"])
        return status == 200

    def request(self, step, value):
        account = f"/accounts/{self.id}"
        if step == "accumulate":
            return "POST", f"{account}/accumulate", shop.accumulation(points=value)
        if step == "order":
            order = shop.order(self.emulator, shop.line(shop.COFFEE, value, "1", shop.HOT))
            return "POST", f"{account}/accumulate", shop.accumulation(order_id=order)
        if step in ("adjust", "overdraw"):
            return "POST", f"{account}/adjust", shop.adjustment(value, allow_negative_balance=step == "overdraw")
        if step == "create":
            return "POST", "/rewards", shop.claim(self.id, value)
        reward = f"/rewards/{self.rewards[value % len(self.rewards)]}"
        if step == "delete":
            return "DELETE", reward, None
        return "POST", f"{reward}/redeem", {"idempotency_key": shop.key(), "location_id": shop.LOCATION}


def points(event):
    return event[METADATA[event["type"]]].get("points", 0)


@pytest.mark.parametrize("policy", [{}, {"expiration_policy": {"expiration_duration": "P2M"}}])
# One emulator serves all histories, each on an account of its own; making a failed one shorter would take minutes.
@settings(
    max_examples=30,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=12, max_size=30))
async def test_the_ledger_explains_every_balance(emulator, policy, steps):
    shop.open_shop(emulator, shop.spend(), **policy)
    if not await shop.succeed(emulator, "GET", f"/programs/{shop.PROGRAM}/promotions"):
        await shop.promote(emulator, trigger_limit={"times": 2})
    buyer = Buyer(emulator, await shop.enroll(emulator))
    lifetime = 0
    for step, value in steps:
        before = await shop.account(emulator, buyer.id)
        done = await buyer.act(step, value)

        after, events = await shop.account(emulator, buyer.id), await shop.events(emulator, buyer.id)
        assert after["balance"] == sum(points(each) for each in events)
        assert after["lifetime_points"] >= lifetime
        lifetime = after["lifetime_points"]
        earned = [each for each in events if each["type"] in ("ACCUMULATE_POINTS", "ACCUMULATE_PROMOTION_POINTS")]
        adjusted = [each for each in events if each["type"] == "ADJUST_POINTS" and points(each) > 0]
        assert lifetime == sum(points(each) for each in earned + adjusted)
        assert done or after == before
        if step != "overdraw":
            assert after["balance"] >= min(0, before["balance"])
        rewards = [(await shop.succeed(emulator, "GET", f"/rewards/{each}"))["reward"] for each in buyer.rewards]
        spent = sum(each["points"] for each in rewards if each["status"] != "DELETED")
        locked = [each for each in events if each["type"] in ("CREATE_REWARD", "DELETE_REWARD")]
        assert spent == -sum(points(each) for each in locked)
        redeemed = [each for each in events if each["type"] == "REDEEM_REWARD"]
        assert len(redeemed) == sum(each["status"] == "REDEEMED" for each in rewards)
        deadlines = after.get("expiring_point_deadlines", [])
        if policy and after["balance"] > 0:
            assert sum(each["points"] for each in deadlines) == after["balance"]
        else:
            assert deadlines == []
        moments = [each["created_at"] for each in events]
        assert moments == sorted(moments, reverse=True)


async def test_a_shop_with_history_is_stored_in_a_moment(emulator):
    shop.open_shop(emulator)
    began, start = time.process_time(), datetime.fromisoformat("2024-01-01T00:00:00+00:00")
    with emulator.store.transaction() as db:
        for number in range(400):
            account_id = f"A{number}"
            created_at = (start + timedelta(minutes=number)).isoformat()
            loyalty_accounts.insert(
                db,
                emulator.seller,
                {
                    "id": account_id,
                    "program_id": shop.PROGRAM,
                    "balance": 10,
                    "lifetime_points": 20,
                    "created_at": created_at,
                    "updated_at": created_at,
                    "mapping": {"id": f"M{number}", "created_at": created_at, "phone_number": f"+1415555{number:04d}"},
                },
            )
            for step in range(5):
                loyalty_events.insert(
                    db,
                    emulator.seller,
                    {
                        "id": f"{account_id}-{step}",
                        "type": "ACCUMULATE_POINTS",
                        "created_at": (start + timedelta(minutes=number, days=step)).isoformat(),
                        "accumulate_points": {"loyalty_program_id": shop.PROGRAM, "points": 4},
                        "loyalty_account_id": account_id,
                        "location_id": shop.LOCATION,
                        "source": "SQUARE",
                    },
                )
            loyalty_rewards.insert(
                db,
                emulator.seller,
                {
                    "id": f"R{number}",
                    "status": "ISSUED",
                    "loyalty_account_id": account_id,
                    "reward_tier_id": shop.SMALL,
                    "points": 10,
                    "created_at": created_at,
                    "updated_at": created_at,
                },
            )
    took = time.process_time() - began

    page = await shop.succeed(emulator, "POST", "/accounts/search", {"limit": 200})
    assert len(page["loyalty_accounts"]) == 200
    assert took < 2
