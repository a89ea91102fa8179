"""The Customer Segments API: one row per operation.

https://developer.squareup.com/reference/square/customer-segments-api
"""

from gateway.areas.segments.types import Segment
from gateway.graph.schema.endpoint import Endpoint
from gateway.square.endpoint import Page, Repeat
from gateway.square.expected_answer import Same, Unnamed

READ = "CUSTOMERS_READ"

LIST_SEGMENTS = Endpoint(
    name="ListCustomerSegments",
    method="GET",
    path="/v2/customers/segments",
    returns=Page[Segment],
    under="segments",
    repeat=Repeat.SAFE,
    scope=READ,
    identity=Unnamed("all segments are asked for"),
    cache=("customer_segments",),
)
RETRIEVE_SEGMENT = Endpoint(
    name="RetrieveCustomerSegment",
    method="GET",
    path="/v2/customers/segments/{segment_id}",
    returns=Segment,
    under="segment",
    repeat=Repeat.SAFE,
    scope=READ,
    identity=(Same("id", "path.segment_id"),),
    cache=("customer_segments",),
)
