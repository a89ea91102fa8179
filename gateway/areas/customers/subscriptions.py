"""Following what changes about customers."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from gateway.areas.customers.changes import CUSTOMERS, CustomerChange
from gateway.areas.customers.loaders import CustomerById
from gateway.graph.loading.context import Info
from gateway.graph.schema.cost import costs
from gateway.graph.subscribing.following import MAX_WANTED, After, follow, wanted_ids

_FIRES = (
    "Customer profiles that are created, changed or deleted, in Square or by anybody's application; not for a change "
    "of `segmentIds` alone, nor of custom attributes. A merge creates the new profile and deletes the others. Groups "
    "and segments tell of no change of their own. One event costs a call for all who follow with the same rights."
)


@strawberry.type
class CustomerSubscription:
    @strawberry.subscription(
        description=f"{_FIRES} Needs CUSTOMERS_READ.",
        metadata=costs("BulkRetrieveCustomers", loader=CustomerById),
    )
    def customer_changed(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID] | None,
            strawberry.argument(description=f"Only these customers, at most {MAX_WANTED}. All when absent."),
        ] = strawberry.UNSET,
        after: After = strawberry.UNSET,
    ) -> AsyncGenerator[CustomerChange, None]:
        return follow(info, CUSTOMERS, after, {"object_id": wanted_ids(ids, "ids")})
