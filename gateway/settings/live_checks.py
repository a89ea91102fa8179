"""What the settings of webhooks, of the event log and of traces must look like. No message repeats a value."""

from __future__ import annotations

from importlib.util import find_spec

from gateway.redis.address import read_address
from gateway.settings.checks import is_word, web_url

_STORE = "GATEWAY_STORE must be memory, sqlite: and the path of a file, or the URL of a Redis"
# The schemes of a Redis: in clear, over TLS, by a Unix socket, found by Sentinels, and a cluster.
REDIS = ("redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel", "redis+cluster", "rediss+cluster")


def in_redis(store: str) -> bool:
    """Whether a `GATEWAY_STORE` names a Redis."""
    return store.partition("://")[0] in REDIS and "://" in store


def check_webhooks(keys: tuple[str, ...], url: str | None) -> None:
    """Raise ValueError unless signatures can be checked, or none are expected."""
    if not all(is_word(key) for key in keys):
        raise ValueError("SQUARE_WEBHOOK_SIGNATURE_KEY must be words of visible ASCII characters")
    if keys and url is None:
        raise ValueError("SQUARE_WEBHOOK_URL must be set with SQUARE_WEBHOOK_SIGNATURE_KEY: it is part of signatures")
    if url is None:
        return
    if not keys:
        raise ValueError("SQUARE_WEBHOOK_SIGNATURE_KEY must be set with SQUARE_WEBHOOK_URL")
    if not is_word(url) or web_url(url) is None:
        raise ValueError("SQUARE_WEBHOOK_URL must begin with https:// or http:// and name a host")


def check_application(token: str | None, merchant: str | None, *, webhooks: bool) -> None:
    """Raise ValueError unless Square could have given these. A token is of use only beside `webhooks`."""
    if token is not None and not is_word(token):
        raise ValueError("SQUARE_APPLICATION_TOKEN must be one word of visible ASCII characters")
    if token is not None and not webhooks:
        raise ValueError("SQUARE_WEBHOOK_URL must be set with SQUARE_APPLICATION_TOKEN, which finds what webhooks miss")
    if merchant is not None and not is_word(merchant):
        raise ValueError("SQUARE_MERCHANT_ID must be one word of visible ASCII characters")


def check_store(store: str, *, secret: bool) -> None:
    """Raise ValueError unless it names a place where events can be kept; what is shared is named by the `secret`."""
    kind, colon, file = store.partition(":")
    if store == "memory":
        return
    if in_redis(store):
        if find_spec("redis") is None:
            raise ValueError("GATEWAY_STORE needs redis-py: install square-graphql-gateway[redis]")
        try:
            read_address(store)
        except ValueError as error:
            text = f"GATEWAY_STORE must be a Redis URL, such as redis://USER:PASSWORD@HOST:6379/0: {error}"
            raise ValueError(text) from None
        if not secret:
            raise ValueError("GATEWAY_SECRET must be set, the same on every replica, with a Redis in GATEWAY_STORE")
        return
    # A colon first is SQLite's own way to name what is no file.
    if kind != "sqlite" or not colon or not file.strip("/") or file.startswith((":", "file:")):
        raise ValueError(_STORE)


def check_traces(key: str | None, *, sent: bool) -> None:
    """Raise ValueError unless traces can be sent, if they are to be, and the key can come in a header."""
    if key is not None and not is_word(key):
        raise ValueError("GATEWAY_TRACE_KEY must be one word of visible ASCII characters")
    if sent and any(find_spec(name) is None for name in ("opentelemetry.sdk", "opentelemetry.exporter")):
        raise ValueError("GATEWAY_TELEMETRY=otlp needs OpenTelemetry: install square-graphql-gateway[telemetry]")
