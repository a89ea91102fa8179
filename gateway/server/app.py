"""The aiohttp application: everything wired together, opened and closed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import partial

from aiohttp import web
from aiohttp.typedefs import Handler

from gateway.context import REGISTRY, new_context
from gateway.events.event import Event
from gateway.events.feeds import Feeds
from gateway.graph.documents.persisted import BadManifest, MemoryStore, PersistedDocuments, read_manifest
from gateway.graph.engine import Engine
from gateway.graph.selection.limits import Limits
from gateway.keys import Keys
from gateway.schema import build_schema
from gateway.server.auth.authenticator import Authenticator
from gateway.server.concurrency_limit import Admission
from gateway.server.connections.listener import CLIENT_LIMITS, DRAIN, WATCH_REJECTED, ClientLimits, WatchRejected
from gateway.server.explorer.page import Explorer
from gateway.server.middleware import error as edge
from gateway.server.middleware.access_log import Watch
from gateway.server.observability import health
from gateway.server.observability.metrics import METRICS, Metrics
from gateway.server.shared_state import shared_state
from gateway.server.shutdown import Drain
from gateway.server.tracing import traced_rounds, tracer
from gateway.server.view import View
from gateway.server.webhooks.reconciling import reconcile
from gateway.server.webhooks.wiring import Webhooks, webhooks
from gateway.settings import Settings, SettingsError
from gateway.square.client import Budget, Square
from gateway.square.decode_report import UNREAD
from gateway.square.reads.reference_cache import ReferenceCache
from gateway.tracing.tracer import Tracer

# The kinds of data of which answers are remembered; some are families of events.
_REMEMBERED = frozenset(name for row in REGISTRY.endpoints for name in row.cache)


def create_app(settings: Settings) -> web.Application:
    """A gateway in front of the Square that the settings name. Opens nothing before it is started."""
    assert settings.base_url is not None, "start the emulator first and set its URL"
    metrics = Metrics()
    shared = shared_state(settings)
    square = Square(
        settings.base_url,
        observe=metrics.called,
        remember=settings.gateway_reference_cache,
        merchant=settings.square_merchant_id,
        budget=Budget(
            connect=settings.gateway_connect_timeout,
            attempt=settings.gateway_attempt_timeout,
            operation=settings.gateway_operation_timeout,
            attempts=settings.gateway_attempts,
            retry_share=settings.gateway_retry_share,
            connections=settings.gateway_connections,
            concurrency=settings.gateway_tenant_concurrency,
            failures=settings.gateway_breaker_failures,
            open=settings.gateway_breaker_open,
            calls=max(1000, 5 * settings.gateway_max_calls),
            caller_share=settings.caller_share,
            # With a token of its own each caller is a tenant.
            tenant_share=1.0 if settings.auth == "forward" else settings.caller_share,
        ),
    )
    app = web.Application()
    tracing = tracer(settings, app)
    app[CLIENT_LIMITS] = ClientLimits(
        head=settings.gateway_request_timeout,
        unused=settings.gateway_keep_alive,
        unread=settings.gateway_request_timeout,
        max_body=settings.gateway_max_request,
    )

    async def lifecycle(app: web.Application) -> AsyncIterator[None]:
        await square.open()
        app[health.READY][0] = True
        yield
        app[health.READY][0] = False
        await square.close()

    if shared is not None:
        shared.install(app)
    received = webhooks(settings, REGISTRY.families, metrics, square.identities.met)
    if received is not None:
        received.install(app, metrics)
        received.log.on_stored(partial(_evict, square.reference.cache))
    app.cleanup_ctx.append(lifecycle)
    if received is not None:
        reconcile(app, settings, square, received, metrics)
    feeds = None if received is None else add_feeds(app, settings, received, square, metrics, tracing=tracing)
    engine = Engine(
        build_schema(),
        REGISTRY,
        limits=limits(settings),
        introspection=settings.introspection,
        suggestions=settings.open_by_default,
        execution=settings.gateway_execution,
    )

    async def close_engine(_: web.Application) -> None:
        await engine.close()

    app.on_cleanup.append(close_engine)
    holder = square.callers.holder
    view = View(
        engine,
        Authenticator(settings),
        partial(new_context, square, feeds=feeds),
        settings,
        _documents(settings),
        holder=holder,
    )
    admission = Admission(
        settings.gateway_max_concurrent,
        settings.gateway_shutdown_timeout,
        streams=settings.gateway_max_streams,
        share=settings.caller_share,
        holder=holder,
    )
    watch = Watch(admission, metrics, tracing)
    metrics.watch_refusals("documents", lambda: engine.refused_documents)
    app[METRICS] = metrics
    watch_rejected: WatchRejected = partial(metrics.watch_refusals, "connections")
    app[WATCH_REJECTED] = watch_rejected
    add_graphql(app, view, Explorer(settings) if settings.explorer else None, watch)
    app.router.add_get("/livez", health.live)
    app.router.add_get("/readyz", health.ready)
    if settings.gateway_metrics:
        _watch_reference(metrics, square.reference.cache)
        text = "Operations that graphql-core has run, as the compiled way does not cover them."
        metrics.watch_total("gateway_execution_fallbacks", text, lambda: engine.fallbacks)
        metrics.watch("gateway_streams_open", "Open event streams and sockets.", lambda: len(view.open_ended))
        text = "1 while Square cannot be reached."
        metrics.watch("gateway_square_circuit_open", text, lambda: square.circuit_open, across="max")
        metrics.watch_total(
            "gateway_square_unreadable", "Values of Square's that could not be read.", lambda: UNREAD.count
        )
        if not settings.gateway_metrics_port:
            app.router.add_get("/metrics", metrics.show)
    return app


def add_feeds(
    app: web.Application, settings: Settings, received: Webhooks, square: Square, metrics: Metrics, *, tracing: Tracer
) -> Feeds:
    """What subscriptions follow; it ends before the log and the client do."""
    feeds = Feeds(
        received.log,
        square,
        Keys(settings.gateway_secret),
        traced_rounds(tracing, square),
        queue=settings.gateway_event_queue,
        merchant=settings.square_merchant_id,
    )
    metrics.watch("gateway_subscribers", "Subscriptions that wait for events.", lambda: feeds.subscribers)
    metrics.watch("gateway_feeds", "Sellers and applications whose events are followed.", lambda: feeds.feeds)
    metrics.watch(
        "gateway_events_behind", "Events that the slowest feed is telling of.", lambda: feeds.behind, across="max"
    )
    metrics.watch_total("gateway_feed_rounds", "Rounds of reading for subscriptions.", lambda: feeds.rounds)

    async def closed(_: web.Application) -> AsyncIterator[None]:
        yield
        await feeds.close()

    app.cleanup_ctx.append(closed)
    return feeds


def _evict(cache: ReferenceCache, events: Sequence[Event]) -> None:
    for event in events:
        if event.family in _REMEMBERED:
            cache.evict(event.merchant, event.family)


def _watch_reference(metrics: Metrics, cache: ReferenceCache) -> None:
    what = "of reference data"
    metrics.watch_total("gateway_reference_cache_hits", f"Reads {what} answered from memory.", lambda: cache.hits)
    metrics.watch_total("gateway_reference_cache_misses", f"Reads {what} asked of Square.", lambda: cache.misses)
    metrics.watch("gateway_reference_cache_entries", f"Answers {what} that are remembered.", lambda: len(cache))


def add_graphql(app: web.Application, view: View, explorer: Explorer | None = None, watch: Watch | None = None) -> None:
    """Serve /graphql, to browsers the explorer if there is one, and put edge and watch around the application."""
    watch = watch or Watch(Admission(), Metrics())
    watch.origins = view.origins
    # The outermost first.
    app.middlewares.extend((watch.middleware, edge.answered))
    edge.install(app, view.origins)
    app[health.READY] = [False]
    app[DRAIN] = Drain(app, watch.admission)
    view.open_ended.install(app)
    handler: Handler = view.handle
    if explorer is not None:
        explorer.install(app)
        app.router.add_route("GET", "/graphql", explorer.before(handler), expect_handler=edge.expected)
    app.router.add_route("*", "/graphql", handler, expect_handler=edge.expected)


def limits(settings: Settings) -> Limits:
    """The limits of documents that the settings name."""
    return Limits(
        characters=settings.gateway_max_characters,
        tokens=settings.gateway_max_tokens,
        depth=settings.gateway_max_depth,
        aliases=settings.gateway_max_aliases,
        directives=settings.gateway_max_directives,
        root_fields=settings.gateway_max_root_fields,
        fields=settings.gateway_max_fields,
        calls=settings.gateway_max_calls,
        values=settings.gateway_max_values,
    )


def _documents(settings: Settings) -> PersistedDocuments:
    trusted, size = None, settings.gateway_persisted_queries
    if settings.gateway_trusted_documents is not None:
        try:
            trusted = read_manifest(settings.gateway_trusted_documents)
        except BadManifest as error:
            raise SettingsError(f"GATEWAY_TRUSTED_DOCUMENTS: {error}") from None
    return PersistedDocuments(
        MemoryStore(size) if size else None,
        trusted,
        only_trusted=settings.only_trusted_documents,
        largest=settings.gateway_max_characters,
    )
