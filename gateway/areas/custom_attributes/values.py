"""The values of custom attributes as the graph shows them: one type for each data type.

Numbers are JSON strings on the wire, and a Selection holds the ids of its options.
Checking what callers want to set is in `value_inputs`.
"""

from collections.abc import Callable
from typing import Annotated, Any

import strawberry

from gateway.areas.custom_attributes.definitions import CustomAttributeDefinition, SelectionOption
from gateway.areas.custom_attributes.schemas import CustomAttributeDataType as Kind
from gateway.areas.custom_attributes.schemas import data_type_of, options_of
from gateway.exact_numbers import is_certain, plain
from gateway.graph.schema.decode import decode
from gateway.graph.schema.scalars import Date, Decimal
from gateway.graph.schema.values import Address
from gateway.square.decode_report import Undecodable


@strawberry.type(description="A text.")
class StringValue:
    string: str = strawberry.field(description="The text.")


@strawberry.type(description="A number.")
class NumberValue:
    number: Decimal = strawberry.field(description="The number, exactly as it was set.")


@strawberry.type(description="True or false.")
class BooleanValue:
    boolean: bool = strawberry.field(description="Whether it is true.")


@strawberry.type(description="A calendar day.")
class DateValue:
    date: Date = strawberry.field(description="The day.")


@strawberry.type(description="An e-mail address.")
class EmailValue:
    email: str = strawberry.field(description="The e-mail address.")


@strawberry.type(description="A phone number.")
class PhoneNumberValue:
    phone_number: str = strawberry.field(description="The phone number, in E.164 form.")


@strawberry.type(description="A postal address.")
class AddressValue:
    address: Address = strawberry.field(description="The address.")


@strawberry.type(description="Chosen options.")
class SelectionValue:
    options: list[SelectionOption] = strawberry.field(description="The chosen options with their names.")


CustomAttributeValue = Annotated[
    StringValue
    | NumberValue
    | BooleanValue
    | DateValue
    | EmailValue
    | PhoneNumberValue
    | AddressValue
    | SelectionValue,
    strawberry.union(
        "CustomAttributeValue", description="The value of a custom attribute, of the kind that its definition says."
    ),
]


def _number(value: Any) -> NumberValue:
    # Square documents a string. A JSON number would be as clear, unless reading it may have rounded it.
    if isinstance(value, float):
        value = plain(value) if is_certain(value) else None
    elif isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return NumberValue(number=decode(Decimal, value))


_SIMPLE: dict[Kind, Callable[[Any], Any]] = {
    Kind.STRING: lambda value: StringValue(string=decode(str, value)),
    Kind.NUMBER: _number,
    Kind.BOOLEAN: lambda value: BooleanValue(boolean=decode(bool, value)),
    Kind.DATE: lambda value: DateValue(date=Date(decode(str, value))),
    Kind.EMAIL: lambda value: EmailValue(email=decode(str, value)),
    Kind.PHONE_NUMBER: lambda value: PhoneNumberValue(phone_number=decode(str, value)),
    Kind.ADDRESS: lambda value: AddressValue(address=decode(Address, value)),
}


def typed_value(raw: Any, definition: CustomAttributeDefinition) -> Any:
    """The value as its definition says; None for a kind or a form that is not known."""
    kind = data_type_of(definition.schema)
    try:
        if kind is Kind.SELECTION:
            names: dict[str, str | None] = dict(options_of(definition.schema))
            chosen = [strawberry.ID(decode(str, each)) for each in raw]
            return SelectionValue(options=[SelectionOption(id=each, name=names.get(each)) for each in chosen])
        return _SIMPLE[kind](raw) if kind in _SIMPLE else None
    except (Undecodable, TypeError):
        return None
