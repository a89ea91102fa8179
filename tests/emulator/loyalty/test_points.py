from __future__ import annotations

import pytest

from gateway.emulator.rules.loyalty import programs as loyalty_programs
from tests.emulator import loyalty_shop as shop

MOST = 2**31 - 1


@pytest.fixture(autouse=True)
def _open(emulator):
    shop.open_shop(emulator)


async def test_accumulated_points_raise_the_balance_and_the_lifetime_and_enroll(emulator):
    account_id = await shop.enroll(emulator)

    (event,) = await shop.accumulate(emulator, account_id, points=12)

    account = await shop.account(emulator, account_id)
    assert (account["balance"], account["lifetime_points"]) == (12, 12)
    assert account["enrolled_at"] == account["updated_at"] == event["created_at"]
    assert event == {
        "id": event["id"],
        "type": "ACCUMULATE_POINTS",
        "created_at": event["created_at"],
        "accumulate_points": {"loyalty_program_id": shop.PROGRAM, "points": 12},
        "loyalty_account_id": account_id,
        "location_id": shop.LOCATION,
        "source": "LOYALTY_API",
    }
    assert await shop.events(emulator, account_id) == [event]


async def test_an_order_earns_what_its_rules_grant_and_only_once(emulator):
    account_id, order = await shop.enroll(emulator), shop.order(emulator)

    (event,) = await shop.accumulate(emulator, account_id, order_id=order)
    again = shop.accumulation(order_id=order)

    assert event["accumulate_points"] == {"loyalty_program_id": shop.PROGRAM, "points": 12, "order_id": order}
    refused = await shop.refuse(emulator, "POST", f"/accounts/{account_id}/accumulate", again)
    assert refused == (400, "BAD_REQUEST", "accumulate_points.order_id")
    assert (await shop.account(emulator, account_id))["balance"] == 12


async def test_an_order_earns_points_for_one_account_only(emulator):
    first, second = [await shop.enroll(emulator) for _ in range(2)]
    order = shop.order(emulator)
    await shop.accumulate(emulator, first, order_id=order)

    refused = await shop.refuse(emulator, "POST", f"/accounts/{second}/accumulate", shop.accumulation(order_id=order))

    assert refused == (400, "BAD_REQUEST", "accumulate_points.order_id")
    assert (await shop.account(emulator, second))["balance"] == 0


@pytest.mark.parametrize("state", ["OPEN", "DRAFT", "CANCELED", None])
async def test_an_order_earns_points_once_it_is_paid(emulator, state):
    account_id, order = await shop.enroll(emulator), shop.order(emulator, state=state)
    body = shop.accumulation(order_id=order)

    calculated = await shop.succeed(emulator, "POST", "/programs/main/calculate", {"order_id": order})
    refused = await shop.refuse(emulator, "POST", f"/accounts/{account_id}/accumulate", body)

    # What it would earn can be shown before it is paid.
    assert calculated["points"] == 12
    assert refused == (400, "BAD_REQUEST", "accumulate_points.order_id")
    assert (await shop.account(emulator, account_id))["balance"] == 0


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"accumulate_points": {}}, "BAD_REQUEST", "accumulate_points"),
        ({"accumulate_points": {"points": 1, "order_id": "O"}}, "BAD_REQUEST", "accumulate_points"),
        ({"accumulate_points": {"points": 0}}, "VALUE_TOO_LOW", "accumulate_points.points"),
        ({"accumulate_points": {"points": 2**31}}, "VALUE_TOO_HIGH", "accumulate_points.points"),
        ({"accumulate_points": {"points": "1"}}, "EXPECTED_INTEGER", "accumulate_points.points"),
        ({"accumulate_points": {"order_id": "unknown"}}, "BAD_REQUEST", "accumulate_points.order_id"),
        ({"location_id": "unknown"}, "BAD_REQUEST", "location_id"),
        ({"location_id": None}, "MISSING_REQUIRED_PARAMETER", "location_id"),
        ({"idempotency_key": None}, "MISSING_REQUIRED_PARAMETER", "idempotency_key"),
        ({"accumulate_points": None}, "MISSING_REQUIRED_PARAMETER", "accumulate_points"),
    ],
)
async def test_an_accumulation_that_cannot_be_is_refused_and_changes_nothing(emulator, change, code, field):
    account_id = await shop.enroll(emulator)

    refused = await shop.refuse(
        emulator, "POST", f"/accounts/{account_id}/accumulate", shop.accumulation(points=5) | change
    )

    account = await shop.account(emulator, account_id)
    assert refused == (400, code, field)
    assert (account["balance"], account.get("enrolled_at")) == (0, None)


async def test_an_order_that_earns_nothing_is_refused(emulator):
    account_id, order = await shop.enroll(emulator), shop.order(emulator, shop.line(shop.COFFEE, 99))

    refused = await shop.refuse(
        emulator, "POST", f"/accounts/{account_id}/accumulate", shop.accumulation(order_id=order)
    )

    assert refused == (400, "BAD_REQUEST", "accumulate_points.order_id")


async def test_a_positive_adjustment_counts_for_the_lifetime_but_does_not_enroll(emulator):
    account_id = await shop.enroll(emulator)

    event = await shop.adjust(emulator, account_id, 10)

    account = await shop.account(emulator, account_id)
    assert (account["balance"], account["lifetime_points"]) == (10, 10)
    assert "enrolled_at" not in account
    assert "location_id" not in event
    assert (event["type"], event["source"]) == ("ADJUST_POINTS", "LOYALTY_API")
    assert event["adjust_points"] == {"loyalty_program_id": shop.PROGRAM, "points": 10}


async def test_a_negative_adjustment_leaves_the_lifetime_alone(emulator):
    account_id = await shop.enroll(emulator, points=10)
    body = shop.adjustment(-4) | {"adjust_points": {"points": -4, "reason": "Spilled"}}

    answer = await shop.succeed(emulator, "POST", f"/accounts/{account_id}/adjust", body)

    account = await shop.account(emulator, account_id)
    assert answer["event"]["adjust_points"] == {"loyalty_program_id": shop.PROGRAM, "points": -4, "reason": "Spilled"}
    assert (account["balance"], account["lifetime_points"]) == (6, 10)


async def test_a_balance_goes_below_zero_only_when_that_is_allowed(emulator):
    account_id = await shop.enroll(emulator, points=3)
    path, field = f"/accounts/{account_id}/adjust", "adjust_points.points"

    for forbidden in ({}, {"allow_negative_balance": False}, {"allow_negative_balance": None}):
        refused = await shop.refuse(emulator, "POST", path, shop.adjustment(-4, **forbidden))
        assert refused == (400, "BAD_REQUEST", field)
    await shop.adjust(emulator, account_id, -4, allow_negative_balance=True)

    assert (await shop.account(emulator, account_id))["balance"] == -1
    assert await shop.refuse(emulator, "POST", path, shop.adjustment(-1)) == (400, "BAD_REQUEST", field)
    await shop.adjust(emulator, account_id, 1)
    assert (await shop.account(emulator, account_id))["balance"] == 0


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"points": 0}, "BAD_REQUEST", "adjust_points.points"),
        ({}, "MISSING_REQUIRED_PARAMETER", "adjust_points.points"),
        ({"points": -(2**31)}, "VALUE_TOO_LOW", "adjust_points.points"),
        ({"points": 1, "reason": "r" * 3501}, "VALUE_TOO_LONG", "adjust_points.reason"),
    ],
)
async def test_an_adjustment_that_cannot_be_is_refused(emulator, given, code, field):
    account_id = await shop.enroll(emulator)

    body = {"idempotency_key": shop.key(), "adjust_points": given}

    assert await shop.refuse(emulator, "POST", f"/accounts/{account_id}/adjust", body) == (400, code, field)


async def test_an_account_holds_and_owes_what_32_bits_can_say(emulator):
    account_id, poor = await shop.enroll(emulator, points=MOST), await shop.enroll(emulator)
    await shop.adjust(emulator, poor, -MOST, allow_negative_balance=True)
    more, less = shop.accumulation(points=1), shop.adjustment(-1, allow_negative_balance=True)

    assert await shop.refuse(emulator, "POST", f"/accounts/{account_id}/accumulate", more) == (400, "BAD_REQUEST", None)
    assert await shop.refuse(emulator, "POST", f"/accounts/{poor}/adjust", less) == (400, "BAD_REQUEST", None)
    assert [(await shop.account(emulator, each))["balance"] for each in (account_id, poor)] == [MOST, -MOST]


async def test_a_repeated_key_moves_points_once(emulator):
    account_id = await shop.enroll(emulator)
    accumulation, adjustment = shop.accumulation(points=5), shop.adjustment(3)

    for path, body in (
        (f"/accounts/{account_id}/accumulate", accumulation),
        (f"/accounts/{account_id}/adjust", adjustment),
    ):
        first = await shop.succeed(emulator, "POST", path, body)
        assert await shop.succeed(emulator, "POST", path, body) == first
    changed = shop.accumulation(points=6) | {"idempotency_key": accumulation["idempotency_key"]}

    refused = await shop.refuse(emulator, "POST", f"/accounts/{account_id}/accumulate", changed)
    assert refused[:2] == (400, "IDEMPOTENCY_KEY_REUSED")
    assert (await shop.account(emulator, account_id))["balance"] == 8


async def test_points_of_an_unknown_account_are_not_found(emulator):
    for path, body in (("accumulate", shop.accumulation(points=1)), ("adjust", shop.adjustment(1))):
        assert await shop.refuse(emulator, "POST", f"/accounts/unknown/{path}", body) == (404, "NOT_FOUND", None)


async def test_every_loyalty_write_of_an_inactive_program_is_not_found_while_reads_go_on(emulator):
    account_id = await shop.enroll(emulator, points=30)
    reward, promotion = await shop.reward(emulator, account_id), await shop.promote(emulator)
    db = emulator.store.db
    _, body = await emulator.call("GET", "/v2/loyalty/programs/main")
    loyalty_programs.insert(db, emulator.seller, body["program"] | {"status": "INACTIVE"})
    promotions = f"/programs/{shop.PROGRAM}/promotions"

    for method, path, given in (
        ("POST", "/accounts", shop.enrollment()),
        ("POST", f"/accounts/{account_id}/accumulate", shop.accumulation(points=1)),
        ("POST", f"/accounts/{account_id}/adjust", shop.adjustment(1)),
        ("POST", promotions, shop.promotion()),
        ("POST", f"{promotions}/{promotion['id']}/cancel", None),
        ("POST", "/rewards", shop.claim(account_id)),
        ("DELETE", f"/rewards/{reward['id']}", None),
        ("POST", f"/rewards/{reward['id']}/redeem", {"idempotency_key": "k", "location_id": shop.LOCATION}),
    ):
        assert await shop.refuse(emulator, method, path, given) == (404, "NOT_FOUND", None), path

    assert (await shop.account(emulator, account_id))["balance"] == 20
    assert (await shop.succeed(emulator, "GET", "/programs/main"))["program"]["status"] == "INACTIVE"


@pytest.mark.parametrize(
    "path", ["/accounts", "/accounts/A/accumulate", "/accounts/A/adjust", "/rewards", "/rewards/R/redeem"]
)
async def test_a_write_needs_the_scope_of_writes(emulator, path):
    status, body = await emulator.call("POST", f"/v2/loyalty{path}", {}, token="read-only-token")

    assert (status, body["errors"][0]["code"]) == (403, "INSUFFICIENT_SCOPES")


async def test_a_calculation_needs_only_the_scope_of_reads(emulator):
    body = {"transaction_amount_money": shop.usd(1050)}

    answer = await shop.succeed(emulator, "POST", "/programs/main/calculate", body, token="read-only-token")

    assert answer == {"points": 10, "promotion_points": 0}
