"""How a series of GraphQL responses is written into one HTTP answer. Pure text, no I/O.

Event streams follow graphql-sse's protocol in its distinct connections mode; multipart answers follow
Apollo's subscriptions over HTTP (`subscriptionSpec=1.0`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from gateway.server.http.negotiation import EVENT_STREAM, MULTIPART

_PART = b"\r\nContent-Type: application/json\r\n\r\n"
_BOUNDARY = b"\r\n--graphql"


@dataclass(frozen=True, slots=True)
class Framing:
    """The bytes around responses: what opens the answer, keeps it alive and ends it."""

    content_type: str
    opening: bytes
    alive: bytes
    ending: bytes
    before: bytes
    after: bytes
    wraps: bool = False
    # Whether the position of a response is told to the client itself, which sends it when it connects again.
    marks: bool = False

    def response(self, response: Mapping[str, Any]) -> bytes:
        """One response."""
        position = response.get("extensions", {}).get("position") if self.marks else None
        mark = b"" if position is None else b"id: %b\n" % position.encode()
        return mark + self.before + orjson.dumps({"payload": response} if self.wraps else response) + self.after


# A boundary follows each part at once: a reader takes it for complete only then.
FRAMINGS = {
    EVENT_STREAM: Framing(
        content_type=f"{EVENT_STREAM}; charset=utf-8",
        opening=b":\n\n",
        alive=b":\n\n",
        # EventSource ignores an event without data.
        ending=b"event: complete\ndata: \n\n",
        before=b"event: next\ndata: ",
        after=b"\n\n",
        marks=True,
    ),
    MULTIPART: Framing(
        content_type=f'{MULTIPART}; boundary="graphql"; subscriptionSpec="1.0"',
        opening=_BOUNDARY,
        alive=_PART + b"{}" + _BOUNDARY,
        ending=b"--\r\n",
        before=_PART,
        after=_BOUNDARY,
        wraps=True,
    ),
}
