"""A token in a URL is in the logs of every proxy on the way: it is refused, so that whoever sends it notices."""

from __future__ import annotations

import pytest

from tests.server.conftest import Serve, Site

HELLO = {"query": "{ hello }"}
ASKED = {"Apollo-Require-Preflight": "true"}
SOCKET = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}

PARAMETERS = [
    "access_token=EAAAsecret",
    "token=EAAAsecret",
    "authorization=Bearer%20EAAAsecret",
    "Authorization=Bearer%20EAAAsecret",
    "accessToken=EAAAsecret",
    "access-token=EAAAsecret",
    "token=",
    "x=1&token=EAAAsecret&token=other",
]


@pytest.mark.parametrize("parameter", PARAMETERS)
@pytest.mark.parametrize("method", ["GET", "POST", "socket"])
@pytest.mark.parametrize("beside", [{}, {"Authorization": "Bearer good"}], ids=["alone", "beside a good one"])
async def test_it_is_refused(serve: Serve, parameter: str, method: str, beside: dict[str, str]) -> None:
    site = await serve(gateway_auth="forward")
    path = f"/graphql?{parameter}&query={{hello}}"

    if method == "POST":
        answer = await site.send("POST", path, json=HELLO, headers={"Content-Type": "application/json", **beside})
    else:
        answer = await site.send("GET", path, headers={**ASKED, **beside, **(SOCKET if method == "socket" else {})})

    assert (answer.status, answer.code) == (400, "BAD_REQUEST")
    assert "`Authorization` header" in answer.json["errors"][0]["message"]
    assert b"secret" not in answer.body


@pytest.mark.parametrize("parameter", ["utm_source=a", "tokens=5", "explorer=cdn", "x=token", "page=access_token"])
async def test_other_parameters_are_ignored(site: Site, parameter: str) -> None:
    path = f"/graphql?query={{hello}}&{parameter}"

    typed = {"Content-Type": "application/json"}
    posted = await site.send("POST", path, json={"query": "{ big(size: 1) }"}, headers=typed)
    got = await site.send("GET", path, headers=ASKED)

    assert posted.json["data"] == {"big": "x"}
    assert got.json["data"] == {"hello": "Hello, world"}
