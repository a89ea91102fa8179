from __future__ import annotations

from typing import Any

from tests.emulator import loyalty_shop as shop

REWARD = """query ($id: ID!) { loyaltyReward(id: $id) {
  id status rawStatus accountId rewardTierId points orderId order { id } createdAt updatedAt redeemedAt
  account { id balance } rewardTier { id name points }
} }"""
OF_ACCOUNT = """query ($id: ID!, $status: LoyaltyRewardStatus, $first: Int! = 30, $after: String) {
  loyaltyAccount(id: $id) { rewards(status: $status, first: $first, after: $after) {
    nodes { id status } pageInfo { hasNextPage endCursor }
  } }
}"""
ALL = "query ($filter: LoyaltyRewardFilter) { loyaltyRewards(filter: $filter) { nodes { id rawStatus } } }"


async def three(emulator: Any) -> tuple[str, str, str, str]:
    """An account with a reward that was issued, one that was used and one that was given up."""
    account = await shop.enroll(emulator, points=100)
    issued, used, given_up = [(await shop.reward(emulator, account))["id"] for _ in range(3)]
    await shop.redeem(emulator, used)
    await shop.succeed(emulator, "DELETE", f"/rewards/{given_up}")
    return account, issued, used, given_up


async def test_a_reward_leads_to_its_account_tier_and_order(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator, points=15)
    order = shop.order(emulator, state="OPEN")
    reward_id = (await shop.reward(emulator, account, order_id=order))["id"]
    graph.reset()

    reward = (await graph.data(REWARD, {"id": reward_id}))["loyaltyReward"]

    assert (reward["status"], reward["rawStatus"], reward["points"]) == ("ISSUED", "ISSUED", 10)
    assert (reward["orderId"], reward["order"], reward["redeemedAt"]) == (order, {"id": order}, None)
    assert reward["account"] == {"id": account, "balance": 5}
    assert reward["rewardTier"] == {"id": shop.SMALL, "name": "Reward for 10", "points": 10}
    assert graph.calls == {"RetrieveLoyaltyReward": 1, "RetrieveLoyaltyAccount": 1, "RetrieveLoyaltyProgram": 1}


async def test_a_tier_that_the_program_no_longer_has_is_null(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    reward_id = (await shop.reward(emulator, await shop.enroll(emulator, points=15)))["id"]
    shop.open_shop(emulator, reward_tiers=[shop.tier(shop.LARGE, 50)])

    reward = (await graph.data(REWARD, {"id": reward_id}))["loyaltyReward"]

    assert (reward["rewardTierId"], reward["rewardTier"]) == (shop.SMALL, None)


async def test_the_tiers_of_many_rewards_cost_one_read_of_the_program(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account, *_ = await three(emulator)
    graph.reset()

    data = await graph.data(
        "query ($id: ID!) { loyaltyRewards(filter: { accountId: $id }) { nodes { rewardTier { name } } } "
        "loyaltyProgram { status } }",
        {"id": account},
    )

    assert data["loyaltyRewards"]["nodes"] == [{"rewardTier": {"name": "Reward for 10"}}] * 3
    assert graph.calls == {"SearchLoyaltyRewards": 1, "RetrieveLoyaltyProgram": 1}


async def test_a_reward_that_does_not_exist_is_null(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)

    assert await graph.data(REWARD, {"id": "nowhere"}) == {"loyaltyReward": None}


async def test_all_rewards_are_listed_deleted_ones_too_and_a_status_chooses(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account, issued, used, given_up = await three(emulator)
    graph.reset()

    async def rewards(**variables: Any) -> list[Any]:
        answer = await graph.data(OF_ACCOUNT, {"id": account, **variables})
        return [(node["id"], node["status"]) for node in answer["loyaltyAccount"]["rewards"]["nodes"]]

    assert await rewards() == [(given_up, "DELETED"), (used, "REDEEMED"), (issued, "ISSUED")]
    assert await rewards(status=None) == await rewards()
    assert await rewards(status="DELETED") == [(given_up, "DELETED")]
    assert await rewards(status="ISSUED") == [(issued, "ISSUED")]
    assert graph.calls == {"RetrieveLoyaltyAccount": 5, "SearchLoyaltyRewards": 5}
    assert (await graph.data(REWARD, {"id": given_up}))["loyaltyReward"]["status"] == "DELETED"


async def test_rewards_of_all_accounts_or_of_one_are_searched(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account, issued, used, given_up = await three(emulator)
    other = (await shop.reward(emulator, await shop.enroll(emulator, points=10)))["id"]

    async def ids(filter: Any = None) -> list[str]:
        return [node["id"] for node in (await graph.data(ALL, {"filter": filter}))["loyaltyRewards"]["nodes"]]

    assert await ids() == [other, given_up, used, issued]
    assert await ids({"accountId": account}) == [given_up, used, issued]
    assert await ids({"accountId": account, "status": None}) == [given_up, used, issued]
    assert await ids({"accountId": account, "status": "DELETED"}) == [given_up]


async def test_square_has_no_search_by_status_alone(graph: Any) -> None:
    answer = await graph(ALL, {"filter": {"status": "ISSUED"}})

    assert answer["errors"]
    assert not graph.calls


async def test_a_status_that_square_cannot_look_for_is_refused(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator)
    graph.reset()

    answer = await graph(OF_ACCOUNT, {"id": account, "status": "UNKNOWN"})

    assert not graph.calls
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": ["status"]}


async def test_pages_of_rewards_hold_as_many_as_were_asked_for(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator, points=1000)
    every = [(await shop.reward(emulator, account))["id"] for _ in range(7)]
    for each in every[4:]:
        await shop.succeed(emulator, "DELETE", f"/rewards/{each}")
    graph.reset()

    page = (await graph.data(OF_ACCOUNT, {"id": account, "first": 2}))["loyaltyAccount"]["rewards"]
    after = page["pageInfo"]["endCursor"]
    rest = (await graph.data(OF_ACCOUNT, {"id": account, "first": 10, "after": after}))["loyaltyAccount"]["rewards"]

    assert [node["status"] for node in page["nodes"]] == ["DELETED"] * 2
    assert {node["id"] for node in page["nodes"] + rest["nodes"]} == set(every)
    assert len(rest["nodes"]) == 5
    assert rest["pageInfo"]["hasNextPage"] is False
    assert graph.calls == {"RetrieveLoyaltyAccount": 2, "SearchLoyaltyRewards": 2}


async def test_an_empty_account_id_is_nobodys_and_not_everybodys(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    await three(emulator)

    answers = [
        await graph(f'{{ {field}(filter: {{ accountId: "" }}) {{ nodes {{ id }} }} }}')
        for field in ("loyaltyRewards", "loyaltyEvents")
    ]

    assert [answer["data"] for answer in answers] == [{"loyaltyRewards": None}, {"loyaltyEvents": None}]
    assert [answer["errors"][0]["extensions"]["field"] for answer in answers] == [["filter", "accountId"]] * 2


async def test_the_reward_of_a_delete_event_is_in_the_list(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account, *_, given_up = await three(emulator)
    query = """query ($id: ID!) { loyaltyAccount(id: $id) {
      rewards { nodes { id } }
      events(filter: { types: [DELETE_REWARD] }) { nodes { ... on DeleteRewardEvent { reward { id status } } } }
    } }"""

    found = (await graph.data(query, {"id": account}))["loyaltyAccount"]

    assert found["events"]["nodes"] == [{"reward": {"id": given_up, "status": "DELETED"}}]
    assert {"id": given_up} in found["rewards"]["nodes"]


async def test_a_refused_status_of_a_filter_is_found_in_the_filter(graph: Any) -> None:
    answer = await graph(ALL, {"filter": {"accountId": "any", "status": "UNKNOWN"}})

    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": ["filter", "status"]}
    assert not graph.calls
