"""What is shown of a change whose object cannot be read, and of a caller that loses its rights."""

from __future__ import annotations

from tests.emulator.attributes import customer, done
from tests.following import Live

FOLLOW = "subscription { customerChanged { kind customerId customer { givenName } } }"


async def test_a_token_that_is_revoked_is_told_of_nothing_more(live: Live) -> None:
    ada = await customer(live.emulator)
    async with live.follow(FOLLOW, token="read-only-token") as follower:
        await live.emulator.call("POST", "/_emulator/tokens/revoke", {"token": "read-only-token"})
        await done(live.emulator.call("PUT", f"/v2/customers/{ada}", {"given_name": "Eve"}))

        assert (await follower.refusal())["extensions"]["code"] == "UNAUTHENTICATED"
        assert await follower.close_code() == 4403


async def test_what_one_seller_changes_is_told_to_no_other(live: Live) -> None:
    async with live.follow(FOLLOW) as first, live.follow(FOLLOW, token="second-seller-token") as second:
        await customer(live.emulator, given_name="Ada")
        assert (await first.change())["customer"]["givenName"] == "Ada"
        await done(live.emulator.call("POST", "/v2/customers", {"given_name": "Bea"}, token="second-seller-token"))
        assert (await second.change())["customer"]["givenName"] == "Bea"
        await customer(live.emulator, given_name="Eve")
        assert (await first.change())["customer"]["givenName"] == "Eve"


async def test_what_is_sent_again_for_subscribers_is_counted(live: Live) -> None:
    async with live.follow(FOLLOW) as follower:
        live.emulator.faults.add("status", "BulkRetrieveCustomers", status=503, count=1)
        await customer(live.emulator, given_name="Ada")
        await follower.change()

        assert await live.figure("gateway_square_retries_total") == 1
