"""Waiting for the operating system to ask the process to stop."""

from __future__ import annotations

import asyncio
import signal


def stopping() -> asyncio.Event:
    """An event that is set at the first SIGINT or SIGTERM from now on, or SIGHUP where that is not ignored."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    hangup = () if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else (signal.SIGHUP,)
    for number in (signal.SIGINT, signal.SIGTERM, *hangup):
        loop.add_signal_handler(number, stop.set)
    return stop
