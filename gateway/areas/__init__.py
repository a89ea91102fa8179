"""Square's areas, one folder each with the same few files. An area never imports another.

`endpoints` holds one row for each of Square's REST operations, `types` the objects and enums, `inputs` the inputs,
`loaders` what can be batched or paged, `queries`, `mutations` and `subscriptions` the root fields, `changes` what
webhooks tell. The folder itself declares all of it as one object, `AREA`. This list is the only place that names the
areas.
"""

from gateway.areas import custom_attributes, customers, groups, loyalty_accounts, loyalty_programs, segments
from gateway.graph.subgraph.area import Area

# In the order in which the schema shows them.
AREAS: tuple[Area, ...] = (
    customers.AREA,
    groups.AREA,
    segments.AREA,
    custom_attributes.AREA,
    loyalty_programs.AREA,
    loyalty_accounts.AREA,
)
