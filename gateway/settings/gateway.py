"""The settings of a gateway that answers requests: names, defaults, one line of help each. Checks nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, NoDecode


class GatewayFields(BaseSettings):
    """A part of `Settings`."""

    square_environment: Literal["emulator", "sandbox", "production"] | None = Field(
        None, description="Which Square to talk to. Without a Square token: emulator; with one: it must be given."
    )
    square_access_token: str | None = Field(
        None, repr=False, description="The gateway's own Square token, used when `GATEWAY_AUTH` is not forward."
    )
    square_base_url: str | None = Field(None, description="Another base URL for Square, for tests and proxies.")
    square_version: str = Field(
        "2026-09-16", pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="The Square-Version header, as YYYY-MM-DD."
    )
    gateway_auth: Literal["forward", "key", "jwt", "none"] | None = Field(
        None,
        description="How callers are told apart: forward (their bearer token goes to Square), key (one of "
        "GATEWAY_API_KEYS), jwt (tokens of GATEWAY_JWT_ISSUER), none (loopback only). Default: none with the "
        "emulator, forward otherwise.",
    )
    gateway_api_keys: Annotated[tuple[str, ...], NoDecode] = Field(
        (), repr=False, description="The keys callers may use with `GATEWAY_AUTH=key`, separated by commas."
    )
    gateway_jwt_issuer: str | None = Field(None, description="The `iss` of callers' tokens with `GATEWAY_AUTH=jwt`.")
    gateway_jwt_audience: str | None = Field(None, description="The `aud` that callers' tokens must name.")
    gateway_jwt_jwks_url: str | None = Field(
        None, description="Where the issuer's public keys are (JWKS): an https URL, or a file."
    )
    gateway_secret: str | None = Field(
        None,
        repr=False,
        description="The secret under which cursors are signed and callers named: the same on every replica. Default: "
        "one that ends with the process.",
    )
    gateway_host: str = Field("127.0.0.1", description="The address to listen on.")
    gateway_port: int = Field(8000, ge=0, le=65535, description="The port to listen on.")
    gateway_introspection: bool | None = Field(
        None, description="Whether clients may read the schema. Default: only with the emulator or sandbox."
    )
    gateway_router_key: str | None = Field(
        None,
        repr=False,
        description="The key, in `Router-Authorization`, by which a router may read the schema all the same, and is "
        "given traces.",
    )
    gateway_allow_get: bool | None = Field(
        None, description="Whether queries may come by GET. Default: only with the emulator or sandbox."
    )
    gateway_persisted_queries: int = Field(
        1000, ge=0, le=100_000, description="Automatic persisted queries that are remembered; 0 switches them off."
    )
    gateway_trusted_documents: Path | None = Field(
        None,
        description="A manifest of trusted documents, Apollo's or Relay's. In production nothing else runs then.",
    )
    gateway_explorer: bool | None = Field(
        None,
        description="Whether a browser is shown GraphiQL at /graphql, and these pages at /docs. "
        "Default: only with the emulator or sandbox.",
    )
    gateway_cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="The websites that may call from a browser (https://shop.example), separated by commas, or *. With "
        "the embedded emulator, pages of this machine may as well.",
    )
    gateway_cors_headers: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="What those may send beside the headers of GraphQL's clients, separated by commas. Default: "
        "Traceparent, Tracestate, Baggage, Sentry-Trace.",
    )
    gateway_max_request: int = Field(256 * 1024, ge=1024, description="Bytes of the largest request or message.")
    gateway_request_timeout: float = Field(
        15.0, gt=0, le=300, description="Seconds for a request to arrive, and for a client to take some of an answer."
    )
    gateway_keep_alive: float = Field(75.0, gt=0, le=3600, description="Seconds an unused connection stays open.")
    gateway_heartbeat: float = Field(
        30.0, gt=0, le=300, description="Seconds between signs of life on a WebSocket or an event stream."
    )
    gateway_websocket_init_timeout: float = Field(
        10.0, gt=0, le=60, description="Seconds for a WebSocket to send `connection_init`."
    )
    gateway_websocket_operations: int = Field(
        100, ge=1, description="Operations that may run on one WebSocket at the same time."
    )
    gateway_event_queue: int = Field(
        128,
        ge=1,
        description="Events that may wait for a slow subscriber before it is disconnected, as it is when 16 MiB wait.",
    )
    gateway_connect_timeout: float = Field(2.0, gt=0, le=60, description="Seconds to connect to Square.")
    gateway_attempt_timeout: float = Field(10.0, gt=0, le=120, description="Seconds for one request to Square.")
    gateway_operation_timeout: float = Field(25.0, gt=0, le=300, description="Seconds for a whole GraphQL operation.")
    gateway_attempts: int = Field(
        3, ge=1, le=10, description="The most times one call is sent to Square, the first included."
    )
    gateway_retry_share: float = Field(
        0.2, ge=0, le=1, description="The share of the requests to Square that may be repeated; a few always may."
    )
    gateway_connections: int = Field(100, ge=1, le=10_000, description="The most requests to Square at a time.")
    gateway_tenant_concurrency: int = Field(
        32, ge=1, le=1000, description="The most requests to Square at a time for one caller's token."
    )
    gateway_breaker_failures: int = Field(
        5, ge=1, le=1000, description="Failures of Square in a row after which calls fail at once for a while."
    )
    gateway_breaker_open: float = Field(
        30.0, gt=0, le=300, description="Seconds of that while, more each time Square keeps failing, at most 300."
    )

    gateway_max_calls: int = Field(
        200, ge=1, le=100_000, description="The most calls to Square that one operation may need, in the worst case."
    )
    gateway_max_values: int = Field(
        250_000,
        ge=1000,
        le=100_000_000,
        description="Values that the answer to one operation may hold, at most, with its errors.",
    )
    gateway_execution: Literal["compiled", "graphql-core"] = Field(
        "compiled",
        description="How operations run: by their compiled selection, or by graphql-core alone, slower and the same.",
    )
    gateway_max_depth: int = Field(10, ge=1, le=100, description="Levels of fields in one operation.")
    gateway_max_fields: int = Field(
        5000, ge=1, le=1_000_000, description="Fields of one operation, with every fragment in its place."
    )
    gateway_max_root_fields: int = Field(30, ge=1, le=1000, description="Fields at the root of one operation.")
    gateway_max_aliases: int = Field(30, ge=0, le=10_000, description="Aliases in one operation.")
    gateway_max_directives: int = Field(50, ge=0, le=10_000, description="Directives in one operation.")
    gateway_max_tokens: int = Field(1000, ge=10, le=1_000_000, description="Tokens of one document.")
    gateway_max_characters: int = Field(15_000, ge=100, le=10_000_000, description="Characters of one document.")

    gateway_max_concurrent: int = Field(
        200, ge=1, le=100_000, description="Requests that run at the same time; more are answered with 503 at once."
    )
    gateway_max_streams: int = Field(
        10_000, ge=1, le=1_000_000, description="WebSockets, event streams and subscriptions open at the same time."
    )
    gateway_caller_share: float = Field(
        0.75,
        ge=0.01,
        le=1,
        description="How much of any limit one caller may hold while no other needs it; 1 lets it hold everything.",
    )
    gateway_shutdown_delay: float = Field(
        5.0, ge=0, le=300, description="Seconds after SIGTERM in which requests are served though /readyz says no."
    )
    gateway_shutdown_timeout: float = Field(
        25.0, gt=0, le=300, description="Seconds that running requests have to finish after that."
    )
    gateway_metrics: bool = Field(True, description="Whether /metrics shows figures for Prometheus.")
    gateway_metrics_port: int = Field(
        0, ge=0, le=65535, description="A port for /metrics alone, beside /livez and /readyz; 0 is the main one."
    )
    gateway_metrics_host: str | None = Field(
        None, description="The address to listen on for that port. Default: that of GATEWAY_HOST."
    )
    gateway_secrets_dir: Path | None = Field(
        None, description="A folder with files that are named like settings and hold their values."
    )
    gateway_log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least important lines to log; a line for each request is info."
    )
    gateway_log_format: Literal["text", "json"] = Field("text", description="How a line is logged.")
