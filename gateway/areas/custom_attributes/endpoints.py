"""The Customer Custom Attributes API: one row per operation.

https://developer.squareup.com/reference/square/customer-custom-attributes-api
"""

from gateway.areas.custom_attributes.types import CustomAttributeDefinition, WireCustomAttribute
from gateway.square.endpoint import Bulk, Endpoint, Nothing, Page, Repeat
from gateway.square.expected_answer import Same, Unnamed

READ, WRITE = "CUSTOMERS_READ", "CUSTOMERS_WRITE"

_DEFINITIONS = "/v2/customers/custom-attribute-definitions"
_DEFINITION = f"{_DEFINITIONS}/{{key}}"
_ATTRIBUTES = "/v2/customers/{customer_id}/custom-attributes"
_ATTRIBUTE = f"{_ATTRIBUTES}/{{key}}"


def _own_names(asked: str) -> tuple[str, str]:
    # An application is shown its own keys without its name, though it may ask for them with it.
    return asked, asked.rpartition(":")[2]


_KEY = Same("key", "path.key", names=_own_names)

LIST_DEFINITIONS = Endpoint(
    "ListCustomerCustomAttributeDefinitions",
    "GET",
    _DEFINITIONS,
    Page[CustomAttributeDefinition],
    "custom_attribute_definitions",
    Repeat.SAFE,
    READ,
    identity=Unnamed("all definitions are asked for"),
)
RETRIEVE_DEFINITION = Endpoint(
    "RetrieveCustomerCustomAttributeDefinition",
    "GET",
    _DEFINITION,
    CustomAttributeDefinition,
    "custom_attribute_definition",
    Repeat.SAFE,
    READ,
    identity=(_KEY,),
)
CREATE_DEFINITION = Endpoint(
    "CreateCustomerCustomAttributeDefinition",
    "POST",
    _DEFINITIONS,
    CustomAttributeDefinition,
    "custom_attribute_definition",
    Repeat.KEYED,
    WRITE,
    identity=(Same("key", "body.custom_attribute_definition.key", names=_own_names),),
)
UPDATE_DEFINITION = Endpoint(
    "UpdateCustomerCustomAttributeDefinition",
    "PUT",
    _DEFINITION,
    CustomAttributeDefinition,
    "custom_attribute_definition",
    Repeat.KEYED,
    WRITE,
    identity=(_KEY,),
)
DELETE_DEFINITION = Endpoint(
    "DeleteCustomerCustomAttributeDefinition",
    "DELETE",
    _DEFINITION,
    Nothing,
    "",
    Repeat.SET_LIKE,
    WRITE,
    identity=Unnamed("an empty object"),
)
LIST_ATTRIBUTES = Endpoint(
    "ListCustomerCustomAttributes",
    "GET",
    _ATTRIBUTES,
    Page[WireCustomAttribute],
    "custom_attributes",
    Repeat.SAFE,
    READ,
    identity=Unnamed("attributes do not tell their customer"),
)
RETRIEVE_ATTRIBUTE = Endpoint(
    "RetrieveCustomerCustomAttribute",
    "GET",
    _ATTRIBUTE,
    WireCustomAttribute,
    "custom_attribute",
    Repeat.SAFE,
    READ,
    identity=(_KEY,),
)
UPSERT_ATTRIBUTE = Endpoint(
    "UpsertCustomerCustomAttribute",
    "POST",
    _ATTRIBUTE,
    WireCustomAttribute,
    "custom_attribute",
    Repeat.KEYED,
    WRITE,
    identity=(_KEY,),
)
BULK_UPSERT_ATTRIBUTES = Endpoint(
    "BulkUpsertCustomerCustomAttributes",
    "POST",
    "/v2/customers/custom-attributes/bulk-upsert",
    Bulk[WireCustomAttribute],
    "values.custom_attribute",
    Repeat.KEYED,
    WRITE,
    identity=(
        Same("customer_id", "body.values.*.customer_id"),
        Same("custom_attribute.key", "body.values.*.custom_attribute.key", names=_own_names),
    ),
)
DELETE_ATTRIBUTE = Endpoint(
    "DeleteCustomerCustomAttribute",
    "DELETE",
    _ATTRIBUTE,
    Nothing,
    "",
    Repeat.SET_LIKE,
    WRITE,
    identity=Unnamed("an empty object"),
)
