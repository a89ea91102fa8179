"""The accounts, rewards and events of the Loyalty API: one row per operation.

https://developer.squareup.com/reference/square/loyalty-api
"""

from gateway.areas.loyalty_accounts.types import LoyaltyAccount, LoyaltyEvent, LoyaltyReward
from gateway.graph.schema.endpoint import Endpoint
from gateway.square.endpoint import Nothing, Page, Repeat
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
    name="CreateLoyaltyAccount",
    method="POST",
    path="/v2/loyalty/accounts",
    returns=LoyaltyAccount,
    under="loyalty_account",
    repeat=Repeat.KEYED,
    scope=WRITE,
    identity=(
        Same("program_id", "body.loyalty_account.program_id", names=anything_for("main")),
        Same("mapping.phone_number", "body.loyalty_account.mapping.phone_number", names=_notations),
    ),
)
SEARCH_LOYALTY_ACCOUNTS = Endpoint(
    name="SearchLoyaltyAccounts",
    method="POST",
    path="/v2/loyalty/accounts/search",
    returns=Page[LoyaltyAccount],
    under="loyalty_accounts",
    repeat=Repeat.SAFE,
    scope=READ,
    identity=(
        # After a merge, an account is its new customer's, though it was found by an old one: see `owners`.
        Same("customer_id", "body.query.customer_ids", required=True, later=True),
        Same("mapping.phone_number", "body.query.mappings.phone_number", names=_notations),
    ),
)
RETRIEVE_LOYALTY_ACCOUNT = Endpoint(
    name="RetrieveLoyaltyAccount",
    method="GET",
    path="/v2/loyalty/accounts/{account_id}",
    returns=LoyaltyAccount,
    under="loyalty_account",
    repeat=Repeat.SAFE,
    scope=READ,
    identity=(Same("id", "path.account_id"),),
)
ACCUMULATE_LOYALTY_POINTS = Endpoint(
    name="AccumulateLoyaltyPoints",
    method="POST",
    path="/v2/loyalty/accounts/{account_id}/accumulate",
    returns=list[LoyaltyEvent],
    under="events",
    repeat=Repeat.KEYED,
    scope=WRITE,
    identity=(_ACCOUNT,),
)
ADJUST_LOYALTY_POINTS = Endpoint(
    name="AdjustLoyaltyPoints",
    method="POST",
    path="/v2/loyalty/accounts/{account_id}/adjust",
    returns=LoyaltyEvent,
    under="event",
    repeat=Repeat.KEYED,
    scope=WRITE,
    identity=(_ACCOUNT,),
)
SEARCH_LOYALTY_EVENTS = Endpoint(
    name="SearchLoyaltyEvents",
    method="POST",
    path="/v2/loyalty/events/search",
    returns=Page[LoyaltyEvent],
    under="events",
    repeat=Repeat.SAFE,
    scope=READ,
    identity=(
        Same("loyalty_account_id", "body.query.filter.loyalty_account_filter.loyalty_account_id"),
        Same("location_id", "body.query.filter.location_filter.location_ids"),
        *_ORDERS,
    ),
)
CREATE_LOYALTY_REWARD = Endpoint(
    name="CreateLoyaltyReward",
    method="POST",
    path="/v2/loyalty/rewards",
    returns=LoyaltyReward,
    under="reward",
    repeat=Repeat.KEYED,
    scope=WRITE,
    identity=(
        Same("loyalty_account_id", "body.reward.loyalty_account_id"),
        Same("reward_tier_id", "body.reward.reward_tier_id"),
    ),
)
SEARCH_LOYALTY_REWARDS = Endpoint(
    name="SearchLoyaltyRewards",
    method="POST",
    path="/v2/loyalty/rewards/search",
    returns=Page[LoyaltyReward],
    under="rewards",
    repeat=Repeat.SAFE,
    scope=READ,
    identity=(Same("loyalty_account_id", "body.query.loyalty_account_id"),),
)
RETRIEVE_LOYALTY_REWARD = Endpoint(
    name="RetrieveLoyaltyReward",
    method="GET",
    path="/v2/loyalty/rewards/{reward_id}",
    returns=LoyaltyReward,
    under="reward",
    repeat=Repeat.SAFE,
    scope=READ,
    identity=(Same("id", "path.reward_id"),),
)
DELETE_LOYALTY_REWARD = Endpoint(
    name="DeleteLoyaltyReward",
    method="DELETE",
    path="/v2/loyalty/rewards/{reward_id}",
    returns=Nothing,
    under="",
    repeat=Repeat.NEVER,
    scope=WRITE,
    identity=Unnamed("an empty object"),
)
REDEEM_LOYALTY_REWARD = Endpoint(
    name="RedeemLoyaltyReward",
    method="POST",
    path="/v2/loyalty/rewards/{reward_id}/redeem",
    returns=LoyaltyEvent,
    under="event",
    repeat=Repeat.KEYED,
    scope=WRITE,
    identity=(Same("redeem_reward.reward_id", "path.reward_id"),),
)
