"""What the parts of an application know of themselves and /metrics shows: numbers that are asked for when it is shown.

What happens and is counted as it happens is in `metrics.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.events.feeds import Feeds
from gateway.graph.engine import Engine
from gateway.server.observability.metrics import Metrics
from gateway.square.client import Square
from gateway.square.decode_report import UNREAD

if TYPE_CHECKING:
    from gateway.server.shared_state import SharedState


def watch_square(metrics: Metrics, square: Square) -> None:
    """Requests under way, whether Square can be reached, and what is remembered of its reference data."""
    metrics.watch_total("gateway_square_retries", "Requests to Square sent again.", lambda: square.used.retries)
    text = "Reads answered by the request of another operation."
    metrics.watch_total("gateway_square_shared", text, lambda: square.used.coalesced)
    metrics.watch("gateway_square_calls_running", "Requests to Square under way.", lambda: square.exchange.running)
    text = "1 while Square cannot be reached."
    metrics.watch("gateway_square_circuit_open", text, lambda: square.circuit_open, across="max")
    metrics.watch_total("gateway_square_unreadable", "Values of Square's that could not be read.", lambda: UNREAD.count)
    cache, what = square.reference.cache, "of reference data"
    metrics.watch_total("gateway_reference_cache_hits", f"Reads {what} answered from memory.", lambda: cache.hits)
    if square.reference.is_shared:
        text = f"Reads {what} answered from Redis."
        metrics.watch_total("gateway_reference_cache_shared_hits", text, lambda: square.reference.shared_hits)
    metrics.watch_total("gateway_reference_cache_misses", f"Reads {what} asked of Square.", lambda: cache.misses)
    metrics.watch("gateway_reference_cache_entries", f"Answers {what} that are remembered.", lambda: len(cache))


def watch_engine(metrics: Metrics, engine: Engine) -> None:
    """Documents that are remembered, and operations that run in another way."""
    text = "Operations that graphql-core has run: with directives of their own, or traced for a router."
    metrics.watch_total("gateway_execution_fallbacks", text, lambda: engine.fallbacks)
    metrics.watch_refusals("documents", lambda: engine.refused_documents)
    text = "Documents that were remembered as checked."
    metrics.watch_total("gateway_document_cache_hits", text, lambda: sum(each.hits for each in engine.caches))
    text = "Documents that had to be checked."
    metrics.watch_total("gateway_document_cache_misses", text, lambda: sum(each.misses for each in engine.caches))
    text = "Documents that are remembered."
    metrics.watch("gateway_document_cache_entries", text, lambda: sum(len(each) for each in engine.caches))


def watch_feeds(metrics: Metrics, feeds: Feeds) -> None:
    """What is told to subscribers, and how far it is behind."""
    metrics.watch("gateway_subscribers", "Subscriptions that wait for events.", lambda: feeds.subscribers)
    metrics.watch("gateway_feeds", "Sellers and applications whose events are followed.", lambda: feeds.feeds)
    text = "Events that the slowest feed is telling of."
    metrics.watch("gateway_events_behind", text, lambda: feeds.behind, across="max")
    text = "Age of the oldest event that subscribers are still to be told of."
    metrics.watch("gateway_oldest_event_age_seconds", text, lambda: feeds.oldest, across="max")
    metrics.watch_total("gateway_feed_rounds", "Rounds of reading for subscriptions.", lambda: feeds.rounds)


def watch_redis(metrics: Metrics, shared: SharedState | None) -> None:
    """Whether Redis answers, where there is one."""
    if shared is None:
        return
    redis = shared.redis
    metrics.watch("gateway_redis_up", "1 while Redis answers.", lambda: redis.up, across="min")
    text = "Commands that Redis did not answer, or not in time."
    metrics.watch_total("gateway_redis_failures", text, lambda: redis.failures)
