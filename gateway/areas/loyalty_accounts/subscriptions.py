"""Following what happens to loyalty accounts."""

from collections.abc import AsyncGenerator, Sequence
from typing import Annotated

import strawberry

from gateway.areas.loyalty_accounts.changes import (
    LOYALTY_ACCOUNTS,
    LOYALTY_EVENTS,
    LoyaltyAccountChange,
    LoyaltyEventCreation,
)
from gateway.areas.loyalty_accounts.event_types import LoyaltyEventType
from gateway.areas.loyalty_accounts.loaders import LoyaltyAccountById
from gateway.graph.errors import BadInput
from gateway.graph.loading.context import Info
from gateway.graph.schema.cost import costs
from gateway.graph.subscribing.following import MAX_WANTED, After, bounded, follow, wanted_ids


@strawberry.type
class LoyaltyAccountSubscription:
    @strawberry.subscription(
        description="Loyalty accounts that are created or changed, as by every change of the balance. Square tells of "
        "these late, twice and out of order; what is shown is read each time and never goes back. Rewards tell of "
        "no change of their own: follow `loyaltyEventCreated`. One event costs a call for all who follow with the same "
        "rights. Needs LOYALTY_READ.",
        metadata=costs("RetrieveLoyaltyAccount", loader=LoyaltyAccountById),
    )
    def loyalty_account_changed(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID] | None,
            strawberry.argument(description=f"Only these accounts, at most {MAX_WANTED}. All when absent."),
        ] = strawberry.UNSET,
        customer_ids: Annotated[
            list[strawberry.ID] | None,
            strawberry.argument(
                description=f"Only accounts of these customers, at most {MAX_WANTED}. Of all when absent."
            ),
        ] = strawberry.UNSET,
        after: After = strawberry.UNSET,
    ) -> AsyncGenerator[LoyaltyAccountChange, None]:
        wanted = {"object_id": wanted_ids(ids, "ids"), "customer_id": wanted_ids(customer_ids, "customerIds")}
        return follow(info, LOYALTY_ACCOUNTS, after, wanted)

    @strawberry.subscription(
        description="New entries in the ledgers of loyalty accounts, each once: points that are earned, adjusted or "
        "expire, and rewards that are created, redeemed or deleted. Those of one account cost a call for all who "
        "follow with the same rights. Needs LOYALTY_READ.",
        metadata=costs("SearchLoyaltyEvents"),
    )
    def loyalty_event_created(
        self,
        info: Info,
        account_ids: Annotated[
            list[strawberry.ID] | None,
            strawberry.argument(description=f"Only those of these accounts, at most {MAX_WANTED}. Of all when absent."),
        ] = strawberry.UNSET,
        types: Annotated[
            list[LoyaltyEventType] | None,
            strawberry.argument(description="Only events of these kinds. Of all when absent."),
        ] = strawberry.UNSET,
        after: After = strawberry.UNSET,
    ) -> AsyncGenerator[LoyaltyEventCreation, None]:
        wanted = {"account_id": wanted_ids(account_ids, "accountIds"), "type": _kinds(types)}
        return follow(info, LOYALTY_EVENTS, after, wanted)


def _kinds(given: Sequence[LoyaltyEventType] | None) -> frozenset[str] | None:
    """Square's names of kinds of events. Raises `BadInput` for none, and for one that says nothing."""
    if given is None or given is strawberry.UNSET:
        return None
    bounded(given, "types")
    if LoyaltyEventType.UNKNOWN in given:
        raise BadInput("UNKNOWN is no kind that Square can tell of.", "types")
    return frozenset(str(each.value) for each in given)
