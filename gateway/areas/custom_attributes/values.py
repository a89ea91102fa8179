"""The values of custom attributes as the graph shows them: one type for each data type.

Numbers are JSON strings on the wire, and a Selection holds the ids of its options.
Checking what callers want to set is in `value_inputs`.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import strawberry

from gateway.areas.custom_attributes.definitions import CustomAttributeDefinition, SelectionOption
from gateway.areas.custom_attributes.schemas import CustomAttributeDataType as Kind
from gateway.areas.custom_attributes.schemas import data_type_of, options_of
from gateway.exact_numbers import is_certain, plain
from gateway.graph.schema.decode import decode
from gateway.graph.schema.personal_data import PERSONAL
from gateway.graph.schema.scalars import Date, Decimal
from gateway.graph.schema.values import Address
from gateway.square.decode_report import Undecodable


@strawberry.type(description="A text.", directives=PERSONAL)
class StringValue:
    string: str = strawberry.field(description="The text.")


@strawberry.type(description="A number.", directives=PERSONAL)
class NumberValue:
    number: Decimal = strawberry.field(description="The number, exactly as it was set.")


@strawberry.type(description="True or false.", directives=PERSONAL)
class BooleanValue:
    boolean: bool = strawberry.field(description="Whether it is true.")


@strawberry.type(description="A calendar day.", directives=PERSONAL)
class DateValue:
    date: Date = strawberry.field(description="The day.")


@strawberry.type(description="An e-mail address.", directives=PERSONAL)
class EmailValue:
    email: str = strawberry.field(description="The e-mail address.")


@strawberry.type(description="A phone number.", directives=PERSONAL)
class PhoneNumberValue:
    phone_number: str = strawberry.field(description="The phone number, in E.164 form.")


@strawberry.type(description="A postal address.", directives=PERSONAL)
class AddressValue:
    address: Address = strawberry.field(description="The address.")


@strawberry.type(description="Chosen options.", directives=PERSONAL)
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
        "CustomAttributeValue",
        description="The value of a custom attribute, of the kind that its definition says.",
        directives=PERSONAL,
    ),
]


_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _number(value: Any) -> NumberValue:
    # Square documents a string. A JSON number would be as clear, unless reading it may have rounded it.
    if isinstance(value, float):
        value = plain(value) if is_certain(value) else None
    elif isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not _NUMBER.fullmatch(decode(str, value)):
        raise Undecodable
    return NumberValue(number=Decimal(value))


def _day(value: Any) -> DateValue:
    text = decode(str, value)
    if not _DAY.fullmatch(text):
        raise Undecodable
    date.fromisoformat(text)
    return DateValue(date=Date(text))


def _selection(value: Any, schema: Any) -> SelectionValue:
    if not isinstance(value, list):
        raise Undecodable
    names = dict(options_of(schema))
    chosen = [strawberry.ID(decode(str, each)) for each in value]
    return SelectionValue(options=[SelectionOption(id=each, name=names.get(each)) for each in chosen])


_SIMPLE: dict[Kind, Callable[[Any], Any]] = {
    Kind.STRING: lambda value: StringValue(string=decode(str, value)),
    Kind.NUMBER: _number,
    Kind.BOOLEAN: lambda value: BooleanValue(boolean=decode(bool, value)),
    Kind.DATE: _day,
    Kind.EMAIL: lambda value: EmailValue(email=decode(str, value)),
    Kind.PHONE_NUMBER: lambda value: PhoneNumberValue(phone_number=decode(str, value)),
    Kind.ADDRESS: lambda value: AddressValue(address=decode(Address, value)),
}


def typed_value(raw: Any, definition: CustomAttributeDefinition) -> CustomAttributeValue | None:
    """The value as its definition says; None when there is none, or for a kind that is not known.

    Raises `Undecodable` for a value that is not of its kind: what could be made of it would be somebody's guess.
    """
    kind = data_type_of(definition.schema)
    if raw is None or kind is Kind.UNKNOWN:
        return None
    try:
        return _selection(raw, definition.schema) if kind is Kind.SELECTION else _SIMPLE[kind](raw)
    except ValueError as error:
        raise Undecodable from error
