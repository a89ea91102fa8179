"""The programs and promotions of the Loyalty API: one row per operation.

https://developer.squareup.com/reference/square/loyalty-api
"""

from gateway.areas.loyalty_programs.types import CalculatedLoyaltyPoints, LoyaltyProgram, LoyaltyPromotion
from gateway.graph.schema.endpoint import Endpoint
from gateway.square.endpoint import Page, Repeat
from gateway.square.expected_answer import Same, Unnamed, anything_for

READ, WRITE = "LOYALTY_READ", "LOYALTY_WRITE"


# The seller's program, whatever its id.
_program_names = anything_for("main")

_PROGRAM = Same("loyalty_program_id", "path.program_id", names=_program_names)
_PROMOTION = Same("id", "path.promotion_id")

RETRIEVE_LOYALTY_PROGRAM = Endpoint(
    name="RetrieveLoyaltyProgram",
    method="GET",
    path="/v2/loyalty/programs/{program_id}",
    returns=LoyaltyProgram,
    under="program",
    repeat=Repeat.SAFE,
    scope=READ,
    identity=(Same("id", "path.program_id", names=_program_names),),
    cache=("loyalty_programs",),
)
CALCULATE_LOYALTY_POINTS = Endpoint(
    name="CalculateLoyaltyPoints",
    method="POST",
    path="/v2/loyalty/programs/{program_id}/calculate",
    returns=CalculatedLoyaltyPoints,
    under="",
    repeat=Repeat.SAFE,
    scope=READ,
    identity=Unnamed("numbers, which belong to no object"),
)
LIST_LOYALTY_PROMOTIONS = Endpoint(
    name="ListLoyaltyPromotions",
    method="GET",
    path="/v2/loyalty/programs/{program_id}/promotions",
    returns=Page[LoyaltyPromotion],
    under="loyalty_promotions",
    repeat=Repeat.SAFE,
    scope=READ,
    identity=(_PROGRAM,),
    cache=("loyalty_promotions", "loyalty_programs"),
)
RETRIEVE_LOYALTY_PROMOTION = Endpoint(
    name="RetrieveLoyaltyPromotion",
    method="GET",
    path="/v2/loyalty/programs/{program_id}/promotions/{promotion_id}",
    returns=LoyaltyPromotion,
    under="loyalty_promotion",
    repeat=Repeat.SAFE,
    scope=READ,
    identity=(
        _PROMOTION,
        _PROGRAM,
    ),
    cache=("loyalty_promotions", "loyalty_programs"),
)
CREATE_LOYALTY_PROMOTION = Endpoint(
    name="CreateLoyaltyPromotion",
    method="POST",
    path="/v2/loyalty/programs/{program_id}/promotions",
    returns=LoyaltyPromotion,
    under="loyalty_promotion",
    repeat=Repeat.KEYED,
    scope=WRITE,
    identity=(_PROGRAM,),
    evicts=("loyalty_promotions",),
)
CANCEL_LOYALTY_PROMOTION = Endpoint(
    name="CancelLoyaltyPromotion",
    method="POST",
    path="/v2/loyalty/programs/{program_id}/promotions/{promotion_id}/cancel",
    returns=LoyaltyPromotion,
    under="loyalty_promotion",
    repeat=Repeat.NEVER,
    scope=WRITE,
    identity=(
        _PROMOTION,
        _PROGRAM,
    ),
    evicts=("loyalty_promotions",),
)
