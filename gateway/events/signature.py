"""Whether Square has signed a notification, for the URL that is set at Square. No I/O.

`base64(HMAC-SHA256(key, notification URL + body))`, with the key as text and the body as the bytes that came.
https://developer.squareup.com/docs/webhooks/step3validate
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable

SIGNATURE_HEADER = "x-square-hmacsha256-signature"
# Characters of 32 bytes in base64.
_LENGTH = 44


class Signatures:
    """Checks signatures under several keys: while one is replaced, two are in use."""

    def __init__(self, keys: Iterable[str], url: str) -> None:
        """`url` is the text that is set at Square, as it stands there."""
        self._begun = [hmac.new(key.encode(), url.encode(), hashlib.sha256) for key in keys]

    def made(self, body: bytes, signature: str) -> bool:
        """Whether one of the keys has made this signature. Takes as long whichever it is, and when it is none."""
        given = signature.encode("utf-8", "surrogateescape")
        found = False
        for begun in self._begun:
            mac = begun.copy()
            mac.update(body)
            found |= hmac.compare_digest(base64.b64encode(mac.digest()), given)
        return found


def possible(signature: str) -> bool:
    """Whether a text could be a signature at all; one that could not is no reason to wait for a body."""
    return len(signature) == _LENGTH and signature.isascii()
