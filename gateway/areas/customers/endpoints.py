"""The Customers API: one row per operation.

https://developer.squareup.com/reference/square/customers-api
"""

from gateway.areas.customers.types import Customer
from gateway.graph.schema.endpoint import Endpoint
from gateway.square.endpoint import Bulk, Nothing, Page, Repeat
from gateway.square.expected_answer import Same, Unnamed

READ, WRITE = "CUSTOMERS_READ", "CUSTOMERS_WRITE"

_CUSTOMER = Same("id", "path.customer_id")
_ITEM = Same("customer.id", "key")
# The id of a profile that was merged reads as the new profile, which has another one.
_MERGED = "MERGE"
_READ_CUSTOMER = Same("id", "path.customer_id", unless=("creation_source", _MERGED))
_READ_ITEM = Same("customer.id", "key", unless=("customer.creation_source", _MERGED))

LIST_CUSTOMERS = Endpoint(
    name="ListCustomers",
    method="GET",
    path="/v2/customers",
    returns=Page[Customer],
    under="customers",
    repeat=Repeat.SAFE,
    scope=READ,
    identity=Unnamed("all customers are asked for"),
)
SEARCH_CUSTOMERS = Endpoint(
    name="SearchCustomers",
    method="POST",
    path="/v2/customers/search",
    returns=Page[Customer],
    under="customers",
    repeat=Repeat.SAFE,
    scope=READ,
    identity=Unnamed("what is searched for are no ids of customers"),
)
RETRIEVE_CUSTOMER = Endpoint(
    name="RetrieveCustomer",
    method="GET",
    path="/v2/customers/{customer_id}",
    returns=Customer,
    under="customer",
    repeat=Repeat.SAFE,
    scope=READ,
    identity=(_READ_CUSTOMER,),
)
BULK_RETRIEVE_CUSTOMERS = Endpoint(
    name="BulkRetrieveCustomers",
    method="POST",
    path="/v2/customers/bulk-retrieve",
    returns=Bulk[Customer],
    under="responses.customer",
    repeat=Repeat.SAFE,
    scope=READ,
    identity=(_READ_ITEM,),
)
CREATE_CUSTOMER = Endpoint(
    name="CreateCustomer",
    method="POST",
    path="/v2/customers",
    returns=Customer,
    under="customer",
    repeat=Repeat.KEYED,
    scope=WRITE,
    identity=Unnamed("its id is new"),
)
UPDATE_CUSTOMER = Endpoint(
    name="UpdateCustomer",
    method="PUT",
    path="/v2/customers/{customer_id}",
    returns=Customer,
    under="customer",
    repeat=Repeat.VERSIONED,
    scope=WRITE,
    identity=(_CUSTOMER,),
)
DELETE_CUSTOMER = Endpoint(
    name="DeleteCustomer",
    method="DELETE",
    path="/v2/customers/{customer_id}",
    returns=Nothing,
    under="",
    repeat=Repeat.SET_LIKE,
    scope=WRITE,
    identity=Unnamed("an empty object"),
)
BULK_CREATE_CUSTOMERS = Endpoint(
    name="BulkCreateCustomers",
    method="POST",
    path="/v2/customers/bulk-create",
    returns=Bulk[Customer],
    under="responses.customer",
    repeat=Repeat.KEYED,
    scope=WRITE,
    identity=Unnamed("their ids are new"),
)
BULK_UPDATE_CUSTOMERS = Endpoint(
    name="BulkUpdateCustomers",
    method="POST",
    path="/v2/customers/bulk-update",
    returns=Bulk[Customer],
    under="responses.customer",
    repeat=Repeat.VERSIONED,
    scope=WRITE,
    identity=(_ITEM,),
)
BULK_DELETE_CUSTOMERS = Endpoint(
    name="BulkDeleteCustomers",
    method="POST",
    path="/v2/customers/bulk-delete",
    returns=Bulk[Nothing],
    under="responses",
    repeat=Repeat.NEVER,
    scope=WRITE,
    identity=Unnamed("empty objects"),
)
ADD_GROUP_TO_CUSTOMER = Endpoint(
    name="AddGroupToCustomer",
    method="PUT",
    path="/v2/customers/{customer_id}/groups/{group_id}",
    returns=Nothing,
    under="",
    repeat=Repeat.SET_LIKE,
    scope=WRITE,
    identity=Unnamed("an empty object"),
)
REMOVE_GROUP_FROM_CUSTOMER = Endpoint(
    name="RemoveGroupFromCustomer",
    method="DELETE",
    path="/v2/customers/{customer_id}/groups/{group_id}",
    returns=Nothing,
    under="",
    repeat=Repeat.SET_LIKE,
    scope=WRITE,
    identity=Unnamed("an empty object"),
)
