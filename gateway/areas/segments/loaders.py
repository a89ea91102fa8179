"""What can be batched about segments."""

from gateway.areas.segments.endpoints import LIST_SEGMENTS, RETRIEVE_SEGMENT
from gateway.areas.segments.types import Segment
from gateway.graph.loading.list_loader import ListedLoader
from gateway.square.endpoint import Call, Page

PAGE_SIZE = 50


class SegmentById(ListedLoader[Segment]):
    """Segments by id: one retrieve for one id, one list for many."""

    operation_name = "RetrieveCustomerSegment"
    list_name = "ListCustomerSegments"
    once = frozenset({list_name})
    type = Segment

    def list_call(self, cursor: str | None) -> Call[Page[Segment]]:
        return LIST_SEGMENTS(query={"limit": PAGE_SIZE, "cursor": cursor})

    def retrieve_call(self, key: str) -> Call[Segment]:
        return RETRIEVE_SEGMENT(segment_id=key)
