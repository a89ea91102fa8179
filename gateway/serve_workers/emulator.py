"""The one embedded Square of all workers, in a process of its own. It ends when its parent does, or says so."""

from __future__ import annotations

import asyncio
import signal
import socket
from dataclasses import dataclass

import uvloop

from gateway.workers.parent_link import ParentLink

SERVING = "serving"


@dataclass(frozen=True, slots=True)
class Embedded:
    """Where it answers, and the key by which it signs the notifications that it sends to the gateway, if it does."""

    url: str
    key: str | None


def run(notified: str | None, link: tuple[str, str] | None, end: socket.socket) -> int:
    """Serve until the parent closes its end. Notifications go to `notified`, and the console shows the `link`.

    Gives the exit code.
    """
    # A service manager sends it to all processes at once, and workers still need this one.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    uvloop.run(_serve(notified, link, end))
    return 0


async def _serve(notified: str | None, shown: tuple[str, str] | None, end: socket.socket) -> None:
    from gateway.emulator.command import serve_emulator  # noqa: PLC0415 - only this process needs it

    over = asyncio.Event()
    link = ParentLink(end)
    await link.open(lambda _: None, over.set)
    emulator = await serve_emulator(port=0)
    try:
        if shown is not None:
            emulator.link(*shown)
        key = None if notified is None else emulator.subscribe(notified)
        link.say(SERVING, url=emulator.url, key=key)
        await over.wait()
    finally:
        await emulator.close()
        await link.close()
