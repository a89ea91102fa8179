"""Square-like identifiers of customers and customer groups. No meaning and no I/O."""

from __future__ import annotations

import secrets

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def identifier(bits: int | None = None) -> str:
    """26 upper-case letters and digits, as Square's customer and group ids look: of the given 130 bits, or random."""
    bits = secrets.randbits(130) if bits is None else bits
    return "".join(_LETTERS[bits >> shift & 31] for shift in range(0, 130, 5))
