"""The Customer Groups API: one row per operation.

https://developer.squareup.com/reference/square/customer-groups-api
"""

from gateway.areas.groups.types import Group
from gateway.square.endpoint import Endpoint, Nothing, Page, Repeat
from gateway.square.expected_answer import Same, Unnamed

READ, WRITE = "CUSTOMERS_READ", "CUSTOMERS_WRITE"

_GROUP = Same("id", "path.group_id")

LIST_GROUPS = Endpoint(
    "ListCustomerGroups",
    "GET",
    "/v2/customers/groups",
    Page[Group],
    "groups",
    Repeat.SAFE,
    READ,
    identity=Unnamed("all groups are asked for"),
)
RETRIEVE_GROUP = Endpoint(
    "RetrieveCustomerGroup",
    "GET",
    "/v2/customers/groups/{group_id}",
    Group,
    "group",
    Repeat.SAFE,
    READ,
    identity=(_GROUP,),
)
CREATE_GROUP = Endpoint(
    "CreateCustomerGroup",
    "POST",
    "/v2/customers/groups",
    Group,
    "group",
    Repeat.KEYED,
    WRITE,
    identity=Unnamed("its id is new"),
)
UPDATE_GROUP = Endpoint(
    "UpdateCustomerGroup",
    "PUT",
    "/v2/customers/groups/{group_id}",
    Group,
    "group",
    Repeat.NEVER,
    WRITE,
    identity=(_GROUP,),
)
DELETE_GROUP = Endpoint(
    "DeleteCustomerGroup",
    "DELETE",
    "/v2/customers/groups/{group_id}",
    Nothing,
    "",
    Repeat.SET_LIKE,
    WRITE,
    identity=Unnamed("an empty object"),
)
