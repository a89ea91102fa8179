"""Which operations are traced, and what becomes of their traces. Decides before anything is made.

A caller's own decision, the flag in its `traceparent`, comes first; then a share of all. The decision goes by the
trace's id, as OpenTelemetry's does. Imports the SDK only where spans are made.
"""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Iterable, Sequence
from random import getrandbits
from typing import TYPE_CHECKING, Any

from multidict import MultiMapping, istr

from gateway.tracing.trace import Root, Trace
from gateway.tracing.trace_context import BAGGAGE, TRACEPARENT, TRACESTATE, Propagation, parent_of

if TYPE_CHECKING:
    from gateway.tracing.spans import SpanMaker
    from gateway.tracing.telemetry import Telemetry

# The header that asks for `extensions.trace`.
ASKS = istr("Gateway-Trace")
# The header by which Apollo's routers ask for a trace by fields, and the only format that they name.
INCLUDE_TRACE, FTV1 = istr("apollo-federation-include-trace"), "ftv1"
# All that a socket may say on opening, or with an operation.
CARRIED = (TRACEPARENT, TRACESTATE, BAGGAGE, ASKS)
# Events of one round that are linked to what has caused them.
MAX_LINKS = 128
_HALF = (1 << 64) - 1


class Tracer:
    """The traces of one application."""

    def __init__(
        self,
        *,
        ratio: float | None = None,
        may_ask: bool = False,
        key: str | None = None,
        propagators: str = "",
        federated: bool = False,
    ) -> None:
        """`ratio` is the share that is traced where the caller does not say, None where no spans are made.

        `may_ask` tells whether `extensions.trace` is given at all, with a `key` only to those who send it.
        `propagators` is OTEL_PROPAGATORS. `federated` tells whether traces for Apollo's routers can be made.
        """
        self._federated = federated
        self._ratio = ratio
        self._bound = 0 if ratio is None else round(ratio * (1 << 64))
        self._may_ask = may_ask
        self._key = None if key is None else key.encode()
        self._propagation = Propagation(propagators or "tracecontext,baggage")
        self._maker: SpanMaker | None = None
        self._telemetry: Telemetry | None = None

    def begins(self, headers: MultiMapping[str]) -> Trace | None:
        """The trace of a request with these headers; None when there is nothing to note and to pass on."""
        incoming = self._propagation.read(headers)
        shown = self._may_ask and ASKS in headers and self._allows(headers.getall(ASKS))
        if self._ratio is None:
            return Trace(incoming, shown=shown) if incoming is not None or shown else None
        parent = None if incoming is None else incoming.parent
        trace_id = getrandbits(128) or 1 if parent is None else parent.trace_id
        sampled = trace_id & _HALF < self._bound if parent is None else parent.sampled
        return Trace(incoming, trace_id, exported=sampled, shown=shown)

    def asked(self, extensions: Any) -> bool:
        """Whether the `extensions` of a request ask for its trace, and may without a key."""
        return self._may_ask and self._key is None and extensions.get("trace") is True

    def includes(self, headers: MultiMapping[str], *, trusted: bool) -> bool:
        """Whether a request with these headers asks for a trace for Apollo's router, and may; one `trusted` always."""
        if not self._federated or INCLUDE_TRACE not in headers or headers[INCLUDE_TRACE].strip().lower() != FTV1:
            return False
        return trusted or (self._may_ask and (self._key is None or self._allows(headers.getall(ASKS, []))))

    def round(self, causes: Iterable[str]) -> Trace | None:
        """The trace of a round of reading for subscriptions, linked to the spans (`traceparent`) that have caused it.

        What a traced webhook has caused is traced.
        """
        if self._ratio is None:
            return Trace(None, noted=True) if self._may_ask else None
        links = [each for each in map(parent_of, causes) if each is not None][:MAX_LINKS]
        trace_id = getrandbits(128) or 1
        trace = Trace(None, trace_id, exported=bool(links) or trace_id & _HALF < self._bound, noted=self._may_ask)
        trace.links = links
        return trace

    def over(self, trace: Trace, root: Root) -> None:
        """Make the spans of a trace that is over, and send them."""
        if trace.exported and self._maker is not None and self._telemetry is not None:
            self._telemetry.send(self._maker.of(trace, root, time.perf_counter()))

    def open(self, version: str, host: str, port: int) -> None:
        """Begin to send spans, if any are made; `host` and `port` are Square's. Starts a thread.

        Raises `ValueError` for OTEL_* variables that cannot be used.
        """
        if self._ratio is None:
            return
        from gateway.tracing.spans import SpanMaker  # noqa: PLC0415 - only those who make spans need the SDK
        from gateway.tracing.telemetry import Telemetry, resource  # noqa: PLC0415

        self._maker = SpanMaker(resource(version), version, host, port)
        self._telemetry = Telemetry()

    async def close(self) -> None:
        """Send what waits."""
        if self._telemetry is not None:
            await self._telemetry.close()

    def _allows(self, given: Sequence[str]) -> bool:
        if len(given) != 1:
            return False
        if self._key is None:
            return given[0].strip().lower() in {"1", "true"}
        return hmac.compare_digest(given[0].encode(errors="replace"), self._key)


def propagators() -> str:
    """The standard variable that names the parts of a context."""
    return os.environ.get("OTEL_PROPAGATORS", "")


def disabled() -> bool:
    """Whether the standard variable OTEL_SDK_DISABLED switches it off."""
    return os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
