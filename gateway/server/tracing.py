"""The tracer of one application, as the settings have it: opened first of all, closed when no request runs any more.

What is traced and how spans look is said in `gateway.tracing`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from importlib.util import find_spec
from urllib.parse import urlsplit

from aiohttp import web

from gateway import __version__
from gateway.graph.subscribing.round import Round
from gateway.settings import Settings, SettingsError
from gateway.tenant import Tenant
from gateway.tracing.trace import Root
from gateway.tracing.tracer import Tracer, disabled, propagators


def tracer(settings: Settings, app: web.Application) -> Tracer:
    """The tracer; spans are sent while the application runs. To be called before anything else is installed."""
    spans = settings.gateway_telemetry == "otlp" and not disabled()
    made = Tracer(
        ratio=settings.gateway_trace_ratio if spans else None,
        may_ask=settings.trace,
        key=settings.gateway_trace_key,
        propagators=propagators(),
        federated=(settings.trace or settings.gateway_router_key is not None) and _has_protobuf(),
    )
    square = urlsplit(settings.base_url or "")

    async def opened(_: web.Application) -> AsyncIterator[None]:
        try:
            made.open(__version__, square.hostname or "", square.port or (443 if square.scheme == "https" else 80))
        except ValueError:
            # The message may repeat a header with a key.
            raise SettingsError("GATEWAY_TELEMETRY: an OTEL_ variable cannot be used") from None
        yield
        await made.close()

    if spans:
        app.cleanup_ctx.append(opened)
    return made


def _has_protobuf() -> bool:
    """Whether the library is installed by which traces for Apollo's routers are written. Loads nothing of it."""
    try:
        return find_spec("google.protobuf") is not None
    except ModuleNotFoundError:
        return False


def traced_rounds(made: Tracer, new_round: Callable[[Tenant], Round]) -> Callable[[Tenant, Sequence[str]], Round]:
    """What makes the context of a round of reading for subscriptions, given the spans in which its events came."""

    def open_round(tenant: Tenant, causes: Sequence[str]) -> Round:
        context = new_round(tenant)
        trace = context.square.usage.trace = made.round(causes)
        if trace is not None and trace.exported:
            context.over = partial(
                made.over, trace, Root("event", {"graphql.operation.type": "subscription"}, serves=False)
            )
        return context

    return open_round
