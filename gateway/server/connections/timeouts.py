"""How long clients are waited for, and how much is taken from them and kept for them."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from gateway.server.connections.unsent_responses import MAX_BYTES


@dataclass(frozen=True, slots=True)
class Patience:
    """Limits of one port's clients, in seconds and bytes.

    Seconds for a request's head, for the next request on a connection, for a client that goes on sending a body
    whose request has its answer, and for one that takes nothing of its answer.
    """

    head: float = 15.0
    unused: float = 75.0
    unwanted: float = 5.0
    unread: float = 15.0
    # What all clients together may leave unread.
    max_unread: int = MAX_BYTES
    # Of the body of a request, and of a message on a WebSocket; None for any size.
    max_body: int | None = None


PATIENCE: web.AppKey[Patience] = web.AppKey("patience", Patience)
