"""The Customer Groups API: one row per operation.

https://developer.squareup.com/reference/square/customer-groups-api
"""

from gateway.areas.groups.types import Group
from gateway.graph.schema.endpoint import Endpoint
from gateway.square.endpoint import Nothing, Page, Repeat
from gateway.square.expected_answer import Same, Unnamed

READ, WRITE = "CUSTOMERS_READ", "CUSTOMERS_WRITE"

_GROUP = Same("id", "path.group_id")

LIST_GROUPS = Endpoint(
    name="ListCustomerGroups",
    method="GET",
    path="/v2/customers/groups",
    returns=Page[Group],
    under="groups",
    repeat=Repeat.SAFE,
    scope=READ,
    identity=Unnamed("all groups are asked for"),
    cache=("customer_groups",),
)
RETRIEVE_GROUP = Endpoint(
    name="RetrieveCustomerGroup",
    method="GET",
    path="/v2/customers/groups/{group_id}",
    returns=Group,
    under="group",
    repeat=Repeat.SAFE,
    scope=READ,
    identity=(_GROUP,),
    cache=("customer_groups",),
)
CREATE_GROUP = Endpoint(
    name="CreateCustomerGroup",
    method="POST",
    path="/v2/customers/groups",
    returns=Group,
    under="group",
    repeat=Repeat.KEYED,
    replays=True,
    scope=WRITE,
    identity=Unnamed("its id is new"),
    evicts=("customer_groups",),
)
UPDATE_GROUP = Endpoint(
    name="UpdateCustomerGroup",
    method="PUT",
    path="/v2/customers/groups/{group_id}",
    returns=Group,
    under="group",
    repeat=Repeat.NEVER,
    scope=WRITE,
    identity=(_GROUP,),
    evicts=("customer_groups",),
)
DELETE_GROUP = Endpoint(
    name="DeleteCustomerGroup",
    method="DELETE",
    path="/v2/customers/groups/{group_id}",
    returns=Nothing,
    under="",
    repeat=Repeat.SET_LIKE,
    scope=WRITE,
    identity=Unnamed("an empty object"),
    evicts=("customer_groups",),
)
