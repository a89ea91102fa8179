"""What loyalty promotion mutations take."""

import strawberry
from strawberry import Maybe

from gateway.areas.loyalty_programs.promotion_types import LoyaltyPromotionTriggerLimitInterval
from gateway.graph.schema.decode import wired
from gateway.graph.schema.scalars import Long
from gateway.graph.schema.values import MoneyInput


@strawberry.input(description="What a promotion gives: one of the two.", one_of=True)
class LoyaltyPromotionIncentiveInput:
    multiplier: Maybe[str] = wired(
        "points_multiplier_data.multiplier",
        description="The factor for the program's points: a decimal up to 10 with at most three places, such as 2.5.",
    )
    points_addition: Maybe[Long] = wired(
        "points_addition_data.points_addition", description="The points to add each time: at least 1."
    )


@strawberry.input(description="When purchases can earn the points of a promotion.")
class LoyaltyPromotionAvailableTimeInput:
    time_periods: list[str] = strawberry.field(
        description="The periods as iCalendar events (RFC 5545 VEVENT) in local time, with DTSTART, DURATION and "
        "an optional RRULE, at most one period a day."
    )


@strawberry.input(description="How often one buyer can use a promotion.")
class LoyaltyPromotionTriggerLimitInput:
    times: int = strawberry.field(description="How many times at most: 1 to 30.")
    interval: Maybe[LoyaltyPromotionTriggerLimitInterval | None] = strawberry.field(
        description="Over which time. The whole life of the promotion when absent."
    )


@strawberry.input(description="Fields of a new promotion.")
class LoyaltyPromotionInput:
    name: str = strawberry.field(description="The name: 1 to 70 characters.")
    incentive: LoyaltyPromotionIncentiveInput = strawberry.field(description="What the promotion gives.")
    available_time: LoyaltyPromotionAvailableTimeInput = strawberry.field(
        description="When purchases can earn its points."
    )
    trigger_limit: Maybe[LoyaltyPromotionTriggerLimitInput | None] = strawberry.field(
        description="How often one buyer can use it. As often as they like when absent."
    )
    minimum_spend_amount_money: Maybe[MoneyInput | None] = strawberry.field(
        description="The minimum amount of a purchase: above zero. Any purchase counts when absent."
    )
    qualifying_item_variation_ids: Maybe[list[strawberry.ID] | None] = strawberry.field(
        description="The ids of the item variations of which a purchase must have one. "
        "Not together with `qualifyingCategoryIds`, and only for programs with VISIT or SPEND rules."
    )
    qualifying_category_ids: Maybe[list[strawberry.ID] | None] = strawberry.field(
        description="The ids of the catalog categories of which a purchase must have an item. "
        "Not together with `qualifyingItemVariationIds`, and only for programs with VISIT or SPEND rules."
    )
