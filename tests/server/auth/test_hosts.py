"""A gateway for one machine answers only to names that mean this machine, whoever made another name point to it."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.server.conftest import Serve, Site
from tests.server.lines import logged
from tests.server.sockets import data, opened, receive, subscribe

HELLO = {"query": "{ hello }"}
NOTE = {"query": 'mutation { note(text: "x") }'}
GET = "/graphql?query=%7Bhello%7D"
OWN = ["localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.8.7.6", "[::1]", "shop.localhost"]
STRANGE = [
    "evil.test", "a", "", "localhost.evil.test", "127.0.0.1.evil.test", "evil-localhost", "0.0.0.0", "10.0.0.1", "[::]",
    "[::1", "::1", "localhost:1:2", "localhost:x", "evil.test@localhost", "localhost/", ".", "[localhost]",
    "2130706433", "evil.test.",
]  # fmt: skip


def headers(site: Site, host: str, *, origin: bool = True) -> dict[str, str]:
    """What a browser sends from a page of this host to the gateway."""
    place = f"{host}:{site.listening.port}"
    return {"Host": place, **({"Origin": f"http://{place}"} if origin else {})}


@pytest.mark.parametrize("host", OWN)
async def test_the_names_of_this_machine_are_answered(site: Site, host: str) -> None:
    answer = await site.post(HELLO, **headers(site, host))
    plain = await site.post(HELLO, Host=host)

    assert answer.json["data"] == plain.json["data"] == {"hello": "Hello, world"}
    async with site.connect(headers=headers(site, host)) as socket:
        await opened(socket, {"Authorization": "Bearer test-token"})
        await socket.send_json(subscribe("{ hello }"))
        assert data(await receive(socket)) == {"hello": "Hello, world"}


@pytest.mark.parametrize("origin", [True, False])
@pytest.mark.parametrize("host", STRANGE)
async def test_a_strangers_name_for_this_machine_is_refused_before_anything_runs(
    site: Site, host: str, origin: bool
) -> None:
    sent = headers(site, host, origin=origin)
    site.stage.gate.set()

    with logged() as lines:
        answers = [
            await site.post(NOTE, **sent),
            await site.send("POST", data=b"no JSON", headers={**sent, "Content-Type": "text/plain"}),
            await site.send("GET", GET, headers={**sent, "Accept": "application/json"}),
            await site.send("GET", GET, headers={**sent, "Accept": "text/event-stream"}),
            await site.post(NOTE, **sent, Authorization="Bearer test-token"),
        ]
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await site.connect(headers=sent)

    assert [(each.status, each.code) for each in answers] == [(403, "FORBIDDEN")] * 5
    assert refused.value.status == 403
    assert not site.stage.notes
    assert not any(each["level"] == "ERROR" for each in lines.json)
    assert "evil" not in lines.text


async def test_a_request_without_a_host_is_refused_too(site: Site) -> None:
    answer = await site.raw(b"GET /graphql?query=%7Bhello%7D HTTP/1.0\r\nAccept: application/json\r\n\r\n")

    assert answer.status == 403


@pytest.mark.parametrize(
    "settings",
    [
        {"gateway_host": "0.0.0.0"},
        {"gateway_host": "::"},
        {"gateway_host": "gateway.internal"},
        {"gateway_auth": "forward"},
        {"gateway_auth": "key", "gateway_api_keys": "test-token"},
    ],
    ids=str,
)
async def test_a_gateway_for_others_may_have_any_name(serve: Serve, settings: dict[str, Any]) -> None:
    site = await serve(**settings)
    sent = {"Host": "shop.example", "Authorization": "Bearer test-token"}

    assert (await site.post(HELLO, **sent)).json["data"] == {"hello": "Hello, world"}
    async with site.connect(headers={"Host": "shop.example"}) as socket:
        await opened(socket, {"Authorization": "Bearer test-token"})
