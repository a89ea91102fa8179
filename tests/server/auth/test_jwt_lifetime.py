"""What is open while a JSON Web Token is good, and ends with it."""

from __future__ import annotations

import asyncio
import time

import pytest

from gateway.server.auth.jwt import LEEWAY
from tests.patience import PATIENCE
from tests.patient_loop import pass_by
from tests.server.auth.issuer import HELLO, OTHER, bearer, token
from tests.server.conftest import Site

# For which a token is good, and a machine may stand still.
SECONDS = 60.0


async def test_a_socket_ends_when_its_token_is_good_no_more(guarded: Site) -> None:
    assert (await guarded.post(HELLO, **bearer(token()))).status == 200
    async with guarded.connect() as socket:
        await socket.send_json({"type": "connection_init", "payload": bearer(token(exp=time.time() + SECONDS))})
        assert (await socket.receive_json())["type"] == "connection_ack"

        pass_by(SECONDS + LEEWAY)
        await socket.receive(timeout=PATIENCE)

        assert socket.close_code == 4403


@pytest.mark.parametrize("accept", ["text/event-stream", "multipart/mixed;subscriptionSpec=1.0"])
async def test_a_stream_ends_when_its_token_is_good_no_more(guarded: Site, accept: str) -> None:
    assert (await guarded.post(HELLO, **bearer(token()))).status == 200
    headers = {"Accept": accept, **bearer(token(exp=time.time() + SECONDS))}
    async with guarded.http.post(guarded.url, json={"query": "subscription { live }"}, headers=headers) as response:
        await guarded.stage.opened.wait()
        pass_by(SECONDS + LEEWAY)
        received = await asyncio.wait_for(response.read(), PATIENCE)

    assert response.status == 200
    assert b"complete" not in received
    assert not received.endswith(b"--\r\n")
    assert guarded.stage.streams == 0


async def test_a_token_that_expires_in_a_thousand_years_is_good(guarded: Site) -> None:
    async with guarded.connect() as socket:
        await socket.send_json({"type": "connection_init", "payload": bearer(token(exp=4e11))})

        assert (await socket.receive_json())["type"] == "connection_ack"


async def test_a_socket_with_a_wrong_token_is_not_opened(guarded: Site) -> None:
    async with guarded.connect() as socket:
        await socket.send_json({"type": "connection_init", "payload": bearer(token(OTHER))})

        await socket.receive(timeout=PATIENCE)

        assert socket.close_code == 4403
