"""Loyalty accounts and rewards as the graph shows them; the same classes are what is read from the wire."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.federation import type as entity

from gateway.areas.loyalty_accounts.event_types import EVENT_TYPES, LoyaltyEvent, LoyaltyEventConnection
from gateway.areas.loyalty_accounts.filters import LoyaltyAccountEventFilter, refused_filter
from gateway.graph.loading.context import Info
from gateway.graph.loading.pagination import After, Connection, First, status_rule
from gateway.graph.loading.relation import relation
from gateway.graph.schema.cost import costs
from gateway.graph.schema.decode import reads, wired
from gateway.graph.schema.lazy import Lazy
from gateway.graph.schema.personal_data import PERSONAL
from gateway.graph.schema.scalars import DateTime, Long
from gateway.graph.schema.values import Order

if TYPE_CHECKING:
    from gateway.areas.customers.types import Customer
    from gateway.areas.loyalty_accounts.searches import LoyaltyEventsOfAccount, LoyaltyRewardsOfAccount
    from gateway.areas.loyalty_programs.types import LoyaltyProgram, LoyaltyProgramRewardTier

PAGE_SIZE = 30
_REWARDS: Lazy["LoyaltyRewardsOfAccount"] = Lazy("gateway.areas.loyalty_accounts.searches:LoyaltyRewardsOfAccount")
_EVENTS: Lazy["LoyaltyEventsOfAccount"] = Lazy("gateway.areas.loyalty_accounts.searches:LoyaltyEventsOfAccount")


@strawberry.enum(description="Status of a reward.")
class LoyaltyRewardStatus(Enum):
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="A status that this graph does not know yet.")
    ISSUED = strawberry.enum_value("ISSUED", description="Its points are set aside and it can be used.")
    REDEEMED = strawberry.enum_value("REDEEMED", description="It was redeemed. This is final.")
    DELETED = strawberry.enum_value("DELETED", description="It was deleted and its points returned. This is final.")


@strawberry.type(description="The phone number that identifies the buyer of a loyalty account.")
class LoyaltyAccountMapping:
    id: strawberry.ID | None = strawberry.field(description="Square's id of the mapping.")
    created_at: DateTime | None = strawberry.field(description="When the mapping was created.")
    phone_number: str | None = strawberry.field(
        description="The phone number in E.164 form, such as +14155551111. The customer's profile may have another.",
        directives=PERSONAL,
    )


@strawberry.type(description="Points of an account that expire at one moment.")
class LoyaltyAccountExpiringPointDeadline:
    points: Long | None = strawberry.field(description="How many points expire.")
    expires_at: DateTime | None = strawberry.field(description="When they expire.")


Status = Annotated[
    LoyaltyRewardStatus | None,
    strawberry.argument(description="Only rewards with this status. All when absent, deleted ones too."),
]


@entity(keys=["id"], description="A buyer's account in the seller's loyalty program. Needs LOYALTY_READ.")
class LoyaltyAccount:
    id: strawberry.ID = strawberry.field(description="Square's id of the account.")
    program_id: strawberry.ID | None = strawberry.field(description="The id of the loyalty program it belongs to.")
    balance: Long | None = strawberry.field(
        description="The points that can be spent. Negative when more were removed than there were."
    )
    lifetime_points: Long | None = strawberry.field(description="All points ever earned.")
    customer_id: strawberry.ID | None = strawberry.field(description="The id of the customer whose account it is.")
    enrolled_at: DateTime | None = strawberry.field(
        description="When the buyer joined the program. Null until the first points are earned, unless it was set."
    )
    created_at: DateTime | None = strawberry.field(description="When the account was created.")
    updated_at: DateTime | None = strawberry.field(description="When the account last changed.")
    mapping: LoyaltyAccountMapping | None = strawberry.field(description="The phone number that identifies the buyer.")
    expiring_point_deadlines: list[LoyaltyAccountExpiringPointDeadline] = strawberry.field(
        description="When the points of the balance expire. Empty when they do not."
    )

    customer: Annotated["Customer", strawberry.lazy("gateway.areas.customers.types")] | None = relation(
        Lazy("gateway.areas.customers.loaders:CustomerById"),
        key="customer_id",
        description="The customer whose account it is. Needs CUSTOMERS_READ.",
    )
    program: Annotated["LoyaltyProgram", strawberry.lazy("gateway.areas.loyalty_programs.types")] | None = relation(
        Lazy("gateway.areas.loyalty_programs.loaders:LoyaltyProgramById"),
        key="program_id",
        stub=True,
        description="The loyalty program it belongs to.",
    )

    @strawberry.field(
        description="The rewards of the account, the last changed first. Costs a call per account.",
        metadata={**costs("SearchLoyaltyRewards", page_size=PAGE_SIZE, rule=status_rule), **reads("id")},
    )
    async def rewards(
        self, info: Info, status: Status = strawberry.UNSET, first: First = PAGE_SIZE, after: After = strawberry.UNSET
    ) -> Annotated["LoyaltyRewardConnection", strawberry.lazy("gateway.areas.loyalty_accounts.types")] | None:
        source = info.context.source(_REWARDS.target)
        return await source.search(self.id, status or None, info, first, after)

    @strawberry.field(
        description="The ledger of the account, newest first. Costs a call per account.",
        metadata={**costs("SearchLoyaltyEvents", page_size=PAGE_SIZE, rule=refused_filter), **reads("id")},
    )
    async def events(
        self,
        info: Info,
        filter: Annotated[
            LoyaltyAccountEventFilter | None,
            strawberry.argument(description="Which events. All of the account when absent."),
        ] = strawberry.UNSET,
        first: First = PAGE_SIZE,
        after: After = strawberry.UNSET,
    ) -> LoyaltyEventConnection | None:
        source = info.context.source(_EVENTS.target)
        return await source.search(self.id, filter or None, info, first, after)


@entity(keys=["id"], description="A discount that a buyer got for points. Needs LOYALTY_READ.")
class LoyaltyReward:
    id: strawberry.ID = strawberry.field(description="Square's id of the reward.")
    status: LoyaltyRewardStatus | None = strawberry.field(description="Status of the reward.")
    raw_status: str | None = wired(
        "status", description="`status` as Square sent it, for values this graph does not know."
    )
    account_id: strawberry.ID | None = wired(
        "loyalty_account_id", description="The id of the loyalty account it belongs to."
    )
    reward_tier_id: strawberry.ID | None = strawberry.field(description="The id of the reward tier it came from.")
    points: Long | None = strawberry.field(description="How many points it took.")
    order_id: strawberry.ID | None = strawberry.field(description="The id of the order it is attached to, if any.")
    created_at: DateTime | None = strawberry.field(description="When the reward was created.")
    updated_at: DateTime | None = strawberry.field(description="When the reward last changed.")
    redeemed_at: DateTime | None = strawberry.field(description="When the reward was redeemed, if it was.")

    account: LoyaltyAccount | None = relation(
        Lazy("gateway.areas.loyalty_accounts.loaders:LoyaltyAccountById"),
        key="account_id",
        stub=True,
        description="The loyalty account it belongs to.",
    )
    reward_tier: (
        Annotated["LoyaltyProgramRewardTier", strawberry.lazy("gateway.areas.loyalty_programs.types")] | None
    ) = relation(
        Lazy("gateway.areas.loyalty_programs.loaders:RewardTierById"),
        key="reward_tier_id",
        description="The reward tier it came from, null when the program no longer has it.",
    )

    @strawberry.field(description="The order it is attached to, if any.", metadata=reads("order_id"))
    def order(self) -> Order | None:
        return Order(id=self.order_id) if self.order_id else None


@strawberry.type(description="A page of loyalty accounts.")
class LoyaltyAccountConnection(Connection[LoyaltyAccount]):
    pass


@strawberry.type(description="A page of loyalty rewards.")
class LoyaltyRewardConnection(Connection[LoyaltyReward]):
    pass


__all__ = [
    "EVENT_TYPES",
    "PAGE_SIZE",
    "LoyaltyAccount",
    "LoyaltyAccountConnection",
    "LoyaltyEvent",
    "LoyaltyEventConnection",
    "LoyaltyReward",
    "LoyaltyRewardConnection",
    "LoyaltyRewardStatus",
]
