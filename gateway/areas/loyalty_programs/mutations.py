"""Writing loyalty promotions. The program itself can only be changed in the Square Dashboard."""

from typing import Annotated, Any

import strawberry

from gateway.areas.loyalty_programs.endpoints import CANCEL_LOYALTY_PROMOTION, CREATE_LOYALTY_PROMOTION
from gateway.areas.loyalty_programs.inputs import LoyaltyPromotionInput
from gateway.areas.loyalty_programs.loaders import MAIN, LoyaltyPromotionByProgram, program_id_of
from gateway.areas.loyalty_programs.promotion_types import LoyaltyPromotionStatus, LoyaltyPromotionTriggerLimitInterval
from gateway.areas.loyalty_programs.queries import ProgramIdOrMain
from gateway.areas.loyalty_programs.types import LoyaltyPromotion
from gateway.graph.loading.context import Info
from gateway.graph.schema.cost import costs
from gateway.graph.schema.encode import encode
from gateway.graph.schema.idempotency_key import KEY_DESCRIPTION, IdempotencyKey, key_to_send
from gateway.graph.schema.user_errors import USER_ERRORS, NotFoundError, UserError, ValidationError
from gateway.graph.writing.write import Outcome, attempt

RENAMES = {
    "loyalty_promotion": ["input"],
    "loyalty_promotion.incentive.points_multiplier_data": ["input", "incentive"],
    "loyalty_promotion.incentive.points_addition_data": ["input", "incentive"],
    "program_id": ["programId"],
    "promotion_id": ["id"],
}


@strawberry.type(description="Return type of `createLoyaltyPromotion`.")
class CreateLoyaltyPromotionPayload:
    promotion: LoyaltyPromotion | None = strawberry.field(
        description="The new promotion, null when there are user errors."
    )
    idempotency_key: str = strawberry.field(description=KEY_DESCRIPTION)
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)


@strawberry.type(description="Return type of `cancelLoyaltyPromotion`.")
class CancelLoyaltyPromotionPayload:
    promotion: LoyaltyPromotion | None = strawberry.field(
        description="The promotion as it is now, null when there are user errors."
    )
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)


@strawberry.type
class LoyaltyProgramMutation:
    @strawberry.mutation(
        description="Create a promotion. A program can have 10 that are active or scheduled. Needs LOYALTY_WRITE.",
        metadata=costs("CreateLoyaltyPromotion", before=("RetrieveLoyaltyProgram",)),
    )
    async def create_loyalty_promotion(
        self,
        info: Info,
        input: Annotated[LoyaltyPromotionInput, strawberry.argument(description="The new promotion.")],
        program_id: ProgramIdOrMain = MAIN,
        idempotency_key: IdempotencyKey = strawberry.UNSET,
    ) -> CreateLoyaltyPromotionPayload | None:
        key = key_to_send(idempotency_key)
        errors = [*key.errors, *_input_errors(input)]
        owner = None if errors else await program_id_of(info.context, program_id)
        outcome = Outcome[LoyaltyPromotion](errors=errors or [_no_program()])
        if owner is not None:
            body = {"idempotency_key": key.value, "loyalty_promotion": _promotion(input)}
            call = CREATE_LOYALTY_PROMOTION(program_id=owner, body=body)
            outcome = await attempt(info, call, renames=RENAMES)
        return CreateLoyaltyPromotionPayload(
            promotion=outcome.value, idempotency_key=key.value, user_errors=outcome.errors
        )

    @strawberry.mutation(
        description="Cancel an active or scheduled promotion for good. Needs LOYALTY_WRITE.",
        metadata=costs("CancelLoyaltyPromotion", before=("RetrieveLoyaltyProgram",)),
    )
    async def cancel_loyalty_promotion(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Square's id of the promotion.")],
        program_id: ProgramIdOrMain = MAIN,
    ) -> CancelLoyaltyPromotionPayload | None:
        owner = await program_id_of(info.context, program_id)
        if owner is None:
            return CancelLoyaltyPromotionPayload(promotion=None, user_errors=[_no_program()])
        call = CANCEL_LOYALTY_PROMOTION(program_id=owner, promotion_id=id)

        async def cancelled() -> LoyaltyPromotion | None:
            promotion = await info.context.loader(LoyaltyPromotionByProgram).load((owner, id))
            canceled = promotion is not None and promotion.status is LoyaltyPromotionStatus.CANCELED
            return promotion if canceled else None

        outcome = await attempt(info, call, renames=RENAMES, seen=cancelled)
        return CancelLoyaltyPromotionPayload(promotion=outcome.value, user_errors=outcome.errors)


def _promotion(given: LoyaltyPromotionInput) -> dict[str, Any]:
    promotion: dict[str, Any] = encode(given, nulls=False)
    promotion["incentive"]["type"] = (
        "POINTS_MULTIPLIER" if "points_multiplier_data" in promotion["incentive"] else "POINTS_ADDITION"
    )
    if (limit := promotion.get("trigger_limit")) is not None:
        limit.setdefault("interval", LoyaltyPromotionTriggerLimitInterval.ALL_TIME.value)
    return promotion


def _input_errors(given: LoyaltyPromotionInput) -> list[UserError]:
    """What is certain to be refused; Square's own rules are left to Square."""
    promotion = encode(given, nulls=False)
    errors: list[UserError] = []
    if not 1 <= len(given.name) <= 70:
        code = "VALUE_TOO_LONG" if given.name else "VALUE_EMPTY"
        errors.append(_wrong(code, "The name must have 1 to 70 characters.", "name"))
    if not given.available_time.time_periods:
        errors.append(_wrong("VALUE_EMPTY", "Give at least one time period.", "availableTime", "timePeriods"))
    if promotion["incentive"].get("points_addition_data", {}).get("points_addition", 1) < 1:
        errors.append(_wrong("VALUE_TOO_LOW", "The points to add must be at least 1.", "incentive", "pointsAddition"))
    limit = promotion.get("trigger_limit", {})
    if not 1 <= limit.get("times", 1) <= 30:
        code = "VALUE_TOO_LOW" if limit["times"] < 1 else "VALUE_TOO_HIGH"
        errors.append(_wrong(code, "The limit must be 1 to 30 times.", "triggerLimit", "times"))
    if limit.get("interval") == LoyaltyPromotionTriggerLimitInterval.UNKNOWN.value:
        message = "UNKNOWN is not an interval that can be set."
        errors.append(_wrong("INVALID_ENUM_VALUE", message, "triggerLimit", "interval"))
    if promotion.get("minimum_spend_amount_money", {}).get("amount", 1) < 1:
        message = "The least amount must be above zero."
        errors.append(_wrong("VALUE_TOO_LOW", message, "minimumSpendAmountMoney", "amount"))
    if promotion.get("qualifying_item_variation_ids") and promotion.get("qualifying_category_ids"):
        message = "Give either `qualifyingItemVariationIds` or `qualifyingCategoryIds`."
        errors.append(_wrong("CONFLICTING_PARAMETERS", message, "qualifyingCategoryIds"))
    return errors


def _wrong(code: str, message: str, *path: str) -> UserError:
    return ValidationError(message=message, code=code, field=["input", *path])


def _no_program() -> UserError:
    return NotFoundError(message="The seller has no loyalty program.", code="NOT_FOUND", field=["programId"])
