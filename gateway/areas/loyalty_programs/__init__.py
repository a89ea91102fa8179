"""The loyalty program and its promotions."""

from gateway.areas.loyalty_programs import endpoints
from gateway.areas.loyalty_programs.changes import LOYALTY_PROGRAMS, LOYALTY_PROMOTIONS
from gateway.areas.loyalty_programs.loaders import (
    LoyaltyProgramById,
    LoyaltyPromotionById,
    LoyaltyPromotionByProgram,
    LoyaltyPromotionsOfProgram,
    RewardTierById,
)
from gateway.areas.loyalty_programs.mutations import LoyaltyProgramMutation
from gateway.areas.loyalty_programs.queries import LoyaltyProgramQuery
from gateway.areas.loyalty_programs.subscriptions import LoyaltyProgramSubscription
from gateway.areas.loyalty_programs.types import LoyaltyProgram, LoyaltyPromotion
from gateway.graph.subgraph.area import Area, rows

AREA = Area(
    name="loyalty_programs",
    endpoints=rows(endpoints),
    query=LoyaltyProgramQuery,
    mutation=LoyaltyProgramMutation,
    entities={LoyaltyProgram: LoyaltyProgramById, LoyaltyPromotion: LoyaltyPromotionById},
    loaders=(LoyaltyProgramById, RewardTierById, LoyaltyPromotionByProgram, LoyaltyPromotionById),
    sources=(LoyaltyPromotionsOfProgram,),
    subscription=LoyaltyProgramSubscription,
    families=(LOYALTY_PROGRAMS, LOYALTY_PROMOTIONS),
)
