"""Loyalty programs as the graph shows them; the same classes are what is read from the wire."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.federation import type as entity

from gateway.areas.loyalty_programs.accrual_types import LoyaltyProgramAccrualRule
from gateway.areas.loyalty_programs.promotion_types import (
    LoyaltyPromotion,
    LoyaltyPromotionConnection,
    LoyaltyPromotionStatus,
)
from gateway.graph.loading.context import Info
from gateway.graph.loading.pagination import After, First, status_rule
from gateway.graph.schema.cost import costs
from gateway.graph.schema.decode import reads, wired
from gateway.graph.schema.lazy import Lazy
from gateway.graph.schema.scalars import DateTime, Long
from gateway.graph.schema.values import Location

if TYPE_CHECKING:
    from gateway.areas.loyalty_programs.loaders import LoyaltyPromotionsOfProgram

PROMOTIONS_PAGE = 30
_PROMOTIONS: Lazy["LoyaltyPromotionsOfProgram"] = Lazy(
    "gateway.areas.loyalty_programs.loaders:LoyaltyPromotionsOfProgram"
)


@strawberry.enum(description="Status of a loyalty program.")
class LoyaltyProgramStatus(Enum):
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="A status that this graph does not know yet.")
    INACTIVE = strawberry.enum_value("INACTIVE", description="Not running: buyers can neither earn nor spend points.")
    ACTIVE = strawberry.enum_value("ACTIVE", description="Running, and fully available through the API.")


@strawberry.type(description="A reference to one version of an object in the seller's catalog.")
class CatalogObjectReference:
    object_id: strawberry.ID | None = strawberry.field(description="Square's id of the catalog object.")
    catalog_version: Long | None = strawberry.field(description="The version of the object that is meant.")


@strawberry.type(description="A reward that buyers can get for a number of points.")
class LoyaltyProgramRewardTier:
    id: strawberry.ID = strawberry.field(description="Square's id of the reward tier.")
    points: Long | None = strawberry.field(description="How many points the reward takes.")
    name: str | None = strawberry.field(description="The name of the reward.")
    created_at: DateTime | None = strawberry.field(description="When the reward tier was created.")
    pricing_rule_reference: CatalogObjectReference | None = strawberry.field(
        description="The pricing rule in the catalog that says what the discount is."
    )


@strawberry.type(description="When the points of a program expire.")
class LoyaltyProgramExpirationPolicy:
    expiration_duration: str | None = strawberry.field(
        description="How many months points last, as an ISO 8601 duration such as P12M. "
        "They expire at the end of their last month."
    )


@strawberry.type(description="What a seller calls the points of a program.")
class LoyaltyProgramTerminology:
    one: str | None = strawberry.field(description="The word for one point, such as Star.")
    other: str | None = strawberry.field(description="The word for any other number of points, such as Stars.")


@entity(
    keys=["id"],
    description="A seller's loyalty program, set up in the Square Dashboard: a seller has one. Needs LOYALTY_READ.",
)
class LoyaltyProgram:
    id: strawberry.ID = strawberry.field(description="Square's id of the program.")
    status: LoyaltyProgramStatus | None = strawberry.field(description="Status of the program.")
    raw_status: str | None = wired(
        "status", description="`status` as Square sent it, for values this graph does not know."
    )
    reward_tiers: list[LoyaltyProgramRewardTier] = strawberry.field(
        description="The rewards that buyers can get, by the points they take."
    )
    expiration_policy: LoyaltyProgramExpirationPolicy | None = strawberry.field(
        description="When points expire. Null when they do not."
    )
    terminology: LoyaltyProgramTerminology | None = strawberry.field(description="What the points are called.")
    location_ids: list[strawberry.ID] = strawberry.field(description="The ids of the locations where the program runs.")
    created_at: DateTime | None = strawberry.field(description="When the program was created.")
    updated_at: DateTime | None = strawberry.field(description="When the program last changed.")
    accrual_rules: list[LoyaltyProgramAccrualRule] = strawberry.field(description="How buyers earn points.")

    @strawberry.field(description="The locations where the program runs.", metadata=reads("location_ids"))
    def locations(self) -> list[Location]:
        return [Location(id=each) for each in self.location_ids]

    @strawberry.field(
        description="The promotions of the program, newest first. Needs LOYALTY_READ.",
        metadata={**costs("ListLoyaltyPromotions", page_size=PROMOTIONS_PAGE, rule=status_rule), **reads("id")},
    )
    async def promotions(
        self,
        info: Info,
        status: Annotated[
            LoyaltyPromotionStatus | None,
            strawberry.argument(description="Only promotions with this status. All when absent."),
        ] = strawberry.UNSET,
        first: First = PROMOTIONS_PAGE,
        after: After = strawberry.UNSET,
    ) -> LoyaltyPromotionConnection | None:
        source = info.context.source(_PROMOTIONS.target)
        return await source.filtered(self.id, status or None, info, first, after)


@strawberry.type(description="The points that a purchase would earn.")
class CalculatedLoyaltyPoints:
    points: Long | None = strawberry.field(description="The points of the program's own rules.")
    promotion_points: Long | None = strawberry.field(
        description="The extra points of a promotion: always 0 when an amount was given and not an order."
    )


__all__ = [
    "PROMOTIONS_PAGE",
    "CalculatedLoyaltyPoints",
    "CatalogObjectReference",
    "LoyaltyProgram",
    "LoyaltyProgramRewardTier",
    "LoyaltyPromotion",
    "LoyaltyPromotionConnection",
    "LoyaltyPromotionStatus",
]
