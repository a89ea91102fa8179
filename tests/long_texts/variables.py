"""The places of a request that are values of variables: every scalar, and every text that a rule is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.long_texts import filled
from tests.long_texts.requests import BODY, Place, Request, in_json

Wrap = Callable[[str], Any]
_ERRORS = "{ userErrors { message code field } }"
_PROMOTION = 'name: "P", availableTime: {timePeriods: [PERIODS]},'


def _variable(query: str, wrap: Wrap = lambda text: text) -> Place:
    def ask(unit: str) -> Request:
        return Request({"query": query, "variables": {"v": wrap(filled(unit, BODY - len(query), in_json))}})

    return ask


def _read(kind: str, field: str, shown: str = "{ nodes { id } }", wrap: Wrap = lambda text: text) -> Place:
    return _variable(f"query ($v: {kind}) {{ {field} {shown} }}", wrap)


def _write(kind: str, field: str, wrap: Wrap = lambda text: text) -> Place:
    return _variable(f"mutation ($v: {kind}) {{ {field} {_ERRORS} }}", wrap)


def _value(name: str, wrap: Wrap = lambda text: text) -> Place:
    field = 'upsertCustomerCustomAttribute(customerId: "C", key: "k", value: $v)'
    return _write("CustomAttributeValueInput!", field, lambda text: {name: wrap(text)})


def _definition(**given: Wrap) -> Place:
    field = "createCustomerCustomAttributeDefinition(input: $v)"
    usual = {"key": "k", "name": "N", "visibility": "VISIBILITY_HIDDEN"}
    kind = "CreateCustomerCustomAttributeDefinitionInput!"
    return _write(kind, field, lambda text: {**usual, **{name: wrap(text) for name, wrap in given.items()}})


def _reference(wrap: Callable[[str], dict[str, Any]]) -> Place:
    return _read("[_Any!]!", "_entities(representations: $v)", "{ __typename }", lambda text: [wrap(text)])


VARIABLES: dict[str, Place] = {
    "an Int": _read("Int!", "customers(first: $v)"),
    "a Boolean": _read("Boolean!", "customers @include(if: $v)"),
    "an enum": _read("SortOrder!", "customers(sort: {order: $v})"),
    "a DateTime": _read("DateTime", "customers(filter: {createdAt: {startAt: $v}})"),
    "a Long": _read("Long", 'customer(id: "C")', '{ customAttribute(key: "k", version: $v) { key } }'),
    "an input type": _read("CustomerFilter", "customers(filter: $v)"),
    "an unknown input field": _read("CustomerFilter", "customers(filter: $v)", wrap=lambda text: {text: 1}),
    "an unknown input field further in": _read(
        "CustomerFilter", "customers(filter: $v)", wrap=lambda text: {"createdAt": {text: {text[:9]: 1}}}
    ),
    "an id": _read("ID!", "customer(id: $v)", "{ id }"),
    "an id of a list": _read("[ID!]!", "customersById(ids: $v)", "{ id }", lambda text: [text]),
    "a cursor": _read("String", "customers(after: $v)"),
    "the key of an attribute": _read("String!", 'customer(id: "C")', "{ customAttribute(key: $v) { key } }"),
    "a phone number to find exactly": _read("String!", "customers(filter: {phoneNumber: {exact: $v}})"),
    "a phone number to find": _read("String!", "customers(filter: {phoneNumber: {fuzzy: $v}})"),
    "an e-mail address to find exactly": _read("String!", "customers(filter: {emailAddress: {exact: $v}})"),
    "an e-mail address to find": _read("String!", "customers(filter: {emailAddress: {fuzzy: $v}})"),
    "a reference to find": _read("String!", "customers(filter: {referenceId: {exact: $v}})"),
    "the __typename of a reference": _reference(lambda text: {"__typename": text, "id": "C"}),
    "the key of a reference": _reference(lambda text: {"__typename": "Customer", "id": text}),
    "a name in a reference": _reference(lambda text: {"__typename": "Customer", text: "C"}),
    "the id of what is deleted": _write("ID!", "deleteCustomerGroup(id: $v)"),
    "the name of a group": _write("String!", "createCustomerGroup(input: {name: $v})"),
    "an idempotency key": _write("String", 'createCustomer(idempotencyKey: $v, input: {givenName: "A"})'),
    "a name": _write("String", "createCustomer(input: {givenName: $v})"),
    "a note": _write("String", "createCustomer(input: {note: $v})"),
    "a Birthday": _write("Birthday", "createCustomer(input: {birthday: $v})"),
    "a country": _write("String", "createCustomer(input: {address: {country: $v}})"),
    "an e-mail address": _write("String", "createCustomer(input: {emailAddress: $v})"),
    "a phone number": _write("String", "createCustomer(input: {phoneNumber: $v})"),
    "a phone number that begins as one": _write(
        "String", "createCustomer(input: {phoneNumber: $v})", lambda text: f"+14155550123{text}"
    ),
    "the phone number of an account": _write("String!", "createLoyaltyAccount(input: {phoneNumber: $v})"),
    "a period of a promotion": _write(
        "String!",
        f"createLoyaltyPromotion(input: {{{_PROMOTION} incentive: {{pointsAddition: 1}}}})".replace("PERIODS", "$v"),
        lambda text: f"BEGIN:VEVENT\nDTSTART:20260101T090000\nDURATION:P{text}\nEND:VEVENT",
    ),
    "a multiplier": _write(
        "String!",
        f"createLoyaltyPromotion(input: {{{_PROMOTION} incentive: {{multiplier: $v}}}})".replace("PERIODS", ""),
    ),
    "a text of an attribute": _value("string"),
    "a Decimal": _value("number"),
    "a Date": _value("date"),
    "an e-mail address of an attribute": _value("email"),
    "a phone number of an attribute": _value("phoneNumber"),
    "an option of an attribute": _value("selection", lambda text: [text]),
    "JSON": _value("raw"),
    "a name in JSON": _value("raw", lambda text: {text: 1}),
    "the key of a definition": _definition(key=lambda text: text, dataType=lambda _: "STRING"),
    "a schema": _definition(schema=lambda text: {"$ref": text, "type": text[:9]}),
    "a name in a schema": _definition(schema=lambda text: {text: {"$ref": text[:9]}}),
}  # fmt: skip
