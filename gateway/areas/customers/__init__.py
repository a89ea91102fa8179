"""Customer profiles: what the Customers API reads and writes."""

from gateway.areas.customers import endpoints
from gateway.areas.customers.changes import CUSTOMERS
from gateway.areas.customers.loaders import CustomerById, CustomersOfGroup, CustomersOfSegment
from gateway.areas.customers.mutations import CustomerMutation
from gateway.areas.customers.queries import CustomerQuery
from gateway.areas.customers.subscriptions import CustomerSubscription
from gateway.areas.customers.types import Customer
from gateway.graph.subgraph.area import Area, rows

AREA = Area(
    name="customers",
    endpoints=rows(endpoints),
    query=CustomerQuery,
    mutation=CustomerMutation,
    entities={Customer: CustomerById},
    loaders=(CustomerById,),
    sources=(CustomersOfGroup, CustomersOfSegment),
    subscription=CustomerSubscription,
    families=(CUSTOMERS,),
)
