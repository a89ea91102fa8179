"""Loyalty accounts with their rewards and events."""

from gateway.areas.loyalty_accounts import endpoints
from gateway.areas.loyalty_accounts.changes import LOYALTY_ACCOUNTS, LOYALTY_EVENTS
from gateway.areas.loyalty_accounts.loaders import LoyaltyAccountById, LoyaltyAccountsByCustomer, LoyaltyRewardById
from gateway.areas.loyalty_accounts.mutations import LoyaltyAccountMutation
from gateway.areas.loyalty_accounts.queries import LoyaltyAccountQuery
from gateway.areas.loyalty_accounts.searches import LoyaltyEventsOfAccount, LoyaltyRewardsOfAccount
from gateway.areas.loyalty_accounts.subscriptions import LoyaltyAccountSubscription
from gateway.areas.loyalty_accounts.types import EVENT_TYPES, LoyaltyAccount, LoyaltyReward
from gateway.graph.subgraph.area import Area, rows

AREA = Area(
    name="loyalty_accounts",
    endpoints=rows(endpoints),
    query=LoyaltyAccountQuery,
    mutation=LoyaltyAccountMutation,
    entities={LoyaltyAccount: LoyaltyAccountById, LoyaltyReward: LoyaltyRewardById},
    loaders=(LoyaltyAccountById, LoyaltyAccountsByCustomer, LoyaltyRewardById),
    sources=(LoyaltyRewardsOfAccount, LoyaltyEventsOfAccount),
    types=EVENT_TYPES,
    subscription=LoyaltyAccountSubscription,
    families=(LOYALTY_ACCOUNTS, LOYALTY_EVENTS),
)
