"""Why a notification is not taken, as its sender is told, and as operators are told once in a while."""

from __future__ import annotations

import logging
import time
from urllib.parse import urlsplit

from gateway.server.http.rejection import RETRY_AFTER, Refused

# Seconds between two lines of the log about the same: anybody can send notifications.
BETWEEN_LINES = 60.0

_log = logging.getLogger(__name__)


class Forgeries:
    """Notifications without a signature of Square's."""

    def __init__(self, url: str) -> None:
        """`url` is the one that is signed. Its query, which may hold a secret, is not logged."""
        parts = urlsplit(url)
        self._url = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        self._seldom = _Seldom()

    def refused(self) -> Refused:
        """The refusal of one more."""
        if count := self._seldom.count():
            _log.warning(
                "Refused %d notifications whose signature is not of SQUARE_WEBHOOK_URL, which is %s, with a key of "
                "SQUARE_WEBHOOK_SIGNATURE_KEY; the URL must be the text that is set at Square",
                count,
                self._url,
            )
        return Refused(403, "The signature is missing or wrong.")


class Failures:
    """Notifications that could not be stored."""

    def __init__(self) -> None:
        self._seldom = _Seldom()

    def refused(self, reason: str) -> Refused:
        """The refusal of one more; `reason` holds no value of it."""
        if count := self._seldom.count():
            _log.error("Could not store %d notifications, the last one for %s; Square sends them again", count, reason)
        return Refused(503, "The event could not be stored.", code="NOT_STORED", headers={"Retry-After": RETRY_AFTER})


def overloaded(message: str) -> Refused:
    """The refusal of a notification for which there is no room."""
    return Refused(503, message, code="OVERLOADED", headers={"Retry-After": RETRY_AFTER})


class _Seldom:
    """Counts, and tells how many there were, at most once in a while."""

    def __init__(self) -> None:
        self._count = 0
        self._next = 0.0

    def count(self) -> int:
        """Count one; gives how many are to be told now, 0 for none."""
        self._count += 1
        now = time.monotonic()
        if now < self._next:
            return 0
        self._next = now + BETWEEN_LINES
        told, self._count = self._count, 0
        return told
