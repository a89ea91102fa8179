"""The schema: Query and Mutation merged from the areas, and the entities that other subgraphs can extend."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

import strawberry
from graphql import GraphQLInputObjectType, GraphQLSchema
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from gateway.areas.custom_attributes.mutations import CustomAttributeMutation
from gateway.areas.custom_attributes.queries import CustomAttributeQuery
from gateway.areas.custom_attributes.types import CustomAttribute, CustomAttributeDefinition
from gateway.areas.customers.mutations import CustomerMutation
from gateway.areas.customers.queries import CustomerQuery
from gateway.areas.customers.types import Customer
from gateway.areas.groups.mutations import GroupMutation
from gateway.areas.groups.queries import GroupQuery
from gateway.areas.groups.types import Group
from gateway.areas.loyalty_accounts.mutations import LoyaltyAccountMutation
from gateway.areas.loyalty_accounts.queries import LoyaltyAccountQuery
from gateway.areas.loyalty_accounts.types import EVENT_TYPES, LoyaltyAccount, LoyaltyReward
from gateway.areas.loyalty_programs.mutations import LoyaltyProgramMutation
from gateway.areas.loyalty_programs.queries import LoyaltyProgramQuery
from gateway.areas.loyalty_programs.types import LoyaltyProgram, LoyaltyPromotion
from gateway.areas.segments.queries import SegmentQuery
from gateway.areas.segments.types import Segment
from gateway.graph.schema.directives import price, tag
from gateway.graph.schema.federation import Service, Subgraph
from gateway.graph.schema.scalars import SCALARS
from gateway.graph.schema.user_errors import ERROR_TYPES


@strawberry.type
class ServiceQuery:
    """The root field by which a router reads the SDL; printed once, not for every call."""

    @strawberry.field(name="_service", description="The SDL of this subgraph, for routers.")
    def service(self) -> Service:
        return Service(sdl=build_schema().sdl)


QUERIES = (
    ServiceQuery,
    CustomerQuery,
    GroupQuery,
    SegmentQuery,
    CustomAttributeQuery,
    LoyaltyProgramQuery,
    LoyaltyAccountQuery,
)
MUTATIONS = (
    CustomerMutation,
    GroupMutation,
    CustomAttributeMutation,
    LoyaltyProgramMutation,
    LoyaltyAccountMutation,
)
# Entities that are reached only through lazy references would be left out of the federation otherwise.
ENTITIES: tuple[type, ...] = (
    Customer,
    Group,
    Segment,
    CustomAttribute,
    CustomAttributeDefinition,
    LoyaltyAccount,
    LoyaltyProgram,
    LoyaltyPromotion,
    LoyaltyReward,
)
# What a contract can leave out by the tag `personal-data`.
PERSONAL_DATA = (
    "given_name",
    "family_name",
    "nickname",
    "email_address",
    "address",
    "phone_number",
    "birthday",
    "note",
    "tax_ids",
)


def _root(name: str, parts: tuple[type, ...], description: str) -> type:
    merged: Any = merge_types(name, parts)
    merged.__strawberry_definition__.description = description
    return cast(type, merged)


@cache
def build_schema() -> Subgraph:
    """The one schema of the process."""
    price([*QUERIES, *MUTATIONS, *ENTITIES])
    tag(Customer, PERSONAL_DATA, "personal-data")
    schema = Subgraph(
        query=_root("Query", QUERIES, "Reading: every field is one or more REST calls to Square, batched."),
        mutation=_root("Mutation", MUTATIONS, "Writing: one field for each of Square's writes, carried out in order."),
        types=[*ENTITIES, *EVENT_TYPES, *ERROR_TYPES],
        config=StrawberryConfig(scalar_map=SCALARS),
        federation_version="2.9",
    )
    _let_one_of_be_validated(schema._schema)
    return schema


def _let_one_of_be_validated(core: GraphQLSchema) -> None:
    """Tell graphql-core which inputs take exactly one field, so that others are refused before anything runs."""
    for kind in core.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            kind.is_one_of = kind.extensions["strawberry-definition"].is_one_of


__all__ = ["ENTITIES", "build_schema"]
