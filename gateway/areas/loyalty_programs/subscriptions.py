"""Following what changes about the loyalty program and its promotions."""

from collections.abc import AsyncGenerator

import strawberry

from gateway.areas.loyalty_programs.changes import (
    LOYALTY_PROGRAMS,
    LOYALTY_PROMOTIONS,
    LoyaltyProgramChange,
    LoyaltyPromotionChange,
)
from gateway.areas.loyalty_programs.loaders import LoyaltyProgramById, LoyaltyPromotionByProgram
from gateway.graph.loading.context import Info
from gateway.graph.schema.cost import costs
from gateway.graph.subscribing.following import After, follow


@strawberry.type
class LoyaltyProgramSubscription:
    @strawberry.subscription(
        description="The loyalty program when the seller creates or changes it in the Dashboard. One event costs a "
        "call for all who follow with the same rights. Needs LOYALTY_READ.",
        metadata=costs("RetrieveLoyaltyProgram", loader=LoyaltyProgramById),
    )
    def loyalty_program_changed(
        self, info: Info, after: After = strawberry.UNSET
    ) -> AsyncGenerator[LoyaltyProgramChange, None]:
        return follow(info, LOYALTY_PROGRAMS, after, {})

    @strawberry.subscription(
        description="Promotions that are created or canceled; that one begins or ends is told by nobody. One event "
        "costs a call for all who follow with the same rights. Needs LOYALTY_READ.",
        metadata=costs("RetrieveLoyaltyPromotion", loader=LoyaltyPromotionByProgram),
    )
    def loyalty_promotion_changed(
        self, info: Info, after: After = strawberry.UNSET
    ) -> AsyncGenerator[LoyaltyPromotionChange, None]:
        return follow(info, LOYALTY_PROMOTIONS, after, {})
