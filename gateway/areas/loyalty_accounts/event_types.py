"""The ledger of a loyalty account as the graph shows it: an interface, and one type for each kind of event."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import strawberry

from gateway.graph.loading.pagination import Connection
from gateway.graph.loading.relation import relation
from gateway.graph.schema.decode import Variants, reads, wired
from gateway.graph.schema.lazy import Lazy
from gateway.graph.schema.personal_data import PERSONAL
from gateway.graph.schema.scalars import DateTime, Long
from gateway.graph.schema.values import Location, Order

if TYPE_CHECKING:
    from gateway.areas.loyalty_accounts.types import LoyaltyAccount, LoyaltyReward
    from gateway.areas.loyalty_programs.types import LoyaltyPromotion


@strawberry.enum(description="What happened to the points of an account.")
class LoyaltyEventType(Enum):
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="A kind that this graph does not know yet.")
    ACCUMULATE_POINTS = strawberry.enum_value("ACCUMULATE_POINTS", description="A purchase earned points.")
    CREATE_REWARD = strawberry.enum_value("CREATE_REWARD", description="Points were set aside for a reward.")
    REDEEM_REWARD = strawberry.enum_value("REDEEM_REWARD", description="A reward was redeemed.")
    DELETE_REWARD = strawberry.enum_value("DELETE_REWARD", description="A reward was deleted and its points returned.")
    ADJUST_POINTS = strawberry.enum_value("ADJUST_POINTS", description="Points were added or removed manually.")
    EXPIRE_POINTS = strawberry.enum_value("EXPIRE_POINTS", description="Points expired.")
    OTHER = strawberry.enum_value("OTHER", description="Something else changed the points.")
    ACCUMULATE_PROMOTION_POINTS = strawberry.enum_value(
        "ACCUMULATE_PROMOTION_POINTS", description="A purchase earned the extra points of a promotion."
    )


@strawberry.enum(description="Where an event came from.")
class LoyaltyEventSource(Enum):
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="A source that this graph does not know yet.")
    SQUARE = strawberry.enum_value("SQUARE", description="The Square Point of Sale.")
    LOYALTY_API = strawberry.enum_value("LOYALTY_API", description="The Loyalty API.")


@strawberry.interface(description="One entry of the ledger of a loyalty account; it never changes. Needs LOYALTY_READ.")
class LoyaltyEvent:
    id: strawberry.ID = strawberry.field(description="Square's id of the event.")
    type: LoyaltyEventType | None = strawberry.field(description="What happened.")
    raw_type: str | None = wired("type", description="`type` as Square sent it, for kinds this graph does not know.")
    created_at: DateTime | None = strawberry.field(description="When it happened.")
    account_id: strawberry.ID | None = wired(
        "loyalty_account_id", description="The id of the loyalty account it happened to."
    )
    location_id: strawberry.ID | None = strawberry.field(
        description="The id of the location where it happened, if it was at one."
    )
    source: LoyaltyEventSource | None = strawberry.field(description="Where the event came from.")
    raw_source: str | None = wired(
        "source", description="`source` as Square sent it, for values this graph does not know."
    )

    account: Annotated["LoyaltyAccount", strawberry.lazy("gateway.areas.loyalty_accounts.types")] | None = relation(
        Lazy("gateway.areas.loyalty_accounts.loaders:LoyaltyAccountById"),
        key="account_id",
        stub=True,
        description="The loyalty account it happened to.",
    )

    variants: ClassVar[Variants]

    @strawberry.field(description="The location where it happened, if it was at one.", metadata=reads("location_id"))
    def location(self) -> Location | None:
        return Location(id=self.location_id) if self.location_id else None


_PROGRAM = "The id of the loyalty program whose points these are."
_ORDER_ID = "The id of the order, when the seller's application uses Square orders."
_ORDER = "The order, when the seller's application uses Square orders."
_REWARD_ID = "The id of the reward. Null for events of the Square Point of Sale."
_REWARD = "The reward. Null for events of the Square Point of Sale."


def _order(order_id: strawberry.ID | None) -> Order | None:
    return Order(id=order_id) if order_id else None


def _reward() -> Any:
    return relation(
        Lazy("gateway.areas.loyalty_accounts.loaders:LoyaltyRewardById"),
        key="reward_id",
        stub=True,
        description=_REWARD,
    )


RewardEdge = Annotated["LoyaltyReward", strawberry.lazy("gateway.areas.loyalty_accounts.types")]


@strawberry.type(description="A purchase earned points.")
class AccumulatePointsEvent(LoyaltyEvent):
    program_id: strawberry.ID | None = wired("accumulate_points.loyalty_program_id", description=_PROGRAM)
    points: Long | None = wired("accumulate_points.points", description="How many points were earned.")
    order_id: strawberry.ID | None = wired("accumulate_points.order_id", description=_ORDER_ID)

    @strawberry.field(description=_ORDER, metadata=reads("order_id"))
    def order(self) -> Order | None:
        return _order(self.order_id)


@strawberry.type(description="A purchase earned the extra points of a promotion.")
class AccumulatePromotionPointsEvent(LoyaltyEvent):
    program_id: strawberry.ID | None = wired("accumulate_promotion_points.loyalty_program_id", description=_PROGRAM)
    promotion_id: strawberry.ID | None = wired(
        "accumulate_promotion_points.loyalty_promotion_id", description="The id of the promotion."
    )
    points: Long | None = wired("accumulate_promotion_points.points", description="How many points were earned.")
    order_id: strawberry.ID | None = wired("accumulate_promotion_points.order_id", description=_ORDER_ID)

    promotion: Annotated["LoyaltyPromotion", strawberry.lazy("gateway.areas.loyalty_programs.types")] | None = relation(
        Lazy("gateway.areas.loyalty_programs.loaders:LoyaltyPromotionByProgram"),
        key="promotion_key",
        stub=True,
        description="The promotion.",
    )

    @strawberry.field(description=_ORDER, metadata=reads("order_id"))
    def order(self) -> Order | None:
        return _order(self.order_id)

    @property
    def promotion_key(self) -> tuple[str, str] | None:
        """What the promotion is loaded by, None when the event does not say."""
        return (self.program_id, self.promotion_id) if self.program_id and self.promotion_id else None


@strawberry.type(description="Points were set aside for a reward.")
class CreateRewardEvent(LoyaltyEvent):
    program_id: strawberry.ID | None = wired("create_reward.loyalty_program_id", description=_PROGRAM)
    reward_id: strawberry.ID | None = wired("create_reward.reward_id", description=_REWARD_ID)
    points: Long | None = wired("create_reward.points", description="The change of the balance: negative.")
    reward: RewardEdge | None = _reward()


@strawberry.type(description="A reward was redeemed; its points were set aside before.")
class RedeemRewardEvent(LoyaltyEvent):
    program_id: strawberry.ID | None = wired("redeem_reward.loyalty_program_id", description=_PROGRAM)
    reward_id: strawberry.ID | None = wired("redeem_reward.reward_id", description=_REWARD_ID)
    order_id: strawberry.ID | None = wired("redeem_reward.order_id", description=_ORDER_ID)
    reward: RewardEdge | None = _reward()

    @strawberry.field(description=_ORDER, metadata=reads("order_id"))
    def order(self) -> Order | None:
        return _order(self.order_id)


@strawberry.type(description="A reward was deleted and its points returned.")
class DeleteRewardEvent(LoyaltyEvent):
    program_id: strawberry.ID | None = wired("delete_reward.loyalty_program_id", description=_PROGRAM)
    reward_id: strawberry.ID | None = wired("delete_reward.reward_id", description=_REWARD_ID)
    points: Long | None = wired("delete_reward.points", description="How many points were returned.")
    reward: RewardEdge | None = _reward()


@strawberry.type(description="Points were added or removed manually.")
class AdjustPointsEvent(LoyaltyEvent):
    program_id: strawberry.ID | None = wired("adjust_points.loyalty_program_id", description=_PROGRAM)
    points: Long | None = wired("adjust_points.points", description="The change of the balance: negative when removed.")
    reason: str | None = wired("adjust_points.reason", description="The reason that was given.", directives=PERSONAL)


@strawberry.type(description="Points expired.")
class ExpirePointsEvent(LoyaltyEvent):
    program_id: strawberry.ID | None = wired("expire_points.loyalty_program_id", description=_PROGRAM)
    points: Long | None = wired("expire_points.points", description="How many points expired.")


@strawberry.type(description="Something else changed the points.")
class OtherEvent(LoyaltyEvent):
    program_id: strawberry.ID | None = wired("other_event.loyalty_program_id", description=_PROGRAM)
    points: Long | None = wired("other_event.points", description="The change of the balance: negative when removed.")


@strawberry.type(description="A kind of event that this graph does not know yet; `rawType` names it.")
class UnknownLoyaltyEvent(LoyaltyEvent):
    pass


_VARIANTS: dict[str, type[LoyaltyEvent]] = {
    "ACCUMULATE_POINTS": AccumulatePointsEvent,
    "ACCUMULATE_PROMOTION_POINTS": AccumulatePromotionPointsEvent,
    "CREATE_REWARD": CreateRewardEvent,
    "REDEEM_REWARD": RedeemRewardEvent,
    "DELETE_REWARD": DeleteRewardEvent,
    "ADJUST_POINTS": AdjustPointsEvent,
    "EXPIRE_POINTS": ExpirePointsEvent,
    "OTHER": OtherEvent,
}
LoyaltyEvent.variants = Variants("type", _VARIANTS, UnknownLoyaltyEvent)
EVENT_TYPES: tuple[type, ...] = (*_VARIANTS.values(), UnknownLoyaltyEvent)


@strawberry.type(description="A page of loyalty events.")
class LoyaltyEventConnection(Connection[LoyaltyEvent]):
    pass
