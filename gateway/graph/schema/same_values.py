"""Whether an answer tells what was sent, however Square writes it: texts, numbers, addresses compared. No I/O."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

# Digits that two notations of one phone number have in common, at least.
_MIN_DIGITS = 7
# Customer profiles ignore the recipient of an address, and a country may be filled in.
_LOOSE_LINES = frozenset({"first_name", "last_name", "country"})


def same_text(sent: str, found: str) -> bool:
    """Whether two texts are the same, but for white space and the way that letters with accents are encoded."""
    return _plain(sent) == _plain(found)


def same_number(sent: Any, found: Any) -> bool:
    """Whether two numbers are the same, as numbers or as texts: 10 is 10.0. What is no number is compared as it is."""
    try:
        return Decimal(str(sent)) == Decimal(str(found))
    except InvalidOperation:
        return bool(sent == found)


def same_json(sent: Any, found: Any) -> bool:
    """Whether `found` is the JSON that was sent; nulls and what is empty may be left out of it."""
    if isinstance(sent, bool) or isinstance(found, bool):
        return sent is found
    if isinstance(sent, dict) and isinstance(found, dict):
        return all(same_json(sent.get(name), found.get(name)) for name in {**sent, **found})
    if isinstance(sent, list) and isinstance(found, list):
        return len(sent) == len(found) and all(map(same_json, sent, found))
    if isinstance(sent, str) and isinstance(found, str):
        return same_text(sent, found)
    if isinstance(sent, int | float | str) and isinstance(found, int | float | str):
        return same_number(sent, found)
    return not sent and not found


def same_email(sent: Any, found: Any) -> bool:
    """Whether two e-mail addresses are the same, in upper or lower case."""
    return _are(str, sent, found) and "@" in sent and same_text(sent.casefold(), found.casefold())


def same_phone_number(sent: Any, found: Any) -> bool:
    """Whether two phone numbers are the same, with and without country code and punctuation."""
    if not _are(str, sent, found) or any(map(str.isalpha, sent + found)):
        return False
    shorter, longer = sorted((re.sub(r"\D", "", text).lstrip("0") for text in (sent, found)), key=len)
    return len(shorter) >= _MIN_DIGITS and longer.endswith(shorter)


def same_options(sent: Any, found: Any) -> bool:
    """Whether two lists hold the same, in any order."""
    return _are(list, sent, found) and sorted(map(str, sent)) == sorted(map(str, found))


def same_address(sent: Any, found: Any) -> bool:
    """Whether two addresses in wire form are the same, in upper or lower case, empty lines left out or not."""
    if not _are(dict, sent, found):
        return False
    for name in {**sent, **found}:
        line, shown = str(sent.get(name) or ""), str(found.get(name) or "")
        if name in _LOOSE_LINES and not (line and shown):
            continue
        if not same_text(line.casefold(), shown.casefold()):
            return False
    return True


def follows(sent: int | None, found: int | None) -> bool:
    """Whether an object has the version `found` after it was changed at the version `sent`, if one was sent."""
    # Square counts changes; one that changes nothing need not be one. A negative version is none.
    return sent is None or found is None or sent < 0 or found in {sent, sent + 1}


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _are(kind: type, *values: Any) -> bool:
    return all(isinstance(value, kind) for value in values)
