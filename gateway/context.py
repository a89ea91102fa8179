"""What a resolver can reach: an `Operation` over the loaders of all areas. Made new for every operation."""

from __future__ import annotations

from gateway.areas.custom_attributes.loaders import LOADERS as CUSTOM_ATTRIBUTES
from gateway.areas.custom_attributes.loaders import CustomAttributeByKey, CustomAttributeDefinitionByKey
from gateway.areas.customers.loaders import LOADERS as CUSTOMERS
from gateway.areas.customers.loaders import CustomerById
from gateway.areas.groups.loaders import LOADERS as GROUPS
from gateway.areas.groups.loaders import GroupById
from gateway.areas.loyalty_accounts.loaders import LoyaltyAccountById, LoyaltyRewardById
from gateway.areas.loyalty_accounts.searches import LOADERS as LOYALTY_ACCOUNTS
from gateway.areas.loyalty_programs.loaders import LOADERS as LOYALTY_PROGRAMS
from gateway.areas.loyalty_programs.loaders import LoyaltyProgramById, LoyaltyPromotionById
from gateway.areas.segments.loaders import LOADERS as SEGMENTS
from gateway.areas.segments.loaders import SegmentById
from gateway.graph.loading.context import Entity, Operation, Registry
from gateway.square.client import Square, TenantSquare
from gateway.tenant import Tenant

ENTITIES = {
    "Customer": Entity(CustomerById),
    "Group": Entity(GroupById),
    "Segment": Entity(SegmentById),
    "CustomAttributeDefinition": Entity(CustomAttributeDefinitionByKey, ("key",)),
    "CustomAttribute": Entity(CustomAttributeByKey, ("customerId", "key")),
    "LoyaltyAccount": Entity(LoyaltyAccountById),
    "LoyaltyProgram": Entity(LoyaltyProgramById),
    "LoyaltyPromotion": Entity(LoyaltyPromotionById),
    "LoyaltyReward": Entity(LoyaltyRewardById),
}
REGISTRY = Registry(
    [*CUSTOMERS, *GROUPS, *SEGMENTS, *CUSTOM_ATTRIBUTES, *LOYALTY_PROGRAMS, *LOYALTY_ACCOUNTS], ENTITIES
)


def new_context(square: Square, tenant: Tenant) -> Operation:
    """The context of one operation of one tenant."""
    return Operation(TenantSquare(square, tenant), REGISTRY)
