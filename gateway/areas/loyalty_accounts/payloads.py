"""What mutations of loyalty accounts and rewards answer."""

import strawberry

from gateway.areas.loyalty_accounts.loaders import LoyaltyAccountById, LoyaltyRewardById
from gateway.areas.loyalty_accounts.types import LoyaltyAccount, LoyaltyEvent, LoyaltyReward
from gateway.graph.loading.relation import relation
from gateway.graph.schema.idempotency_key import KEY_DESCRIPTION
from gateway.graph.schema.user_errors import USER_ERRORS, UserError

_READ = "Read from Square when more than its id is selected."


@strawberry.type(description="Return type of `createLoyaltyAccount`.")
class CreateLoyaltyAccountPayload:
    account: LoyaltyAccount | None = strawberry.field(description="The new account, null when there are user errors.")
    idempotency_key: str = strawberry.field(description=KEY_DESCRIPTION)
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)


@strawberry.type(description="Return type of `accumulateLoyaltyPoints`.")
class AccumulateLoyaltyPointsPayload:
    events: list[LoyaltyEvent] | None = strawberry.field(
        description="The points earned, and those of a promotion if one applied. Null when there are user errors."
    )
    account_id: strawberry.Private[str | None]
    idempotency_key: str = strawberry.field(description=KEY_DESCRIPTION)
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)

    account: LoyaltyAccount | None = relation(
        LoyaltyAccountById, key="account_id", stub=True, description=f"The account as it is now. {_READ}"
    )


@strawberry.type(description="Return type of `adjustLoyaltyPoints`.")
class AdjustLoyaltyPointsPayload:
    event: LoyaltyEvent | None = strawberry.field(
        description="The change of the balance, null when there are user errors."
    )
    account_id: strawberry.Private[str | None]
    idempotency_key: str = strawberry.field(description=KEY_DESCRIPTION)
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)

    account: LoyaltyAccount | None = relation(
        LoyaltyAccountById, key="account_id", stub=True, description=f"The account as it is now. {_READ}"
    )


@strawberry.type(description="Return type of `createLoyaltyReward`.")
class CreateLoyaltyRewardPayload:
    reward: LoyaltyReward | None = strawberry.field(description="The new reward, null when there are user errors.")
    idempotency_key: str = strawberry.field(description=KEY_DESCRIPTION)
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)


@strawberry.type(description="Return type of `redeemLoyaltyReward`.")
class RedeemLoyaltyRewardPayload:
    event: LoyaltyEvent | None = strawberry.field(
        description="The entry in the account's ledger, null when there are user errors."
    )
    reward_id: strawberry.Private[str | None]
    idempotency_key: str = strawberry.field(description=KEY_DESCRIPTION)
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)

    reward: LoyaltyReward | None = relation(
        LoyaltyRewardById, key="reward_id", stub=True, description=f"The reward as it is now. {_READ}"
    )


@strawberry.type(description="Return type of `deleteLoyaltyReward`.")
class DeleteLoyaltyRewardPayload:
    deleted_id: strawberry.ID | None = strawberry.field(description="The id of the deleted reward.")
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)

    reward: LoyaltyReward | None = relation(
        LoyaltyRewardById, key="deleted_id", stub=True, description=f"The reward as it is now: DELETED. {_READ}"
    )
