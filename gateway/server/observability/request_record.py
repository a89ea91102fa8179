"""What is known about one request, for the log and the metrics: kinds, counts and codes, never contents.

A record is found by whatever runs for its request, in any task, through `current`. It writes nothing itself.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from random import getrandbits
from typing import Any

from aiohttp import web
from graphql import OperationDefinitionNode

from gateway.fairness.fair_share import Held
from gateway.graph.errors import INTERNAL
from gateway.graph.secret_patterns import beginning, without_tokens
from gateway.server.concurrency_limit import Place
from gateway.server.http.responses import REQUEST_ID_HEADER
from gateway.square.client import Usage
from gateway.square.tenant_square import TenantSquare
from gateway.tenant import Tenant
from gateway.tracing.trace import Trace
from gateway.tracing.trace_context import carried
from gateway.tracing.tracer import CARRIED, Tracer

MAX_CODES = 8
MAX_NAME = 64
REQUEST_ID: web.RequestKey[str] = web.RequestKey("request_id", str)

# What is asked of Square before anything is.
_NOTHING = Usage()
_HARMLESS = re.compile(r"[A-Za-z0-9._~:/+=@-]{1,128}", re.ASCII)
_current: ContextVar[Record | None] = ContextVar("record", default=None)


@dataclass(slots=True)
class Record:
    """One HTTP request, one socket, or one operation on a socket."""

    request_id: str
    # Told when all is known.
    finished: Callable[[Record], None]
    place: Place | None = None
    transport: str = "http"
    method: str | None = None
    path: str | None = None
    status: int | None = None
    operation_name: str | None = None
    operation_type: str | None = None
    tenant: str | None = None
    codes: dict[str, int] = field(default_factory=dict)
    client_left: bool = False
    # What a subscription on a socket takes up.
    held: Held | None = None
    # Whether nothing of the id came from outside.
    own_id: bool = False
    # What is noted for its trace, if anything, and what makes the traces of operations on a socket.
    trace: Trace | None = None
    tracer: Tracer | None = None
    # Of a socket: the context, and the wish for a trace, with which its client has come.
    introduced: Mapping[str, str] | None = None
    began: float = field(default_factory=time.perf_counter)
    _usage: Usage | None = None
    _earlier: Usage | None = None

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.perf_counter() - self.began

    @property
    def waited(self) -> float:
        """Seconds for which others of the same caller came first."""
        return 0.0 if self.place is None else self.place.waited

    @property
    def usage(self) -> Usage:
        """What was asked of Square, in all events of a subscription together."""
        if self._earlier is None:
            return self._usage or _NOTHING
        return _sum(self._earlier, self._usage or _NOTHING)

    def identified(self, tenant: Tenant, *, late: bool = False) -> None:
        """Note whose request it is; `late` if its body is still to come. Raises `Refused` when that is too much."""
        if self.place is not None:
            self.place.identified(tenant, late=late)

    def starts(self) -> None:
        """Note that a request may be a subscription. Raises `Refused` when too many start."""
        if self.place is not None:
            self.place.start()

    def begins(self) -> None:
        """Take up the place of a request that is about to run. Raises `Refused` when too many run."""
        if self.place is not None:
            self.place.take()

    @property
    def waits(self) -> bool:
        """Whether what has begun is still to wait for its `turn`."""
        return self.place is not None and self.place.waits

    async def turn(self) -> None:
        """Wait until what has begun may run. Raises `Refused` when that takes too long."""
        if self.place is not None:
            await self.place.turn()

    def ran(self) -> None:
        """Note that nothing is left to do but to write the answer."""
        if self.place is not None:
            self.place.ran()

    def lasts(self) -> Held | None:
        """Give up the place of a request whose answer lasts, for what is to be released at its end.

        Raises `Refused` when too many last.
        """
        return None if self.place is None else self.place.stay()

    def opens(self, tenant: Tenant) -> Held | None:
        """Count a socket of this caller's, until that is released. Raises `Refused` when too many are open."""
        return None if self.place is None else self.place.admission.stays(tenant)

    def asked(self, operation: OperationDefinitionNode) -> None:
        """Note which operation is to run. Its name is the document's: a GraphQL name, which may look like a token."""
        if self.method is not None and self.transport == "websocket":
            return
        self.operation_name = without_tokens(beginning(operation.name.value, MAX_NAME)) if operation.name else None
        self.operation_type = operation.operation.value

    def used(self, square: TenantSquare) -> None:
        """Note for whom Square is asked. Called again for each event of a subscription."""
        self.tenant = square.tenant.key[:8]
        square.usage.trace = self.trace
        if self._usage is not None:
            self._earlier = self.usage
        self._usage = square.usage

    def failed(self, code: object) -> None:
        """Note an error's code."""
        name = code if isinstance(code, str) else "UNKNOWN"
        if name in self.codes or len(self.codes) < MAX_CODES:
            self.codes[name] = self.codes.get(name, 0) + 1

    def answered(self, response: Mapping[str, Any]) -> None:
        """Note the errors of a GraphQL response, and give those that nobody expected the request's id."""
        self.told(response)
        for error in response.get("errors", ()):
            extensions = error.get("extensions", {})
            if extensions.get("code") == INTERNAL:
                extensions["requestId"] = self.request_id

    def told(self, response: Mapping[str, Any]) -> None:
        """Note the errors of a response that many subscriptions share, so that it is nobody's own."""
        for error in response.get("errors", ()):
            self.failed(error.get("extensions", {}).get("code"))

    def extended(self, extensions: Mapping[str, Any]) -> None:
        """Heed what the `extensions` of the request say about its trace."""
        if self.tracer is not None and self.tracer.asked(extensions):
            self.trace = self.trace or Trace(None)
            self.trace.show()

    def beginning(
        self,
        operation: OperationDefinitionNode,
        tenant: Tenant,
        *,
        lasts: bool,
        extensions: Mapping[str, Any] | None = None,
    ) -> Record:
        """The record of an operation that begins: this one, or on a socket one of its own, then the current one.

        `lasts` tells whether it is a subscription, which is counted apart. On a socket its `extensions` may hold a
        trace context. Call `ended` at its end. Raises `Refused` when too much is running.
        """
        if self.method is None or self.transport != "websocket":
            return self
        place, held = None, None
        if self.place is not None:
            admission = self.place.admission
            place, held = (None, admission.stays(tenant)) if lasts else (admission.enter(tenant), None)
        record = Record(self.request_id, self.finished, place, "websocket", held=held, tracer=self.tracer)
        if self.tracer is not None:
            record.trace = self.tracer.begins(carried(CARRIED, extensions, self.introduced))
        record.asked(operation)
        enter(record)
        return record

    def ended(self) -> None:
        """Tell that an operation on a socket is over; the end of a request is told by the access log."""
        if self.method is None:
            if self.place is not None:
                self.place.leave()
            if self.held is not None:
                self.held.release()
            self.finished(self)


def current() -> Record:
    """The record of the request that is being answered; outside of any, one that nobody reads."""
    return _current.get() or Record("", lambda _: None)


def enter(record: Record) -> None:
    """Make this the current record of the running task and of those it starts."""
    _current.set(record)


def found() -> Record | None:
    """The record of the request that is being answered, if there is one."""
    return _current.get()


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(one.calls + other.calls, one.retries + other.retries, one.coalesced + other.coalesced)


def request_id(request: web.BaseRequest) -> str:
    """The id of a request, found as `request[REQUEST_ID]` from now on: the caller's if it is harmless, or a new one."""
    known = request.get(REQUEST_ID)
    return known or given_id(request) or new_id(request)


def given_id(request: web.BaseRequest) -> str | None:
    """The id that a request has brought, if it is harmless; found as `request[REQUEST_ID]` from now on."""
    given = request.headers.get(REQUEST_ID_HEADER)
    if given is None or not _HARMLESS.fullmatch(given) or without_tokens(given) != given:
        return None
    request[REQUEST_ID] = given
    return given


def new_id(request: web.BaseRequest) -> str:
    """A new id for a request, found as `request[REQUEST_ID]` from now on."""
    # A name and no secret: asking the system for each would take longer than the rest of this.
    chosen = request[REQUEST_ID] = f"{getrandbits(128):032x}"
    return chosen
