"""The emulator's memory of what it was asked. Decides nothing."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import Any

KEPT = 1000
# Bytes of the bodies that were sent with all that are kept.
MAX_BYTES = 8 * 1024 * 1024


@dataclass(slots=True)
class Call:
    """One request as it arrived. `status` is None until it is answered, and for ever if it never is.

    `body` is the decoded JSON, or None when there was none or it was not JSON; `size` is what it took, in bytes.
    """

    operation: str
    method: str
    path: str
    query: str
    body: Any
    status: int | None = None
    size: int = 0


class Calls:
    """How often each operation was called, and the latest calls, oldest first."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self.latest: deque[Call] = deque()
        self.kept, self.max_bytes = KEPT, MAX_BYTES
        self._bytes = 0
        # How often somebody asked who a token is, and what else is none of the operations.
        self.token_status = 0
        self.others: Counter[str] = Counter()

    def add(self, call: Call) -> None:
        """Remember one call; the oldest make room for it."""
        self.count[call.operation] += 1
        self.latest.append(call)
        self._bytes += call.size
        while len(self.latest) > self.kept or self._bytes > self.max_bytes:
            self._bytes -= self.latest.popleft().size

    def add_token_status(self) -> None:
        """Count a RetrieveTokenStatus, apart from the operations."""
        self.token_status += 1

    def add_other(self, call: Call) -> None:
        """Count a call of Square's Events or Webhook Subscriptions API, apart from the operations."""
        self.others[call.operation] += 1

    def clear(self) -> None:
        """Forget everything."""
        self.token_status = 0
        self.others.clear()
        self.count.clear()
        self.latest.clear()
        self._bytes = 0
