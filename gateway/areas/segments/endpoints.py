"""The Customer Segments API: one row per operation.

https://developer.squareup.com/reference/square/customer-segments-api
"""

from gateway.areas.segments.types import Segment
from gateway.square.endpoint import Endpoint, Page, Repeat

READ = "CUSTOMERS_READ"

LIST_SEGMENTS = Endpoint(
    "ListCustomerSegments", "GET", "/v2/customers/segments", Page[Segment], "segments", Repeat.SAFE, READ
)
RETRIEVE_SEGMENT = Endpoint(
    "RetrieveCustomerSegment", "GET", "/v2/customers/segments/{segment_id}", Segment, "segment", Repeat.SAFE, READ
)
