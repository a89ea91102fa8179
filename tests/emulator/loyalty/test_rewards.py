from __future__ import annotations

import pytest

from gateway.emulator.rules.loyalty import rewards as loyalty_rewards
from tests.emulator import loyalty_shop as shop

UNKNOWN = "00000000-0000-0000-0000-000000000000"


@pytest.fixture(autouse=True)
def _open(emulator):
    shop.open_shop(emulator)


async def test_a_reward_locks_the_points_of_its_tier(emulator):
    account_id = await shop.enroll(emulator)
    await shop.adjust(emulator, account_id, 25)

    reward = await shop.reward(emulator, account_id)

    account = await shop.account(emulator, account_id)
    assert reward == {
        "id": reward["id"],
        "status": "ISSUED",
        "loyalty_account_id": account_id,
        "reward_tier_id": shop.SMALL,
        "points": 10,
        "created_at": reward["created_at"],
        "updated_at": reward["created_at"],
    }
    assert (account["balance"], account["lifetime_points"]) == (15, 25)
    assert account["enrolled_at"] == reward["created_at"]
    event = (await shop.events(emulator, account_id))[0]
    assert (event["type"], event["source"], "location_id" in event) == ("CREATE_REWARD", "LOYALTY_API", False)
    assert event["create_reward"] == {"loyalty_program_id": shop.PROGRAM, "reward_id": reward["id"], "points": -10}


async def test_locked_points_cannot_be_spent_again(emulator):
    account_id = await shop.enroll(emulator, points=19)
    await shop.reward(emulator, account_id)

    refused = await shop.refuse(emulator, "POST", "/rewards", shop.claim(account_id))

    assert refused == (400, "BAD_REQUEST", "reward.reward_tier_id")
    assert (await shop.account(emulator, account_id))["balance"] == 9


async def test_redeeming_ends_a_reward_and_leaves_the_balance(emulator):
    account_id = await shop.enroll(emulator, points=30)
    reward = await shop.reward(emulator, account_id)
    emulator.clock.advance(60)

    event = await shop.redeem(emulator, reward["id"])

    stored = (await shop.succeed(emulator, "GET", f"/rewards/{reward['id']}"))["reward"]
    assert stored == reward | {
        "status": "REDEEMED",
        "redeemed_at": event["created_at"],
        "updated_at": event["created_at"],
    }
    assert event["redeem_reward"] == {"loyalty_program_id": shop.PROGRAM, "reward_id": reward["id"]}
    assert (event["type"], event["location_id"]) == ("REDEEM_REWARD", shop.LOCATION)
    assert event["loyalty_account_id"] == account_id
    assert (await shop.account(emulator, account_id))["balance"] == 20


async def test_deleting_a_reward_gives_its_points_back_and_keeps_it_readable(emulator):
    account_id = await shop.enroll(emulator, points=30)
    reward = await shop.reward(emulator, account_id)

    assert await shop.succeed(emulator, "DELETE", f"/rewards/{reward['id']}") == {}

    stored = (await shop.succeed(emulator, "GET", f"/rewards/{reward['id']}"))["reward"]
    account = await shop.account(emulator, account_id)
    event = (await shop.events(emulator, account_id))[0]
    assert stored["status"] == "DELETED"
    assert (account["balance"], account["lifetime_points"]) == (30, 30)
    assert (event["type"], "location_id" in event) == ("DELETE_REWARD", False)
    assert event["delete_reward"] == {"loyalty_program_id": shop.PROGRAM, "reward_id": reward["id"], "points": 10}


@pytest.mark.parametrize("end", ["redeem", "delete"])
async def test_a_reward_that_has_ended_neither_redeems_nor_deletes(emulator, end):
    account_id = await shop.enroll(emulator, points=30)
    path = f"/rewards/{(await shop.reward(emulator, account_id))['id']}"
    body = {"idempotency_key": shop.key(), "location_id": shop.LOCATION}
    if end == "redeem":
        await shop.succeed(emulator, "POST", f"{path}/redeem", body)
    else:
        await shop.succeed(emulator, "DELETE", path)
    before = await shop.account(emulator, account_id)

    again = body | {"idempotency_key": shop.key()}
    assert await shop.refuse(emulator, "POST", f"{path}/redeem", again) == (400, "BAD_REQUEST", None)
    assert await shop.refuse(emulator, "DELETE", path) == (400, "BAD_REQUEST", None)
    assert await shop.account(emulator, account_id) == before


async def test_repeated_keys_create_and_redeem_once(emulator):
    account_id = await shop.enroll(emulator, points=30)
    claim = shop.claim(account_id)
    reward = await shop.succeed(emulator, "POST", "/rewards", claim)
    path = f"/rewards/{reward['reward']['id']}/redeem"
    body = {"idempotency_key": shop.key(), "location_id": shop.LOCATION}
    event = await shop.succeed(emulator, "POST", path, body)

    assert await shop.succeed(emulator, "POST", "/rewards", claim) == reward
    assert await shop.succeed(emulator, "POST", path, body) == event
    assert (await shop.account(emulator, account_id))["balance"] == 20


async def test_a_reward_for_an_order_is_noted_on_it_and_taken_off_when_deleted(emulator):
    account_id, order = await shop.enroll(emulator, points=30), shop.order(emulator)
    kept = await shop.reward(emulator, account_id, order_id=order)
    reward = await shop.reward(emulator, account_id, order_id=order)
    await shop.redeem(emulator, kept["id"])

    await shop.succeed(emulator, "DELETE", f"/rewards/{reward['id']}")

    (doc,) = emulator.store.db.execute("SELECT doc FROM orders").fetchone()
    assert kept["order_id"] == order
    assert kept["id"] in doc
    assert reward["id"] not in doc
    query = {"filter": {"order_filter": {"order_id": order}}}
    found = (await shop.succeed(emulator, "POST", "/events/search", {"query": query}))["events"]
    assert [each["type"] for each in found] == ["DELETE_REWARD", "REDEEM_REWARD", "CREATE_REWARD", "CREATE_REWARD"]
    assert found[1]["redeem_reward"]["order_id"] == order


@pytest.mark.parametrize(
    ("reward", "refused"),
    [
        ({"loyalty_account_id": UNKNOWN}, (404, "NOT_FOUND", None)),
        ({"reward_tier_id": UNKNOWN}, (404, "NOT_FOUND", None)),
        ({"order_id": "unknown"}, (400, "BAD_REQUEST", "reward.order_id")),
        ({"reward_tier_id": None}, (400, "MISSING_REQUIRED_PARAMETER", "reward.reward_tier_id")),
        ({"loyalty_account_id": ""}, (400, "VALUE_EMPTY", "reward.loyalty_account_id")),
    ],
)
async def test_a_reward_that_cannot_be_is_refused(emulator, reward, refused):
    account_id = await shop.enroll(emulator, points=30)
    claim = shop.claim(account_id)
    claim["reward"] |= reward

    assert await shop.refuse(emulator, "POST", "/rewards", claim) == refused
    assert (await shop.account(emulator, account_id))["balance"] == 30


async def test_unknown_rewards_are_not_found(emulator):
    body = {"idempotency_key": "k", "location_id": shop.LOCATION}

    for method, path, given in (("GET", "", None), ("DELETE", "", None), ("POST", "/redeem", body)):
        assert await shop.refuse(emulator, method, f"/rewards/{UNKNOWN}{path}", given) == (404, "NOT_FOUND", None)


async def test_a_reward_is_redeemed_at_a_location_of_the_seller(emulator):
    account_id = await shop.enroll(emulator, points=10)
    path = f"/rewards/{(await shop.reward(emulator, account_id))['id']}/redeem"

    for location, code in (("unknown", "BAD_REQUEST"), ("", "VALUE_EMPTY")):
        body = {"idempotency_key": "k", "location_id": location}
        assert await shop.refuse(emulator, "POST", path, body) == (400, code, "location_id")


async def test_rewards_are_found_by_account_and_status_the_last_updated_first(emulator):
    ann, bob = await shop.enroll(emulator, points=90), await shop.enroll(emulator, points=90)
    first, second, third = [(await shop.reward(emulator, ann))["id"] for _ in range(3)]
    other = (await shop.reward(emulator, bob))["id"]
    await shop.succeed(emulator, "DELETE", f"/rewards/{second}")
    await shop.redeem(emulator, first)

    async def found(**body):
        page = await shop.succeed(emulator, "POST", "/rewards/search", body)
        return [each["id"] for each in page.get("rewards", [])]

    assert await found() == [first, second, other, third]
    assert await found(query={}) == [first, second, other, third]
    assert await found(query={"loyalty_account_id": ann}) == [first, second, third]
    assert await found(query={"loyalty_account_id": ann, "status": "ISSUED"}) == [third]
    assert await found(query={"loyalty_account_id": ann, "status": "DELETED"}) == [second]
    assert await found(query={"loyalty_account_id": ann, "status": None}) == [first, second, third]


async def test_a_search_that_matches_no_reward_answers_an_empty_object(emulator):
    body = {"query": {"loyalty_account_id": UNKNOWN}}

    assert await shop.succeed(emulator, "POST", "/rewards/search", body) == {}


async def test_rewards_come_page_by_page(emulator):
    account_id = await shop.enroll(emulator, points=50)
    ids = [(await shop.reward(emulator, account_id))["id"] for _ in range(5)]

    found, cursor = [], {}
    for _ in range(3):
        page = await shop.succeed(emulator, "POST", "/rewards/search", {"limit": 2, **cursor})
        found += [each["id"] for each in page["rewards"]]
        cursor = {"cursor": page.get("cursor")}

    assert found == ids[::-1]
    assert cursor == {"cursor": None}


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"limit": 0}, "VALUE_TOO_LOW", "limit"),
        ({"limit": 31}, "VALUE_TOO_HIGH", "limit"),
        ({"query": {"status": "ISSUED"}}, "MISSING_REQUIRED_PARAMETER", "query.loyalty_account_id"),
        ({"query": {"loyalty_account_id": "A", "status": "LOST"}}, "INVALID_ENUM_VALUE", "query.status"),
    ],
)
async def test_a_search_outside_the_limits_is_refused(emulator, body, code, field):
    assert await shop.refuse(emulator, "POST", "/rewards/search", body) == (400, code, field)


async def test_a_cursor_belongs_to_its_search(emulator):
    account_id = await shop.enroll(emulator, points=50)
    for _ in range(2):
        await shop.reward(emulator, account_id)
    page = await shop.succeed(emulator, "POST", "/rewards/search", {"limit": 1})

    body = {"cursor": page["cursor"], "query": {"loyalty_account_id": account_id}}

    assert await shop.refuse(emulator, "POST", "/rewards/search", body) == (400, "INVALID_CURSOR", "cursor")


async def test_a_stored_reward_gives_back_its_points_like_any_other(emulator):
    account_id = await shop.enroll(emulator)
    reward = {
        "id": "R",
        "status": "ISSUED",
        "loyalty_account_id": account_id,
        "reward_tier_id": shop.SMALL,
        "points": 10,
        "order_id": "forgotten",
        "created_at": "2021-01-01T00:00:00Z",
        "updated_at": "2021-01-01T00:00:00Z",
    }
    loyalty_rewards.insert(emulator.store.db, emulator.seller, reward)

    await shop.succeed(emulator, "DELETE", "/rewards/R")

    assert (await shop.account(emulator, account_id))["balance"] == 10
