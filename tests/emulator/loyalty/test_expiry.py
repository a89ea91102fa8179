from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.emulator.rules.loyalty import lots as loyalty_lots
from tests.emulator import loyalty_shop as shop


@pytest.fixture
def expiring(emulator):
    """A shop at noon of the first of a month, so that no month ends while a test runs."""
    shop.open_shop(emulator, expiration_policy={"expiration_duration": "P12M"})
    to_month(emulator, 1)
    return emulator


def months_ahead(emulator, months):
    """The deadline of points earned now plus some months, as Square's month arithmetic has it."""
    now = emulator.clock.now()
    total = now.year * 12 + now.month - 1 + 12 + 1 + months
    return f"{total // 12:04d}-{total % 12 + 1:02d}-01T00:00:00.000Z"


def to_month(emulator, months):
    now = emulator.clock.now()
    total = now.year * 12 + now.month - 1 + months
    emulator.clock.advance((datetime(total // 12, total % 12 + 1, 1, 12, tzinfo=UTC) - now).total_seconds())


def deadlines(account):
    return [(each["expires_at"], each["points"]) for each in account.get("expiring_point_deadlines", [])]


@pytest.mark.parametrize(
    ("duration", "earned", "expires"),
    [
        ("P12M", datetime(2020, 7, 6, tzinfo=UTC), "2021-08-01T00:00:00.000Z"),
        ("P1M", datetime(2020, 11, 30, 23, 59, tzinfo=UTC), "2021-01-01T00:00:00.000Z"),
        ("P6M", datetime(2020, 12, 1, tzinfo=UTC), "2021-07-01T00:00:00.000Z"),
        ("P18M", datetime(2020, 5, 31, tzinfo=UTC), "2021-12-01T00:00:00.000Z"),
    ],
)
def test_points_are_valid_to_the_end_of_the_month_they_expire_in(duration, earned, expires):
    program = {"expiration_policy": {"expiration_duration": duration}}

    assert loyalty_lots.deadline(program, earned) == expires


def test_a_duration_that_square_does_not_have_is_an_error_of_the_seed():
    with pytest.raises(ValueError, match="P<n>M"):
        loyalty_lots.deadline({"expiration_policy": {"expiration_duration": "P1Y"}}, datetime(2020, 1, 1, tzinfo=UTC))


async def test_deadlines_add_up_to_the_balance_and_the_first_to_expire_are_spent_first(expiring):
    account_id = await shop.enroll(expiring)
    assert deadlines(await shop.account(expiring, account_id)) == []
    old = months_ahead(expiring, 0)
    await shop.accumulate(expiring, account_id, points=20)
    await shop.adjust(expiring, account_id, 5)
    to_month(expiring, 1)
    new = months_ahead(expiring, 0)
    await shop.accumulate(expiring, account_id, points=40)

    assert deadlines(await shop.account(expiring, account_id)) == [(old, 25), (new, 40)]
    await shop.reward(expiring, account_id)
    assert deadlines(await shop.account(expiring, account_id)) == [(old, 15), (new, 40)]
    await shop.adjust(expiring, account_id, -20)
    assert deadlines(await shop.account(expiring, account_id)) == [(new, 35)]


async def test_points_past_their_deadline_expire_before_anything_sees_them(expiring):
    account_id = await shop.enroll(expiring, points=20)
    deadline = months_ahead(expiring, 0)
    to_month(expiring, 1)
    await shop.accumulate(expiring, account_id, points=3)

    to_month(expiring, 12)
    events = await shop.events(expiring, account_id)
    account = await shop.account(expiring, account_id)

    assert events[0] == {
        "id": events[0]["id"],
        "type": "EXPIRE_POINTS",
        "created_at": deadline,
        "expire_points": {"loyalty_program_id": shop.PROGRAM, "points": -20},
        "loyalty_account_id": account_id,
        "source": "SQUARE",
    }
    assert (account["balance"], account["lifetime_points"], account["updated_at"]) == (3, 23, deadline)
    to_month(expiring, 1)
    page = await shop.succeed(expiring, "POST", "/accounts/search")
    assert page["loyalty_accounts"][0]["balance"] == 0
    assert deadlines(page["loyalty_accounts"][0]) == []
    assert [each["type"] for each in await shop.events(expiring, account_id)].count("EXPIRE_POINTS") == 2


async def test_expired_points_cannot_be_spent(expiring):
    account_id = await shop.enroll(expiring, points=20)
    to_month(expiring, 13)

    refused = await shop.refuse(expiring, "POST", "/rewards", shop.claim(account_id))

    assert refused == (400, "BAD_REQUEST", "reward.reward_tier_id")
    assert (await shop.account(expiring, account_id))["balance"] == 0


async def test_points_of_a_deleted_reward_keep_their_deadline(expiring):
    account_id = await shop.enroll(expiring, points=10)
    deadline = months_ahead(expiring, 0)
    reward = await shop.reward(expiring, account_id)
    assert deadlines(await shop.account(expiring, account_id)) == []
    to_month(expiring, 3)

    await shop.succeed(expiring, "DELETE", f"/rewards/{reward['id']}")

    assert deadlines(await shop.account(expiring, account_id)) == [(deadline, 10)]


async def test_points_given_back_after_their_deadline_count_as_earned_that_day(expiring):
    account_id = await shop.enroll(expiring, points=10)
    reward = await shop.reward(expiring, account_id)
    to_month(expiring, 20)
    assert (await shop.succeed(expiring, "GET", f"/rewards/{reward['id']}"))["reward"]["status"] == "ISSUED"

    await shop.succeed(expiring, "DELETE", f"/rewards/{reward['id']}")

    account = await shop.account(expiring, account_id)
    assert account["balance"] == 10
    assert deadlines(account) == [(months_ahead(expiring, 0), 10)]


async def test_a_debt_is_settled_before_new_points_get_a_deadline(expiring):
    account_id = await shop.enroll(expiring)
    await shop.adjust(expiring, account_id, -7, allow_negative_balance=True)
    await shop.accumulate(expiring, account_id, points=5)
    assert deadlines(await shop.account(expiring, account_id)) == []

    await shop.accumulate(expiring, account_id, points=6)

    account = await shop.account(expiring, account_id)
    assert account["balance"] == 4
    assert deadlines(account) == [(months_ahead(expiring, 0), 4)]


async def test_points_never_expire_without_a_policy(emulator):
    shop.open_shop(emulator)
    account_id = await shop.enroll(emulator, points=10)
    to_month(emulator, 240)

    account = await shop.account(emulator, account_id)

    assert account["balance"] == 10
    assert "expiring_point_deadlines" not in account
