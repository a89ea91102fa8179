"""The Customers API: one row per operation.

https://developer.squareup.com/reference/square/customers-api
"""

from gateway.areas.customers.types import Customer
from gateway.square.endpoint import Bulk, Endpoint, Nothing, Page, Repeat
from gateway.square.expected_answer import Same, Unnamed

READ, WRITE = "CUSTOMERS_READ", "CUSTOMERS_WRITE"

_CUSTOMER = Same("id", "path.customer_id")
_ITEM = Same("customer.id", "key")

LIST_CUSTOMERS = Endpoint(
    "ListCustomers",
    "GET",
    "/v2/customers",
    Page[Customer],
    "customers",
    Repeat.SAFE,
    READ,
    identity=Unnamed("all customers are asked for"),
)
SEARCH_CUSTOMERS = Endpoint(
    "SearchCustomers",
    "POST",
    "/v2/customers/search",
    Page[Customer],
    "customers",
    Repeat.SAFE,
    READ,
    identity=Unnamed("what is searched for are no ids of customers"),
)
RETRIEVE_CUSTOMER = Endpoint(
    "RetrieveCustomer",
    "GET",
    "/v2/customers/{customer_id}",
    Customer,
    "customer",
    Repeat.SAFE,
    READ,
    identity=(_CUSTOMER,),
)
BULK_RETRIEVE_CUSTOMERS = Endpoint(
    "BulkRetrieveCustomers",
    "POST",
    "/v2/customers/bulk-retrieve",
    Bulk[Customer],
    "responses.customer",
    Repeat.SAFE,
    READ,
    identity=(_ITEM,),
)
CREATE_CUSTOMER = Endpoint(
    "CreateCustomer",
    "POST",
    "/v2/customers",
    Customer,
    "customer",
    Repeat.KEYED,
    WRITE,
    identity=Unnamed("its id is new"),
)
UPDATE_CUSTOMER = Endpoint(
    "UpdateCustomer",
    "PUT",
    "/v2/customers/{customer_id}",
    Customer,
    "customer",
    Repeat.VERSIONED,
    WRITE,
    identity=(_CUSTOMER,),
)
DELETE_CUSTOMER = Endpoint(
    "DeleteCustomer",
    "DELETE",
    "/v2/customers/{customer_id}",
    Nothing,
    "",
    Repeat.SET_LIKE,
    WRITE,
    identity=Unnamed("an empty object"),
)
BULK_CREATE_CUSTOMERS = Endpoint(
    "BulkCreateCustomers",
    "POST",
    "/v2/customers/bulk-create",
    Bulk[Customer],
    "responses.customer",
    Repeat.KEYED,
    WRITE,
    identity=Unnamed("their ids are new"),
)
BULK_UPDATE_CUSTOMERS = Endpoint(
    "BulkUpdateCustomers",
    "POST",
    "/v2/customers/bulk-update",
    Bulk[Customer],
    "responses.customer",
    Repeat.VERSIONED,
    WRITE,
    identity=(_ITEM,),
)
BULK_DELETE_CUSTOMERS = Endpoint(
    "BulkDeleteCustomers",
    "POST",
    "/v2/customers/bulk-delete",
    Bulk[Nothing],
    "responses",
    Repeat.NEVER,
    WRITE,
    identity=Unnamed("empty objects"),
)
ADD_GROUP_TO_CUSTOMER = Endpoint(
    "AddGroupToCustomer",
    "PUT",
    "/v2/customers/{customer_id}/groups/{group_id}",
    Nothing,
    "",
    Repeat.SET_LIKE,
    WRITE,
    identity=Unnamed("an empty object"),
)
REMOVE_GROUP_FROM_CUSTOMER = Endpoint(
    "RemoveGroupFromCustomer",
    "DELETE",
    "/v2/customers/{customer_id}/groups/{group_id}",
    Nothing,
    "",
    Repeat.SET_LIKE,
    WRITE,
    identity=Unnamed("an empty object"),
)
