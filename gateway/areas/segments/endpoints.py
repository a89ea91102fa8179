"""The Customer Segments API: one row per operation.

https://developer.squareup.com/reference/square/customer-segments-api
"""

from gateway.areas.segments.types import Segment
from gateway.square.endpoint import Endpoint, Page, Repeat
from gateway.square.expected_answer import Same, Unnamed

READ = "CUSTOMERS_READ"

LIST_SEGMENTS = Endpoint(
    "ListCustomerSegments",
    "GET",
    "/v2/customers/segments",
    Page[Segment],
    "segments",
    Repeat.SAFE,
    READ,
    identity=Unnamed("all segments are asked for"),
)
RETRIEVE_SEGMENT = Endpoint(
    "RetrieveCustomerSegment",
    "GET",
    "/v2/customers/segments/{segment_id}",
    Segment,
    "segment",
    Repeat.SAFE,
    READ,
    identity=(Same("id", "path.segment_id"),),
)
