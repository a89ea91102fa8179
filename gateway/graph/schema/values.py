"""Values that several areas share: addresses, money, and the stubs of objects that other subgraphs own."""

import strawberry
from strawberry import Maybe
from strawberry.federation.schema_directives import Key, Shareable
from strawberry.federation.types import FieldSet

from gateway.graph.schema.personal_data import PERSONAL
from gateway.graph.schema.scalars import Long


@strawberry.type(description="A postal address.", directives=[Shareable(), *PERSONAL])
class Address:
    address_line_1: str | None = strawberry.field(description="Street, number and building.")
    address_line_2: str | None = strawberry.field(description="The second line, if any.")
    address_line_3: str | None = strawberry.field(description="The third line, if any.")
    locality: str | None = strawberry.field(description="The city or town.")
    sublocality: str | None = strawberry.field(description="A civil region within the locality.")
    sublocality_2: str | None = strawberry.field(description="A civil region within the sublocality.")
    sublocality_3: str | None = strawberry.field(description="A civil region within the second sublocality.")
    administrative_district_level_1: str | None = strawberry.field(description="The state, province or region.")
    administrative_district_level_2: str | None = strawberry.field(description="The county or district.")
    administrative_district_level_3: str | None = strawberry.field(description="A civil entity within the district.")
    postal_code: str | None = strawberry.field(description="The postal code.")
    country: str | None = strawberry.field(description="The country as two letters of ISO 3166, such as US.")
    first_name: str | None = strawberry.field(description="The first name of the recipient.")
    last_name: str | None = strawberry.field(description="The last name of the recipient.")


_LINE = "Omit to keep, null clears."


@strawberry.input(
    description="A postal address. On update only the given fields change, null clears a field.", directives=PERSONAL
)
class AddressInput:
    address_line_1: Maybe[str | None] = strawberry.field(description=f"Street, number and building. {_LINE}")
    address_line_2: Maybe[str | None] = strawberry.field(description=f"The second line. {_LINE}")
    address_line_3: Maybe[str | None] = strawberry.field(description=f"The third line. {_LINE}")
    locality: Maybe[str | None] = strawberry.field(description=f"The city or town. {_LINE}")
    sublocality: Maybe[str | None] = strawberry.field(description=f"A civil region within the locality. {_LINE}")
    sublocality_2: Maybe[str | None] = strawberry.field(description=f"A civil region within the sublocality. {_LINE}")
    sublocality_3: Maybe[str | None] = strawberry.field(description=f"A region within the second sublocality. {_LINE}")
    administrative_district_level_1: Maybe[str | None] = strawberry.field(
        description=f"The state, province or region. {_LINE}"
    )
    administrative_district_level_2: Maybe[str | None] = strawberry.field(
        description=f"The county or district. {_LINE}"
    )
    administrative_district_level_3: Maybe[str | None] = strawberry.field(
        description=f"A civil entity within the district. {_LINE}"
    )
    postal_code: Maybe[str | None] = strawberry.field(description=f"The postal code. {_LINE}")
    country: Maybe[str | None] = strawberry.field(description=f"Two letters of ISO 3166, such as US. {_LINE}")
    first_name: Maybe[str | None] = strawberry.field(description="The recipient. Customer profiles ignore it.")
    last_name: Maybe[str | None] = strawberry.field(description="The recipient. Customer profiles ignore it.")


@strawberry.type(description="An amount of money.", directives=[Shareable()])
class Money:
    amount: Long | None = strawberry.field(
        description="The amount in the smallest unit of the currency: cents for USD."
    )
    currency: str | None = strawberry.field(description="The currency as three letters of ISO 4217, such as USD.")


@strawberry.input(description="An amount of money.")
class MoneyInput:
    amount: Long = strawberry.field(description="The amount in the smallest unit of the currency: cents for USD.")
    currency: str = strawberry.field(description="The currency as three letters of ISO 4217, such as USD.")


@strawberry.federation.type(
    keys=[Key(fields=FieldSet("id"), resolvable=False)],
    description="An order, known here by its id only. Another subgraph may own its other fields.",
)
class Order:
    id: strawberry.ID = strawberry.field(description="Square's id of the order.")


@strawberry.federation.type(
    keys=[Key(fields=FieldSet("id"), resolvable=False)],
    description="A location of the seller, known here by its id only. Another subgraph may own its other fields.",
)
class Location:
    id: strawberry.ID = strawberry.field(description="Square's id of the location.")
