"""Numbers as they are written: a text of JSON or GraphQL keeps all its digits. No I/O.

A `float` stands only for a number that it holds exactly, in the sense that it is written back with the same value.
Any other is a `Decimal`, which who expects a `float` or an `int` does not take for one.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

# Digits before and behind the point of a number that is written without an exponent.
MAX_DIGITS = 40
# Any number of so many digits is told apart from all others by the float nearest to it.
FLOAT_DIGITS = 15
# Beyond these, whole numbers that differ are the same float.
MAX_WHOLE_FLOAT = 2.0**53


class LongNumber(Decimal):
    """A number with more digits than a float holds."""

    __slots__ = ()

    def __inspect__(self) -> str:
        """What errors of graphql-core show of it: the number."""
        return str(self)


def read_number(text: str) -> float | Decimal:
    """The value of a number with a fraction or an exponent. Raises `ValueError` for one that nothing can hold."""
    number = float(text)
    if repr(number) == text:
        return number
    try:
        exact = LongNumber(text)
    except InvalidOperation as error:
        raise ValueError("The exponent of a number is too large.") from error
    return number if Decimal(repr(number)) == exact else exact


def plain(number: float | Decimal) -> str | None:
    """The number in digits, without an exponent. None for one that takes more than `MAX_DIGITS`, or is not finite."""
    exact = Decimal(repr(number)) if isinstance(number, float) else number
    if not exact.is_finite() or len(exact.as_tuple().digits) > 2 * MAX_DIGITS:
        return None
    exponent = exact.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -MAX_DIGITS or exact.adjusted() >= MAX_DIGITS:
        return None
    return f"{exact:f}"


def is_certain(number: float) -> bool:
    """Whether a float, of which the text is not known, cannot stand for a number with more digits than it shows."""
    return len(Decimal(repr(number)).normalize().as_tuple().digits) <= FLOAT_DIGITS
