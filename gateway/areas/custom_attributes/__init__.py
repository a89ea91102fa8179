"""Custom attributes: a seller's own fields on customers, and their definitions."""

from gateway.areas.custom_attributes import endpoints
from gateway.areas.custom_attributes.definition_loaders import CustomAttributeDefinitionByKey
from gateway.areas.custom_attributes.live.attributes import CUSTOM_ATTRIBUTES
from gateway.areas.custom_attributes.live.definitions import CUSTOM_ATTRIBUTE_DEFINITIONS
from gateway.areas.custom_attributes.live.subscriptions import CustomAttributeSubscription
from gateway.areas.custom_attributes.loaders import (
    CustomAttributeByKey,
    CustomAttributesOfCustomer,
)
from gateway.areas.custom_attributes.mutations import CustomAttributeMutation
from gateway.areas.custom_attributes.queries import CustomAttributeQuery
from gateway.areas.custom_attributes.types import CustomAttribute, CustomAttributeDefinition
from gateway.graph.subgraph.area import Area, rows

AREA = Area(
    name="custom_attributes",
    endpoints=rows(endpoints),
    query=CustomAttributeQuery,
    mutation=CustomAttributeMutation,
    entities={
        CustomAttribute: CustomAttributeByKey,
        CustomAttributeDefinition: CustomAttributeDefinitionByKey,
    },
    loaders=(CustomAttributeByKey, CustomAttributeDefinitionByKey),
    sources=(CustomAttributesOfCustomer,),
    subscription=CustomAttributeSubscription,
    families=(CUSTOM_ATTRIBUTES, CUSTOM_ATTRIBUTE_DEFINITIONS),
)
