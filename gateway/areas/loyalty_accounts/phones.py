"""The form in which the Loyalty API takes phone numbers: E.164. Says nothing about whether a number exists."""

import re

_E164 = re.compile(r"\+[1-9]\d{1,14}", re.ASCII)
E164_MESSAGE = "A phone number must be in E.164 form, such as +14155551111."


def is_e164(text: str) -> bool:
    """Whether the text is a plus sign, a country code and a number, of 15 digits at most."""
    return _E164.fullmatch(text) is not None


def notations(asked: str) -> tuple[str, ...]:
    """How a number that was asked for may stand in an answer: as it was given, and as Square writes it."""
    import phonenumbers  # noqa: PLC0415 - much to read, for searches by number only

    try:
        number = phonenumbers.parse(asked)
    except phonenumbers.NumberParseException:
        return (asked,)
    return asked, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
