"""Custom attributes as the graph shows them; the same classes are what is read from the wire."""

from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.federation import type as entity
from strawberry.types.base import get_object_definition
from strawberry.utils.str_converters import to_camel_case

from gateway.areas.custom_attributes.definitions import (
    MAX_FURTHER_DEFINITIONS,
    CustomAttributeDefinition,
    CustomAttributeDefinitionConnection,
    CustomAttributeVisibility,
)
from gateway.areas.custom_attributes.values import CustomAttributeValue, typed_value
from gateway.graph.loading.context import Info
from gateway.graph.loading.pagination import Connection
from gateway.graph.loading.relation import relation
from gateway.graph.loading.warning import Warned
from gateway.graph.schema.cost import costs
from gateway.graph.schema.decode import wired
from gateway.graph.schema.lazy import Lazy
from gateway.graph.schema.personal_data import PERSONAL
from gateway.graph.schema.same_values import same_json
from gateway.graph.schema.scalars import JSON, DateTime, Long
from gateway.graph.selection.resolver import selects, selects_only
from gateway.graph.writing.replay import same_object
from gateway.square.decode_report import UNREAD, Undecodable

if TYPE_CHECKING:
    from gateway.areas.custom_attributes.definition_loaders import CustomAttributeDefinitionByKey
    from gateway.areas.customers.types import Customer

_DEFINITIONS: Lazy["CustomAttributeDefinitionByKey"] = Lazy(
    "gateway.areas.custom_attributes.definition_loaders:CustomAttributeDefinitionByKey"
)
KEY_ONLY = frozenset({"key", "__typename"})
# Where attributes came without their definitions, these are read once for all of them.
_ONE_LIST = costs("ListCustomerCustomAttributeDefinitions", once=True, further=MAX_FURTHER_DEFINITIONS)


@strawberry.type(description="What Square tells of a custom attribute itself.")
class CustomAttributeFields:
    """What the graph's type and the wire's have in common."""

    key: strawberry.ID = strawberry.field(description="The key of the attribute's definition.")
    raw_value: JSON | None = wired("value", description="The value as Square sent it.", directives=PERSONAL)
    version: Long | None = strawberry.field(
        description="Counts the changes of the value, from 1: pass it to a mutation to change only this version."
    )
    visibility: CustomAttributeVisibility | None = strawberry.field(description="What others may do with the value.")
    raw_visibility: str | None = wired(
        "visibility", description="`visibility` as Square sent it, for values this graph does not know."
    )
    created_at: DateTime | None = strawberry.field(description="When the value was first set.")
    updated_at: DateTime | None = strawberry.field(description="When the value last changed.")


@entity(keys=["customerId key"], description="The value of one custom attribute of one customer. Needs CUSTOMERS_READ.")
class CustomAttribute(CustomAttributeFields):
    owner_id: strawberry.Private[str]
    # The definition, when it came with the attribute; read by its key otherwise.
    known_definition: strawberry.Private[CustomAttributeDefinition | None] = None

    @strawberry.field(description="Square's id of the customer.")
    def customer_id(self) -> strawberry.ID:
        return strawberry.ID(self.owner_id)

    customer: Annotated["Customer", strawberry.lazy("gateway.areas.customers.types")] | None = relation(
        Lazy("gateway.areas.customers.loaders:CustomerById"), key="owner_id", stub=True, description="The customer."
    )

    @strawberry.field(
        description="The definition of the attribute. Comes with the attribute at no extra call, as a rule; "
        f"looked for in the first {1 + MAX_FURTHER_DEFINITIONS} pages of definitions when it does not.",
        metadata=_ONE_LIST,
    )
    async def definition(self, info: Info) -> CustomAttributeDefinition | None:
        if self.known_definition is None and selects_only(info, KEY_ONLY):
            return info.context.loader(_DEFINITIONS.target).stub(self.key)
        return await self._definition(info)

    @strawberry.field(
        description="The value, of the kind that the definition says. Null when that kind is not known to this graph, "
        "and with a warning in `extensions.warnings` when the value is not of its kind: `rawValue` shows it.",
        metadata=_ONE_LIST,
        directives=PERSONAL,
    )
    async def value(self, info: Info) -> CustomAttributeValue | None:
        definition = await self._definition(info)
        if definition is None:
            return None
        unread = UNREAD.fields
        try:
            found = typed_value(self.raw_value, definition)
        except Undecodable:
            info.context.warnings.add(Warned.VALUES_OF_ANOTHER_TYPE)
            return None
        # Of an address, single lines may not be texts.
        if UNREAD.fields > unread:
            info.context.warnings.add(Warned.VALUES_NOT_READABLE, UNREAD.fields - unread)
        return found

    async def _definition(self, info: Info) -> CustomAttributeDefinition | None:
        if self.known_definition is None:
            self.known_definition = await info.context.loader(_DEFINITIONS.target).of_attribute(self.key)
        return self.known_definition


@strawberry.type(description="A page of custom attributes.")
class CustomAttributeConnection(Connection[CustomAttribute]):
    pass


@strawberry.type(description="A custom attribute as it is on the wire.")
class WireCustomAttribute(CustomAttributeFields):
    """What endpoints answer with: it does not tell the customer, but may bring the definition. Not in the graph."""

    definition: CustomAttributeDefinition | None = strawberry.field(description="The definition, if asked for.")

    def of(self, customer_id: str, known: CustomAttributeDefinition | None = None) -> CustomAttribute:
        """The attribute as the graph shows it; `known` is its definition when that did not come with it."""
        fields = {**self.__dict__}
        definition = fields.pop("definition", None) or known
        return CustomAttribute(owner_id=customer_id, known_definition=definition, **fields)

    def became(self, current: "WireCustomAttribute") -> bool:
        """Whether this is the attribute that a customer has now, perhaps changed since."""
        if not same_object(self, current):
            return False
        if self.version is None or current.version is None or self.version < current.version:
            return True
        return self.version == current.version and same_json(self.raw_value, current.raw_value)


_DEFINITION = get_object_definition(CustomAttributeDefinition, strict=True)
_BEYOND_KEY = [name for field in _DEFINITION.fields if (name := to_camel_case(field.python_name)) not in KEY_ONLY]


def needs_definition(info: Info, *path: str) -> bool:
    """Whether the client asks, of the attributes at `path`, for anything that takes their definitions."""
    return selects(info, *path, "value") or any(selects(info, *path, "definition", name) for name in _BEYOND_KEY)


__all__ = [
    "CustomAttribute",
    "CustomAttributeConnection",
    "CustomAttributeDefinition",
    "CustomAttributeDefinitionConnection",
    "WireCustomAttribute",
    "needs_definition",
]
