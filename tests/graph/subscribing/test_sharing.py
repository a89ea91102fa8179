"""One event is read once for all who may read the same, and each that selects the same gets the same answer."""

from __future__ import annotations

from contextlib import AsyncExitStack

from tests.areas.people import make_groups
from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import customer, done
from tests.following import Live
from tests.throttle import UNUSED

CHANGED = "subscription Changed($ids: [ID!]) { customerChanged(ids: $ids) { customer { %s } } }"


async def test_subscribers_with_the_same_rights_share_one_read(live: Live) -> None:
    ada = await customer(live.emulator)
    async with AsyncExitStack() as stack:
        followers = [await stack.enter_async_context(live.follow(CHANGED % "id givenName")) for _ in range(5)]
        live.reset()
        await done(live.emulator.call("PUT", f"/v2/customers/{ada}", {"given_name": "Eve"}))

        for follower in followers:
            assert (await follower.change())["customer"] == {"id": ada, "givenName": "Eve"}
        assert live.calls == {"UpdateCustomer": 1, "BulkRetrieveCustomers": 1}


async def test_different_selections_and_filters_share_what_they_both_read(live: Live) -> None:
    (regulars,) = make_groups(live.emulator, "Regulars")
    ada = await customer(live.emulator)
    async with (
        live.follow(CHANGED % "groups { name }") as first,
        live.follow(CHANGED % "groups { name }", {"ids": [ada, "SOMEBODY-ELSE"]}) as second,
        live.follow(CHANGED % "id groups { id name } loyaltyAccounts { id }", {"ids": [ada]}) as third,
    ):
        live.reset()
        await done(live.emulator.call("PUT", f"/v2/customers/{ada}/groups/{regulars}"))

        for follower in (first, second):
            assert (await follower.change())["customer"] == {"groups": [{"name": "Regulars"}]}
        group = {"id": regulars, "name": "Regulars"}
        assert (await third.change())["customer"] == {"id": ada, "groups": [group], "loyaltyAccounts": []}
        assert live.calls == {
            "AddGroupToCustomer": 1,
            "BulkRetrieveCustomers": 1,
            "RetrieveCustomerGroup": 1,
            "SearchLoyaltyAccounts": 1,
        }


async def test_values_of_variables_below_the_field_make_another_answer(live: Live) -> None:
    ada = await customer(live.emulator, given_name="Ada")
    query = (
        "subscription Changed($name: Boolean!) { customerChanged { customer { id givenName @include(if: $name) } } }"
    )
    async with live.follow(query, {"name": True}) as named, live.follow(query, {"name": False}) as unnamed:
        await done(live.emulator.call("PUT", f"/v2/customers/{ada}", {"given_name": "Eve"}))

        assert (await named.change())["customer"] == {"id": ada, "givenName": "Eve"}
        assert (await unnamed.change())["customer"] == {"id": ada}


async def test_a_second_application_reads_for_itself(live: Live) -> None:
    ada = await customer(live.emulator)
    async with (
        live.follow(CHANGED % "givenName") as first,
        live.follow(CHANGED % "givenName", token="second-app-token") as second,
    ):
        live.reset()
        await done(live.emulator.call("PUT", f"/v2/customers/{ada}", {"given_name": "Eve"}))

        for follower in (first, second):
            assert (await follower.change())["customer"] == {"givenName": "Eve"}
        assert live.calls == {"UpdateCustomer": 1, "BulkRetrieveCustomers": 2}


async def test_every_response_says_where_it_stands_and_what_the_reading_took(live: Live) -> None:
    ada = await customer(live.emulator)
    async with live.follow(
        "subscription { customerChanged { position customer { loyaltyAccounts { id } } } }"
    ) as follower:
        await done(live.emulator.call("PUT", f"/v2/customers/{ada}", {"given_name": "Eve"}))

        response = await follower.response()

    position = response["data"]["customerChanged"]["position"]
    cost = {"estimatedCalls": 4, "actualCalls": 2, "retries": 0, "cacheHits": 0, "throttleStatus": UNUSED}
    assert response["extensions"] == {"cost": cost, "position": position}


async def test_answers_with_different_plans_wait_for_what_both_of_them_read(live: Live) -> None:
    (regulars,) = make_groups(live.emulator, "Regulars")
    shop.open_shop(live.emulator)
    ada, bea = await customer(live.emulator), await customer(live.emulator)
    account = await shop.enroll(live.emulator, points=50, customer_id=ada)
    await shop.reward(live.emulator, account)
    groups = "groups { name }"
    by_rewards = f"loyaltyAccounts {{ rewards {{ nodes {{ account {{ balance customer {{ {groups} }} }} }} }} }}"
    by_accounts = f"{groups} loyaltyAccounts {{ customer {{ note {groups} }} program {{ status }} }}"
    async with (
        live.follow(CHANGED % by_rewards, {"ids": [ada, bea]}) as first,
        live.follow(CHANGED % by_accounts, {"ids": [ada, bea]}) as second,
    ):
        live.reset()
        await done(live.emulator.call("PUT", f"/v2/customers/{ada}/groups/{regulars}"))

        named = {"groups": [{"name": "Regulars"}]}
        found = (await first.change())["customer"]["loyaltyAccounts"][0]["rewards"]["nodes"]
        assert found == [{"account": {"balance": 40, "customer": named}}]
        found = (await second.change())["customer"]
        shown = {"customer": {"note": None, **named}, "program": {"status": "ACTIVE"}}
        assert found == {**named, "loyaltyAccounts": [shown]}
        assert live.calls == {
            "AddGroupToCustomer": 1,
            "BulkRetrieveCustomers": 1,
            "SearchLoyaltyAccounts": 1,
            "SearchLoyaltyRewards": 1,
            "RetrieveLoyaltyProgram": 1,
            "RetrieveCustomerGroup": 1,
        }
