"""The definitions of custom attributes as the graph shows them; the same classes are what is read from the wire."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry
from strawberry.federation import type as entity

from gateway.areas.custom_attributes.schemas import (
    CustomAttributeDataType,
    data_type_of,
    options_of,
    same_schema,
    same_selection,
)
from gateway.graph.loading.pagination import Connection
from gateway.graph.schema.decode import wired
from gateway.graph.schema.same_values import follows, same_text
from gateway.graph.schema.scalars import JSON, DateTime, Long

# How many calls beyond the first page of definitions one operation makes to check values, or to show what came without.
MAX_FURTHER_DEFINITIONS = 2


@strawberry.enum(description="What other applications and the seller may do with a custom attribute.")
class CustomAttributeVisibility(Enum):
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="A level that this graph does not know yet.")
    VISIBILITY_HIDDEN = strawberry.enum_value(
        "VISIBILITY_HIDDEN", description="Only the application that made the definition sees it and its values."
    )
    VISIBILITY_READ_ONLY = strawberry.enum_value(
        "VISIBILITY_READ_ONLY", description="Others may read the definition and its values."
    )
    VISIBILITY_READ_WRITE_VALUES = strawberry.enum_value(
        "VISIBILITY_READ_WRITE_VALUES", description="Others may read the definition and set or delete its values."
    )


@strawberry.type(description="One of the options that a custom attribute of type SELECTION can hold.")
class SelectionOption:
    id: strawberry.ID = strawberry.field(description="Square's id of the option, the form in which values hold it.")
    name: str | None = strawberry.field(description="The name people see. Null when the definition no longer has it.")


@entity(
    keys=["key"],
    description="A field that an application or the seller adds to customer profiles. Needs CUSTOMERS_READ.",
)
class CustomAttributeDefinition:
    key: strawberry.ID = strawberry.field(
        description="The key of the field. Those of other applications and of the seller have a prefix and a colon."
    )
    name: str | None = strawberry.field(description="The name that people see, up to 255 characters.")
    description: str | None = strawberry.field(description="What the field is for, up to 255 characters.")
    visibility: CustomAttributeVisibility | None = strawberry.field(description="What others may do with the field.")
    raw_visibility: str | None = wired(
        "visibility", description="`visibility` as Square sent it, for values this graph does not know."
    )
    version: Long | None = strawberry.field(description="Counts the changes of the definition, from 1.")
    created_at: DateTime | None = strawberry.field(description="When the definition was created.")
    updated_at: DateTime | None = strawberry.field(description="When the definition last changed.")
    schema: JSON | None = strawberry.field(description="The JSON schema of the values, as Square sent it.")
    max_selections: int | None = wired(
        "schema.maxItems", description="How many options a value can hold. Only for the type SELECTION."
    )

    @strawberry.field(description="What kind of value the field holds.")
    def data_type(self) -> CustomAttributeDataType | None:
        return None if self.schema is None else data_type_of(self.schema)

    @strawberry.field(description="The options of the type SELECTION, in Square's order; empty for any other type.")
    def selection_options(self) -> list[SelectionOption]:
        return [SelectionOption(id=strawberry.ID(each), name=name) for each, name in options_of(self.schema)]


@strawberry.type(description="A page of definitions of custom attributes.")
class CustomAttributeDefinitionConnection(Connection[CustomAttributeDefinition]):
    pass


def tells_definition(sent: Mapping[str, Any], found: CustomAttributeDefinition) -> bool:
    """Whether a definition has the changes that were sent, in wire form; null is none."""
    for name in ("name", "description"):
        if name in sent and not same_text(sent[name] or "", getattr(found, name) or ""):
            return False
    visibility = sent.get("visibility")
    if visibility is not None and found.raw_visibility not in {None, visibility}:
        return False
    return follows(sent.get("version"), found.version) and same_selection(sent.get("schema") or {}, found.schema)


def new_definition_tells(sent: Mapping[str, Any], found: CustomAttributeDefinition) -> bool:
    """As `tells_definition`, for a new one: what was not sent of it is empty, and hidden is what it then is."""
    empty = {"name": None, "description": None, "visibility": "VISIBILITY_HIDDEN"}
    others = {name: value for name, value in sent.items() if name != "schema"}
    return tells_definition({**empty, **others}, found) and same_schema(sent.get("schema"), found.schema)
