"""What callers set a custom attribute to: the input, whether it fits the definition, and its form on the wire.

Only what is certain to be refused is refused here; e-mail addresses, phone numbers and postal
addresses are left to Square. The wire forms are at
https://developer.squareup.com/docs/customer-custom-attributes-api/custom-attributes#value-data-types.
Does no I/O.
"""

from collections.abc import Callable, Sequence
from typing import Any

import strawberry
from strawberry import Maybe
from strawberry.utils.str_converters import to_camel_case

from gateway.areas.custom_attributes.definitions import CustomAttributeDefinition
from gateway.areas.custom_attributes.schemas import CustomAttributeDataType as Kind
from gateway.areas.custom_attributes.schemas import data_type_of, options_of
from gateway.areas.custom_attributes.types import WireCustomAttribute
from gateway.graph.schema.attribute_numbers import number_problem
from gateway.graph.schema.encode import encode
from gateway.graph.schema.personal_data import PERSONAL
from gateway.graph.schema.same_values import (
    follows,
    same_address,
    same_email,
    same_json,
    same_number,
    same_options,
    same_phone_number,
)
from gateway.graph.schema.scalars import JSON, Date, Decimal
from gateway.graph.schema.user_errors import UserError, ValidationError
from gateway.graph.schema.values import AddressInput

# Characters of an idempotency key of this API.
MAX_KEY = 45


@strawberry.input(
    one_of=True,
    description="What to set a custom attribute to: exactly one field, the one that fits the definition's data type.",
    directives=PERSONAL,
)
class CustomAttributeValueInput:
    string: Maybe[str] = strawberry.field(description="A text, for the type STRING.")
    number: Maybe[Decimal] = strawberry.field(
        description="A number, for the type NUMBER: at most 5 decimals, between -92233720368547 and 92233720368547."
    )
    boolean: Maybe[bool] = strawberry.field(description="True or false, for the type BOOLEAN.")
    date: Maybe[Date] = strawberry.field(description="A day, for the type DATE.")
    email: Maybe[str] = strawberry.field(description="An e-mail address, for the type EMAIL.")
    phone_number: Maybe[str] = strawberry.field(
        description="A phone number in E.164 form, as +14155552671, for the type PHONE_NUMBER."
    )
    address: Maybe[AddressInput] = strawberry.field(description="A postal address, for the type ADDRESS.")
    selection: Maybe[list[str]] = strawberry.field(
        description="The chosen options, by name or by id, for the type SELECTION."
    )
    raw: Maybe[JSON] = strawberry.field(description="Anything, sent as it is and checked by Square alone.")


FIELDS = {
    "string": Kind.STRING,
    "number": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
    "date": Kind.DATE,
    "email": Kind.EMAIL,
    "phone_number": Kind.PHONE_NUMBER,
    "address": Kind.ADDRESS,
    "selection": Kind.SELECTION,
}


def given_field(given: CustomAttributeValueInput) -> str:
    """The one field that is set, by its Python name."""
    return next(name for name in [*FIELDS, "raw"] if getattr(given, name) is not None)


def path_of(given: CustomAttributeValueInput, *place: str) -> list[str]:
    """Where the value is in the input, in GraphQL names."""
    return [*place, to_camel_case(given_field(given))]


def wire_value(
    given: CustomAttributeValueInput, definition: CustomAttributeDefinition | None, *place: str
) -> tuple[Any, list[UserError]]:
    """The JSON value to send and what is wrong with it; `place` leads to the input.

    Without a definition, or with one of an unknown kind, nothing is checked: Square decides.
    """
    name = given_field(given)
    path = path_of(given, *place)
    value = encode(getattr(given, name), nulls=False)
    kind = data_type_of(definition.schema) if definition is not None else Kind.UNKNOWN
    if definition is None or kind is Kind.UNKNOWN or name == "raw":
        return value, []
    if FIELDS[name] is not kind:
        return value, [_error(f"This custom attribute is of the type {kind.value}.", "INVALID_VALUE", path)]
    if kind is Kind.NUMBER:
        return value, _number_errors(value, path)
    if kind is Kind.SELECTION:
        return _chosen(value, definition, path)
    return value, []


_ALIKE: dict[str, Callable[[Any, Any], bool]] = {
    "number": same_number,
    "email": same_email,
    "phone_number": same_phone_number,
    "address": same_address,
    "selection": same_options,
}


def tells_value(given: CustomAttributeValueInput, sent: Any, version: int | None, found: WireCustomAttribute) -> bool:
    """Whether an attribute has the value that was sent, and the version that this makes of the one that was named."""
    return follows(version, found.version) and _same_value(given_field(given), sent, found.raw_value)


def _same_value(field: str, sent: Any, found: Any) -> bool:
    if found is None:
        return True
    if field == "raw":
        # Of a raw value the type is not known: it is the same if it is for any.
        return any(alike(sent, found) for alike in (*_ALIKE.values(), same_json))
    return _ALIKE.get(field, same_json)(sent, found)


def _number_errors(value: str, path: list[str]) -> list[UserError]:
    problem = number_problem(value)
    return [] if problem is None else [_error(problem[1], problem[0], path)]


def _chosen(
    value: Sequence[str], definition: CustomAttributeDefinition, path: list[str]
) -> tuple[list[str], list[UserError]]:
    """The ids of the chosen options."""
    options = options_of(definition.schema)
    ids = {name: each for each, name in options}
    known = {each for each, _ in options}
    chosen: list[str] = []
    errors: list[UserError] = []
    for index, option in enumerate(value):
        found = option if option in known else ids.get(option)
        place = [*path, str(index)]
        if found is None:
            errors.append(_error("The definition has no such option.", "INVALID_VALUE", place))
        elif found in chosen:
            errors.append(_error("This option is chosen more than once.", "DUPLICATE_ARRAY_VALUE", place))
        else:
            chosen.append(found)
    max_selections = definition.max_selections
    if max_selections is not None and len(value) > max_selections:
        errors.append(_error(f"At most {max_selections} can be chosen.", "ARRAY_LENGTH_TOO_LONG", path))
    return chosen, errors


def _error(message: str, code: str, path: list[str]) -> UserError:
    return ValidationError(message=message, code=code, field=path)
