"""Whether a request comes from the router of a larger graph, which may read the schema where others may not.

The router shows a key of its own beside the caller's token, in the header that Apollo's documents suggest
(https://www.apollographql.com/docs/graphos/graphs/securing-a-subgraph). Without a token it acts for nobody, as when it
composes the larger graph or looks whether the gateway is there: then it may read the schema, and nothing of Square.
"""

from __future__ import annotations

import hmac

from multidict import CIMultiDictProxy

from gateway.keys import PROCESS_KEYS

HEADER = "Router-Authorization"


class Router:
    """The router that the settings know."""

    def __init__(self, key: str) -> None:
        """`key` is what it shows."""
        self._digest = _digest(key)

    def sent(self, headers: CIMultiDictProxy[str]) -> bool:
        """Whether a request with these headers is the router's. Two keys are none: a proxy may have read the other."""
        shown = headers.getall(HEADER, [])
        # Digests have one length, so that the time taken tells nothing about the key.
        return len(shown) == 1 and hmac.compare_digest(_digest(shown[0]), self._digest)


def _digest(key: str) -> bytes:
    return PROCESS_KEYS.digest("router", key)
