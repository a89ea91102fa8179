"""Notifications as Square signs them, and events as they are kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from typing import Any

from gateway.events.event import Event, Kind

MERCHANT = "MERCHANT-1"


def sign(body: bytes, key: str, url: str) -> str:
    """As section "Validate the notification" of Square's documents has it."""
    return base64.b64encode(hmac.new(key.encode(), url.encode() + body, hashlib.sha256).digest()).decode()


def notification(type: str = "customer.updated", **given: Any) -> bytes:
    """The body of a notification; names that are given as None are left out."""
    customer = {"id": "CUSTOMER-1", "version": 3, "given_name": "Grace"}
    envelope = {
        "merchant_id": MERCHANT,
        "type": type,
        "event_id": str(uuid.uuid4()),
        "created_at": "2026-09-16T10:00:00.123Z",
        "data": {"type": "customer", "id": "CUSTOMER-1", "object": {"customer": customer}},
        **given,
    }
    return json.dumps({name: each for name, each in envelope.items() if each is not None}).encode()


def event(event_id: str, merchant: str = MERCHANT, **given: Any) -> Event:
    """An event about a customer."""
    told = {
        "family": "customers",
        "kind": Kind.UPDATED,
        "object_id": "CUSTOMER-1",
        "version": 3,
        "facts": {"one": "a", "several": ("b", "c")},
        **given,
    }
    return Event(event_id, merchant, "customer.updated", "2026-09-16T10:00:00Z", **told)
