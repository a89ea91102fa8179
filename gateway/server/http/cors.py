"""Which websites may call: none but the gateway's own unless they are listed. Answers preflight requests.

With the embedded Square, pages of this machine may call as well, on any port: a front end in development is there.
With a real Square they may not, for whatever runs on a developer's machine would then act with the seller's token.

A page is the gateway's own if its origin is the `Host` that the request was sent to. That says something only
while the name is the gateway's: anybody can let a name of theirs point to this machine, hence `names_this_machine`.

Never allows credentials, so that a browser attaches nothing of its own to a call from another site.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from aiohttp import web

from gateway.settings.checks import loopback

_NOTHING: Mapping[str, str] = {}
METHODS = "GET, POST, OPTIONS"
# What OpenTelemetry and Sentry add, unless the setting names others.
_TRACING_HEADERS = ("Traceparent", "Tracestate", "Baggage", "Sentry-Trace")
# What GraphQL's clients send. Those of other libraries are a setting.
_REQUEST_HEADERS = (
    "Accept", "Authorization", "Content-Type", "Last-Event-ID", "Apollo-Require-Preflight", "X-Apollo-Operation-Name",
    "ApolloGraphQL-Client-Name", "ApolloGraphQL-Client-Version", "X-Request-Id", "Gateway-Trace",
)  # fmt: skip
_RESPONSE_HEADERS = "X-Request-Id, Retry-After"
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^:\[\]]+))(?::[0-9]*)?")


class Origins:
    """The websites that may call, by their origin (`https://shop.example`); `*` stands for all."""

    def __init__(self, listed: Iterable[str], *, headers: Iterable[str] = (), this_machine: bool = False) -> None:
        """`listed` are the origins of the setting, `headers` what they may send beside what GraphQL's clients do.

        `this_machine` lets pages of this machine call too.
        """
        self._listed = frozenset(each.rstrip("/").lower() for each in listed)
        self._this_machine = this_machine
        self._headers = ", ".join([*_REQUEST_HEADERS, *(tuple(headers) or _TRACING_HEADERS)])

    def listed(self, origin: str | None) -> bool:
        """Whether pages of this origin may read the answers."""
        if origin is None:
            return False
        # Browsers write others than ASCII as `xn--`, and some of those are the small letters of ASCII's.
        if "*" in self._listed or (origin.isascii() and origin.lower() in self._listed):
            return True
        return self._this_machine and _of_this_machine(origin)

    def trusted(self, request: web.BaseRequest) -> bool:
        """Whether a request comes from no website, from the gateway's own, or from a listed one."""
        origin = request.headers.get("Origin")
        return origin is None or self.listed(origin) or _own(origin, request)

    def headers(self, request: web.BaseRequest) -> Mapping[str, str]:
        """What an answer says to the browser; nothing while no website is listed."""
        if not self._listed and not self._this_machine:
            return _NOTHING
        origin = request.headers.get("Origin")
        if origin is None or not self.listed(origin):
            return {"Vary": "Origin"}
        if "*" in self._listed:
            return {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": _RESPONSE_HEADERS}
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Expose-Headers": _RESPONSE_HEADERS,
            "Vary": "Origin",
        }

    def preflight(self, request: web.BaseRequest) -> web.Response:
        """The answer to OPTIONS: what is allowed here, and to whom."""
        response = web.Response(status=204, headers={"Allow": METHODS})
        if self.listed(request.headers.get("Origin")) and "Access-Control-Request-Method" in request.headers:
            response.headers["Access-Control-Allow-Methods"] = METHODS
            response.headers["Access-Control-Allow-Headers"] = self._headers
            response.headers["Access-Control-Max-Age"] = "600"
        return response


def _own(origin: str, request: web.BaseRequest) -> bool:
    scheme, found, host = origin.lower().partition("://")
    return bool(found) and scheme in {"http", "https"} and host == request.headers.get("Host", "").lower()


@lru_cache(maxsize=64)
def _of_this_machine(origin: str) -> bool:
    scheme, found, host = origin.lower().partition("://")
    return bool(found) and scheme in {"http", "https"} and names_this_machine(host)


@lru_cache(maxsize=64)
def names_this_machine(host: str) -> bool:
    """Whether a `Host` header holds a name that can be no other machine's, with any port."""
    parts = _HOST.fullmatch(host.lower())
    if parts is None:
        return False
    name = parts[1] or parts[2].removesuffix(".")
    return loopback(name) or name.endswith(".localhost")
