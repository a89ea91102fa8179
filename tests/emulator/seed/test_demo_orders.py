from __future__ import annotations

from tests.emulator.listings import done, points


async def test_a_sample_order_earns_what_is_calculated_for_it(demo):
    account = (await done(demo.call("POST", "/v2/loyalty/accounts/search", {"limit": 1})))["loyalty_accounts"][0]
    program = f"/v2/loyalty/programs/{account['program_id']}"
    earned = await done(
        demo.call("POST", f"{program}/calculate", {"order_id": "demo-order-1", "loyalty_account_id": account["id"]})
    )

    given = {
        "accumulate_points": {"order_id": "demo-order-1"},
        "location_id": "LROASTERY",
        "idempotency_key": "sample",
    }
    events = (await done(demo.call("POST", f"/v2/loyalty/accounts/{account['id']}/accumulate", given)))["events"]

    assert earned == {"points": 9, "promotion_points": 10}
    assert [points(event) for event in events] == [9, 10]


async def test_the_sample_that_nobody_has_paid_earns_once_it_is_paid(demo):
    account = (await done(demo.call("POST", "/v2/loyalty/accounts/search", {"limit": 1})))["loyalty_accounts"][0]
    path = f"/v2/loyalty/accounts/{account['id']}/accumulate"
    given = {"accumulate_points": {"order_id": "demo-order-9"}, "location_id": "LROASTERY", "idempotency_key": "k"}

    too_early, _ = await demo.call("POST", path, given)
    await done(demo.call("POST", "/_emulator/orders/demo-order-9/pay", token=None))
    events = (await done(demo.call("POST", path, given)))["events"]

    assert (too_early, points(events[0])) == (400, 14)
