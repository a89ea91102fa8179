"""Loyalty promotions as the graph shows them: extra points on top of those of the program."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.federation import type as entity

from gateway.graph.loading.pagination import Connection
from gateway.graph.loading.relation import relation
from gateway.graph.schema.decode import wired
from gateway.graph.schema.lazy import Lazy
from gateway.graph.schema.scalars import Date, DateTime, Long
from gateway.graph.schema.values import Money

if TYPE_CHECKING:
    from gateway.areas.loyalty_programs.types import LoyaltyProgram


@strawberry.enum(description="Status of a promotion.")
class LoyaltyPromotionStatus(Enum):
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="A status that this graph does not know yet.")
    ACTIVE = strawberry.enum_value("ACTIVE", description="Purchases can earn its points now.")
    ENDED = strawberry.enum_value("ENDED", description="Its end date has passed. This is final.")
    CANCELED = strawberry.enum_value("CANCELED", description="The seller canceled it. This is final.")
    SCHEDULED = strawberry.enum_value("SCHEDULED", description="Its start date is still to come.")


@strawberry.enum(description="How a promotion calculates its extra points.")
class LoyaltyPromotionIncentiveType(Enum):
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="A kind that this graph does not know yet.")
    POINTS_MULTIPLIER = strawberry.enum_value("POINTS_MULTIPLIER", description="Multiplies the program's points.")
    POINTS_ADDITION = strawberry.enum_value("POINTS_ADDITION", description="Adds a fixed number of points.")


@strawberry.enum(description="The time over which the uses of a promotion are counted.")
class LoyaltyPromotionTriggerLimitInterval(Enum):
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="An interval that this graph does not know yet.")
    ALL_TIME = strawberry.enum_value("ALL_TIME", description="The whole life of the promotion.")
    DAY = strawberry.enum_value("DAY", description="One day.")


@strawberry.type(description="What a promotion gives.")
class LoyaltyPromotionIncentive:
    type: LoyaltyPromotionIncentiveType | None = strawberry.field(description="How the extra points are calculated.")
    raw_type: str | None = wired("type", description="`type` as Square sent it, for values this graph does not know.")
    multiplier: str | None = wired(
        "points_multiplier_data.multiplier",
        description="For POINTS_MULTIPLIER: the factor, a decimal with up to three places, such as 3.000. "
        "A purchase that earns 4 points earns 12 in all with it.",
    )
    points_addition: Long | None = wired(
        "points_addition_data.points_addition",
        description="For POINTS_ADDITION: the points added each time the promotion applies.",
    )


@strawberry.type(description="When purchases can earn the points of a promotion.")
class LoyaltyPromotionAvailableTimeData:
    start_date: Date | None = strawberry.field(description="The first day; Square calculates it from the periods.")
    end_date: Date | None = strawberry.field(description="The last day. Null when the promotion runs until canceled.")
    time_periods: list[str] = strawberry.field(
        description="The periods as iCalendar events (RFC 5545 VEVENT) in the seller's local time, at most one a day."
    )


@strawberry.type(description="How often one buyer can use a promotion.")
class LoyaltyPromotionTriggerLimit:
    times: int | None = strawberry.field(description="How many times at most.")
    interval: LoyaltyPromotionTriggerLimitInterval | None = strawberry.field(description="Over which time.")
    raw_interval: str | None = wired(
        "interval", description="`interval` as Square sent it, for values this graph does not know."
    )


@entity(
    keys=["id"],
    description="A time in which purchases earn extra points. It cannot be changed, only canceled. Needs LOYALTY_READ.",
)
class LoyaltyPromotion:
    id: strawberry.ID = strawberry.field(description="Square's id of the promotion.")
    name: str | None = strawberry.field(description="The name.")
    incentive: LoyaltyPromotionIncentive | None = strawberry.field(description="What the promotion gives.")
    available_time: LoyaltyPromotionAvailableTimeData | None = strawberry.field(
        description="When purchases can earn its points."
    )
    trigger_limit: LoyaltyPromotionTriggerLimit | None = strawberry.field(
        description="How often one buyer can use it. Null for as often as they like."
    )
    status: LoyaltyPromotionStatus | None = strawberry.field(description="Status of the promotion.")
    raw_status: str | None = wired(
        "status", description="`status` as Square sent it, for values this graph does not know."
    )
    created_at: DateTime | None = strawberry.field(description="When the promotion was created.")
    canceled_at: DateTime | None = strawberry.field(description="When the promotion was canceled, if it was.")
    updated_at: DateTime | None = strawberry.field(description="When the promotion last changed.")
    program_id: strawberry.ID | None = wired(
        "loyalty_program_id", description="The id of the loyalty program that it adds to."
    )
    minimum_spend_amount_money: Money | None = strawberry.field(
        description="The minimum amount of a purchase for the promotion to apply, if any."
    )
    qualifying_item_variation_ids: list[strawberry.ID] = strawberry.field(
        description="The ids of the item variations of which a purchase must have one. Empty for any."
    )
    qualifying_category_ids: list[strawberry.ID] = strawberry.field(
        description="The ids of the catalog categories of which a purchase must have an item. Empty for any."
    )

    program: Annotated["LoyaltyProgram", strawberry.lazy("gateway.areas.loyalty_programs.types")] | None = relation(
        Lazy("gateway.areas.loyalty_programs.loaders:LoyaltyProgramById"),
        key="program_id",
        stub=True,
        description="The loyalty program that it adds to.",
    )


@strawberry.type(description="A page of loyalty promotions.")
class LoyaltyPromotionConnection(Connection[LoyaltyPromotion]):
    pass
