"""The settings of a gateway that is one of many: its processes, what they share, callers' limits, and its traces."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gateway.settings.live import LiveFields


class ScaleFields(LiveFields):
    """A part of `Settings`."""

    gateway_workers: int = Field(
        1, ge=1, le=256, description="Processes that serve the port, each with an event loop of its own."
    )
    gateway_redis_prefix: str = Field(
        "square-gateway",
        pattern=r"^[A-Za-z0-9._-]{1,64}$",
        description="What the names of all keys in Redis begin with: the same on every replica.",
    )
    gateway_caller_requests: float = Field(
        0.0,
        ge=0,
        le=1_000_000,
        description="Operations a second that one caller may ask for, on all replicas of one Redis together; 0 is no "
        "limit.",
    )
    gateway_caller_calls: float = Field(
        0.0,
        ge=0,
        le=1_000_000,
        description="Requests to Square a second that one caller may cause, counted the same way; 0 is no limit.",
    )
    gateway_telemetry: Literal["off", "otlp"] = Field(
        "off",
        description="Whether traces are sent to an OpenTelemetry collector, which the standard OTEL_* variables name.",
    )
    gateway_trace_ratio: float = Field(
        0.05, ge=0, le=1, description="The share of operations that are traced where the caller does not decide it."
    )
    gateway_trace: bool | None = Field(
        None,
        description="Whether a request may ask for `extensions.trace`, its calls to Square. Default: only with the "
        "emulator or sandbox.",
    )
    gateway_trace_key: str | None = Field(
        None,
        repr=False,
        description="The key in the header `Gateway-Trace` without which none may ask for it.",
    )
