"""Customer groups: named sets of customers that the seller makes."""

from gateway.areas.groups import endpoints
from gateway.areas.groups.loaders import GroupById
from gateway.areas.groups.mutations import GroupMutation
from gateway.areas.groups.queries import GroupQuery
from gateway.areas.groups.types import Group
from gateway.graph.subgraph.area import Area, rows

AREA = Area(
    name="groups",
    endpoints=rows(endpoints),
    query=GroupQuery,
    mutation=GroupMutation,
    entities={Group: GroupById},
    loaders=(GroupById,),
)
