"""The programs and promotions of the Loyalty API: one row per operation.

https://developer.squareup.com/reference/square/loyalty-api
"""

from gateway.areas.loyalty_programs.types import CalculatedLoyaltyPoints, LoyaltyProgram, LoyaltyPromotion
from gateway.square.endpoint import Endpoint, Page, Repeat
from gateway.square.expected_answer import Same, Unnamed, anything_for

READ, WRITE = "LOYALTY_READ", "LOYALTY_WRITE"


# The seller's program, whatever its id.
_program_names = anything_for("main")

_PROGRAM = Same("loyalty_program_id", "path.program_id", names=_program_names)
_PROMOTION = Same("id", "path.promotion_id")

RETRIEVE_LOYALTY_PROGRAM = Endpoint(
    "RetrieveLoyaltyProgram",
    "GET",
    "/v2/loyalty/programs/{program_id}",
    LoyaltyProgram,
    "program",
    Repeat.SAFE,
    READ,
    identity=(Same("id", "path.program_id", names=_program_names),),
)
CALCULATE_LOYALTY_POINTS = Endpoint(
    "CalculateLoyaltyPoints",
    "POST",
    "/v2/loyalty/programs/{program_id}/calculate",
    CalculatedLoyaltyPoints,
    "",
    Repeat.SAFE,
    READ,
    identity=Unnamed("numbers, which belong to no object"),
)
LIST_LOYALTY_PROMOTIONS = Endpoint(
    "ListLoyaltyPromotions",
    "GET",
    "/v2/loyalty/programs/{program_id}/promotions",
    Page[LoyaltyPromotion],
    "loyalty_promotions",
    Repeat.SAFE,
    READ,
    identity=(_PROGRAM,),
)
RETRIEVE_LOYALTY_PROMOTION = Endpoint(
    "RetrieveLoyaltyPromotion",
    "GET",
    "/v2/loyalty/programs/{program_id}/promotions/{promotion_id}",
    LoyaltyPromotion,
    "loyalty_promotion",
    Repeat.SAFE,
    READ,
    identity=(
        _PROMOTION,
        _PROGRAM,
    ),
)
CREATE_LOYALTY_PROMOTION = Endpoint(
    "CreateLoyaltyPromotion",
    "POST",
    "/v2/loyalty/programs/{program_id}/promotions",
    LoyaltyPromotion,
    "loyalty_promotion",
    Repeat.KEYED,
    WRITE,
    identity=(_PROGRAM,),
)
CANCEL_LOYALTY_PROMOTION = Endpoint(
    "CancelLoyaltyPromotion",
    "POST",
    "/v2/loyalty/programs/{program_id}/promotions/{promotion_id}/cancel",
    LoyaltyPromotion,
    "loyalty_promotion",
    Repeat.NEVER,
    WRITE,
    identity=(
        _PROMOTION,
        _PROGRAM,
    ),
)
