"""The Customers API: one row per operation.

https://developer.squareup.com/reference/square/customers-api
"""

from gateway.areas.customers.types import Customer
from gateway.square.endpoint import Bulk, Endpoint, Nothing, Page, Repeat

READ, WRITE = "CUSTOMERS_READ", "CUSTOMERS_WRITE"

LIST_CUSTOMERS = Endpoint("ListCustomers", "GET", "/v2/customers", Page[Customer], "customers", Repeat.SAFE, READ)
SEARCH_CUSTOMERS = Endpoint(
    "SearchCustomers", "POST", "/v2/customers/search", Page[Customer], "customers", Repeat.SAFE, READ
)
RETRIEVE_CUSTOMER = Endpoint(
    "RetrieveCustomer", "GET", "/v2/customers/{customer_id}", Customer, "customer", Repeat.SAFE, READ
)
BULK_RETRIEVE_CUSTOMERS = Endpoint(
    "BulkRetrieveCustomers",
    "POST",
    "/v2/customers/bulk-retrieve",
    Bulk[Customer],
    "responses.customer",
    Repeat.SAFE,
    READ,
)
CREATE_CUSTOMER = Endpoint("CreateCustomer", "POST", "/v2/customers", Customer, "customer", Repeat.KEYED, WRITE)
UPDATE_CUSTOMER = Endpoint(
    "UpdateCustomer", "PUT", "/v2/customers/{customer_id}", Customer, "customer", Repeat.VERSIONED, WRITE
)
DELETE_CUSTOMER = Endpoint(
    "DeleteCustomer", "DELETE", "/v2/customers/{customer_id}", Nothing, "", Repeat.SET_LIKE, WRITE
)
BULK_CREATE_CUSTOMERS = Endpoint(
    "BulkCreateCustomers",
    "POST",
    "/v2/customers/bulk-create",
    Bulk[Customer],
    "responses.customer",
    Repeat.KEYED,
    WRITE,
)
BULK_UPDATE_CUSTOMERS = Endpoint(
    "BulkUpdateCustomers",
    "POST",
    "/v2/customers/bulk-update",
    Bulk[Customer],
    "responses.customer",
    Repeat.VERSIONED,
    WRITE,
)
BULK_DELETE_CUSTOMERS = Endpoint(
    "BulkDeleteCustomers", "POST", "/v2/customers/bulk-delete", Bulk[Nothing], "responses", Repeat.NEVER, WRITE
)
ADD_GROUP_TO_CUSTOMER = Endpoint(
    "AddGroupToCustomer", "PUT", "/v2/customers/{customer_id}/groups/{group_id}", Nothing, "", Repeat.SET_LIKE, WRITE
)
REMOVE_GROUP_FROM_CUSTOMER = Endpoint(
    "RemoveGroupFromCustomer",
    "DELETE",
    "/v2/customers/{customer_id}/groups/{group_id}",
    Nothing,
    "",
    Repeat.SET_LIKE,
    WRITE,
)
