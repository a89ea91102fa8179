"""The Customer Custom Attributes API: one row per operation.

https://developer.squareup.com/reference/square/customer-custom-attributes-api
"""

from gateway.areas.custom_attributes.types import CustomAttributeDefinition, WireCustomAttribute
from gateway.graph.schema.endpoint import Endpoint
from gateway.square.endpoint import Bulk, Nothing, Page, Repeat
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
    name="ListCustomerCustomAttributeDefinitions",
    method="GET",
    path=_DEFINITIONS,
    returns=Page[CustomAttributeDefinition],
    under="custom_attribute_definitions",
    repeat=Repeat.SAFE,
    scope=READ,
    identity=Unnamed("all definitions are asked for"),
    cache=("custom_attribute_definitions",),
)
RETRIEVE_DEFINITION = Endpoint(
    name="RetrieveCustomerCustomAttributeDefinition",
    method="GET",
    path=_DEFINITION,
    returns=CustomAttributeDefinition,
    under="custom_attribute_definition",
    repeat=Repeat.SAFE,
    scope=READ,
    identity=(_KEY,),
    cache=("custom_attribute_definitions",),
)
CREATE_DEFINITION = Endpoint(
    name="CreateCustomerCustomAttributeDefinition",
    method="POST",
    path=_DEFINITIONS,
    returns=CustomAttributeDefinition,
    under="custom_attribute_definition",
    repeat=Repeat.KEYED,
    replays=True,
    scope=WRITE,
    identity=(Same("key", "body.custom_attribute_definition.key", names=_own_names),),
    evicts=("custom_attribute_definitions",),
)
UPDATE_DEFINITION = Endpoint(
    name="UpdateCustomerCustomAttributeDefinition",
    method="PUT",
    path=_DEFINITION,
    returns=CustomAttributeDefinition,
    under="custom_attribute_definition",
    repeat=Repeat.KEYED,
    replays=True,
    scope=WRITE,
    identity=(_KEY,),
    evicts=("custom_attribute_definitions",),
)
DELETE_DEFINITION = Endpoint(
    name="DeleteCustomerCustomAttributeDefinition",
    method="DELETE",
    path=_DEFINITION,
    returns=Nothing,
    under="",
    repeat=Repeat.SET_LIKE,
    scope=WRITE,
    identity=Unnamed("an empty object"),
    evicts=("custom_attribute_definitions",),
)
LIST_ATTRIBUTES = Endpoint(
    name="ListCustomerCustomAttributes",
    method="GET",
    path=_ATTRIBUTES,
    returns=Page[WireCustomAttribute],
    under="custom_attributes",
    repeat=Repeat.SAFE,
    scope=READ,
    identity=Unnamed("attributes do not tell their customer"),
)
RETRIEVE_ATTRIBUTE = Endpoint(
    name="RetrieveCustomerCustomAttribute",
    method="GET",
    path=_ATTRIBUTE,
    returns=WireCustomAttribute,
    under="custom_attribute",
    repeat=Repeat.SAFE,
    scope=READ,
    identity=(_KEY,),
)
UPSERT_ATTRIBUTE = Endpoint(
    name="UpsertCustomerCustomAttribute",
    method="POST",
    path=_ATTRIBUTE,
    returns=WireCustomAttribute,
    under="custom_attribute",
    repeat=Repeat.KEYED,
    replays=True,
    scope=WRITE,
    identity=(_KEY,),
)
BULK_UPSERT_ATTRIBUTES = Endpoint(
    name="BulkUpsertCustomerCustomAttributes",
    method="POST",
    path="/v2/customers/custom-attributes/bulk-upsert",
    returns=Bulk[WireCustomAttribute],
    under="values.custom_attribute",
    repeat=Repeat.KEYED,
    replays=True,
    scope=WRITE,
    identity=(
        Same("customer_id", "body.values.*.customer_id"),
        Same("custom_attribute.key", "body.values.*.custom_attribute.key", names=_own_names),
    ),
)
DELETE_ATTRIBUTE = Endpoint(
    name="DeleteCustomerCustomAttribute",
    method="DELETE",
    path=_ATTRIBUTE,
    returns=Nothing,
    under="",
    repeat=Repeat.SET_LIKE,
    scope=WRITE,
    identity=Unnamed("an empty object"),
)
