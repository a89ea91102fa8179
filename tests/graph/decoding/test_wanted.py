"""What is read of Square's objects: what an operation shows of them, and what it takes to go on from them."""

from __future__ import annotations

import gc
from typing import Any

import msgspec
import pytest

from gateway.areas.customers.endpoints import BULK_RETRIEVE_CUSTOMERS, CREATE_CUSTOMER, LIST_CUSTOMERS
from gateway.areas.customers.types import Customer
from gateway.areas.loyalty_accounts.endpoints import (
    RETRIEVE_LOYALTY_ACCOUNT,
    SEARCH_LOYALTY_ACCOUNTS,
    SEARCH_LOYALTY_EVENTS,
    SEARCH_LOYALTY_REWARDS,
)
from gateway.areas.loyalty_programs.endpoints import LIST_LOYALTY_PROMOTIONS, RETRIEVE_LOYALTY_PROGRAM
from gateway.graph.decoding.decoders import SelectedDecoders
from gateway.graph.decoding.structs import MAX_STRUCTS
from gateway.square.endpoint import Call
from tests.graph.decoding.selecting import decoders, selecting
from tests.graph.decoding.typed_answers import CUSTOMER

LIST = LIST_CUSTOMERS()
PAGE = msgspec.json.encode({"customers": [CUSTOMER]})
ALWAYS = {"id", "group_ids", "segment_ids"}


def read(found: SelectedDecoders) -> Any:
    """The one customer of a page."""
    decode = found.of(LIST)
    assert decode is not None
    (customer,) = decode(PAGE).items
    return customer


def attributes(customer: Any) -> set[str]:
    return set(msgspec.structs.asdict(customer))


@pytest.mark.parametrize(
    ("selected", "wanted"),
    [
        ("__typename", set()),
        ("name: givenName again: givenName", {"given_name"}),
        ("groups { name } segments { id }", set()),
        ("customAttributes { nodes { key } }", set()),
        ('customAttribute(key: "k") { key }', set()),
        ("loyaltyAccounts { customer { note } }", {"note"}),
        ("... on Customer { note ... { version } } loyaltyAccounts { customer { version } }", {"note", "version"}),
        ("note @skip(if: true) nickname @include(if: true)", {"nickname"}),
        ("groups { customers { nodes { birthday } edges { node { version } } } }", {"birthday", "version"}),
    ],
)
def test_what_any_place_of_an_operation_shows_is_read(selected: str, wanted: set[str]) -> None:
    found = read(decoders(f"{{ customers {{ nodes {{ {selected} }} }} }}"))

    assert attributes(found) == ALWAYS | wanted


def test_conditions_are_those_of_the_request() -> None:
    query = "query ($on: Boolean!) { customers { nodes { note @include(if: $on) nickname @skip(if: $on) } } }"

    assert attributes(read(SelectedDecoders(selecting(query, on=True)))) == {*ALWAYS, "note"}
    assert attributes(read(SelectedDecoders(selecting(query, on=False)))) == {*ALWAYS, "nickname"}


def test_references_of_other_subgraphs_are_read_as_far_as_they_are_shown() -> None:
    found = decoders("query ($r: [_Any!]!) { _entities(representations: $r) { ... on Customer { note } } }")

    decode = found.of(BULK_RETRIEVE_CUSTOMERS(body={"customer_ids": ["C1"]}))

    assert decode is not None
    customer = decode(msgspec.json.encode({"responses": {"C1": {"customer": CUSTOMER}}})).items["C1"]
    assert attributes(customer) == {*ALWAYS, "note"}


def test_a_struct_says_what_it_stands_for_and_which_structs_its_objects_have() -> None:
    found = read(decoders("{ customers { nodes { address { locality } rawCreationSource creationSource } } }"))

    assert type(found).strawberry_type is Customer
    assert dict(type(found).strawberry_objects) == {"address": type(found.address)}
    assert attributes(found.address) == {"locality"}
    assert found.creation_source == found.raw_creation_source == "THIRD_PARTY"


def test_absent_lists_are_empty_and_every_object_has_its_own() -> None:
    decode = decoders("{ customers { nodes { id } } }").of(LIST)
    assert decode is not None

    one, other = decode(b'{"customers":[{"id":"C1"},{"id":"C2"}]}').items

    assert one.group_ids == other.group_ids == []
    assert one.group_ids is not other.group_ids


FIELDS = [
    "createdAt",
    "updatedAt",
    "givenName",
    "familyName",
    "nickname",
    "companyName",
    "note",
    "version",
    "birthday",
    "emailAddress",
]
ACCOUNTS = "{ loyaltyAccounts { nodes { %s } } }"
EVENTS = "{ loyaltyEvents { nodes { id ... on AccumulatePromotionPointsEvent { %s } } } }"
PROMOTIONS = "{ loyaltyProgram { promotions { nodes { %s } } } }"


@pytest.mark.parametrize(
    ("document", "call", "typed"),
    [
        ("{ groups { nodes { id } } }", LIST, False),
        ("{ customers { nodes { id } } }", CREATE_CUSTOMER(body={}), False),
        (ACCOUNTS % "balance rewards { nodes { id } } events { nodes { id } }", SEARCH_LOYALTY_ACCOUNTS(body={}), True),
        (ACCOUNTS % "rewards { nodes { order { id } } }", SEARCH_LOYALTY_REWARDS(body={}), True),
        (ACCOUNTS % "mapping { id }", RETRIEVE_LOYALTY_ACCOUNT(account_id="A1"), True),
        ("{ loyaltyProgram { id locations { id } } }", RETRIEVE_LOYALTY_PROGRAM(program_id="main"), True),
        (PROMOTIONS % "incentive { type }", LIST_LOYALTY_PROMOTIONS(program_id="P1"), True),
        (EVENTS % "order { id } location { id }", SEARCH_LOYALTY_EVENTS(body={}), True),
        # What it is loaded by is worked out from two values.
        (EVENTS % "promotion { id }", SEARCH_LOYALTY_EVENTS(body={}), False),
        (
            EVENTS % "points",
            SEARCH_LOYALTY_EVENTS(body={"query": {"filter": {"order_filter": {"order_id": "O1"}}}}),
            False,
        ),
        (PROMOTIONS % "name", LIST_LOYALTY_PROMOTIONS(program_id="P1"), True),
        # Whether an account is one of those asked for is only seen by something that is not read.
        (
            ACCOUNTS % "balance",
            SEARCH_LOYALTY_ACCOUNTS(body={"query": {"mappings": [{"phone_number": "+14155551234"}]}}),
            False,
        ),
    ],
)
def test_what_is_not_known_to_be_the_same_is_read_in_full(document: str, call: Call[Any], typed: bool) -> None:
    assert (decoders(document).of(call) is not None) is typed


def test_a_decoder_is_made_once() -> None:
    first, other = (decoders("{ customers { nodes { note } } }") for _ in range(2))

    assert type(read(first)) is type(read(first)) is type(read(other))


def test_structs_do_not_pile_up() -> None:
    def structs() -> list[type]:
        gc.collect()
        return [each for each in msgspec.Struct.__subclasses__() if hasattr(each, "strawberry_type")]

    earlier = structs()
    for number in range(2 * MAX_STRUCTS):
        chosen = " ".join(name for bit, name in enumerate(FIELDS) if number >> bit & 1)
        read(decoders(f"{{ customers {{ nodes {{ id {chosen} }} }} }}"))

    assert len(structs()) - len(earlier) <= MAX_STRUCTS
