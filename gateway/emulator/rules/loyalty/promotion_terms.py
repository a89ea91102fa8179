"""The terms of a loyalty promotion: the shape of a request, and the form in which Square answers it.

See https://developer.squareup.com/docs/loyalty-api/loyalty-promotions. Stores nothing. No I/O.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from gateway.emulator.api.routes import Json
from gateway.emulator.errors import SquareFault, bad_request, chosen, missing
from gateway.emulator.rules.loyalty import schedules as loyalty_schedules
from gateway.emulator.validation.shapes import MONEY, Array, Integer, Object, String, choice

_FIELD = "loyalty_promotion"
_MULTIPLIER = f"{_FIELD}.incentive.points_multiplier_data.multiplier"
_QUALIFYING = ("qualifying_item_variation_ids", "qualifying_category_ids")
_THOUSANDTH = Decimal("0.001")

SHAPE = Object(
    {
        "name": String(min=1, max=70),
        "incentive": Object(
            {
                "type": choice("POINTS_MULTIPLIER", "POINTS_ADDITION"),
                "points_multiplier_data": Object(
                    {"points_multiplier": Integer(min=2, max=10), "multiplier": String(max=5)}
                ),
                "points_addition_data": Object(
                    {"points_addition": Integer(min=1, max=2**31 - 1)}, required=("points_addition",)
                ),
            },
            required=("type",),
        ),
        "available_time": Object(
            {"time_periods": Array(String(), min=1, max=31)},
            required=("time_periods",),
            read_only=frozenset({"start_date", "end_date"}),
        ),
        "trigger_limit": Object(
            {"times": Integer(min=1, max=30), "interval": choice("ALL_TIME", "DAY")}, required=("times",)
        ),
        "minimum_spend_amount_money": MONEY,
        "qualifying_item_variation_ids": Array(String()),
        "qualifying_category_ids": Array(String()),
    },
    required=("name", "incentive", "available_time"),
    read_only=frozenset({"id", "status", "created_at", "canceled_at", "updated_at", "loyalty_program_id"}),
)


def answered(given: Json, program: Json) -> Json:
    """The terms of a promotion as Square answers them, from a body that has the `SHAPE`. Raises 400."""
    terms: Json = {
        "name": given["name"],
        "incentive": _incentive(given["incentive"]),
        "available_time": _available_time(given["available_time"]["time_periods"]),
    }
    if given.get("trigger_limit"):
        limit = given["trigger_limit"]
        # Undocumented; chosen here: a limit without an interval is one for all time.
        terms["trigger_limit"] = {"times": limit["times"], "interval": limit.get("interval") or "ALL_TIME"}
    if given.get("minimum_spend_amount_money") is not None:
        terms["minimum_spend_amount_money"] = _minimum_spend(given["minimum_spend_amount_money"])
    qualifying = {name: given[name] for name in _QUALIFYING if given.get(name)}
    if len(qualifying) > 1:
        raise chosen(
            "conflicting_parameters",
            "A promotion qualifies item variations or categories, not both.",
            f"{_FIELD}.qualifying_category_ids",
        )
    if qualifying and not {rule["accrual_type"] for rule in program.get("accrual_rules") or ()} & {"VISIT", "SPEND"}:
        raise bad_request(
            "Qualifying items need a program with a visit-based or spend-based rule.",
            f"{_FIELD}.{next(iter(qualifying))}",
        )
    return terms | qualifying


def _incentive(given: Json) -> Json:
    multiplier, addition = given.get("points_multiplier_data"), given.get("points_addition_data")
    if given["type"] == "POINTS_ADDITION":
        if addition is None:
            raise missing(f"{_FIELD}.incentive.points_addition_data")
        if multiplier is not None:
            raise _mixed("points_multiplier_data")
        return {"type": "POINTS_ADDITION", "points_addition_data": addition}
    if multiplier is None:
        raise missing(f"{_FIELD}.incentive.points_multiplier_data")
    if addition is not None:
        raise _mixed("points_addition_data")
    return {"type": "POINTS_MULTIPLIER", "points_multiplier_data": _multiplier(multiplier)}


def _mixed(name: str) -> SquareFault:
    field = f"{_FIELD}.incentive.{name}"
    return chosen("conflicting_parameters", "The data does not belong to the incentive type.", field)


def _multiplier(data: Json) -> Json:
    """Both forms of a multiplier: "3.0" is answered as "3.000" and, being whole, as 3.

    10 is answered as "10.00", since Square declares five characters at most.
    """
    text, whole = data.get("multiplier"), data.get("points_multiplier")
    if text is not None:
        value = _decimal(text)
    elif whole is not None:
        value = Decimal(whole)
    else:
        raise missing(_MULTIPLIER)
    if whole is not None and value != whole:
        raise chosen("conflicting_parameters", "`multiplier` and `points_multiplier` differ.", _MULTIPLIER)
    answer: Json = {"multiplier": str(value.quantize(_THOUSANDTH))[:5]}
    if value == value.to_integral_value():
        answer["points_multiplier"] = int(value)
    return answer


def _decimal(text: str) -> Decimal:
    try:
        # Only digits and a point: Decimal itself would also read "1e1" and "NaN".
        value = Decimal(text if text.isascii() and text.replace(".", "", 1).isdigit() else "")
        if value != value.quantize(_THOUSANDTH):
            raise InvalidOperation
    except InvalidOperation as error:
        raise SquareFault(400, "INVALID_VALUE", "Expected a decimal with three places at most.", _MULTIPLIER) from error
    # Undocumented but for the upper bound; chosen here: a multiplier that multiplies nothing is refused.
    if value <= 1:
        raise SquareFault(400, "VALUE_TOO_LOW", "Field must be greater than 1.", _MULTIPLIER)
    if value > 10:
        raise SquareFault(400, "VALUE_TOO_HIGH", "Field must be less than or equal to 10.", _MULTIPLIER)
    return value


def _available_time(texts: list[str]) -> Json:
    field = f"{_FIELD}.available_time.time_periods"
    periods = []
    for index, text in enumerate(texts):
        try:
            periods.append(loyalty_schedules.parse(text))
        except ValueError as error:
            raise SquareFault(400, "INVALID_VALUE", f"Invalid time period: {error}", f"{field}[{index}]") from error
    if loyalty_schedules.share_a_day(periods):
        raise bad_request("A day can have at most one available time period.", field)
    answer: Json = {"start_date": loyalty_schedules.starts(periods).isoformat()}
    end = loyalty_schedules.ends(periods)
    if end is not None:
        answer["end_date"] = end[0].isoformat()
    return {**answer, "time_periods": [period.text for period in periods]}


def _minimum_spend(money: Json) -> Json:
    field = f"{_FIELD}.minimum_spend_amount_money"
    for name in ("amount", "currency"):
        if money.get(name) is None:
            raise missing(f"{field}.{name}")
    if money["amount"] <= 0:
        raise SquareFault(400, "VALUE_TOO_LOW", "Field must be greater than 0.", f"{field}.amount")
    return money
