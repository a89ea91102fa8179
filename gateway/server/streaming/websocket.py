"""One WebSocket speaking graphql-transport-ws: who it acts for, which operations run on it, how it ends.

The tenant is settled by `connection_init` and stays for the life of the socket. Every operation, and every
event of a subscription, gets a context of its own. Reads no frames and runs no GraphQL itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp import WSMsgType, web

from gateway.events.subscription import SlowSubscriber
from gateway.fairness.fair_share import Held
from gateway.server.auth.authenticator import Authenticator, Unauthorized, caller, given
from gateway.server.connections.http_connection import connection_of
from gateway.server.graphql.operation_runner import NotPrepared, OperationRunner, Ready
from gateway.server.http.rejection import Refused
from gateway.server.middleware.error import log_unexpected
from gateway.server.observability import request_record as record
from gateway.server.streaming.active_streams import OpenEnded
from gateway.server.streaming.send_queue import Outbox, SlowConsumer
from gateway.server.streaming.websocket_close import LimitedWebSocket
from gateway.server.streaming.websocket_handshake import check_handshake
from gateway.server.streaming.websocket_protocol import (
    Complete,
    ConnectionInit,
    Malformed,
    Message,
    Ping,
    Subscribe,
    read,
)
from gateway.settings import Settings
from gateway.tenant import Tenant
from gateway.tracing.trace_context import carried
from gateway.tracing.tracer import CARRIED

PROTOCOL = "graphql-transport-ws"


class _Close(Exception):
    """The socket is to be closed with this code; the codes from 4400 on are the protocol's."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Socket:
    """One client's connection."""

    def __init__(
        self,
        request: web.Request,
        operations: OperationRunner,
        authenticator: Authenticator,
        settings: Settings,
        open_ended: OpenEnded,
        *,
        from_router: bool = False,
    ) -> None:
        """Nothing is sent before `serve`. Callers of a socket that is `from_router` may read the schema."""
        self._request = request
        self._operations = operations
        self._authenticator = authenticator
        self._settings = settings
        self._open_ended = open_ended
        offered = [each.strip() for each in request.headers.get("Sec-WebSocket-Protocol", "").split(",")]
        # A browser reports the close code for a wrong protocol only if the protocol itself was agreed on.
        protocols = [PROTOCOL] if PROTOCOL in offered else offered
        self._socket = LimitedWebSocket(protocols, settings.gateway_max_request, settings.gateway_heartbeat)
        # Of a socket that is read, everything may be answered at once, and some subscriptions may burst.
        most = 4 * settings.gateway_event_queue + 2 * settings.gateway_websocket_operations
        self._outbox = Outbox(self._socket, settings.gateway_event_queue, most, connection_of(request).hold)
        self._from_router = from_router
        self._tenant: Tenant | None = None
        self._running: dict[str, asyncio.Task[None]] = {}
        self._closing: asyncio.Task[None] | None = None
        self._expiry: asyncio.TimerHandle | None = None
        self._held: Held | None = None

    async def serve(self) -> web.StreamResponse:
        """Shake hands and serve until either side closes. Raises `Refused` for a bad handshake."""
        self._authenticator.check_host(self._request.headers)
        check_handshake(self._request)
        await self._socket.prepare(self._request)
        ending = self._open_ended.enter()
        tasks = [asyncio.create_task(self._outbox.write()), asyncio.create_task(self._when_ending(ending))]
        try:
            await self._receive()
        except _Close as close:
            self._close(close.code, close.reason)
        except Malformed as error:
            self._close(4400, str(error))
        except SlowConsumer:
            self._close(4508, "Slow consumer")
        except Exception as error:  # the server's edge for sockets
            log_unexpected(error, record.request_id(self._request))
            self._close(4500, "Internal server error")
        finally:
            self._close_in(None)
            operations = list(self._running.values())
            self._running.clear()
            for task in [*tasks, *operations]:
                task.cancel()
            if self._closing is not None:
                tasks.append(self._closing)
            await asyncio.gather(*tasks, *operations, return_exceptions=True)
            if self._held is not None:
                self._held.release()
            self._open_ended.leave(ending)
        return self._socket

    async def _receive(self) -> None:
        if self._socket.ws_protocol != PROTOCOL:
            raise _Close(4406, "Subprotocol not acceptable")
        seconds = self._settings.gateway_websocket_init_timeout
        self._close_in(seconds, 4408, "Connection initialisation timeout")
        while True:
            try:
                frame = await self._socket.receive()
            except ConnectionError:
                # The client left before its ping was answered.
                return
            if frame.type is WSMsgType.BINARY:
                raise _Close(4400, "Messages are text")
            if frame.type is not WSMsgType.TEXT:
                return
            await self._take(read(frame.data))

    async def _take(self, message: Message) -> None:
        match message:
            case ConnectionInit():
                if self._tenant is not None:
                    raise _Close(4429, "Too many initialisation requests")
                self._close_in(None)
                self._tenant = await self._identify(message)
                said = message.payload
                # No more of what it has said is kept, for as long as it is there.
                record.current().introduced = carried(CARRIED, said, said.get("headers"), self._request.headers)
                await self._outbox.put({"type": "connection_ack"})
            case Ping(payload):
                await self._outbox.put({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})
            case Subscribe():
                await self._start(message)
            case Complete(id):
                task = self._running.pop(id, None)
                if task is not None:
                    task.cancel()

    async def _identify(self, message: ConnectionInit) -> Tenant:
        headers, introduced = self._request.headers, _authorizations(message.payload)
        try:
            found = await caller(self._authenticator, headers, given(headers, introduced))
            self._held = record.current().opens(found.tenant)
        except Unauthorized:
            if introduced or "Authorization" in headers:
                raise _Close(4403, "Forbidden") from None
            raise _Close(4401, "Unauthorized") from None
        except Refused:
            # It cannot be found out now who is calling, or the caller has too many open.
            raise _Close(1013, "Try again later") from None
        self._close_in(found.seconds, 4403, "Forbidden")
        return found.tenant

    async def _start(self, message: Subscribe) -> None:
        if self._tenant is None:
            raise _Close(4401, "Unauthorized")
        if message.id in self._running:
            raise _Close(4409, "Subscriber for this id already exists")
        try:
            if len(self._running) >= self._settings.gateway_websocket_operations:
                raise Refused(400, "Too many operations are running on this socket.", code="TOO_MANY_OPERATIONS")
            ready = await self._operations.prepare(message.request, self._tenant, router=self._from_router)
        except NotPrepared as error:
            await self._error(message.id, error.response)
        except Refused as refused:
            await self._error(message.id, refused.body)
        else:
            self._running[message.id] = asyncio.create_task(self._run(message.id, ready, self._tenant))

    async def _run(self, id: str, ready: Ready, tenant: Tenant) -> None:
        responses = self._operations.stream(ready, tenant)
        if ready.writes:
            # A write goes on when the client leaves or loses interest; nobody is told its result then.
            responses = self._open_ended.detached(responses)
        try:
            async for response in responses:
                if "data" not in response:
                    self._running.pop(id, None)
                    await self._error(id, response)
                    self._close_if_over(response)
                    return
                await self._outbox.put({"id": id, "type": "next", "payload": response})
            self._running.pop(id, None)
            await self._outbox.put({"id": id, "type": "complete"})
        except (SlowConsumer, SlowSubscriber):
            self._close(4508, "Slow consumer")
        except Exception as error:  # the server's edge for an operation of a socket
            log_unexpected(error, record.request_id(self._request))
            self._close(4500, "Internal server error")
        finally:
            await responses.aclose()

    async def _error(self, id: str, response: dict[str, Any]) -> None:
        await self._outbox.put({"id": id, "type": "error", "payload": response["errors"]})

    def _close_if_over(self, response: Mapping[str, Any]) -> None:
        """Close once the last operation has ended because the token of the socket is taken no more."""
        codes = {each.get("extensions", {}).get("code") for each in response["errors"]}
        if "UNAUTHENTICATED" in codes and not self._running:
            self._close(4403, "Forbidden")

    async def _when_ending(self, ending: asyncio.Event) -> None:
        await ending.wait()
        self._close(1001, "Going away")

    def _close_in(self, seconds: float | None, code: int = 0, reason: str = "") -> None:
        """Close after so many seconds, instead of when it was going to be closed; None for not at all."""
        if self._expiry is not None:
            self._expiry.cancel()
        loop = asyncio.get_running_loop()
        self._expiry = None if seconds is None else loop.call_later(seconds, self._close, code, reason)

    def _close(self, code: int, reason: str) -> None:
        # In a task of its own: closing ends the receiving loop, which cancels the operation that asked for it.
        if self._closing is None:
            self._closing = asyncio.create_task(self._socket.close_with(code, reason))


def _authorizations(payload: Any) -> list[str]:
    """What a client gives for `Authorization` on opening, itself and among `headers`, in any spelling."""
    found = []
    for holder in (payload, payload.get("headers")):
        if isinstance(holder, dict):
            for name, value in holder.items():
                if name.lower() == "authorization":
                    if not isinstance(value, str):
                        raise Malformed("An authorization is a string")
                    found.append(value)
    return found
