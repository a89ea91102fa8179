"""Reading the Retry-After header, which a proxy may fill with anything. No I/O."""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime

# Longer waits than a day say nothing more to anybody.
MAX_RETRY_AFTER = 86_400.0
_SECONDS = re.compile(r"\d{1,20}(\.\d{1,6})?", re.ASCII)


def retry_after(value: str | None, wall: float) -> float | None:
    """The seconds to wait, at most a day; None when the header is absent, in the past or unreadable.

    `wall` is the present in seconds since 1970. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    text = (value or "").strip()[:64]
    if _SECONDS.fullmatch(text):
        return min(float(text), MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
        seconds = moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - wall
    except (ValueError, OverflowError):
        return None
    return min(seconds, MAX_RETRY_AFTER) if seconds > 0 else None
