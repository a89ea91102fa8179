"""The Customer Custom Attributes API: one row per operation.

https://developer.squareup.com/reference/square/customer-custom-attributes-api
"""

from gateway.areas.custom_attributes.types import CustomAttributeDefinition, WireCustomAttribute
from gateway.square.endpoint import Bulk, Endpoint, Nothing, Page, Repeat

READ, WRITE = "CUSTOMERS_READ", "CUSTOMERS_WRITE"

_DEFINITIONS = "/v2/customers/custom-attribute-definitions"
_DEFINITION = f"{_DEFINITIONS}/{{key}}"
_ATTRIBUTES = "/v2/customers/{customer_id}/custom-attributes"
_ATTRIBUTE = f"{_ATTRIBUTES}/{{key}}"

LIST_DEFINITIONS = Endpoint(
    "ListCustomerCustomAttributeDefinitions",
    "GET",
    _DEFINITIONS,
    Page[CustomAttributeDefinition],
    "custom_attribute_definitions",
    Repeat.SAFE,
    READ,
)
RETRIEVE_DEFINITION = Endpoint(
    "RetrieveCustomerCustomAttributeDefinition",
    "GET",
    _DEFINITION,
    CustomAttributeDefinition,
    "custom_attribute_definition",
    Repeat.SAFE,
    READ,
)
CREATE_DEFINITION = Endpoint(
    "CreateCustomerCustomAttributeDefinition",
    "POST",
    _DEFINITIONS,
    CustomAttributeDefinition,
    "custom_attribute_definition",
    Repeat.KEYED,
    WRITE,
)
UPDATE_DEFINITION = Endpoint(
    "UpdateCustomerCustomAttributeDefinition",
    "PUT",
    _DEFINITION,
    CustomAttributeDefinition,
    "custom_attribute_definition",
    Repeat.KEYED,
    WRITE,
)
DELETE_DEFINITION = Endpoint(
    "DeleteCustomerCustomAttributeDefinition", "DELETE", _DEFINITION, Nothing, "", Repeat.SET_LIKE, WRITE
)
LIST_ATTRIBUTES = Endpoint(
    "ListCustomerCustomAttributes",
    "GET",
    _ATTRIBUTES,
    Page[WireCustomAttribute],
    "custom_attributes",
    Repeat.SAFE,
    READ,
)
RETRIEVE_ATTRIBUTE = Endpoint(
    "RetrieveCustomerCustomAttribute", "GET", _ATTRIBUTE, WireCustomAttribute, "custom_attribute", Repeat.SAFE, READ
)
UPSERT_ATTRIBUTE = Endpoint(
    "UpsertCustomerCustomAttribute", "POST", _ATTRIBUTE, WireCustomAttribute, "custom_attribute", Repeat.KEYED, WRITE
)
BULK_UPSERT_ATTRIBUTES = Endpoint(
    "BulkUpsertCustomerCustomAttributes",
    "POST",
    "/v2/customers/custom-attributes/bulk-upsert",
    Bulk[WireCustomAttribute],
    "values.custom_attribute",
    Repeat.KEYED,
    WRITE,
)
DELETE_ATTRIBUTE = Endpoint("DeleteCustomerCustomAttribute", "DELETE", _ATTRIBUTE, Nothing, "", Repeat.SET_LIKE, WRITE)
