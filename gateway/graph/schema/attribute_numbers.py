"""Which numbers a custom attribute can hold, as values and as the ends of a search: Square's bounds. No I/O.

https://developer.squareup.com/reference/square/objects/CustomerCustomAttributeFilterValue
"""

from decimal import Decimal

# Square keeps numbers with five decimals in 64 bits: (2^63-1)/10^5 is its documented bound.
MAX_NUMBER = Decimal(92_233_720_368_547)
MAX_DECIMALS = 5


def number_problem(text: str) -> tuple[str, str] | None:
    """The code and the message of what is wrong with a decimal in digits, None when Square takes it."""
    number = Decimal(text)
    if abs(number) > MAX_NUMBER:
        code = "VALUE_TOO_HIGH" if number > 0 else "VALUE_TOO_LOW"
        return code, f"The number must be between -{MAX_NUMBER} and {MAX_NUMBER}."
    if len(text.partition(".")[2]) > MAX_DECIMALS:
        return "INVALID_VALUE", f"The number can have at most {MAX_DECIMALS} decimals."
    return None
