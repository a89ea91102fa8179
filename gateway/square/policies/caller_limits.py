"""What one caller may ask for in a second: operations of the gateway, and requests to Square. Sends nothing.

A caller is a key, or the subject of a signed token. One that brings its own Square token is the seller and application
that the token is for, as soon as that is known: several tokens of the two, or a new one, are no reason for more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateway.fairness.fair_share import Holder
from gateway.fairness.rate_limit import Bucket, RateLimit
from gateway.identity import Identity
from gateway.square.policies.tenant_state import Callers
from gateway.square.usage import CallUsage, Usage
from gateway.tenant import Tenant
from gateway.tracing.trace import TracedCall


class OverLimit(Exception):
    """The caller has used up a limit. `limit` is its name; `seconds` are those until it may go on."""

    def __init__(self, limit: str, seconds: float) -> None:
        super().__init__(limit)
        self.limit = limit
        self.seconds = seconds


class CallerLimits:
    """The limits of all callers, by name: those that are set."""

    def __init__(
        self,
        requests: float,
        calls: float,
        now: Callable[[], float],
        callers: Callers,
        known: Callable[[Tenant], Identity | None],
    ) -> None:
        """So many operations and requests to Square a second; 0 is no limit. `known` tells who a tenant is."""
        rates = {"requests": requests, "calls": calls}
        self.limits = {name: RateLimit(rate, now, name=name) for name, rate in rates.items() if rate}
        self._requests = self.limits.get("requests")
        self._calls = self.limits.get("calls")
        self._callers = callers
        self._identity = known

    def enter(self, tenant: Tenant) -> None:
        """Count an operation that begins. Raises `OverLimit` where none may."""
        holder, requests = self._holder(tenant), None
        for limit in self.limits.values():
            bucket = limit.bucket(holder)
            seconds = bucket.wait()
            if seconds > 0:
                limit.refused += 1
                raise OverLimit(limit.name, seconds)
            requests = bucket if limit is self._requests else requests
        if requests is not None:
            requests.take()

    def calls(self, tenant: Tenant) -> Bucket | None:
        """The bucket from which a caller's requests to Square are taken; None where they are not limited."""
        return None if self._calls is None else self._calls.bucket(self._holder(tenant))

    def status(self, tenant: Tenant) -> dict[str, dict[str, Any]]:
        """What the caller has left, for `extensions.cost.throttleStatus`."""
        found: dict[str, dict[str, Any]] = {}
        holder = self._holder(tenant)
        for name, limit in self.limits.items():
            bucket = limit.bucket(holder)
            found[name] = {
                "maximumAvailable": limit.burst,
                # Of all processes together, as far as this one knows.
                "currentlyAvailable": round(bucket.level / bucket.share, 3),
                "restoreRate": limit.rate,
            }
        return found

    def _holder(self, tenant: Tenant) -> Holder:
        """The name by which a caller's buckets go."""
        holder = self._callers.holder(tenant)
        identity = None if tenant.vouched else self._identity(tenant)
        if identity is None:
            return holder
        for limit in self.limits.values():
            limit.joined(tenant.key, identity.key)
        return Holder(identity.key)


class ChargedCall(CallUsage):
    """The requests of one call, taken from a bucket as they are sent."""

    def __init__(self, usage: Usage, total: Usage, bucket: Bucket, traced: TracedCall | None = None) -> None:
        """Adds to the `usage` of the operation that makes the call, to a `total`, and to what is noted of the call."""
        super().__init__(usage, total, traced)
        self._bucket = bucket

    def goes_out(self) -> None:
        """Count a request that is sent."""
        super().goes_out()
        self._bucket.take()
