"""Whatever a client repeats in whichever place of a request: it is read in no time, and little of it comes back.

Processor time is bounded far above what it takes, and far below what anything takes that is worse than linear.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from typing import Any

import pytest

from tests.conftest import Graph
from tests.long_texts import MAX_MESSAGE, UNITS, filled, messages
from tests.long_texts.requests import BODY, DOCUMENTS, HEADERS, PARTS, URLS, Place, in_json
from tests.long_texts.variables import VARIABLES
from tests.patience import PATIENCE
from tests.server.sockets import INIT, opened, subscribe

# Seconds of processor time for one request, the client's and the emulator's share included.
MAX_SECONDS = 4.0
MAX_ANSWER = 16_384


async def exchanged(port: int, request: bytes) -> tuple[int, bytes]:
    """The status and the body of what comes back for these bytes; of a WebSocket only that it was agreed to."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        async with asyncio.timeout(PATIENCE):
            head = await reader.readuntil(b"\r\n\r\n")
            status = int(head[9:12])
            return status, b"" if status == 101 else await reader.read()
    finally:
        writer.close()


@pytest.mark.parametrize(
    "place",
    [pytest.param(place, id=name) for name, place in {**VARIABLES, **DOCUMENTS, **PARTS, **HEADERS, **URLS}.items()],
)
async def test_a_long_text_costs_little_and_is_not_repeated(
    graph: Graph, caplog: pytest.LogCaptureFixture, place: Place
) -> None:
    for name, unit in UNITS.items():
        request = place(unit).encoded(f"127.0.0.1:{graph.gateway.port}")
        began = time.process_time()

        status, body = await exchanged(graph.gateway.port, request)

        assert time.process_time() - began < MAX_SECONDS, name
        assert status != 500, name
        assert len(body) <= MAX_ANSWER, name
        told = list(messages(json.loads(body))) if body.startswith(b"{") else []
        assert all(len(each.encode()) <= MAX_MESSAGE for each in told), name
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]


@pytest.mark.parametrize("place", [pytest.param(place, id=name) for name, place in VARIABLES.items()])
async def test_every_place_of_a_variable_is_reached(graph: Graph, place: Place) -> None:
    status, body = await exchanged(graph.gateway.port, place("7").encoded(f"127.0.0.1:{graph.gateway.port}"))

    assert status == 200
    assert b"GRAPHQL_VALIDATION_FAILED" not in body


FRAMES: dict[str, Any] = {
    "a type": lambda text: {"type": text},
    "an id": lambda text: subscribe("{ __typename }", id=text),
    "a name of a message": lambda text: {"type": "ping", text: 1},
    "a payload": lambda text: {"type": "connection_init", "payload": {text: 1}},
    "an authorization": lambda text: {"type": "connection_init", "payload": {"Authorization": text}},
    "an operation name": lambda text: subscribe("{ __typename }", operationName=text),
    "a query": subscribe,
    "an unknown input field": lambda text: subscribe(
        "query ($v: CustomerFilter) { customers(filter: $v) { nodes { id } } }", variables={"v": {text: 1}}
    ),
    "an enum": lambda text: subscribe(
        "query ($v: SortOrder!) { customers(sort: {order: $v}) { nodes { id } } }", variables={"v": text}
    ),
}


@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in FRAMES.items()])
async def test_a_long_text_on_a_socket_costs_little_and_is_not_repeated(
    graph: Graph, caplog: pytest.LogCaptureFixture, make: Any
) -> None:
    for name, unit in UNITS.items():
        message = make(filled(unit, BODY - 400, in_json))
        async with graph.http.ws_connect(graph.url, protocols=["graphql-transport-ws"]) as socket:
            if message["type"] != INIT["type"]:
                await opened(socket, {"Authorization": "Bearer test-token"})
            began = time.process_time()

            await socket.send_str(json.dumps(message, ensure_ascii=False))
            async with asyncio.timeout(PATIENCE):
                received = await socket.receive()

        assert time.process_time() - began < MAX_SECONDS, name
        if isinstance(received.data, str):
            assert len(received.data) <= MAX_ANSWER, name
            assert all(len(each.encode()) <= MAX_MESSAGE for each in messages(received.json())), name
        else:
            assert 4400 <= received.data < 4500, name
            assert len(received.extra or "") <= 123, name
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]
