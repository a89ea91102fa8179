"""What is kept of a notification, and what is none."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from gateway.context import REGISTRY
from gateway.events.event import Kind
from gateway.events.notification import NotANotification, Notifications, read_envelope
from tests.events.signed import notification

NOTIFICATIONS = Notifications(REGISTRY.families)


def read(body: bytes) -> Any:
    return NOTIFICATIONS.event(read_envelope(body))


def test_ids_version_and_times_are_kept() -> None:
    found = read(notification("customer.updated", event_id="e-1"))

    assert (found.event_id, found.merchant, found.created_at) == ("e-1", "MERCHANT-1", "2026-09-16T10:00:00.123Z")
    assert (found.family, found.kind, found.object_id, found.version) == ("customers", Kind.UPDATED, "CUSTOMER-1", 3)


def test_nothing_of_a_person_is_kept() -> None:
    assert "Grace" not in str(asdict(read(notification())))


def test_a_type_that_nobody_follows_is_an_event_without_a_family() -> None:
    found = read(notification("invoice.paid"))

    assert (found.type, found.family, found.kind, found.object_id) == ("invoice.paid", "", None, "")


@pytest.mark.parametrize("data", [{}, [], "x", {"object": {}}, {"object": {"customer": {"version": 3}}}, None])
def test_a_known_type_without_what_it_must_have_is_an_event_without_a_family(data: Any) -> None:
    found = read(notification("customer.updated", data=data))

    assert (found.type, found.family) == ("customer.updated", "")


@pytest.mark.parametrize("body", [b"", b"nothing", b"\xff\xfe", b"[]", b'"text"', b"{", b"NaN", b"[" * 5000])
def test_what_is_no_json_object_is_no_notification(body: bytes) -> None:
    with pytest.raises(NotANotification):
        read(body)


@pytest.mark.parametrize("name", ["event_id", "merchant_id", "type", "created_at"])
@pytest.mark.parametrize("value", [None, "", 1, "a b", "x" * 256, "ü", "a\n", {}])
def test_what_every_notification_has_must_be_there(name: str, value: Any) -> None:
    with pytest.raises(NotANotification, match=f"has no {name}"):
        read(notification(**{name: value}))


@pytest.mark.parametrize("moment", ["today", "2026-13-01T00:00:00Z", "2026-09-16T10:00:00"])
def test_a_notification_has_a_moment_at_which_it_was_made(moment: str) -> None:
    with pytest.raises(NotANotification, match="has no created_at"):
        read(notification(created_at=moment))


@pytest.mark.parametrize("moment", ["2026-09-16T10:00:00Z", "2026-09-16T10:00:00.123456789Z", "2026-09-16T10:00:00.1Z"])
def test_a_moment_is_kept_as_square_writes_it(moment: str) -> None:
    assert read(notification(created_at=moment)).created_at == moment
