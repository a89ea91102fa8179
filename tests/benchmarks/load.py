"""A gateway and an emulator as processes of their own, and clients that load them with a mix of operations.

Measures latency. Injects no faults and checks no data.
"""

from __future__ import annotations

import asyncio
import math
import re
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aiohttp

from tests.environment import without_settings

# Weights beside each: mostly reads of the kind an app makes, some writes, some documents that are refused.
MIX: tuple[tuple[int, str], ...] = (
    (30, "{ customers(first: 20) { nodes { id givenName familyName groups { name } loyaltyAccounts { balance } } } }"),
    (20, "{ customers(first: 5) { nodes { id emailAddress segments { name } customAttributes { nodes { key } } } } }"),
    (15, "{ groups { nodes { id name } } loyaltyProgram { id status } }"),
    (10, "{ loyaltyEvents(first: 20) { nodes { id type createdAt } } }"),
    (10, 'mutation { createCustomer(input: {givenName: "Load", note: "n%d"}) { customer { id } } }'),
    (5, 'mutation { createCustomerGroup(input: {name: "Load %d %d"}) { group { id } userErrors { code } } }'),
    (5, "{ customers(first: 3) { nodes { unknownField%d } } }"),
    (5, "query Number%d { segments { nodes { id name } } }"),
)


@dataclass
class Sample:
    """What so many requests came to: seconds of those that were answered, and counts of how all ended."""

    seconds: list[float] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    took: float = 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds within which that share of the good answers came."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] * 1000 if ordered else math.nan

    @property
    def goodput(self) -> float:
        """Good answers a second."""
        return len(self.seconds) / self.took if self.took else 0.0


@asynccontextmanager
async def servers(customers: int = 1000, **environment: str) -> AsyncIterator[tuple[str, int]]:
    """The URL of a gateway and its process id."""
    command = (sys.executable, "-m", "gateway")
    clean = without_settings()
    emulator = await asyncio.create_subprocess_exec(
        *command, "emulator", "--port", "0", "--customers", str(customers), stdout=PIPE, stderr=DEVNULL, env=clean
    )
    try:
        square = await _url(emulator)
        gateway = await asyncio.create_subprocess_exec(
            *command,
            "--port",
            "0",
            stdout=PIPE,
            stderr=DEVNULL,
            env={
                **clean,
                "GATEWAY_SHUTDOWN_DELAY": "0",
                "SQUARE_ENVIRONMENT": "emulator",
                "SQUARE_BASE_URL": square,
                **environment,
            },
        )
        try:
            yield await _url(gateway), gateway.pid
        finally:
            await _end(gateway)
    finally:
        await _end(emulator)


async def _url(process: Process) -> str:
    """The first address that a server prints."""
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while line := await process.stdout.readline():
            if found := re.search(rb"http://[0-9.]+:\d+", line):
                return found.group().decode()
    raise RuntimeError("a server did not start")


async def _end(process: Process) -> None:
    process.terminate()
    await process.wait()


async def load(
    url: str, *, clients: int, seconds: float, seed: int, sample: Sample | None = None, mix: Sequence[Any] = MIX
) -> Sample:
    """Keep so many clients busy for so long, each sending its next request when the last is answered."""
    sample = Sample() if sample is None else sample
    begun = time.monotonic()
    end = begun + seconds
    async with session() as http:
        await asyncio.gather(
            *(_client(http, url, Random(f"{seed}:{each}"), end, sample, mix) for each in range(clients))
        )
    sample.took = time.monotonic() - begun
    return sample


def session() -> aiohttp.ClientSession:
    """A client that keeps no cookies and has as many connections as it likes."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=30),
    )


async def _client(
    http: aiohttp.ClientSession, url: str, chance: Random, end: float, sample: Sample, mix: Sequence[Any]
) -> None:
    while time.monotonic() < end:
        await ask(http, url, chance, sample, mix)


async def ask(http: aiohttp.ClientSession, url: str, chance: Random, sample: Sample, mix: Sequence[Any] = MIX) -> None:
    """Send one request of the mix and note how it ended."""
    (_, query), *_ = chance.choices(mix, [weight for weight, _ in mix])
    query = query.replace("%d", str(chance.randrange(10**9)))
    begun = time.perf_counter()
    try:
        async with http.post(f"{url}/graphql", json={"query": query}) as response:
            answer = await response.json()
    except (aiohttp.ClientError, TimeoutError) as error:
        sample.ends[type(error).__name__] += 1
        return
    errors = answer.get("errors")
    end = errors[0]["extensions"]["code"] if errors else "good"
    sample.ends[end] += 1
    if end == "good":
        sample.seconds.append(time.perf_counter() - begun)
