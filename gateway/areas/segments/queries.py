"""Reading segments."""

from typing import Annotated

import strawberry

from gateway.areas.segments.endpoints import LIST_SEGMENTS
from gateway.areas.segments.loaders import PAGE_SIZE, SegmentById
from gateway.areas.segments.types import Segment, SegmentConnection
from gateway.graph.errors import refused_as_input
from gateway.graph.loading.context import Info
from gateway.graph.loading.pagination import After, First
from gateway.graph.schema.cost import costs

_ARGUMENTS = {"segment_id": ["id"]}


@strawberry.type
class SegmentQuery:
    @strawberry.field(
        description="One segment, null when there is none with this id. Needs CUSTOMERS_READ.",
        metadata=costs("RetrieveCustomerSegment", loader=SegmentById),
    )
    async def segment(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Square's id of the segment.")]
    ) -> Segment | None:
        with refused_as_input(_ARGUMENTS):
            return await info.context.loader(SegmentById).load(id)

    @strawberry.field(
        description="All segments of the seller. Needs CUSTOMERS_READ.",
        metadata=costs("ListCustomerSegments", page_size=PAGE_SIZE),
    )
    async def segments(
        self, info: Info, first: First = PAGE_SIZE, after: After = strawberry.UNSET
    ) -> SegmentConnection | None:
        return await SegmentConnection.read(
            info,
            lambda cursor, limit: LIST_SEGMENTS(query={"limit": limit, "cursor": cursor}),
            first=first,
            after=after,
            page_size=PAGE_SIZE,
            bound=["segments"],
        )
