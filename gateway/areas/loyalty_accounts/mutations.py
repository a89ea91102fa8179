"""Writing loyalty accounts and rewards. No operation of Square's changes or deletes an account as such."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from gateway.areas.loyalty_accounts.endpoints import (
    ACCUMULATE_LOYALTY_POINTS,
    ADJUST_LOYALTY_POINTS,
    CREATE_LOYALTY_ACCOUNT,
    CREATE_LOYALTY_REWARD,
    DELETE_LOYALTY_REWARD,
    REDEEM_LOYALTY_REWARD,
)
from gateway.areas.loyalty_accounts.inputs import (
    E164_MESSAGE,
    AccumulateLoyaltyPointsInput,
    AdjustLoyaltyPointsInput,
    LoyaltyAccountInput,
    LoyaltyRewardInput,
    is_e164,
)
from gateway.areas.loyalty_accounts.loaders import LoyaltyRewardById
from gateway.areas.loyalty_accounts.payloads import (
    AccumulateLoyaltyPointsPayload,
    AdjustLoyaltyPointsPayload,
    CreateLoyaltyAccountPayload,
    CreateLoyaltyRewardPayload,
    DeleteLoyaltyRewardPayload,
    RedeemLoyaltyRewardPayload,
)
from gateway.areas.loyalty_accounts.types import LoyaltyRewardStatus
from gateway.graph.loading.context import Context, Info
from gateway.graph.schema.cost import costs
from gateway.graph.schema.encode import encode
from gateway.graph.schema.idempotency_key import IdempotencyKey, key_to_send
from gateway.graph.schema.lazy import Lazy
from gateway.graph.schema.personal_data import PERSONAL
from gateway.graph.schema.user_errors import NotFoundError, UserError, ValidationError
from gateway.graph.writing.write import attempt
from gateway.square.endpoint import Nothing

if TYPE_CHECKING:
    from gateway.areas.loyalty_programs.loaders import LoyaltyProgramById

RENAMES = {
    "loyalty_account": ["input"],
    "loyalty_account.mapping": ["input"],
    "accumulate_points": ["input"],
    "adjust_points": ["input"],
    "reward": ["input"],
    "reward.loyalty_account_id": ["input", "accountId"],
    "account_id": ["accountId"],
    "reward_id": ["id"],
}

_PROGRAMS: Lazy["LoyaltyProgramById"] = Lazy("gateway.areas.loyalty_programs.loaders:LoyaltyProgramById")

AccountId = Annotated[strawberry.ID, strawberry.argument(description="Square's id of the loyalty account.")]
RewardId = Annotated[strawberry.ID, strawberry.argument(description="Square's id of the reward.")]


@strawberry.type
class LoyaltyAccountMutation:
    @strawberry.mutation(
        directives=PERSONAL,
        description="Enroll a buyer in the loyalty program. Needs LOYALTY_WRITE, and LOYALTY_READ without `programId`.",
        metadata=costs("CreateLoyaltyAccount", before=("RetrieveLoyaltyProgram",)),
    )
    async def create_loyalty_account(
        self,
        info: Info,
        input: Annotated[LoyaltyAccountInput, strawberry.argument(description="The new account.")],
        idempotency_key: IdempotencyKey = strawberry.UNSET,
    ) -> CreateLoyaltyAccountPayload | None:
        key = key_to_send(idempotency_key)
        errors = [*key.errors]
        if not is_e164(input.phone_number):
            errors.append(_wrong("INVALID_PHONE_NUMBER", E164_MESSAGE, "phoneNumber"))
        account: dict[str, Any] = encode(input, nulls=False)
        if not errors and "program_id" not in account:
            account["program_id"] = await _program_id(info.context)
            if account["program_id"] is None:
                message = "The seller has no loyalty program."
                errors.append(NotFoundError(message=message, code="NOT_FOUND", field=["input", "programId"]))
        call = CREATE_LOYALTY_ACCOUNT(body={"idempotency_key": key.value, "loyalty_account": account})
        outcome = await attempt(info, call, errors=errors, renames=RENAMES)
        return CreateLoyaltyAccountPayload(account=outcome.value, idempotency_key=key.value, user_errors=outcome.errors)

    @strawberry.mutation(
        description="Give an account the points of a purchase. Needs LOYALTY_WRITE.",
        metadata=costs("AccumulateLoyaltyPoints"),
    )
    async def accumulate_loyalty_points(
        self,
        info: Info,
        account_id: AccountId,
        input: Annotated[AccumulateLoyaltyPointsInput, strawberry.argument(description="The purchase.")],
        idempotency_key: IdempotencyKey = strawberry.UNSET,
    ) -> AccumulateLoyaltyPointsPayload | None:
        key = key_to_send(idempotency_key)
        body: dict[str, Any] = {"idempotency_key": key.value, **encode(input, nulls=False)}
        errors = [*key.errors, *_purchase_errors(body.get("accumulate_points", {}))]
        call = ACCUMULATE_LOYALTY_POINTS(account_id=account_id, body=body)
        outcome = await attempt(info, call, errors=errors, renames=RENAMES)
        return AccumulateLoyaltyPointsPayload(
            events=outcome.value,
            account_id=outcome.when_done(account_id),
            idempotency_key=key.value,
            user_errors=outcome.errors,
        )

    @strawberry.mutation(
        description="Add points to an account or remove them, for any reason. Needs LOYALTY_WRITE.",
        metadata=costs("AdjustLoyaltyPoints"),
    )
    async def adjust_loyalty_points(
        self,
        info: Info,
        account_id: AccountId,
        input: Annotated[AdjustLoyaltyPointsInput, strawberry.argument(description="The change of the balance.")],
        idempotency_key: IdempotencyKey = strawberry.UNSET,
    ) -> AdjustLoyaltyPointsPayload | None:
        key = key_to_send(idempotency_key)
        body: dict[str, Any] = {"idempotency_key": key.value, **encode(input, nulls=False)}
        errors = [*key.errors]
        if input.points == 0:
            errors.append(_wrong("INVALID_VALUE", "The points must not be 0.", "points"))
        if len(body["adjust_points"].get("reason", "")) > 3500:
            errors.append(_wrong("VALUE_TOO_LONG", "The reason must have at most 3500 characters.", "reason"))
        call = ADJUST_LOYALTY_POINTS(account_id=account_id, body=body)
        outcome = await attempt(info, call, errors=errors, renames=RENAMES)
        return AdjustLoyaltyPointsPayload(
            event=outcome.value,
            account_id=outcome.when_done(account_id),
            idempotency_key=key.value,
            user_errors=outcome.errors,
        )

    @strawberry.mutation(
        description="Exchange points of an account for a reward: they leave the balance at once. Needs LOYALTY_WRITE.",
        metadata=costs("CreateLoyaltyReward"),
    )
    async def create_loyalty_reward(
        self,
        info: Info,
        input: Annotated[LoyaltyRewardInput, strawberry.argument(description="The new reward.")],
        idempotency_key: IdempotencyKey = strawberry.UNSET,
    ) -> CreateLoyaltyRewardPayload | None:
        key = key_to_send(idempotency_key)
        call = CREATE_LOYALTY_REWARD(body={"idempotency_key": key.value, "reward": encode(input, nulls=False)})
        outcome = await attempt(info, call, errors=key.errors, renames=RENAMES)
        return CreateLoyaltyRewardPayload(reward=outcome.value, idempotency_key=key.value, user_errors=outcome.errors)

    @strawberry.mutation(
        description="Redeem a reward for good. Not needed for rewards on orders: paying redeems them. "
        "Needs LOYALTY_WRITE.",
        metadata=costs("RedeemLoyaltyReward"),
    )
    async def redeem_loyalty_reward(
        self,
        info: Info,
        id: RewardId,
        location_id: Annotated[
            strawberry.ID, strawberry.argument(description="Square's id of the location where it is redeemed.")
        ],
        idempotency_key: IdempotencyKey = strawberry.UNSET,
    ) -> RedeemLoyaltyRewardPayload | None:
        key = key_to_send(idempotency_key)
        call = REDEEM_LOYALTY_REWARD(reward_id=id, body={"idempotency_key": key.value, "location_id": location_id})
        renames = {**RENAMES, "location_id": ["locationId"]}
        outcome = await attempt(info, call, errors=key.errors, renames=renames)
        return RedeemLoyaltyRewardPayload(
            event=outcome.value,
            reward_id=outcome.when_done(id),
            idempotency_key=key.value,
            user_errors=outcome.errors,
        )

    @strawberry.mutation(
        description="Delete a reward that was not redeemed: its points return to the balance. Needs LOYALTY_WRITE.",
        metadata=costs("DeleteLoyaltyReward"),
    )
    async def delete_loyalty_reward(self, info: Info, id: RewardId) -> DeleteLoyaltyRewardPayload | None:
        async def deleted() -> Nothing | None:
            reward = await info.context.loader(LoyaltyRewardById).load(id)
            return Nothing() if reward is not None and reward.status is LoyaltyRewardStatus.DELETED else None

        outcome = await attempt(info, DELETE_LOYALTY_REWARD(reward_id=id), renames=RENAMES, seen=deleted)
        return DeleteLoyaltyRewardPayload(deleted_id=outcome.when_done(id), user_errors=outcome.errors)


async def _program_id(context: Context) -> str | None:
    program = await context.loader(_PROGRAMS.target).load("main")
    return program.id if program else None


def _purchase_errors(purchase: dict[str, Any]) -> list[UserError]:
    if "points" in purchase and "order_id" in purchase:
        return [_wrong("CONFLICTING_PARAMETERS", "Give either `orderId` or `points`, not both.", "points")]
    if "points" not in purchase and "order_id" not in purchase:
        return [_wrong("MISSING_REQUIRED_PARAMETER", "Give either `orderId` or `points`.", "points")]
    if purchase.get("points", 1) < 1:
        return [_wrong("VALUE_TOO_LOW", "The points must be at least 1.", "points")]
    return []


def _wrong(code: str, message: str, *path: str) -> UserError:
    return ValidationError(message=message, code=code, field=["input", *path])
