"""Waiting for the operating system to ask the process to stop."""

from __future__ import annotations

import asyncio
import signal


async def stopped() -> None:
    """Return at the first SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
