"""What customer mutations take. Absent, null and a value are three things on update."""

from typing import Any

import strawberry
from strawberry import Maybe

from gateway.graph.schema.encode import encode
from gateway.graph.schema.personal_data import PERSONAL
from gateway.graph.schema.scalars import Birthday, Long
from gateway.graph.schema.values import AddressInput

_UPDATE = "Omit to keep, null clears."


@strawberry.input(description="Tax ids of a customer.", directives=PERSONAL)
class CustomerTaxIdsInput:
    eu_vat: Maybe[str | None] = strawberry.field(description="The EU VAT number, at most 20 characters.")


@strawberry.input(
    description="A new customer. At least one of givenName, familyName, companyName, emailAddress and phoneNumber.",
    directives=PERSONAL,
)
class CreateCustomerInput:
    given_name: Maybe[str | None] = strawberry.field(description="The first name, at most 300 characters.")
    family_name: Maybe[str | None] = strawberry.field(description="The last name, at most 300 characters.")
    company_name: Maybe[str | None] = strawberry.field(description="A business name, at most 500 characters.")
    nickname: Maybe[str | None] = strawberry.field(description="A nickname, at most 100 characters.")
    email_address: Maybe[str | None] = strawberry.field(description="The e-mail address, at most 254 characters.")
    address: Maybe[AddressInput | None] = strawberry.field(description="The postal address.")
    phone_number: Maybe[str | None] = strawberry.field(description="The phone number: 9 to 16 digits, in any form.")
    reference_id: Maybe[str | None] = strawberry.field(description="The id in another system, at most 100 characters.")
    note: Maybe[str | None] = strawberry.field(description="A note.")
    birthday: Maybe[Birthday | None] = strawberry.field(description="The birthday, with or without its year.")
    tax_ids: Maybe[CustomerTaxIdsInput | None] = strawberry.field(description="Tax ids.")
    idempotency_key: Maybe[str | None] = strawberry.field(
        description="A key for this customer alone, 1 to 128 characters. In a bulk mutation no other customer may have "
        "it, and those without one get theirs from the mutation's key."
    )


@strawberry.input(
    description="Changes to a customer. Omitted fields stay as they are, null clears a field.", directives=PERSONAL
)
class UpdateCustomerInput:
    given_name: Maybe[str | None] = strawberry.field(description=f"The first name, at most 300 characters. {_UPDATE}")
    family_name: Maybe[str | None] = strawberry.field(description=f"The last name, at most 300 characters. {_UPDATE}")
    company_name: Maybe[str | None] = strawberry.field(
        description=f"A business name, at most 500 characters. {_UPDATE}"
    )
    nickname: Maybe[str | None] = strawberry.field(description=f"A nickname, at most 100 characters. {_UPDATE}")
    email_address: Maybe[str | None] = strawberry.field(
        description=f"The e-mail address, at most 254 characters. {_UPDATE}"
    )
    address: Maybe[AddressInput | None] = strawberry.field(
        description="The postal address. Only the given lines change, null clears all of it."
    )
    phone_number: Maybe[str | None] = strawberry.field(
        description=f"The phone number: 9 to 16 digits, in any form. {_UPDATE}"
    )
    reference_id: Maybe[str | None] = strawberry.field(
        description=f"The id in another system, at most 100 characters. {_UPDATE}"
    )
    note: Maybe[str | None] = strawberry.field(description=f"A note. {_UPDATE}")
    birthday: Maybe[Birthday | None] = strawberry.field(
        description=f"The birthday, with or without its year. {_UPDATE}"
    )
    tax_ids: Maybe[CustomerTaxIdsInput | None] = strawberry.field(description=f"Tax ids. {_UPDATE}")
    version: Maybe[Long | None] = strawberry.field(
        description="The expected version: when the profile has changed since, nothing is written and "
        "a ConflictError is reported."
    )


@strawberry.input(
    description="Changes to one of many customers. Omitted fields stay as they are, null clears a field.",
    directives=PERSONAL,
)
class BulkUpdateCustomerInput(UpdateCustomerInput):
    id: strawberry.ID = strawberry.field(description="Square's id of the customer.")


def new_customer(given: CreateCustomerInput) -> tuple[dict[str, Any], str | None]:
    """The profile as Square takes it, and the key that the caller chose for it."""
    data: dict[str, Any] = encode(given, nulls=False)
    return data, data.pop("idempotency_key", None)


def changes(given: UpdateCustomerInput) -> dict[str, Any]:
    """The changes as Square takes them. A version that is null is none: it cannot be cleared."""
    data: dict[str, Any] = encode(given)
    if data.get("version") is None:
        data.pop("version", None)
    return data
