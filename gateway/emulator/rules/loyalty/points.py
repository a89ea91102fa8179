"""Points earned and corrected: accumulate, adjust, and calculate what a purchase would earn.

See https://developer.squareup.com/docs/loyalty-api/loyalty-points. Points for rewards are elsewhere.
"""

from __future__ import annotations

from gateway.emulator.api.routes import Json, Replay, Request, Route
from gateway.emulator.errors import SquareFault, bad_request, chosen, missing
from gateway.emulator.rules.loyalty import accrual, ledger, lots, offers, orders, programs
from gateway.emulator.rules.loyalty.ledger import MAX_POINTS
from gateway.emulator.validation.shapes import INT64, MONEY, Boolean, Integer, Object, String


def _accumulate(request: Request) -> Json:
    program = programs.writable(request)
    account = ledger.require(request, request.path["account_id"])
    given, location_id = request.body["accumulate_points"], request.body["location_id"]
    points, order_id = given.get("points"), given.get("order_id")
    if bool(points) == bool(order_id):
        raise bad_request("Specify either `order_id` or `points`.", "accumulate_points")
    orders.require_location(request, location_id)
    ledger.enroll(request, account)
    lot = lots.deadline(program, request.now)
    if points:
        details = {"loyalty_program_id": program["id"], "points": points}
        return {
            "events": [
                ledger.earn(request, account, "ACCUMULATE_POINTS", details, [(lot, points)], location_id=location_id)
            ]
        }
    order = orders.require_order(request, order_id, "accumulate_points.order_id")
    if order.get("state") != "COMPLETED":
        raise chosen("order_not_paid", "The order has not been paid.", "accumulate_points.order_id")
    if _accumulated(request, order_id):
        raise chosen("order_already_accumulated", "The order has already earned points.", "accumulate_points.order_id")
    earned = accrual.by_order(program, order)
    if earned.points < 1:
        raise chosen("no_points_earned", "The purchase does not qualify for points.", "accumulate_points.order_id")
    grants: list[tuple[str, Json]] = [("ACCUMULATE_POINTS", {"points": earned.points})]
    offer = offers.best(request, program["id"], earned, location_id, account["id"])
    if offer is not None:
        grants.append(
            ("ACCUMULATE_PROMOTION_POINTS", {"loyalty_promotion_id": offer.promotion_id, "points": offer.points})
        )
    return {
        "events": [
            ledger.earn(
                request,
                account,
                kind,
                {"loyalty_program_id": program["id"], **details, "order_id": order_id},
                [(lot, details["points"])],
                location_id=location_id,
            )
            for kind, details in grants
        ]
    }


def _accumulated(request: Request, order_id: str) -> bool:
    """Whether the order has earned points, for whichever account. Undocumented; chosen here: it does so once."""
    return bool(
        request.db.execute(
            "SELECT 1 FROM loyalty_events WHERE seller = ? AND order_id = ? AND type = 'ACCUMULATE_POINTS'",
            (request.caller.seller_id, order_id),
        ).fetchone()
    )


def _adjust(request: Request) -> Json:
    program = programs.writable(request)
    account = ledger.require(request, request.path["account_id"])
    given = request.body["adjust_points"]
    points = given["points"]
    if points == 0:
        raise bad_request("The number of points must not be zero.", "adjust_points.points")
    if points < 0 and account["balance"] + points < 0 and not request.body.get("allow_negative_balance"):
        raise chosen(
            "insufficient_points", "The adjustment would result in a negative balance.", "adjust_points.points"
        )
    details = {"loyalty_program_id": program["id"], "points": points}
    if given.get("reason"):
        details["reason"] = given["reason"]
    if points > 0:
        lot = lots.deadline(program, request.now)
        return {"event": ledger.earn(request, account, "ADJUST_POINTS", details, [(lot, points)])}
    return {"event": ledger.spend(request, account, "ADJUST_POINTS", details)[0]}


def _calculate(request: Request) -> Json:
    program = programs.require(request, request.path["program_id"])
    order_id, money = request.body.get("order_id"), request.body.get("transaction_amount_money")
    if order_id and money is not None:
        raise chosen("conflicting_parameters", "Specify either `order_id` or `transaction_amount_money`.", "order_id")
    account_id = request.body.get("loyalty_account_id")
    if account_id is not None:
        ledger.require(request, account_id)
    if money is not None:
        for name in ("amount", "currency"):
            if money.get(name) is None:
                raise missing(f"transaction_amount_money.{name}")
        # Promotion points are only ever computed from an order, as Square documents.
        points = accrual.by_amount(program, money)
        if points >= INT64:
            detail = "The purchase is too large to earn points."
            raise SquareFault(400, "VALUE_TOO_HIGH", detail, "transaction_amount_money.amount")
        return {"points": points, "promotion_points": 0}
    if not order_id:
        raise missing("order_id")
    order = orders.require_order(request, order_id, "order_id")
    earned = accrual.by_order(program, order)
    offer = offers.best(request, program["id"], earned, order.get("location_id"), account_id)
    return {"points": earned.points, "promotion_points": offer.points if offer else 0}


_KEY = String(min=1, max=128)
_ACCUMULATE = Object(
    {
        "accumulate_points": Object(
            {"points": Integer(min=1, max=MAX_POINTS), "order_id": String()},
            read_only=frozenset({"loyalty_program_id"}),
        ),
        "idempotency_key": _KEY,
        "location_id": String(min=1),
    },
    required=("accumulate_points", "idempotency_key", "location_id"),
)
_ADJUST = Object(
    {
        "adjust_points": Object(
            {"points": Integer(min=-MAX_POINTS, max=MAX_POINTS), "reason": String(max=3500)},
            required=("points",),
            read_only=frozenset({"loyalty_program_id"}),
        ),
        "idempotency_key": _KEY,
        "allow_negative_balance": Boolean(),
    },
    required=("adjust_points", "idempotency_key"),
)
_CALCULATE = Object(
    {
        "order_id": String(),
        "transaction_amount_money": MONEY,
        "loyalty_account_id": String(min=1, max=36),
    }
)
_ACCOUNT = "/v2/loyalty/accounts/{account_id}"

ROUTES = (
    Route(
        "AccumulateLoyaltyPoints",
        "POST",
        f"{_ACCOUNT}/accumulate",
        "LOYALTY_WRITE",
        _accumulate,
        body=_ACCUMULATE,
        replay=Replay.STRICT,
    ),
    Route(
        "AdjustLoyaltyPoints",
        "POST",
        f"{_ACCOUNT}/adjust",
        "LOYALTY_WRITE",
        _adjust,
        body=_ADJUST,
        replay=Replay.STRICT,
    ),
    # A calculation changes nothing, and Square asks only for the scope of a read.
    Route(
        "CalculateLoyaltyPoints",
        "POST",
        "/v2/loyalty/programs/{program_id}/calculate",
        "LOYALTY_READ",
        _calculate,
        body=_CALCULATE,
    ),
)
