"""The aiohttp application: everything wired together, opened and closed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import partial

from aiohttp import web
from aiohttp.typedefs import Handler

from gateway.context import REGISTRY, new_context, new_round
from gateway.events.event import Event
from gateway.events.feeds import Feeds
from gateway.fairness.fair_turns import FairTurns
from gateway.graph.documents.persisted import BadManifest, MemoryStore, PersistedDocuments, read_manifest
from gateway.graph.engine import Engine
from gateway.graph.selection.limits import Limits
from gateway.keys import Keys
from gateway.schema import build_schema
from gateway.server.auth.authenticator import Authenticator
from gateway.server.caller_limit import CallerLimit
from gateway.server.concurrency_limit import Admission
from gateway.server.connections.listener import CLIENT_LIMITS, DRAIN, WATCH_REJECTED, ClientLimits, WatchRejected
from gateway.server.docs import site as documentation
from gateway.server.explorer.page import Explorer
from gateway.server.middleware import error as edge
from gateway.server.middleware.access_log import Watch
from gateway.server.observability import figures, health
from gateway.server.observability.loop_delay import watch_loop
from gateway.server.observability.metrics import METRICS, Metrics
from gateway.server.observability.worker_figures import WORKERS
from gateway.server.shared_state import SharedState, shared_state
from gateway.server.shutdown import Drain
from gateway.server.tracing import traced_rounds, tracer
from gateway.server.view import View
from gateway.server.webhooks.reconciling import reconcile
from gateway.server.webhooks.wiring import Webhooks, webhooks
from gateway.settings import Settings, SettingsError
from gateway.square.client import Budget, Square
from gateway.square.reads.reference import Reference
from gateway.tracing.tracer import Tracer
from gateway.workers.worker import Worker

# The kinds of data of which answers are remembered; some are families of events.
_REMEMBERED = frozenset(name for row in REGISTRY.endpoints for name in row.cache)


def create_app(settings: Settings, worker: Worker | None = None) -> web.Application:
    """A gateway in front of the Square that the settings name, or a `worker` of it. Opens nothing before it starts."""
    metrics = Metrics()
    shared = shared_state(settings)
    square = _square(settings, metrics, worker, shared)
    app = _application(settings, worker)
    tracing = tracer(settings, app)

    async def lifecycle(app: web.Application) -> AsyncIterator[None]:
        await square.open()
        app[health.READY].set(True)
        yield
        app[health.READY].set(False)
        await square.close()

    if shared is not None:
        shared.install(app)
    caller_limit = limit_callers(square, settings, metrics)
    share_limits(app, square, shared)
    received = webhooks(settings, REGISTRY.families, metrics, square.identities.met, shared)
    if received is not None:
        received.install(app, metrics)
        received.log.on_stored(partial(_evict, square.reference))
        received.log.on_missed(square.reference.cache.evict_all)
    app.cleanup_ctx.append(lifecycle)
    if received is not None:
        reconcile(app, settings, square, received, metrics)
    batched = metrics.batched if settings.gateway_metrics else None
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
        partial(new_context, square, feeds=feeds, batched=batched),
        settings,
        _documents(settings, shared),
        holder=holder,
        caller_limit=caller_limit,
    )
    admission = Admission(
        settings.gateway_max_concurrent,
        settings.gateway_shutdown_timeout,
        streams=settings.gateway_max_streams,
        share=settings.caller_share,
        holder=holder,
        patience=settings.gateway_operation_timeout,
        turns=FairTurns(steps=square.steps),
    )
    watch = Watch(admission, metrics, tracing)
    app[METRICS] = metrics
    watch_rejected: WatchRejected = partial(metrics.watch_refusals, "connections")
    app[WATCH_REJECTED] = watch_rejected
    add_graphql(app, view, Explorer(settings) if settings.explorer else None, watch)
    app.router.add_get("/livez", health.live)
    app.router.add_get("/readyz", health.ready)
    if settings.gateway_metrics:
        if worker is None:
            metrics.watch("gateway_workers", WORKERS, lambda: 1)
        figures.watch_square(metrics, square)
        figures.watch_engine(metrics, engine)
        figures.watch_redis(metrics, shared)
        metrics.watch("gateway_streams_open", "Open event streams and sockets.", lambda: len(view.open_ended))
        watch_loop(app, metrics.delayed)
        if not settings.gateway_metrics_port:
            app.router.add_get("/metrics", metrics.show)
    return app


def add_feeds(
    app: web.Application, settings: Settings, received: Webhooks, square: Square, metrics: Metrics, *, tracing: Tracer
) -> Feeds:
    """What subscriptions follow; it ends before the log and the client do."""
    batched = metrics.batched if settings.gateway_metrics else None
    feeds = Feeds(
        received.log,
        square,
        Keys(settings.gateway_secret),
        traced_rounds(tracing, partial(new_round, square, batched=batched)),
        queue=settings.gateway_event_queue,
        merchant=settings.square_merchant_id,
        told=metrics.told,
    )
    figures.watch_feeds(metrics, feeds)

    async def closed(_: web.Application) -> AsyncIterator[None]:
        yield
        await feeds.close()

    app.cleanup_ctx.append(closed)
    return feeds


def _square(settings: Settings, metrics: Metrics, worker: Worker | None, shared: SharedState | None) -> Square:
    assert settings.base_url is not None, "start the emulator first and set its URL"
    return Square(
        settings.base_url,
        observe=metrics.called,
        remember=settings.gateway_reference_cache,
        merchant=settings.square_merchant_id,
        board=None if worker is None else worker.changes,
        shared=None if shared is None else shared.memory(settings),
        budget=_budget(settings, worker if shared is None else None, worker),
    )


def _budget(settings: Settings, apart: Worker | None, worker: Worker | None) -> Budget:
    return Budget(
        connect=settings.gateway_connect_timeout,
        attempt=settings.gateway_attempt_timeout,
        operation=settings.gateway_operation_timeout,
        attempts=settings.gateway_attempts,
        retry_share=settings.gateway_retry_share,
        connections=_part(settings.gateway_connections, worker),
        # Through Redis all processes share it; without, each worker has its part.
        concurrency=_part(settings.gateway_tenant_concurrency, apart),
        failures=settings.gateway_breaker_failures,
        open=settings.gateway_breaker_open,
        calls=max(1000, 5 * settings.gateway_max_calls),
        caller_share=settings.caller_share,
        # With a token of its own each caller is a tenant.
        tenant_share=1.0 if settings.auth == "forward" else settings.caller_share,
    )


def _application(settings: Settings, worker: Worker | None) -> web.Application:
    app = web.Application()
    if worker is not None:
        app[health.READY] = worker.readiness
    app[CLIENT_LIMITS] = ClientLimits(
        head=settings.gateway_request_timeout,
        unused=settings.gateway_keep_alive,
        unread=settings.gateway_request_timeout,
        max_body=settings.gateway_max_request,
    )
    return app


def _part(limit: int, worker: Worker | None) -> int:
    """What one process may ask of Square at a time, so that all together ask no more than one would."""
    return limit if worker is None else worker.part(limit)


def limit_callers(square: Square, settings: Settings, metrics: Metrics) -> CallerLimit | None:
    """What each caller may ask for in a second, if the settings say so."""
    limits = square.limit_callers(settings.gateway_caller_requests, settings.gateway_caller_calls)
    if limits is None:
        return None
    for name, limit in limits.limits.items():
        metrics.watch_refusals(f"caller_{name}", partial(getattr, limit, "refused"))
    return CallerLimit(limits)


def share_limits(app: web.Application, square: Square, shared: SharedState | None) -> None:
    """Share the limits of tenants and callers with other processes while the application runs, if anything is."""
    if shared is None:
        return
    from gateway.square.sharing.shared_limits import SharedLimits  # noqa: PLC0415 - needs redis-py

    rates = () if square.caller_limits is None else square.caller_limits.limits.values()
    sharing = SharedLimits(shared.redis, shared.announcements, square.tenants.limiters, rates)

    async def running(_: web.Application) -> AsyncIterator[None]:
        sharing.open()
        yield
        await sharing.close()

    app.cleanup_ctx.append(running)


def _evict(reference: Reference, events: Sequence[Event]) -> None:
    for event in events:
        if event.family in _REMEMBERED:
            reference.changed_elsewhere(event.merchant, event.family)


def add_graphql(app: web.Application, view: View, explorer: Explorer | None = None, watch: Watch | None = None) -> None:
    """Serve /graphql, to browsers the explorer and the pages too, and put edge and watch around the application."""
    watch = watch or Watch(Admission(), Metrics())
    watch.origins = view.origins
    # The outermost first.
    app.middlewares.extend((watch.middleware, edge.answered))
    edge.install(app, view.origins)
    if health.READY not in app:
        app[health.READY] = health.Alone()
    app[DRAIN] = Drain(app, watch.admission)
    view.open_ended.install(app)
    handler: Handler = view.handle
    if explorer is not None:
        explorer.install(app)
        documentation.install(app)
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


def _documents(settings: Settings, shared: SharedState | None) -> PersistedDocuments:
    trusted, size = None, settings.gateway_persisted_queries
    if settings.gateway_trusted_documents is not None:
        try:
            trusted = read_manifest(settings.gateway_trusted_documents)
        except BadManifest as error:
            raise SettingsError(f"GATEWAY_TRUSTED_DOCUMENTS: {error}") from None
    kept = MemoryStore(size) if shared is None else shared.documents(size)
    return PersistedDocuments(
        kept if size else None,
        trusted,
        only_trusted=settings.only_trusted_documents,
        largest=settings.gateway_max_characters,
    )
