"""Reading loyalty programs and promotions, and what a purchase would earn."""

from typing import Annotated, Any

import strawberry

from gateway.areas.loyalty_programs.endpoints import CALCULATE_LOYALTY_POINTS
from gateway.areas.loyalty_programs.loaders import MAIN, LoyaltyProgramById, LoyaltyPromotionByProgram, program_id_of
from gateway.areas.loyalty_programs.types import CalculatedLoyaltyPoints, LoyaltyProgram, LoyaltyPromotion
from gateway.graph.errors import BadInput, missing_as_input, refused_as_input
from gateway.graph.loading.context import Info
from gateway.graph.schema.cost import costs
from gateway.graph.schema.encode import encode
from gateway.graph.schema.values import MoneyInput

_ARGUMENTS = {
    "order_id": ["orderId"],
    "transaction_amount_money": ["transactionAmountMoney"],
    "loyalty_account_id": ["loyaltyAccountId"],
}

_PROGRAM = strawberry.argument(
    description="Square's id of the loyalty program. With `main`, the seller's program is looked up first."
)
ProgramId = Annotated[strawberry.ID, _PROGRAM]
# Null is `main` as well, where that is the default.
ProgramIdOrMain = Annotated[strawberry.ID | None, _PROGRAM]


@strawberry.type
class LoyaltyProgramQuery:
    @strawberry.field(
        description="The seller's loyalty program, null when there is none. Needs LOYALTY_READ.",
        metadata=costs("RetrieveLoyaltyProgram", loader=LoyaltyProgramById, argument="id"),
    )
    def loyalty_program(
        self,
        info: Info,
        id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Square's id of the program, or `main`: both mean the same one."),
        ] = MAIN,
    ) -> LoyaltyProgram | None:
        return info.context.loader(LoyaltyProgramById).later(MAIN if id is None else id)

    @strawberry.field(
        description="One promotion, null when the program has none with this id. Needs LOYALTY_READ.",
        metadata=costs(
            "RetrieveLoyaltyPromotion", loader=LoyaltyPromotionByProgram, before=("RetrieveLoyaltyProgram",)
        ),
    )
    async def loyalty_promotion(
        self,
        info: Info,
        program_id: ProgramId,
        id: Annotated[strawberry.ID, strawberry.argument(description="Square's id of the promotion.")],
    ) -> LoyaltyPromotion | None:
        owner = await program_id_of(info.context, program_id)
        return await info.context.loader(LoyaltyPromotionByProgram).load((owner, id)) if owner else None

    @strawberry.field(
        description="The points that a purchase would earn; nothing is changed. Give the order or the amount. "
        "Null when the seller has no loyalty program. Needs LOYALTY_READ.",
        metadata=costs("CalculateLoyaltyPoints", before=("RetrieveLoyaltyProgram",)),
    )
    async def calculate_loyalty_points(
        self,
        info: Info,
        program_id: ProgramIdOrMain = MAIN,
        order_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Square's id of the order that is the purchase.")
        ] = strawberry.UNSET,
        transaction_amount_money: Annotated[
            MoneyInput | None,
            strawberry.argument(description="The amount of the purchase, when there is no order. Above zero."),
        ] = strawberry.UNSET,
        loyalty_account_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(
                description="Square's id of the buyer's loyalty account: promotions that it has used up do not count."
            ),
        ] = strawberry.UNSET,
    ) -> CalculatedLoyaltyPoints | None:
        if bool(order_id) == bool(transaction_amount_money):
            raise BadInput("Give either `orderId` or `transactionAmountMoney`.", "orderId")
        owner = await program_id_of(info.context, program_id)
        if owner is None:
            return None
        body: dict[str, Any] = {
            "order_id": order_id,
            "transaction_amount_money": encode(transaction_amount_money) if transaction_amount_money else None,
            "loyalty_account_id": loyalty_account_id,
        }
        given = {name: value for name, value in body.items() if value}
        argument = "orderId" if order_id else "loyaltyAccountId" if loyalty_account_id else "programId"
        message = "There is no such program, order or account, or this caller may not see it."
        with missing_as_input(message, argument), refused_as_input(_ARGUMENTS):
            return await info.context.read(CALCULATE_LOYALTY_POINTS(program_id=owner, body=given))
