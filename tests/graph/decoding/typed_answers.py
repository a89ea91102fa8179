"""The reads whose answers are read in one go: for each a call, a body that answers it, and where that is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args, get_origin

from strawberry.types.base import get_object_definition
from strawberry.utils.str_converters import to_camel_case

from gateway.areas.customers import endpoints as customers
from gateway.areas.groups import endpoints as groups
from gateway.areas.loyalty_accounts import endpoints as accounts
from gateway.areas.loyalty_programs import endpoints as programs
from gateway.areas.segments import endpoints as segments
from gateway.square.endpoint import Bulk, Call, Page

MOMENT = "2026-01-31T09:30:00Z"
CUSTOMER: dict[str, Any] = {
    "id": "C1",
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "given_name": "Zoë",
    "note": 'a "quoted" \\ text',
    "address": {"address_line_1": "1 Main St", "locality": "Köln", "country": "DE"},
    "preferences": {"email_unsubscribed": False},
    "creation_source": "THIRD_PARTY",
    "group_ids": ["G1", "G2"],
    "segment_ids": [],
    "version": 7,
    "tax_ids": {"eu_vat": "IE3426675K"},
    "not_known_here": [{"a": 1.5}],
}
SET = {"id": "S1", "name": "Loyal", "created_at": MOMENT, "updated_at": MOMENT}
ACCOUNT = {
    "id": "A1",
    "program_id": "P1",
    "balance": 10,
    "lifetime_points": 2**62,
    "customer_id": "C1",
    "mapping": {"id": "M1", "created_at": MOMENT, "phone_number": "+14155551234"},
    "expiring_point_deadlines": [{"points": 3, "expires_at": MOMENT}],
    "created_at": MOMENT,
}
REWARD = {
    "id": "R1",
    "status": "ISSUED",
    "loyalty_account_id": "A1",
    "reward_tier_id": "T1",
    "points": 10,
    "order_id": "O1",
    "created_at": MOMENT,
}
PROGRAM = {
    "id": "P1",
    "status": "ACTIVE",
    "reward_tiers": [
        {"id": "T1", "points": 10, "name": "10 %", "pricing_rule_reference": {"object_id": "X", "catalog_version": 1}}
    ],
    "expiration_policy": {"expiration_duration": "P12M"},
    "terminology": {"one": "Star", "other": "Stars"},
    "location_ids": ["L1"],
    "accrual_rules": [
        {"accrual_type": "SPEND", "points": 1, "spend_data": {"amount_money": {"amount": 100, "currency": "USD"}}}
    ],
}
PROMOTION = {
    "id": "Q1",
    "name": "Happy hour",
    "available_time": {"start_date": "2026-01-31", "time_periods": ["BEGIN:VEVENT"]},
    "trigger_limit": {"times": 1, "interval": "DAY"},
    "status": "ACTIVE",
    "loyalty_program_id": "P1",
    "minimum_spend_amount_money": {"amount": 100, "currency": "USD"},
    "qualifying_category_ids": ["K1"],
    "incentive": {
        "type": "POINTS_MULTIPLIER",
        "points_multiplier_data": {"multiplier": "3.000", "points_multiplier": 3},
    },
}
EVENT = {"created_at": MOMENT, "loyalty_account_id": "A1", "location_id": "L1", "source": "SQUARE"}
EVENTS = [
    {**EVENT, "id": f"E{number}", "type": kind, place: {"loyalty_program_id": "P1", "points": 3, **more}}
    for number, (kind, place, more) in enumerate(
        [
            ("ACCUMULATE_POINTS", "accumulate_points", {"order_id": "O1"}),
            ("ACCUMULATE_PROMOTION_POINTS", "accumulate_promotion_points", {"loyalty_promotion_id": "Q1"}),
            ("CREATE_REWARD", "create_reward", {"reward_id": "R1", "points": -3}),
            ("REDEEM_REWARD", "redeem_reward", {"reward_id": "R1"}),
            ("DELETE_REWARD", "delete_reward", {}),
            ("ADJUST_POINTS", "adjust_points", {"reason": "Sorry"}),
            ("EXPIRE_POINTS", "expire_points", {}),
            ("OTHER", "other_event", {}),
        ]
    )
]


@dataclass(frozen=True)
class Typed:
    """A call with a body that answers it; `document` shows its objects, with `%s` for what is selected on them."""

    call: Call[Any]
    body: dict[str, Any]
    document: str

    @property
    def name(self) -> str:
        return self.call.endpoint.name

    @property
    def kind(self) -> type:
        returns: Any = self.call.endpoint.returns
        return get_args(returns)[0] if get_origin(returns) in (Page, Bulk) else returns


_CUSTOMERS = "{ customers { nodes { %s } } }"
_ACCOUNTS = "{ loyaltyAccounts { nodes { %s } } }"
_REWARDS = "{ loyaltyRewards { nodes { %s } } }"
_PROGRAM = "{ loyaltyProgram { %s } }"
_PROMOTIONS = "{ loyaltyProgram { promotions { nodes { %s } } } }"

TYPED = [
    Typed(
        customers.LIST_CUSTOMERS(), {"customers": [CUSTOMER, {**CUSTOMER, "id": "C2"}], "cursor": "more"}, _CUSTOMERS
    ),
    Typed(customers.SEARCH_CUSTOMERS(body={}), {"customers": [CUSTOMER], "count": 1}, _CUSTOMERS),
    Typed(customers.RETRIEVE_CUSTOMER(customer_id="C1"), {"customer": CUSTOMER}, _CUSTOMERS),
    Typed(
        customers.BULK_RETRIEVE_CUSTOMERS(body={"customer_ids": ["C1", "C2", "C3"]}),
        {
            "responses": {
                "C1": {"customer": CUSTOMER},
                "C2": {"errors": [{"category": "INVALID_REQUEST_ERROR", "code": "NOT_FOUND"}]},
                "C3": {"customer": {**CUSTOMER, "id": "C3"}},
            }
        },
        '{ customer(id: "C1") { %s } }',
    ),
    Typed(groups.LIST_GROUPS(), {"groups": [SET]}, "{ groups { nodes { %s } } }"),
    Typed(groups.RETRIEVE_GROUP(group_id="S1"), {"group": SET}, "{ groups { nodes { %s } } }"),
    Typed(segments.LIST_SEGMENTS(), {"segments": [SET, {**SET, "id": "S2"}]}, "{ segments { nodes { %s } } }"),
    Typed(segments.RETRIEVE_SEGMENT(segment_id="S1"), {"segment": SET}, "{ segments { nodes { %s } } }"),
    Typed(
        accounts.SEARCH_LOYALTY_ACCOUNTS(body={"query": {"customer_ids": ["C1"]}}),
        {"loyalty_accounts": [ACCOUNT, {**ACCOUNT, "id": "A2"}]},
        _ACCOUNTS,
    ),
    Typed(accounts.RETRIEVE_LOYALTY_ACCOUNT(account_id="A1"), {"loyalty_account": ACCOUNT}, _ACCOUNTS),
    Typed(
        accounts.SEARCH_LOYALTY_REWARDS(body={"query": {"loyalty_account_id": "A1"}}),
        {"rewards": [REWARD, {**REWARD, "id": "R2"}]},
        _REWARDS,
    ),
    Typed(
        accounts.SEARCH_LOYALTY_EVENTS(
            body={"query": {"filter": {"loyalty_account_filter": {"loyalty_account_id": "A1"}}}}
        ),
        {"events": EVENTS, "cursor": "more"},
        "{ loyaltyEvents { nodes { %s } } }",
    ),
    Typed(accounts.RETRIEVE_LOYALTY_REWARD(reward_id="R1"), {"reward": REWARD}, _REWARDS),
    Typed(programs.RETRIEVE_LOYALTY_PROGRAM(program_id="main"), {"program": PROGRAM}, _PROGRAM),
    Typed(programs.LIST_LOYALTY_PROMOTIONS(program_id="P1"), {"loyalty_promotions": [PROMOTION]}, _PROMOTIONS),
    Typed(
        programs.RETRIEVE_LOYALTY_PROMOTION(program_id="P1", promotion_id="Q1"),
        {"loyalty_promotion": PROMOTION},
        _PROMOTIONS,
    ),
]

# Python names of what is selected, with what is selected below.
Chosen = dict[str, "Chosen | None"]


def shown_fields(kind: Any) -> Chosen:
    """All plain fields of a type that is read in one go, and those of its objects; of an interface, of its variants."""
    chosen: Chosen = {}
    if get_object_definition(kind, strict=True).is_interface:
        for each in kind.variants.kinds.values():
            chosen[f"... on {each.__name__}"] = shown_fields(each)
    for field in get_object_definition(kind, strict=True).fields:
        if field.base_resolver is None:
            below = _object_below(field.type)
            chosen[field.python_name] = None if below is None else shown_fields(below)
    return chosen


def _object_below(kind: Any) -> Any:
    while hasattr(kind, "of_type"):
        kind = kind.of_type
    return kind if get_object_definition(kind) is not None else None


def selection(chosen: Chosen) -> str:
    """What selects these fields."""
    below = {name: "" if each is None else f" {{ {selection(each)} }}" for name, each in chosen.items()}
    names = (name if name.startswith("...") else to_camel_case(name) for name in below)
    return " ".join(name + each for name, each in zip(names, below.values(), strict=True)) or "__typename"
