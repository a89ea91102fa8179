"""Customer segments as the graph shows them."""

from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.federation import type as entity

from gateway.graph.loading.page_source import pages
from gateway.graph.loading.pagination import Connection
from gateway.graph.schema.lazy import Lazy
from gateway.graph.schema.scalars import DateTime

if TYPE_CHECKING:
    from gateway.areas.customers.types import CustomerConnection


@entity(
    keys=["id"],
    description="A set of customers that Square keeps by rules (a Smart Group). Read only. Needs CUSTOMERS_READ.",
)
class Segment:
    id: strawberry.ID = strawberry.field(description="Square's id of the segment.")
    name: str | None = strawberry.field(description="The name of the segment.")
    created_at: DateTime | None = strawberry.field(description="When the segment was created.")
    updated_at: DateTime | None = strawberry.field(description="When the segment last changed.")

    customers: Annotated["CustomerConnection", strawberry.lazy("gateway.areas.customers.types")] | None = pages(
        Lazy("gateway.areas.customers.loaders:CustomersOfSegment"),
        "SearchCustomers",
        key="id",
        page_size=100,
        description="The members, oldest profile first. A search: it may lag behind changes for some seconds.",
    )


@strawberry.type(description="A page of segments.")
class SegmentConnection(Connection[Segment]):
    pass
