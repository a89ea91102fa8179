"""Square-like identifiers of customers and customer groups. No meaning and no I/O."""

from __future__ import annotations

import secrets

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def identifier() -> str:
    """26 random upper-case letters and digits, as Square's customer and group ids look."""
    bits = secrets.randbits(130)
    return "".join(_LETTERS[bits >> shift & 31] for shift in range(0, 130, 5))
