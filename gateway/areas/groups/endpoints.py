"""The Customer Groups API: one row per operation.

https://developer.squareup.com/reference/square/customer-groups-api
"""

from gateway.areas.groups.types import Group
from gateway.square.endpoint import Endpoint, Nothing, Page, Repeat

READ, WRITE = "CUSTOMERS_READ", "CUSTOMERS_WRITE"

LIST_GROUPS = Endpoint("ListCustomerGroups", "GET", "/v2/customers/groups", Page[Group], "groups", Repeat.SAFE, READ)
RETRIEVE_GROUP = Endpoint(
    "RetrieveCustomerGroup", "GET", "/v2/customers/groups/{group_id}", Group, "group", Repeat.SAFE, READ
)
CREATE_GROUP = Endpoint("CreateCustomerGroup", "POST", "/v2/customers/groups", Group, "group", Repeat.KEYED, WRITE)
UPDATE_GROUP = Endpoint(
    "UpdateCustomerGroup", "PUT", "/v2/customers/groups/{group_id}", Group, "group", Repeat.NEVER, WRITE
)
DELETE_GROUP = Endpoint(
    "DeleteCustomerGroup", "DELETE", "/v2/customers/groups/{group_id}", Nothing, "", Repeat.SET_LIKE, WRITE
)
