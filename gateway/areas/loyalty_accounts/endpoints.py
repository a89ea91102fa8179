"""The accounts, rewards and events of the Loyalty API: one row per operation.

https://developer.squareup.com/reference/square/loyalty-api
"""

from gateway.areas.loyalty_accounts.types import LoyaltyAccount, LoyaltyEvent, LoyaltyReward
from gateway.square.endpoint import Endpoint, Nothing, Page, Repeat

READ, WRITE = "LOYALTY_READ", "LOYALTY_WRITE"

CREATE_LOYALTY_ACCOUNT = Endpoint(
    "CreateLoyaltyAccount", "POST", "/v2/loyalty/accounts", LoyaltyAccount, "loyalty_account", Repeat.KEYED, WRITE
)
SEARCH_LOYALTY_ACCOUNTS = Endpoint(
    "SearchLoyaltyAccounts",
    "POST",
    "/v2/loyalty/accounts/search",
    Page[LoyaltyAccount],
    "loyalty_accounts",
    Repeat.SAFE,
    READ,
)
RETRIEVE_LOYALTY_ACCOUNT = Endpoint(
    "RetrieveLoyaltyAccount",
    "GET",
    "/v2/loyalty/accounts/{account_id}",
    LoyaltyAccount,
    "loyalty_account",
    Repeat.SAFE,
    READ,
)
ACCUMULATE_LOYALTY_POINTS = Endpoint(
    "AccumulateLoyaltyPoints",
    "POST",
    "/v2/loyalty/accounts/{account_id}/accumulate",
    list[LoyaltyEvent],
    "events",
    Repeat.KEYED,
    WRITE,
)
ADJUST_LOYALTY_POINTS = Endpoint(
    "AdjustLoyaltyPoints",
    "POST",
    "/v2/loyalty/accounts/{account_id}/adjust",
    LoyaltyEvent,
    "event",
    Repeat.KEYED,
    WRITE,
)
SEARCH_LOYALTY_EVENTS = Endpoint(
    "SearchLoyaltyEvents", "POST", "/v2/loyalty/events/search", Page[LoyaltyEvent], "events", Repeat.SAFE, READ
)
CREATE_LOYALTY_REWARD = Endpoint(
    "CreateLoyaltyReward", "POST", "/v2/loyalty/rewards", LoyaltyReward, "reward", Repeat.KEYED, WRITE
)
SEARCH_LOYALTY_REWARDS = Endpoint(
    "SearchLoyaltyRewards", "POST", "/v2/loyalty/rewards/search", Page[LoyaltyReward], "rewards", Repeat.SAFE, READ
)
RETRIEVE_LOYALTY_REWARD = Endpoint(
    "RetrieveLoyaltyReward", "GET", "/v2/loyalty/rewards/{reward_id}", LoyaltyReward, "reward", Repeat.SAFE, READ
)
DELETE_LOYALTY_REWARD = Endpoint(
    "DeleteLoyaltyReward", "DELETE", "/v2/loyalty/rewards/{reward_id}", Nothing, "", Repeat.NEVER, WRITE
)
REDEEM_LOYALTY_REWARD = Endpoint(
    "RedeemLoyaltyReward", "POST", "/v2/loyalty/rewards/{reward_id}/redeem", LoyaltyEvent, "event", Repeat.KEYED, WRITE
)
