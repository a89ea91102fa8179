"""What the tests of WebSockets share: a client's half of graphql-transport-ws."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp

from tests.patience import PATIENCE

INIT = {"type": "connection_init"}


def subscribe(query: str, id: str = "1", **parts: Any) -> dict[str, Any]:
    return {"id": id, "type": "subscribe", "payload": {"query": query, **parts}}


async def receive(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    """The next message of the protocol."""
    async with asyncio.timeout(PATIENCE):
        return await socket.receive_json()


async def opened(socket: aiohttp.ClientWebSocketResponse, payload: Any = None) -> None:
    """Introduce the client and wait until it is welcome."""
    await socket.send_json(INIT if payload is None else {**INIT, "payload": payload})
    assert await receive(socket) == {"type": "connection_ack"}


async def rest(socket: aiohttp.ClientWebSocketResponse) -> tuple[list[dict[str, Any]], int | None]:
    """What the server still sends, and the code with which it closes."""
    received = []
    async with asyncio.timeout(PATIENCE):
        while (message := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
            received.append(message.json())
    return received, message.data if message.type is aiohttp.WSMsgType.CLOSE else socket.close_code


async def closed(socket: aiohttp.ClientWebSocketResponse) -> int | None:
    """The code with which the server closes, after whatever it sends first."""
    async with asyncio.timeout(PATIENCE):
        while True:
            message = await socket.receive()
            if message.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}:
                return message.data if message.type is aiohttp.WSMsgType.CLOSE else socket.close_code


def data(message: dict[str, Any]) -> Any:
    """The data of a `next` message."""
    assert message["type"] == "next", json.dumps(message)
    return message["payload"]["data"]
