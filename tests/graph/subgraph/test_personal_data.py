"""A contract without `personal-data`: no value of it is of a person, and the rest of the graph works."""

from __future__ import annotations

from typing import Any

from gateway.tools.sdl import federated_sdl
from tests.graph.subgraph.contract import contract, leaves
from tests.graph.subgraph.leaves import OTHER_LEAVES, PERSONAL_LEAVES

TAG = "personal-data"
FULL = contract(federated_sdl())
IMPERSONAL = contract(federated_sdl(), TAG)
# What goes although it is of nobody: the other fields of inputs that can only be used with data of a person, and the
# arguments of the mutations that take these.
GONE_WITH_OTHERS = {
    "createCustomer", "updateCustomer", "bulkCreateCustomers", "bulkUpdateCustomers", "createLoyaltyAccount",
    "upsertCustomerCustomAttribute", "bulkUpsertCustomerCustomAttributes",
}  # fmt: skip
GONE_INPUTS = {
    "CreateCustomerInput", "UpdateCustomerInput", "BulkUpdateCustomerInput", "LoyaltyAccountInput",
    "BulkUpsertCustomerCustomAttributeInput",
}  # fmt: skip


def test_of_every_leaf_it_is_decided_whether_it_is_personal() -> None:
    assert leaves(FULL) - PERSONAL_LEAVES - OTHER_LEAVES == set(), "put it into one of the lists of `leaves.py`"
    assert (PERSONAL_LEAVES | OTHER_LEAVES) - leaves(FULL) == set(), "the graph no longer has it"
    assert set() == PERSONAL_LEAVES & OTHER_LEAVES


def test_a_contract_has_no_leaf_that_is_personal() -> None:
    assert leaves(IMPERSONAL) & PERSONAL_LEAVES == set()


def test_a_contract_keeps_every_other_leaf_that_can_be_used() -> None:
    gone = OTHER_LEAVES - leaves(IMPERSONAL)

    assert {each.partition("(")[0].removeprefix("Mutation.") for each in gone if "(" in each} <= GONE_WITH_OTHERS
    assert {each.partition(".")[0] for each in gone if "(" not in each} == GONE_INPUTS


def test_a_contract_loses_the_writes_of_personal_data_and_no_other_field_of_the_roots() -> None:
    assert FULL.query_type is not None
    assert FULL.mutation_type is not None
    assert IMPERSONAL.query_type is not None
    assert IMPERSONAL.mutation_type is not None

    assert IMPERSONAL.query_type.fields.keys() == FULL.query_type.fields.keys()
    assert FULL.mutation_type.fields.keys() - IMPERSONAL.mutation_type.fields.keys() == GONE_WITH_OTHERS


def test_customers_of_a_contract_cannot_be_searched_for_or_ordered_by_what_is_personal() -> None:
    kinds: dict[str, Any] = IMPERSONAL.type_map

    assert set(kinds["CustomerFilter"].fields) == {"creationSource", "createdAt", "updatedAt", "groupIds", "segmentIds"}
    assert set(kinds["LoyaltyAccountFilter"].fields) == {"customerIds"}
    assert set(kinds["CustomerSortField"].values) == {"CREATED_AT"}
