"""A gateway that runs: a sound one has no problem, and what differs from its settings is named."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from gateway.server.app import create_app
from gateway.server.connections.listener import listen
from gateway.settings import Settings
from tests.conftest import Graph
from tests.emulator.conftest import Emulator
from tests.test_cli import refused, run
from tests.tools.doctor.conftest import Doctor, Place
from tests.tools.doctor.test_broken import problems

URL = "https://shop.example/webhooks/square"
KEYS = {"SQUARE_WEBHOOK_URL": URL, "SQUARE_WEBHOOK_SIGNATURE_KEY": "first-key,second-key"}


@pytest.fixture
async def running(emulator: Emulator) -> AsyncIterator[str]:
    """A gateway with webhooks, of which Square knows."""
    subscription = {"notification_url": URL, "signature_key": "first-key"}
    await emulator.send("PUT", "/_emulator/webhooks/subscriptions", json=subscription)
    settings = Settings(
        _env_file=None,
        square_base_url=emulator.url,
        square_webhook_url=URL,
        square_webhook_signature_key=("first-key", "second-key"),
    )
    gateway = await listen(create_app(settings), "127.0.0.1", 0)
    yield gateway.url
    await gateway.close()


async def test_a_sound_gateway_has_no_problem_and_nothing_is_written(
    doctor: Doctor, emulator: Emulator, running: str
) -> None:
    found = await doctor(running, **KEYS)

    assert {name: each.found for name, each in found.items() if each.state in {"problem", "warning"}} == {}
    assert found["webhook signature"].found == "signed with each of 2 keys it is taken, forged it is refused (403)"
    assert found["webhook subscription"].found == "enabled at Square, with this URL"
    assert dict(emulator.calls) == {"ListCustomerGroups": 1}


async def test_a_gateway_is_named_by_the_address_of_its_graph_as_well(doctor: Doctor, running: str) -> None:
    found = await doctor(f"{running}/graphql/", **KEYS)

    assert problems(found) == {}
    assert found["gateway ready"].found == "/readyz answers 200"


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"SQUARE_WEBHOOK_SIGNATURE_KEY": "third-key"}, "has another signature key"),
        ({"SQUARE_WEBHOOK_URL": f"{URL}/"}, "the one in SQUARE_WEBHOOK_URL has a slash at the end"),
    ],
    ids=["key", "slash"],
)
async def test_signatures_that_will_be_refused(
    doctor: Doctor, running: str, settings: dict[str, str], text: str
) -> None:
    found = await doctor(running, **{**KEYS, **settings})

    assert [*problems(found)] == ["webhook signature", "webhook subscription"]
    assert "refuses what is signed with key 1" in found["webhook signature"].found
    assert text in found["webhook subscription"].found


async def test_a_key_that_does_not_arrive_says_nothing_of_what_is_open(doctor: Doctor, emulator: Emulator) -> None:
    keys = ("key-of-the-front-end-0123456789abcdef",)
    settings = Settings(_env_file=None, square_base_url=emulator.url, gateway_auth="key", gateway_api_keys=keys)
    gateway = await listen(create_app(settings), "127.0.0.1", 0)

    found = await doctor(gateway.url, GATEWAY_AUTH="key", GATEWAY_API_KEYS="key-of-another-gateway-0123456789abcdef")
    await gateway.close()

    assert [*problems(found)] == ["gateway graphql"]
    assert "proxy in front of it pass the Authorization header on" in found["gateway graphql"].next
    assert found["gateway introspection"].state == found["gateway get"].state == "not checked"


async def test_what_is_open_and_should_not_be(doctor: Doctor, graph: Graph) -> None:
    closed = {"GATEWAY_INTROSPECTION": "false", "GATEWAY_ALLOW_GET": "false", "GATEWAY_EXPLORER": "false"}
    origin = {"GATEWAY_CORS_ORIGINS": "https://shop.example"}

    found = await doctor(graph.gateway.url, GATEWAY_AUTH="forward", **closed, **origin)

    assert [*problems(found)] == ["gateway cors", "gateway introspection", "gateway get", "gateway explorer"]


async def test_an_address_where_something_else_answers(doctor: Doctor, answering: Place) -> None:
    url = await answering(web.Response(status=502, text="<html>", content_type="text/html"))

    found = await doctor(url)

    assert [*problems(found)] == ["gateway live"]
    assert found["gateway live"].found == "/livez answers 502 and text/html: that is not the gateway"
    assert found["gateway graphql"].state == "not checked"


async def test_an_address_that_leads_from_http_to_https(doctor: Doctor, answering: Place) -> None:
    url = await answering(web.Response(status=301, headers={"Location": "https://graph.shop.example/livez"}))

    found = await doctor(url)

    assert problems(found) == {"gateway live": "/livez answers 301, a redirect, which is not followed"}
    assert "https:// in place of http://" in found["gateway live"].next


def test_a_problem_ends_the_command_with_1_unless_it_is_accepted() -> None:
    env = {"GATEWAY_STORE": "sqlite:/nowhere/events.db", "GATEWAY_PORT": "0"}

    broken = run("doctor", env=env)
    accepted = run("doctor", "--json", "--accept", "store", env=env)

    assert broken.exit_code == 1
    assert "problem      store: the folder of GATEWAY_STORE is not there -> Make it" in broken.stdout
    assert accepted.exit_code == 0
    report = json.loads(accepted.stdout)
    assert report["healthy"] is True
    assert [each["name"] for each in report["checks"] if each["state"] == "warning"] == ["store"]
    assert "there is no check stone" in refused(run("doctor", "--accept", "stone"))
