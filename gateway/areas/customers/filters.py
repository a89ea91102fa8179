"""How customers are chosen and ordered: the SearchCustomers query as typed inputs.

Conditions are combined with AND; Square has no OR. A condition that is null is none.
https://developer.squareup.com/docs/customers-api/use-the-api/search-customers
"""

from enum import Enum

import strawberry
from strawberry import Maybe

from gateway.areas.customers.types import CustomerCreationSource
from gateway.graph.schema.decode import wired
from gateway.graph.schema.personal_data import PERSONAL
from gateway.graph.schema.scalars import Date, DateTime, Decimal


@strawberry.enum(description="Whether the listed values are included or excluded.")
class CustomerInclusionExclusion(Enum):
    INCLUDE = strawberry.enum_value("INCLUDE", description="Customers with one of the values.")
    EXCLUDE = strawberry.enum_value("EXCLUDE", description="Customers with none of the values.")


@strawberry.enum(description="What customers are ordered by.")
class CustomerSortField(Enum):
    DEFAULT = strawberry.enum_value(
        "DEFAULT",
        description="By name; profiles without one by company, e-mail address or phone number.",
        directives=PERSONAL,
    )
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By the time the profile was created.")


@strawberry.enum(description="The direction of an order.")
class SortOrder(Enum):
    ASC = strawberry.enum_value("ASC", description="Smallest or oldest first.")
    DESC = strawberry.enum_value("DESC", description="Largest or newest first.")


@strawberry.input(description="The order of customers.")
class CustomerSort:
    # Not its default: what a contract leaves out cannot be one.
    field: Maybe[CustomerSortField | None] = strawberry.field(description="What to order by. DEFAULT when absent.")
    order: SortOrder | None = strawberry.field(default=SortOrder.ASC, description="The direction.")


@strawberry.input(description="A span of time. Either end may be left open.")
class TimeRange:
    start_at: Maybe[DateTime | None] = strawberry.field(description="The earliest moment, included.")
    end_at: Maybe[DateTime | None] = strawberry.field(
        description="The moment at which it ends: not included for profiles, included for values of custom attributes."
    )


@strawberry.input(description="A span of days, both ends included. Either end may be left open.", directives=PERSONAL)
class DateRange:
    start_at: Maybe[Date | None] = strawberry.field(description="The first day.")
    end_at: Maybe[Date | None] = strawberry.field(description="The last day.")


@strawberry.input(
    description="A span of numbers, both ends included. Either end may be left open.", directives=PERSONAL
)
class NumberRange:
    start_at: Maybe[Decimal | None] = strawberry.field(description="The smallest number.")
    end_at: Maybe[Decimal | None] = strawberry.field(description="The largest number.")


@strawberry.input(one_of=True, description="How a text must match: exactly or in part.", directives=PERSONAL)
class CustomerTextFilter:
    exact: Maybe[str] = strawberry.field(
        description="The whole text, in upper or lower case. A phone number in E.164 form, such as +14155551234."
    )
    fuzzy: Maybe[str] = strawberry.field(description="Words or parts of words, all of which must occur.")


@strawberry.input(description="Which ids must be there. The three conditions are combined with AND.")
class IdsFilter:
    all: Maybe[list[strawberry.ID] | None] = strawberry.field(description="All of these.")
    any: Maybe[list[strawberry.ID] | None] = strawberry.field(description="At least one of these.")
    none: Maybe[list[strawberry.ID] | None] = strawberry.field(description="None of these.")


@strawberry.input(
    description="Which options of a Selection attribute must be chosen, by their names.", directives=PERSONAL
)
class SelectionFilter:
    all: Maybe[list[str] | None] = strawberry.field(description="All of these, in the exact case.")
    any: Maybe[list[str] | None] = strawberry.field(description="At least one of these, in the exact case.")


@strawberry.input(description="What an Address attribute must hold.", directives=PERSONAL)
class CustomerAddressFilter:
    postal_code: Maybe[CustomerTextFilter | None] = strawberry.field(description="The postal code.")
    country: Maybe[str | None] = strawberry.field(description="The country as two letters of ISO 3166.")


@strawberry.input(
    one_of=True, description="What the value must be, according to the type of the attribute.", directives=PERSONAL
)
class CustomerCustomAttributeFilterValue:
    email: Maybe[CustomerTextFilter] = strawberry.field(description="For Email attributes.")
    phone: Maybe[CustomerTextFilter] = strawberry.field(description="For PhoneNumber attributes.")
    text: Maybe[CustomerTextFilter] = strawberry.field(description="For String attributes; fuzzy matches whole words.")
    selection: Maybe[SelectionFilter] = strawberry.field(description="For Selection attributes.")
    date: Maybe[DateRange] = strawberry.field(description="For Date attributes.")
    number: Maybe[NumberRange] = strawberry.field(description="For Number attributes.")
    boolean: Maybe[bool] = strawberry.field(description="For Boolean attributes.")
    address: Maybe[CustomerAddressFilter] = strawberry.field(description="For Address attributes.")


@strawberry.input(
    description="A condition on one custom attribute. Give `filter`, `updatedAt` or both.", directives=PERSONAL
)
class CustomerCustomAttributeFilter:
    key: str = strawberry.field(description="The key, qualified with the application's id when another one owns it.")
    filter: Maybe[CustomerCustomAttributeFilterValue | None] = strawberry.field(description="What the value must be.")
    updated_at: Maybe[TimeRange | None] = strawberry.field(description="When the value last changed.")


@strawberry.input(description="How the profiles were created.")
class CustomerCreationSourceFilter:
    values: list[CustomerCreationSource] = strawberry.field(description="The sources.")
    rule: CustomerInclusionExclusion | None = strawberry.field(
        default=CustomerInclusionExclusion.INCLUDE, description="Whether to include or exclude them."
    )


@strawberry.input(
    description="Which customers to return. All conditions must hold. An empty filter matches all and needs `first`."
)
class CustomerFilter:
    creation_source: Maybe[CustomerCreationSourceFilter | None] = strawberry.field(
        description="How the profile was created."
    )
    created_at: Maybe[TimeRange | None] = strawberry.field(description="When the profile was created.")
    updated_at: Maybe[TimeRange | None] = strawberry.field(description="When the profile last changed.")
    email_address: Maybe[CustomerTextFilter | None] = strawberry.field(
        description="The e-mail address.", directives=PERSONAL
    )
    phone_number: Maybe[CustomerTextFilter | None] = strawberry.field(
        description="The phone number.", directives=PERSONAL
    )
    reference_id: Maybe[CustomerTextFilter | None] = strawberry.field(
        description="The id in another system.", directives=PERSONAL
    )
    group_ids: Maybe[IdsFilter | None] = strawberry.field(description="The groups the customer is in.")
    segment_ids: Maybe[IdsFilter | None] = strawberry.field(
        description="The segments the customer is in: at most three ids in all."
    )
    custom_attributes: Maybe[list[CustomerCustomAttributeFilter] | None] = wired(
        "custom_attribute.filters",
        description="Conditions on custom attributes: at most ten, each key once.",
        directives=PERSONAL,
    )
