"""Clients that follow changes over real WebSockets and event streams, and go on from their last position when cut off.

They note every state they are shown, and judge nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson

from tests.live.objects import GONE, Kind

TOKEN = "test-token"
AGAIN_AFTER = 0.05


@dataclass
class Subscriber:
    """One subscription. `seen` holds, by object, what each change carried: a number, or `GONE`.

    `connections` says the same way over which of its connections each came, counted from 0.
    """

    number: int
    kind: Kind
    ids: Sequence[str] | None
    url: str
    http: aiohttp.ClientSession
    token: str = TOKEN
    seen: dict[str, list[int]] = field(default_factory=dict)
    connections: dict[str, list[int]] = field(default_factory=dict)
    positions: list[str] = field(default_factory=list)
    # What was wrong with changes; when and why it could not begin, as on a busy machine.
    errors: list[str] = field(default_factory=list)
    refusals: list[tuple[float, str]] = field(default_factory=list)
    # How often it had to begin again.
    restarts: int = 0
    # Whether this connection has told of a change.
    _following: bool = False

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            self._following = False
            with suppress(aiohttp.ClientError, ConnectionError, TimeoutError):
                await (self._socket() if self.number % 2 else self._stream())
            self.restarts += 1
            await asyncio.sleep(AGAIN_AFTER)

    def wants(self, id: str) -> bool:
        return self.ids is None or id in self.ids

    def _request(self) -> dict[str, Any]:
        after = self.positions[-1] if self.positions else None
        return {"query": self.kind.query, "variables": {"ids": self.ids, "after": after}}

    async def _socket(self) -> None:
        url = self.url.replace("http", "ws", 1)
        async with self.http.ws_connect(url, protocols=["graphql-transport-ws"], max_msg_size=0) as socket:
            await socket.send_json({"type": "connection_init", "payload": {"Authorization": f"Bearer {self.token}"}})
            await socket.send_json({"id": "1", "type": "subscribe", "payload": self._request()})
            async for message in socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    return
                found = orjson.loads(message.data)
                match found["type"]:
                    case "next":
                        self._saw(found["payload"])
                    case "connection_ack":
                        pass
                    case "ping":
                        await socket.send_json({"type": "pong"})
                    case "error":
                        self._refused(found["payload"])
                        return
                    case _:
                        return

    async def _stream(self) -> None:
        headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {self.token}"}
        async with self.http.post(self.url, json=self._request(), headers=headers) as response:
            if response.content_type != "text/event-stream":
                self.refusals.append((time.monotonic(), f"{self.kind.name} status {response.status}"))
                return
            async for line in response.content:
                if line.startswith(b"data: ") and len(line) > 8:
                    self._saw(orjson.loads(line[6:]))

    def _saw(self, answer: dict[str, Any]) -> None:
        change = (answer.get("data") or {}).get(self.kind.field)
        if answer.get("errors"):
            # An event stream has no other way to say that it cannot begin.
            if change is None and not self._following:
                self._refused(answer["errors"])
            else:
                self.errors += self._codes(answer["errors"])
            return
        assert change is not None
        self._following = True
        self.positions.append(change["position"])
        carried = GONE if change["kind"] == "DELETED" else self.kind.carried(change)
        if carried is not None:
            self.seen.setdefault(self.kind.key(change), []).append(carried)
            self.connections.setdefault(self.kind.key(change), []).append(self.restarts)

    def _refused(self, errors: list[dict[str, Any]]) -> None:
        self.refusals += [(time.monotonic(), code) for code in self._codes(errors)]

    def _codes(self, errors: list[dict[str, Any]]) -> list[str]:
        return [f"{self.kind.name} {each.get('extensions', {}).get('code')}" for each in errors]
