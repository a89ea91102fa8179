"""Customer segments: sets of customers that Square keeps by rules of the seller."""

from gateway.areas.segments import endpoints
from gateway.areas.segments.loaders import SegmentById
from gateway.areas.segments.queries import SegmentQuery
from gateway.areas.segments.types import Segment
from gateway.graph.subgraph.area import Area, rows

AREA = Area(
    name="segments",
    endpoints=rows(endpoints),
    query=SegmentQuery,
    entities={Segment: SegmentById},
    loaders=(SegmentById,),
)
