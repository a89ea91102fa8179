"""Phone numbers in E.164, as leniently as Square reads them.

Numbers that no carrier would assign (555 numbers, as in Square's own examples) are accepted.
Nothing is stored and nothing is looked up.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

# Square documents 9 to 16 digits and an optional leading plus sign, with punctuation ignored.
_PUNCTUATED = re.compile(r"\+?[\d\s().\-/\u2010-\u2015]+")
_MIN_DIGITS, _MAX_DIGITS = 9, 16
# Characters of a number with all its punctuation; of what is longer nothing is read, and nothing remembered.
_MAX_LENGTH = 64


def digits(text: str) -> str:
    """The ASCII digits of a text, in order; other scripts' digits are converted."""
    return "".join(str(int(character)) for character in text if character.isdecimal())


def e164(text: str, region: str = "US") -> str | None:
    """A phone number as `+` and digits, or None when it cannot be one.

    A number without a country code is read in `region`. A number that the numbering plan of its
    country does not know keeps its digits, as Square checks only their count (9 to 16).
    """
    return _read(text.strip(), region) if len(text) <= _MAX_LENGTH else None


@lru_cache(maxsize=65_536)
def _read(text: str, region: str) -> str | None:
    found = digits(text)
    if not _PUNCTUATED.fullmatch(text) or not _MIN_DIGITS <= len(found) <= _MAX_DIGITS:
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return f"+{found}"
    if text.startswith("+") or phonenumbers.is_possible_number(number):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"+{found}"
