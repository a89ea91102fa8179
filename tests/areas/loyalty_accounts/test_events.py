from __future__ import annotations

from typing import Any

import pytest

from gateway.emulator.rules.loyalty import ledger as loyalty_ledger
from tests.emulator import loyalty_shop as shop

KINDS = """
  __typename id type rawType createdAt accountId locationId location { id } source rawSource account { id }
  ... on AccumulatePointsEvent { programId earned: points orderId order { id } }
  ... on AccumulatePromotionPointsEvent { programId promotionId earned: points orderId order { id } promotion { id } }
  ... on CreateRewardEvent { programId rewardId change: points reward { id } }
  ... on RedeemRewardEvent { programId rewardId orderId order { id } reward { id } }
  ... on DeleteRewardEvent { programId rewardId change: points reward { id } }
  ... on AdjustPointsEvent { programId change: points reason }
  ... on ExpirePointsEvent { programId change: points }
  ... on OtherEvent { programId change: points }
"""
OF_ACCOUNT = f"""
fragment Kinds on LoyaltyEvent {{ {KINDS} }}
query ($id: ID!, $filter: LoyaltyAccountEventFilter, $first: Int! = 30, $after: String) {{
  loyaltyAccount(id: $id) {{ events(filter: $filter, first: $first, after: $after) {{
    nodes {{ ...Kinds }} pageInfo {{ hasNextPage endCursor }}
  }} }}
}}"""
ALL = "query ($filter: LoyaltyEventFilter) { loyaltyEvents(filter: $filter) { nodes { accountId } } }"


async def of_account(graph: Any, id: str, **variables: Any) -> list[Any]:
    return (await graph.data(OF_ACCOUNT, {"id": id, **variables}))["loyaltyAccount"]["events"]["nodes"]


async def test_each_kind_of_event_is_a_type_of_its_own(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator)
    promotion = (await shop.promote(emulator))["id"]
    order = shop.order(emulator)
    await shop.accumulate(emulator, account, order_id=order)
    spill = shop.adjustment(-4)
    spill["adjust_points"]["reason"] = "Spilled"
    await shop.succeed(emulator, "POST", f"/accounts/{account}/adjust", spill)
    used, given_up = [(await shop.reward(emulator, account))["id"] for _ in range(2)]
    await shop.redeem(emulator, used)
    await shop.succeed(emulator, "DELETE", f"/rewards/{given_up}")
    graph.reset()

    found = await of_account(graph, account)

    (returned, redeemed, second, first, adjusted, extra, earned) = found
    assert [event["__typename"] for event in found] == [
        "DeleteRewardEvent",
        "RedeemRewardEvent",
        "CreateRewardEvent",
        "CreateRewardEvent",
        "AdjustPointsEvent",
        "AccumulatePromotionPointsEvent",
        "AccumulatePointsEvent",
    ]
    assert {event["programId"] for event in found} == {shop.PROGRAM}
    assert {event["account"]["id"] for event in found} == {account}
    assert all(event["type"] == event["rawType"] for event in found)
    assert {event["rawSource"] for event in found} == {"LOYALTY_API"}
    assert (earned["earned"], earned["orderId"], earned["order"]) == (12, order, {"id": order})
    assert (earned["locationId"], earned["location"]) == (shop.LOCATION, {"id": shop.LOCATION})
    assert (extra["earned"], extra["promotionId"], extra["promotion"]) == (12, promotion, {"id": promotion})
    assert (adjusted["change"], adjusted["reason"], adjusted["location"]) == (-4, "Spilled", None)
    assert [(each["change"], each["reward"]["id"]) for each in (first, second)] == [(-10, used), (-10, given_up)]
    assert (redeemed["reward"], redeemed["order"]) == ({"id": used}, None)
    assert (returned["change"], returned["rewardId"]) == (10, given_up)
    # Accounts, rewards and promotions of which only the id is asked cost nothing.
    assert graph.calls == {"RetrieveLoyaltyAccount": 1, "SearchLoyaltyEvents": 1}


def write(emulator: Any, account: str, kind: str, id: str, **fields: Any) -> None:
    event = {
        "id": id,
        "type": kind,
        "created_at": "2026-01-02T00:00:00Z",
        "loyalty_account_id": account,
        "source": "SQUARE",
        **fields,
    }
    loyalty_ledger.insert_event(emulator.store.db, emulator.seller, event)


async def test_expired_and_other_points_are_shown(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator)
    details = {"loyalty_program_id": shop.PROGRAM, "points": -3}
    write(emulator, account, "EXPIRE_POINTS", "E1", expire_points=details)
    write(emulator, account, "OTHER", "E2", other_event=details)

    found = {event["id"]: event for event in await of_account(graph, account)}

    assert (found["E1"]["__typename"], found["E1"]["change"]) == ("ExpirePointsEvent", -3)
    assert (found["E2"]["__typename"], found["E2"]["change"]) == ("OtherEvent", -3)
    assert found["E1"]["source"] == "SQUARE"


async def test_a_kind_added_later_is_an_unknown_event_that_names_it(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator)
    write(emulator, account, "OTHER", "E1", source="KIOSK")
    emulator.store.db.execute("UPDATE loyalty_events SET doc = replace(doc, '\"OTHER\"', '\"MERGE_ACCOUNTS\"')")

    (event,) = await of_account(graph, account)

    assert (event["__typename"], event["type"], event["rawType"]) == (
        "UnknownLoyaltyEvent",
        "UNKNOWN",
        "MERGE_ACCOUNTS",
    )
    assert (event["source"], event["rawSource"]) == ("UNKNOWN", "KIOSK")


async def test_a_reward_of_the_point_of_sale_has_no_reward_to_follow(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator)
    details = {"loyalty_program_id": shop.PROGRAM, "points": -10}
    write(emulator, account, "CREATE_REWARD", "E1", create_reward=details)

    (event,) = await of_account(graph, account)

    assert (event["rewardId"], event["reward"]) == (None, None)


async def test_events_follow_their_promotion_and_reward(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator)
    for _ in range(2):
        await shop.promote(emulator)
        await shop.accumulate(emulator, account, order_id=shop.order(emulator))
    await shop.reward(emulator, account)
    graph.reset()

    data = await graph.data(
        """{ loyaltyEvents { nodes {
          ... on AccumulatePromotionPointsEvent { promotion { name status } }
          ... on CreateRewardEvent { reward { status } }
        } } }"""
    )

    nodes = [node for node in data["loyaltyEvents"]["nodes"] if node]
    promotion = {"promotion": {"name": "Happy hour", "status": "ACTIVE"}}
    assert nodes == [{"reward": {"status": "ISSUED"}}, promotion, promotion]
    assert graph.calls == {"SearchLoyaltyEvents": 1, "ListLoyaltyPromotions": 1, "RetrieveLoyaltyReward": 1}


async def test_events_are_chosen_by_kind_location_order_and_time(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator)
    order = shop.order(emulator)
    await shop.accumulate(emulator, account, order_id=order)
    await shop.accumulate(emulator, account, shop.ELSEWHERE, points=5)
    await shop.adjust(emulator, account, 1)
    write(emulator, account, "OTHER", "E1", other_event={"loyalty_program_id": shop.PROGRAM, "points": 1})

    async def kinds(**filter: Any) -> list[str]:
        return [event["rawType"] for event in await of_account(graph, account, filter=filter)]

    assert await kinds(types=["ADJUST_POINTS", "OTHER"]) == ["ADJUST_POINTS", "OTHER"]
    assert await kinds(locationIds=[shop.ELSEWHERE]) == ["ACCUMULATE_POINTS"]
    assert await kinds(orderId=order) == ["ACCUMULATE_POINTS"]
    # The end of a span does not belong to it.
    assert await kinds(createdAt={"startAt": "2026-01-02T00:00:00Z", "endAt": "2026-01-02T00:00:01Z"}) == ["OTHER"]
    assert await kinds(createdAt={"endAt": "2026-01-02T00:00:00Z"}) == []
    assert await kinds(types=None, orderId=None, createdAt=None) == [
        "ADJUST_POINTS",
        "ACCUMULATE_POINTS",
        "ACCUMULATE_POINTS",
        "OTHER",
    ]


async def test_events_of_all_accounts_or_of_one_are_searched(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    one, two = [await shop.enroll(emulator, points=3) for _ in range(2)]
    graph.reset()

    everything = (await graph.data(ALL))["loyaltyEvents"]["nodes"]
    ones = (await graph.data(ALL, {"filter": {"accountId": one, "types": ["ACCUMULATE_POINTS"]}}))["loyaltyEvents"]

    assert [event["accountId"] for event in everything] == [two, one]
    assert [event["accountId"] for event in ones["nodes"]] == [one]
    assert graph.calls == {"SearchLoyaltyEvents": 2}


@pytest.mark.parametrize(
    ("filter", "path"),
    [
        ({"types": []}, ["filter", "types"]),
        ({"types": ["OTHER", "UNKNOWN"]}, ["filter", "types"]),
        ({"locationIds": []}, ["filter", "locationIds"]),
        ({"createdAt": {}}, ["filter", "createdAt"]),
    ],
)
async def test_a_filter_that_says_nothing_is_refused_before_any_call(
    graph: Any, filter: dict[str, Any], path: list[str]
) -> None:
    answer = await graph(ALL, {"filter": filter})

    assert answer["data"] == {"loyaltyEvents": None}
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": path}
    assert not graph.calls


async def test_what_square_refuses_about_a_filter_is_found_in_the_filter(graph: Any) -> None:
    span = {"startAt": "2026-02-01T00:00:00Z", "endAt": "2026-01-01T00:00:00Z"}

    (error,) = (await graph(ALL, {"filter": {"createdAt": span}}))["errors"]

    assert (error["extensions"]["code"], error["extensions"]["field"]) == ("BAD_USER_INPUT", ["filter", "createdAt"])


async def test_the_ledger_is_paged(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator)
    for points in range(1, 36):
        await shop.adjust(emulator, account, points)
    graph.reset()

    answer = await graph.data(OF_ACCOUNT, {"id": account, "first": 32})
    page = answer["loyaltyAccount"]["events"]
    rest = await of_account(graph, account, after=page["pageInfo"]["endCursor"])

    assert [event["change"] for event in page["nodes"] + rest] == list(range(35, 0, -1))
    assert page["pageInfo"]["hasNextPage"] is True
    assert graph.calls == {"RetrieveLoyaltyAccount": 2, "SearchLoyaltyEvents": 3}


async def test_a_cursor_of_one_account_is_refused_by_another(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    one, two = [await shop.enroll(emulator, points=3) for _ in range(2)]
    page = (await graph.data(OF_ACCOUNT, {"id": one}))["loyaltyAccount"]["events"]

    answer = await graph(OF_ACCOUNT, {"id": two, "after": page["pageInfo"]["endCursor"]})

    assert answer["data"] == {"loyaltyAccount": {"events": None}}
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": ["after"]}
