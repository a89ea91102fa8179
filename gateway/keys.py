"""Names for what must not be named itself: HMACs under one secret, the same wherever the secret is the same. No I/O.

A token, a key or a subject is kept nowhere as a name, and neither is a plain hash of one, which could be tested
against guesses. What is kept for a caller, compared or logged goes by what is made here.
"""

from __future__ import annotations

import hmac
import secrets

# Of a process that was given none: what it names, no other process recognises.
_OWN_SECRET = secrets.token_bytes(32)


class Keys:
    """Makes names under one secret: that of the settings, or one that this process has made for itself."""

    __slots__ = ("_secret",)

    def __init__(self, secret: str | None = None) -> None:
        """`secret` is `GATEWAY_SECRET`; None is this process's own."""
        self._secret = _OWN_SECRET if secret is None else secret.encode()

    def digest(self, purpose: str, *parts: str | bytes) -> bytes:
        """32 bytes that stand for these parts, and for this purpose only."""
        # As a Python literal, so that no two lists of parts are the same bytes; halves of characters are escaped.
        return hmac.digest(self._secret, ascii((purpose, *parts)).encode(), "sha256")

    def name(self, purpose: str, *parts: str | bytes) -> str:
        """The same as 32 hexadecimal digits: half of the digest, which is enough to tell everything apart."""
        return self.digest(purpose, *parts)[:16].hex()


PROCESS_KEYS = Keys()
