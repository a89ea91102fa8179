"""RFC 3339 timestamps as they arrive in requests and seeds, and their one sortable form.

Knows no clock: the time of a request is `request.now`. No I/O.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from gateway.emulator.api.clock import timestamp
from gateway.emulator.errors import SquareFault

_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})")


def instant(text: str) -> datetime | None:
    """An RFC 3339 timestamp as an aware UTC datetime, or None if it is not one."""
    if not _RFC3339.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def require_instant(text: str, field: str) -> datetime:
    """An RFC 3339 timestamp of a request. Raises 400 INVALID_TIME."""
    found = instant(text)
    if found is None:
        raise SquareFault(400, "INVALID_TIME", "Expected an RFC 3339 timestamp.", field)
    return found


def boundary(moment: datetime) -> str:
    """The first stored timestamp that is not before `moment`: rows hold milliseconds, requests may hold more."""
    excess = moment.microsecond % 1000
    with suppress(OverflowError):
        moment += timedelta(microseconds=1000 - excess if excess else 0)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def sortable(text: str) -> str:
    """A timestamp of a stored object in the form that sorts as text."""
    found = instant(text)
    if found is None:
        raise ValueError("not an RFC 3339 timestamp")
    return timestamp(found)
