"""The signature of a notification. Checks none.

https://developer.squareup.com/docs/webhooks/step3validate
"""

from __future__ import annotations

import base64
import hmac

HEADER = "x-square-hmacsha256-signature"


def sign(key: str, url: str, body: bytes) -> str:
    """The header's value for these bytes, sent to this URL exactly as the subscription has it."""
    return base64.b64encode(hmac.digest(key.encode(), url.encode() + body, "sha256")).decode()
