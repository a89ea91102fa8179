"""The programs and promotions of the Loyalty API: one row per operation.

https://developer.squareup.com/reference/square/loyalty-api
"""

from gateway.areas.loyalty_programs.types import CalculatedLoyaltyPoints, LoyaltyProgram, LoyaltyPromotion
from gateway.square.endpoint import Endpoint, Page, Repeat

READ, WRITE = "LOYALTY_READ", "LOYALTY_WRITE"

RETRIEVE_LOYALTY_PROGRAM = Endpoint(
    "RetrieveLoyaltyProgram", "GET", "/v2/loyalty/programs/{program_id}", LoyaltyProgram, "program", Repeat.SAFE, READ
)
CALCULATE_LOYALTY_POINTS = Endpoint(
    "CalculateLoyaltyPoints",
    "POST",
    "/v2/loyalty/programs/{program_id}/calculate",
    CalculatedLoyaltyPoints,
    "",
    Repeat.SAFE,
    READ,
)
LIST_LOYALTY_PROMOTIONS = Endpoint(
    "ListLoyaltyPromotions",
    "GET",
    "/v2/loyalty/programs/{program_id}/promotions",
    Page[LoyaltyPromotion],
    "loyalty_promotions",
    Repeat.SAFE,
    READ,
)
RETRIEVE_LOYALTY_PROMOTION = Endpoint(
    "RetrieveLoyaltyPromotion",
    "GET",
    "/v2/loyalty/programs/{program_id}/promotions/{promotion_id}",
    LoyaltyPromotion,
    "loyalty_promotion",
    Repeat.SAFE,
    READ,
)
CREATE_LOYALTY_PROMOTION = Endpoint(
    "CreateLoyaltyPromotion",
    "POST",
    "/v2/loyalty/programs/{program_id}/promotions",
    LoyaltyPromotion,
    "loyalty_promotion",
    Repeat.KEYED,
    WRITE,
)
CANCEL_LOYALTY_PROMOTION = Endpoint(
    "CancelLoyaltyPromotion",
    "POST",
    "/v2/loyalty/programs/{program_id}/promotions/{promotion_id}/cancel",
    LoyaltyPromotion,
    "loyalty_promotion",
    Repeat.NEVER,
    WRITE,
)
