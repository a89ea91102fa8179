from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import loyalty_shop as shop

ERRORS = "userErrors { __typename code field message }"
CREATE = f"""mutation ($input: LoyaltyRewardInput!, $key: String) {{
  createLoyaltyReward(input: $input, idempotencyKey: $key) {{
    reward {{ id status points orderId account {{ balance }} rewardTier {{ name }} }} idempotencyKey {ERRORS}
  }}
}}"""
REDEEM = f"""mutation ($id: ID!, $at: ID!, $key: String) {{
  redeemLoyaltyReward(id: $id, locationId: $at, idempotencyKey: $key) {{
    event {{ __typename id locationId ... on RedeemRewardEvent {{ rewardId }} }}
    reward {{ id status redeemedAt }} idempotencyKey {ERRORS}
  }}
}}"""
DELETE = f"mutation ($id: ID!) {{ deleteLoyaltyReward(id: $id) {{ deletedId {ERRORS} }} }}"


async def test_points_are_exchanged_for_a_reward(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator, points=15)
    order = shop.order(emulator, state="OPEN")
    graph.reset()

    answer = await graph.data(
        CREATE, {"input": {"accountId": account, "rewardTierId": shop.SMALL, "orderId": order}, "key": "reward-1"}
    )

    payload = answer["createLoyaltyReward"]
    assert (payload["userErrors"], payload["idempotencyKey"]) == ([], "reward-1")
    reward = payload["reward"]
    assert (reward["status"], reward["points"], reward["orderId"]) == ("ISSUED", 10, order)
    assert reward["account"] == {"balance": 5}
    assert reward["rewardTier"] == {"name": "Reward for 10"}
    assert graph.calls == {"CreateLoyaltyReward": 1, "RetrieveLoyaltyAccount": 1, "RetrieveLoyaltyProgram": 1}


async def test_a_reward_made_again_with_its_key_is_the_same(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator, points=25)
    variables = {"input": {"accountId": account, "rewardTierId": shop.SMALL}, "key": "reward-1"}

    first = (await graph.data(CREATE, variables))["createLoyaltyReward"]
    again = (await graph.data(CREATE, variables))["createLoyaltyReward"]

    assert again["reward"]["id"] == first["reward"]["id"]
    assert (await shop.account(emulator, account))["balance"] == 15


async def test_too_few_points_are_a_user_error_at_the_tier(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator, points=5)

    payload = (await graph.data(CREATE, {"input": {"accountId": account, "rewardTierId": shop.SMALL}}))[
        "createLoyaltyReward"
    ]

    assert payload["reward"] is None
    (error,) = payload["userErrors"]
    assert error["field"] == ["input", "rewardTierId"]
    assert error["message"] == "The account does not have enough points."


@pytest.mark.parametrize("missing", ["accountId", "rewardTierId"])
async def test_an_account_or_tier_that_does_not_exist_is_a_user_error(graph: Any, emulator: Any, missing: str) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator, points=15)
    given = {"accountId": account, "rewardTierId": shop.SMALL, missing: "nowhere"}

    payload = (await graph.data(CREATE, {"input": given}))["createLoyaltyReward"]

    assert payload["reward"] is None
    assert [error["__typename"] for error in payload["userErrors"]] == ["NotFoundError"]


async def test_an_id_that_is_too_long_names_the_input(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)

    payload = (await graph.data(CREATE, {"input": {"accountId": "a" * 37, "rewardTierId": shop.SMALL}}))[
        "createLoyaltyReward"
    ]

    assert payload["userErrors"][0]["field"] == ["input", "accountId"]


async def test_a_reward_is_used_once_and_its_key_replays_it(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    reward = (await shop.reward(emulator, await shop.enroll(emulator, points=15)))["id"]
    variables = {"id": reward, "at": shop.LOCATION, "key": "redeem-1"}
    graph.reset()

    first = (await graph.data(REDEEM, variables))["redeemLoyaltyReward"]
    assert graph.calls == {"RedeemLoyaltyReward": 1, "RetrieveLoyaltyReward": 1}
    replayed = (await graph.data(REDEEM, variables))["redeemLoyaltyReward"]
    again = (await graph.data(REDEEM, {**variables, "key": "redeem-2"}))["redeemLoyaltyReward"]

    assert first["userErrors"] == []
    assert first["event"]["__typename"] == "RedeemRewardEvent"
    assert (first["event"]["rewardId"], first["event"]["locationId"]) == (reward, shop.LOCATION)
    assert first["reward"]["status"] == "REDEEMED"
    assert first["reward"]["redeemedAt"]
    assert replayed["event"]["id"] == first["event"]["id"]
    assert (again["event"], again["reward"]) == (None, None)
    assert [error["__typename"] for error in again["userErrors"]] == ["ValidationError"]


async def test_a_location_that_does_not_exist_names_the_argument(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    reward = (await shop.reward(emulator, await shop.enroll(emulator, points=15)))["id"]

    payload = (await graph.data(REDEEM, {"id": reward, "at": "nowhere"}))["redeemLoyaltyReward"]

    assert payload["userErrors"][0]["field"] == ["locationId"]


async def test_a_reward_is_given_up_and_its_points_return(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator, points=15)
    reward = (await shop.reward(emulator, account))["id"]
    graph.reset()

    payload = (await graph.data(DELETE, {"id": reward}))["deleteLoyaltyReward"]

    assert payload == {"deletedId": reward, "userErrors": []}
    assert graph.calls == {"DeleteLoyaltyReward": 1}
    assert (await shop.account(emulator, account))["balance"] == 15


async def test_a_reward_that_was_given_up_is_read_again_when_asked_for(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    reward = (await shop.reward(emulator, await shop.enroll(emulator, points=15)))["id"]
    graph.reset()

    data = await graph.data(
        "mutation ($id: ID!) { deleteLoyaltyReward(id: $id) { reward { status account { balance } } } }",
        {"id": reward},
    )

    assert data == {"deleteLoyaltyReward": {"reward": {"status": "DELETED", "account": {"balance": 15}}}}
    assert graph.calls == {"DeleteLoyaltyReward": 1, "RetrieveLoyaltyReward": 1, "RetrieveLoyaltyAccount": 1}


async def test_only_an_unused_reward_can_be_given_up(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    reward = (await shop.reward(emulator, await shop.enroll(emulator, points=15)))["id"]
    await shop.redeem(emulator, reward)

    used = (await graph.data(DELETE, {"id": reward}))["deleteLoyaltyReward"]
    nowhere = (await graph.data(DELETE, {"id": "nowhere"}))["deleteLoyaltyReward"]

    assert [error["__typename"] for error in used["userErrors"]] == ["ValidationError"]
    assert [error["__typename"] for error in nowhere["userErrors"]] == ["NotFoundError"]
    assert used["deletedId"] is nowhere["deletedId"] is None


@pytest.mark.parametrize("key", ["", "k" * 129])
async def test_a_key_has_1_to_128_characters(graph: Any, key: str) -> None:
    made = await graph.data(CREATE, {"input": {"accountId": "A", "rewardTierId": "T"}, "key": key})
    used = await graph.data(REDEEM, {"id": "R", "at": "L", "key": key})

    for payload in (made["createLoyaltyReward"], used["redeemLoyaltyReward"]):
        assert [error["field"] for error in payload["userErrors"]] == [["idempotencyKey"]]
    assert not graph.calls


async def test_an_id_that_does_not_exist_is_named_by_its_input_field(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator, points=10)
    create = """mutation ($account: ID!, $tier: ID!) {
      createLoyaltyReward(input: { accountId: $account, rewardTierId: $tier }) { userErrors { __typename field } }
    }"""
    enroll = """mutation ($input: LoyaltyAccountInput!) {
      createLoyaltyAccount(input: $input) { userErrors { __typename field } }
    }"""

    async def wrong(mutation: str, **variables: Any) -> Any:
        (payload,) = (await graph.data(mutation, variables)).values()
        return payload["userErrors"]

    def at(name: str) -> list[Any]:
        return [{"__typename": "NotFoundError", "field": ["input", name]}]

    phone = "+14155550177"
    assert await wrong(create, account="nowhere", tier=shop.SMALL) == at("accountId")
    assert await wrong(create, account=account, tier="none") == at("rewardTierId")
    assert await wrong(enroll, input={"phoneNumber": phone, "programId": "none"}) == at("programId")
    assert await wrong(enroll, input={"phoneNumber": phone, "customerId": "nobody"}) == at("customerId")
