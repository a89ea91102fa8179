"""The settings of what is live: webhooks, the log of events, and what is remembered of reference data."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic_settings import NoDecode

from gateway.settings.gateway import GatewayFields


class LiveFields(GatewayFields):
    """A part of `Settings`."""

    square_webhook_signature_key: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        repr=False,
        description="The signature keys of Square's webhook subscriptions, separated by commas: several while one is "
        "replaced. Without one /webhooks/square is not there.",
    )
    square_webhook_url: str | None = Field(
        None,
        description="The notification URL exactly as it is set at Square, which is part of every signature.",
    )
    square_application_token: str | None = Field(
        None,
        repr=False,
        description="The application's personal access token, by which events are found of which no webhook came.",
    )
    square_merchant_id: str | None = Field(
        None, description="The seller of every token, for where Square does not tell whose a token is."
    )
    gateway_store: str = Field(
        "memory",
        repr=False,
        description="Where events are kept: memory; sqlite:FILE, which outlives the process; or the URL of a Redis "
        "(redis://, rediss://), which replicas share, and which keeps what they remember too.",
    )
    gateway_event_retention: float = Field(
        259_200.0, ge=60, le=2_419_200, description="Seconds that events are kept, and their ids known; 72 hours."
    )
    gateway_event_limit: int = Field(
        200_000, ge=100, le=100_000_000, description="The most events that are kept; beyond that the oldest go first."
    )
    gateway_reference_cache: float = Field(
        30.0,
        ge=0,
        le=3600,
        description="Seconds that groups, segments, definitions, the program and promotions are remembered; 0 is off.",
    )
