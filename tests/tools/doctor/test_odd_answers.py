"""What nobody expects, in an answer or a setting: no check fails itself, and nothing of it is shown."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web

from tests.tools.doctor.conftest import Doctor, Place

URL = "https://shop.example/webhooks/square"
SANDBOX = {
    "SQUARE_ENVIRONMENT": "sandbox",
    "SQUARE_ACCESS_TOKEN": "token",
    "SQUARE_WEBHOOK_URL": URL,
    "SQUARE_WEBHOOK_SIGNATURE_KEY": "signature-key",
    "GATEWAY_SECRET": "x7Kq2LmZ9pRtVw4YbNc8HdJf3GsA5UeD",
}
ENABLED = {"notification_url": URL, "enabled": True}


@pytest.mark.parametrize(
    ("subscriptions", "text"),
    [
        (None, "none of the 0 subscriptions"),
        ("all", "none of the 0 subscriptions"),
        ([{"notification_url": "https://[shop"}, {"notification_url": 5}], "none of the 2 subscriptions"),
        ([{**ENABLED, "event_types": [{"a": 1}], "signature_key": ["key"]}], "enabled at Square"),
        ([{**ENABLED, "event_types": "customer.created"}], "enabled at Square"),
    ],
)
async def test_a_list_of_subscriptions_that_is_odd(
    doctor: Doctor, answering: Place, subscriptions: Any, text: str
) -> None:
    square = await answering(web.json_response({"subscriptions": subscriptions}))

    found = await doctor(**{**SANDBOX, "SQUARE_BASE_URL": square})

    assert found["webhook subscription"].found.startswith(text)


@pytest.mark.parametrize(
    ("status", "code"), [(500, "INTERNAL_SERVER_ERROR"), (429, "RATE_LIMITED"), (404, "NOT_FOUND")]
)
async def test_a_list_that_does_not_come_is_no_lack_of_permission(
    doctor: Doctor, answering: Place, status: int, code: str
) -> None:
    square = await answering(web.json_response({"errors": [{"code": code}]}, status=status))

    found = (await doctor(**{**SANDBOX, "SQUARE_BASE_URL": square}))["webhook subscription"]

    assert (found.state, found.found, found.next) == ("not checked", f"Square does not list subscriptions ({code})", "")


async def test_a_media_type_that_is_none_is_not_shown(doctor: Doctor, answering: Place) -> None:
    odd = web.Response(status=404, headers={"Content-Type": "text/hidden words"}, body=b"?")

    found = await doctor(**{**SANDBOX, "SQUARE_BASE_URL": await answering(odd)})

    assert "404 and no media type: that is not Square" in found["square reachable"].found


async def test_the_tested_version_is_not_advised_where_it_is_refused(doctor: Doctor, answering: Place) -> None:
    refused = web.json_response({"errors": [{"code": "INVALID_SQUARE_VERSION"}]}, status=400)

    found = (await doctor(**{**SANDBOX, "SQUARE_BASE_URL": await answering(refused)}))["square version"]

    assert found.state == "problem"
    assert "SQUARE_VERSION" not in found.next


@pytest.mark.parametrize(
    ("store", "name", "text"),
    [
        ("redis://a..b", "redis", "the name of its host is not known"),
        ("rediss://127.0.0.1?ssl_cert_reqs=hidden", "redis", "GATEWAY_STORE cannot be used: redis-py does not know"),
        (
            "redis://127.0.0.1?health_check_interval=hidden",
            "redis",
            "GATEWAY_STORE cannot be used: redis-py does not know",
        ),
        ("redis://127.0.0.1?hidden=1", "redis", "GATEWAY_STORE cannot be used: redis-py does not know"),
        ("sqlite:/tmp/" + "x" * 300, "store", "the file of GATEWAY_STORE cannot be used: file name too long"),
        ("sqlite:/dev/null", "store", "GATEWAY_STORE names a device"),
    ],
)
async def test_a_store_that_cannot_be(doctor: Doctor, store: str, name: str, text: str) -> None:
    found = await doctor(GATEWAY_STORE=store, GATEWAY_SECRET=SANDBOX["GATEWAY_SECRET"])

    assert found[name].state == "problem"
    assert found[name].found.startswith(text)
    assert not any("hidden" in each.found + each.next or "itself" in each.found for each in found.values())
