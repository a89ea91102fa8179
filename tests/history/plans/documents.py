"""The 25 mutations as GraphQL documents: each asks only for what the write itself answers."""

from __future__ import annotations

_ERRORS = "userErrors { code field }"
_KEY = "$key: String"
_SENT = "idempotencyKey: $key"


def _one(field: str, variables: str, arguments: str, shown: str, *, keyed: bool = False) -> str:
    variables += f", {_KEY}" if keyed else ""
    arguments += f", {_SENT}" if keyed else ""
    shown += " idempotencyKey" if keyed else ""
    return f"mutation ({variables}) {{ {field}({arguments}) {{ {shown} {_ERRORS} }} }}"


def _make(field: str, kind: str, shown: str) -> str:
    return _one(field, f"$input: {kind}!", "input: $input", shown, keyed=True)


_CUSTOMER = "customer { id version }"
_MEMBER = ("$customerId: ID!, $groupId: ID!", "customerId: $customerId, groupId: $groupId", "__typename")
_ONE_ID = ("$id: ID!", "id: $id")
_RESULTS = f"results {{ index key {_CUSTOMER} {_ERRORS} }}"
_VALUES = f"results {{ index customAttribute {{ key version }} {_ERRORS} }}"
_VALUE = (
    "$customerId: ID!, $attribute: ID!, $value: CustomAttributeValueInput!",
    "customerId: $customerId, key: $attribute, value: $value",
)

DOCUMENTS = {
    "createCustomer": _make("createCustomer", "CreateCustomerInput", _CUSTOMER),
    "updateCustomer": _one(
        "updateCustomer", "$id: ID!, $input: UpdateCustomerInput!", "id: $id, input: $input", _CUSTOMER
    ),
    "deleteCustomer": _one("deleteCustomer", *_ONE_ID, "deletedId"),
    "bulkCreateCustomers": _one(
        "bulkCreateCustomers", "$customers: [CreateCustomerInput!]!", "customers: $customers", _RESULTS, keyed=True
    ),
    "bulkUpdateCustomers": _one(
        "bulkUpdateCustomers", "$customers: [BulkUpdateCustomerInput!]!", "customers: $customers", _RESULTS
    ),
    "bulkDeleteCustomers": _one(
        "bulkDeleteCustomers", "$ids: [ID!]!", "ids: $ids", f"results {{ index deletedId {_ERRORS} }}"
    ),
    "addGroupToCustomer": _one("addGroupToCustomer", *_MEMBER),
    "removeGroupFromCustomer": _one("removeGroupFromCustomer", *_MEMBER),
    "createCustomerGroup": _make("createCustomerGroup", "CustomerGroupInput", "group { id name }"),
    "updateCustomerGroup": _one(
        "updateCustomerGroup", "$id: ID!, $input: CustomerGroupInput!", "id: $id, input: $input", "group { id name }"
    ),
    "deleteCustomerGroup": _one("deleteCustomerGroup", *_ONE_ID, "deletedId"),
    "createCustomerCustomAttributeDefinition": _make(
        "createCustomerCustomAttributeDefinition",
        "CreateCustomerCustomAttributeDefinitionInput",
        "customAttributeDefinition { key version }",
    ),
    "updateCustomerCustomAttributeDefinition": _one(
        "updateCustomerCustomAttributeDefinition",
        "$attribute: ID!, $input: UpdateCustomerCustomAttributeDefinitionInput!",
        "key: $attribute, input: $input",
        "customAttributeDefinition { key version }",
        keyed=True,
    ),
    "deleteCustomerCustomAttributeDefinition": _one(
        "deleteCustomerCustomAttributeDefinition", "$attribute: ID!", "key: $attribute", "deletedKey"
    ),
    "upsertCustomerCustomAttribute": _one(
        "upsertCustomerCustomAttribute", *_VALUE, "customAttribute { key version }", keyed=True
    ),
    "bulkUpsertCustomerCustomAttributes": _one(
        "bulkUpsertCustomerCustomAttributes",
        "$values: [BulkUpsertCustomerCustomAttributeInput!]!",
        "values: $values",
        _VALUES,
        keyed=True,
    ),
    "deleteCustomerCustomAttribute": _one(
        "deleteCustomerCustomAttribute",
        "$customerId: ID!, $attribute: ID!",
        "customerId: $customerId, key: $attribute",
        "deletedKey",
    ),
    "createLoyaltyPromotion": _make("createLoyaltyPromotion", "LoyaltyPromotionInput", "promotion { id }"),
    "cancelLoyaltyPromotion": _one("cancelLoyaltyPromotion", *_ONE_ID, "promotion { id }"),
    "createLoyaltyAccount": _make("createLoyaltyAccount", "LoyaltyAccountInput", "account { id }"),
    "accumulateLoyaltyPoints": _one(
        "accumulateLoyaltyPoints",
        "$accountId: ID!, $input: AccumulateLoyaltyPointsInput!",
        "accountId: $accountId, input: $input",
        "events { id }",
        keyed=True,
    ),
    "adjustLoyaltyPoints": _one(
        "adjustLoyaltyPoints",
        "$accountId: ID!, $input: AdjustLoyaltyPointsInput!",
        "accountId: $accountId, input: $input",
        "event { id }",
        keyed=True,
    ),
    "createLoyaltyReward": _make("createLoyaltyReward", "LoyaltyRewardInput", "reward { id }"),
    "redeemLoyaltyReward": _one(
        "redeemLoyaltyReward",
        "$id: ID!, $locationId: ID!",
        "id: $id, locationId: $locationId",
        "event { id }",
        keyed=True,
    ),
    "deleteLoyaltyReward": _one("deleteLoyaltyReward", *_ONE_ID, "deletedId"),
}
KEYED = frozenset(field for field, document in DOCUMENTS.items() if _KEY in document)
assert len(DOCUMENTS) == 25
