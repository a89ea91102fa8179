"""The accounts, rewards and events of the Loyalty API: one row per operation.

https://developer.squareup.com/reference/square/loyalty-api
"""

from gateway.areas.loyalty_accounts.types import LoyaltyAccount, LoyaltyEvent, LoyaltyReward
from gateway.square.endpoint import Endpoint, Nothing, Page, Repeat
from gateway.square.expected_answer import Same, Unnamed, anything_for

READ, WRITE = "LOYALTY_READ", "LOYALTY_WRITE"


def _notations(asked: str) -> tuple[str, ...]:
    """How a number that was asked for may stand in an answer: as it was given, and as Square writes it."""
    import phonenumbers  # noqa: PLC0415 - much to read, for searches by number only

    try:
        number = phonenumbers.parse(asked)
    except phonenumbers.NumberParseException:
        return (asked,)
    return asked, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


_ACCOUNT = Same("loyalty_account_id", "path.account_id")
# Where an event tells its order depends on its type, and it does so only for sellers that use orders.
_ORDERS = [
    Same(f"{place}.order_id", "body.query.filter.order_filter.order_id")
    for place in ("accumulate_points", "accumulate_promotion_points", "redeem_reward")
]

CREATE_LOYALTY_ACCOUNT = Endpoint(
    "CreateLoyaltyAccount",
    "POST",
    "/v2/loyalty/accounts",
    LoyaltyAccount,
    "loyalty_account",
    Repeat.KEYED,
    WRITE,
    identity=(
        Same("program_id", "body.loyalty_account.program_id", names=anything_for("main")),
        Same("mapping.phone_number", "body.loyalty_account.mapping.phone_number", names=_notations),
    ),
)
SEARCH_LOYALTY_ACCOUNTS = Endpoint(
    "SearchLoyaltyAccounts",
    "POST",
    "/v2/loyalty/accounts/search",
    Page[LoyaltyAccount],
    "loyalty_accounts",
    Repeat.SAFE,
    READ,
    identity=(
        Same("customer_id", "body.query.customer_ids", required=True),
        Same("mapping.phone_number", "body.query.mappings.phone_number", names=_notations),
    ),
)
RETRIEVE_LOYALTY_ACCOUNT = Endpoint(
    "RetrieveLoyaltyAccount",
    "GET",
    "/v2/loyalty/accounts/{account_id}",
    LoyaltyAccount,
    "loyalty_account",
    Repeat.SAFE,
    READ,
    identity=(Same("id", "path.account_id"),),
)
ACCUMULATE_LOYALTY_POINTS = Endpoint(
    "AccumulateLoyaltyPoints",
    "POST",
    "/v2/loyalty/accounts/{account_id}/accumulate",
    list[LoyaltyEvent],
    "events",
    Repeat.KEYED,
    WRITE,
    identity=(_ACCOUNT,),
)
ADJUST_LOYALTY_POINTS = Endpoint(
    "AdjustLoyaltyPoints",
    "POST",
    "/v2/loyalty/accounts/{account_id}/adjust",
    LoyaltyEvent,
    "event",
    Repeat.KEYED,
    WRITE,
    identity=(_ACCOUNT,),
)
SEARCH_LOYALTY_EVENTS = Endpoint(
    "SearchLoyaltyEvents",
    "POST",
    "/v2/loyalty/events/search",
    Page[LoyaltyEvent],
    "events",
    Repeat.SAFE,
    READ,
    identity=(
        Same("loyalty_account_id", "body.query.filter.loyalty_account_filter.loyalty_account_id"),
        Same("location_id", "body.query.filter.location_filter.location_ids"),
        *_ORDERS,
    ),
)
CREATE_LOYALTY_REWARD = Endpoint(
    "CreateLoyaltyReward",
    "POST",
    "/v2/loyalty/rewards",
    LoyaltyReward,
    "reward",
    Repeat.KEYED,
    WRITE,
    identity=(
        Same("loyalty_account_id", "body.reward.loyalty_account_id"),
        Same("reward_tier_id", "body.reward.reward_tier_id"),
    ),
)
SEARCH_LOYALTY_REWARDS = Endpoint(
    "SearchLoyaltyRewards",
    "POST",
    "/v2/loyalty/rewards/search",
    Page[LoyaltyReward],
    "rewards",
    Repeat.SAFE,
    READ,
    identity=(Same("loyalty_account_id", "body.query.loyalty_account_id"),),
)
RETRIEVE_LOYALTY_REWARD = Endpoint(
    "RetrieveLoyaltyReward",
    "GET",
    "/v2/loyalty/rewards/{reward_id}",
    LoyaltyReward,
    "reward",
    Repeat.SAFE,
    READ,
    identity=(Same("id", "path.reward_id"),),
)
DELETE_LOYALTY_REWARD = Endpoint(
    "DeleteLoyaltyReward",
    "DELETE",
    "/v2/loyalty/rewards/{reward_id}",
    Nothing,
    "",
    Repeat.NEVER,
    WRITE,
    identity=Unnamed("an empty object"),
)
REDEEM_LOYALTY_REWARD = Endpoint(
    "RedeemLoyaltyReward",
    "POST",
    "/v2/loyalty/rewards/{reward_id}/redeem",
    LoyaltyEvent,
    "event",
    Repeat.KEYED,
    WRITE,
    identity=(Same("redeem_reward.reward_id", "path.reward_id"),),
)
