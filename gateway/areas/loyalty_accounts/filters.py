"""What searches of loyalty accounts, rewards and events look for."""

from collections.abc import Mapping
from typing import Any

import strawberry
from strawberry import Maybe

from gateway.areas.loyalty_accounts.event_types import LoyaltyEventType
from gateway.graph.errors import BadInput
from gateway.graph.schema.decode import wired
from gateway.graph.schema.personal_data import PERSONAL
from gateway.graph.schema.scalars import DateTime


@strawberry.input(description="A span of time; either end may be left open.")
class LoyaltyEventPeriodInput:
    start_at: Maybe[DateTime | None] = strawberry.field(description="The first moment that counts.")
    end_at: Maybe[DateTime | None] = strawberry.field(description="The first moment that no longer counts.")


@strawberry.input(description="Which events of an account. All conditions given must hold.")
class LoyaltyAccountEventFilter:
    types: Maybe[list[LoyaltyEventType] | None] = wired(
        "type_filter.types", description="Of any of these kinds, at least one."
    )
    location_ids: Maybe[list[strawberry.ID] | None] = wired(
        "location_filter.location_ids", description="At any of these locations, at least one."
    )
    order_id: Maybe[strawberry.ID | None] = wired("order_filter.order_id", description="For this order.")
    created_at: Maybe[LoyaltyEventPeriodInput | None] = wired(
        "date_time_filter.created_at", description="In this span of time."
    )


@strawberry.input(description="Which events. All conditions given must hold.")
class LoyaltyEventFilter(LoyaltyAccountEventFilter):
    account_id: Maybe[strawberry.ID | None] = wired(
        "loyalty_account_filter.loyalty_account_id", description="Of this loyalty account."
    )


@strawberry.input(description="Which loyalty accounts: those of customers or of phone numbers.", one_of=True)
class LoyaltyAccountFilter:
    customer_ids: Maybe[list[strawberry.ID]] = strawberry.field(
        description="The ids of the customers: 1 to 30. The id of a merged one may find the accounts of the new one."
    )
    phone_numbers: Maybe[list[str]] = strawberry.field(
        description="The phone numbers in E.164 form, such as +14155551111: 1 to 30.", directives=PERSONAL
    )


def refused_filter(given: Mapping[str, Any]) -> BadInput | None:
    """Why no search for events takes this `filter`."""
    wanted = given.get("filter")
    if not isinstance(wanted, Mapping):
        return None
    types = wanted.get("types")
    if types == [] or LoyaltyEventType.UNKNOWN.value in (types if isinstance(types, list) else [types]):
        return BadInput("Give at least one kind of event, and none that is UNKNOWN.", "filter", "types")
    if wanted.get("locationIds") == []:
        return BadInput("Give at least one location.", "filter", "locationIds")
    span = wanted.get("createdAt")
    if isinstance(span, Mapping) and all(end is None for end in span.values()):
        return BadInput("Give at least one end of the span of time.", "filter", "createdAt")
    return None
