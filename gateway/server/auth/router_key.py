"""Whether a request comes from the router of a larger graph, which may read the schema where others may not.

The router shows a key of its own beside the caller's token, in the header that Apollo's documents suggest
(https://www.apollographql.com/docs/graphos/graphs/securing-a-subgraph). Says nothing about whom it acts for.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from gateway.keys import PROCESS_KEYS

HEADER = "Router-Authorization"


class Router:
    """The router that the settings know."""

    def __init__(self, key: str) -> None:
        """`key` is what it shows."""
        self._digest = _digest(key)

    def sent(self, headers: Mapping[str, str]) -> bool:
        """Whether a request with these headers is the router's."""
        shown = headers.get(HEADER)
        # Digests have one length, so that the time taken tells nothing about the key.
        return shown is not None and hmac.compare_digest(_digest(shown), self._digest)


def _digest(key: str) -> bytes:
    return PROCESS_KEYS.digest("router", key)
