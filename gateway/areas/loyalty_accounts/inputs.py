"""What loyalty account and reward fields and mutations take."""

import re

import strawberry
from strawberry import Maybe

from gateway.areas.loyalty_accounts.types import LoyaltyRewardStatus
from gateway.graph.schema.decode import wired
from gateway.graph.schema.personal_data import PERSONAL
from gateway.graph.schema.scalars import DateTime, Long

_E164 = re.compile(r"\+[1-9]\d{1,14}", re.ASCII)
E164_MESSAGE = "A phone number must be in E.164 form, such as +14155551111."


def is_e164(text: str) -> bool:
    """Whether the text is a plus sign, a country code and a number, of 15 digits at most."""
    return _E164.fullmatch(text) is not None


@strawberry.input(description="Which rewards.")
class LoyaltyRewardFilter:
    account_id: strawberry.ID = strawberry.field(
        description="Of this loyalty account: Square has no search by status alone."
    )
    status: Maybe[LoyaltyRewardStatus | None] = strawberry.field(
        description="With this status. All when absent, deleted ones too."
    )


@strawberry.input(description="Fields of a new loyalty account.", directives=PERSONAL)
class LoyaltyAccountInput:
    phone_number: str = wired(
        "mapping.phone_number",
        description="The buyer's phone number in E.164 form, such as +14155551111: one account for each.",
    )
    program_id: Maybe[strawberry.ID | None] = strawberry.field(
        description="The id of the loyalty program. When absent the seller's program is looked up first."
    )
    customer_id: Maybe[strawberry.ID | None] = strawberry.field(
        description="The id of the customer. When absent Square takes or makes one with this phone number."
    )
    enrolled_at: Maybe[DateTime | None] = strawberry.field(
        description="When the buyer joined, not in the future. When absent it is set with the first points earned."
    )


@strawberry.input(description="The purchase that earns points: give `orderId` or `points`.")
class AccumulateLoyaltyPointsInput:
    location_id: strawberry.ID = strawberry.field(description="The id of the location of the purchase.")
    points: Maybe[Long | None] = wired(
        "accumulate_points.points", description="The points to add, at least 1, where there is no order."
    )
    order_id: Maybe[strawberry.ID | None] = wired(
        "accumulate_points.order_id", description="The id of the order: Square calculates its points."
    )


@strawberry.input(description="A manual change of the balance.")
class AdjustLoyaltyPointsInput:
    points: Long = wired("adjust_points.points", description="The points to add, or to remove when negative. Not 0.")
    reason: Maybe[str | None] = wired(
        "adjust_points.reason", description="Why: up to 3500 characters.", directives=PERSONAL
    )
    allow_negative_balance: Maybe[bool | None] = strawberry.field(
        description="Whether the balance may become negative. It may not when absent."
    )


@strawberry.input(description="Fields of a new reward.")
class LoyaltyRewardInput:
    account_id: strawberry.ID = wired("loyalty_account_id", description="The id of the account that pays its points.")
    reward_tier_id: strawberry.ID = strawberry.field(description="The id of the program's reward tier.")
    order_id: Maybe[strawberry.ID | None] = strawberry.field(
        description="The id of the order to put the discount on: paying it redeems the reward."
    )
