"""What Square's webhooks tell of the loyalty program and its promotions, and how the graph shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from gateway.areas.loyalty_programs.endpoints import READ
from gateway.areas.loyalty_programs.loaders import LoyaltyProgramById, LoyaltyPromotionByProgram
from gateway.areas.loyalty_programs.types import LoyaltyProgram, LoyaltyPromotion
from gateway.events.event import Kind
from gateway.events.family import Change, Family, Json, Told
from gateway.graph.loading.context import Context
from gateway.graph.loading.loader import each_of
from gateway.graph.subscribing.change import ChangeFields, told
from gateway.graph.subscribing.payload import part, required

_PROGRAM_ID = "loyalty_program_id"


@strawberry.type(description="A change of the loyalty program.")
class LoyaltyProgramChange(ChangeFields):
    program_id: strawberry.ID = strawberry.field(description="Square's id of the program.")
    program: LoyaltyProgram | None = strawberry.field(description="The program as it is now.")


@strawberry.type(description="A change of a promotion.")
class LoyaltyPromotionChange(ChangeFields):
    promotion_id: strawberry.ID = strawberry.field(description="Square's id of the promotion.")
    promotion: LoyaltyPromotion | None = strawberry.field(description="The promotion as it is now.")


def _program_told(data: Json) -> Told:
    return Told(required(part(data, "object", "loyalty_program"), "id"))


async def _read_programs(context: Context, changes: Sequence[Change]) -> Mapping[str, Any]:
    return await each_of(context.loader(LoyaltyProgramById), [each.event.object_id for each in changes])


def _show_program(change: Change, found: Any, position: str) -> LoyaltyProgramChange:
    return LoyaltyProgramChange(
        **told(change, position), program_id=strawberry.ID(change.event.object_id), program=found
    )


LOYALTY_PROGRAMS = Family(
    name="loyalty_programs",
    scope=READ,
    types={"loyalty.program.created": Kind.CREATED, "loyalty.program.updated": Kind.UPDATED},
    told=_program_told,
    read=_read_programs,
    show=_show_program,
    updated=lambda found: found.updated_at,
)


def _promotion_told(data: Json) -> Told:
    # The id beside the object lacks its prefix in Square's examples.
    found = part(data, "object", "loyalty_promotion")
    return Told(required(found, "id"), None, {_PROGRAM_ID: required(found, _PROGRAM_ID)})


async def _read_promotions(context: Context, changes: Sequence[Change]) -> Mapping[str, Any]:
    keys = {each.event.object_id: (str(each.event.facts[_PROGRAM_ID]), each.event.object_id) for each in changes}
    found = await each_of(context.loader(LoyaltyPromotionByProgram), list(keys.values()))
    return {object_id: found[key] for object_id, key in keys.items()}


def _show_promotion(change: Change, found: Any, position: str) -> LoyaltyPromotionChange:
    return LoyaltyPromotionChange(
        **told(change, position), promotion_id=strawberry.ID(change.event.object_id), promotion=found
    )


LOYALTY_PROMOTIONS = Family(
    name="loyalty_promotions",
    scope=READ,
    types={"loyalty.promotion.created": Kind.CREATED, "loyalty.promotion.updated": Kind.UPDATED},
    told=_promotion_told,
    read=_read_promotions,
    show=_show_promotion,
    updated=lambda found: found.updated_at,
)
