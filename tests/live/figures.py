"""A gateway's own figures, as /metrics shows them."""

from __future__ import annotations

import asyncio
import re

import aiohttp


async def lines(http: aiohttp.ClientSession, url: str, pattern: str) -> list[str]:
    """The figures whose names are like this."""
    async with http.get(f"{url}/metrics") as response:
        text = await response.text()
    return [line for line in text.splitlines() if not line.startswith("#") and re.match(pattern, line)]


async def figure(http: aiohttp.ClientSession, url: str, name: str) -> float:
    """One of them."""
    (found,) = await lines(http, url, rf"{name} ")
    return float(found.split()[-1])


async def all_follow(http: aiohttp.ClientSession, url: str, subscribers: int, seconds: float = 30) -> None:
    """Wait until so many subscriptions follow: none says anything when it begins."""
    async with asyncio.timeout(seconds):
        while await figure(http, url, "gateway_subscribers") < subscribers:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)
