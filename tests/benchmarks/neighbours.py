"""What a tenant feels of another one that floods, and whether callers' limits hold over replicas. Run by hand:

python -m tests.benchmarks.neighbours [--seconds 20] [--rate 50] [--latency 30] [--limit 40]

The first tenant asks `--rate` times a second, alone and then at once beside a flood of the second, for each kind of
flood: 64 connections, each of which asks again as soon as it is answered. No caller has a limit of its own. The one
worker has a processor for itself; the canned Square, which answers after `--latency` milliseconds and is no bottleneck,
and those who ask share another. Times are from when a request was due to when its answer was read.

Then two replicas of two workers share a Redis behind a balancer, and one caller asks as fast as it can: what is let
through is held against its `--limit` a second. Exit code 1 when the first one's p99 more than doubles, or the limit is
missed by more than 10 %.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import aiohttp
import click
import uvloop

from tests.benchmarks import wrk
from tests.benchmarks.comparison.servers import serving, upstream
from tests.benchmarks.load import Sample, session
from tests.benchmarks.processes import processor_seconds
from tests.live.stage import SECRET_OF_GATEWAYS
from tests.many.balancer import balancer
from tests.ports import free_port
from tests.redis_server import running_redis

FIRST, SECOND = {"Authorization": "Bearer first-token"}, {"Authorization": "Bearer second-token"}
ASKED = "{ customers(first: 20) { nodes { id givenName familyName groups { name } loyaltyAccounts { balance } } } }"
FLOODS = {
    "many small queries": "{ __typename }",
    "costly queries": "{ customers(first: 40) { nodes { id groups { name } segments { name } loyaltyAccounts "
    "{ balance rewards(first: 5) { nodes { id } } } } } }",
    "large answers": "{ customers(first: 500) { nodes { id givenName familyName emailAddress phoneNumber note } } }",
    "writes": 'mutation { createCustomer(input: {givenName: "Flood"}) { customer { id } } }',
    "subscriptions": "subscription { customerChanged { kind customerId } }",
}
CONNECTIONS = 64
MAX_RATIO, TOLERANCE = 2.0, 0.1
# Seconds before anything is measured.
WARM = 2.0
# The processor of the gateway, and that of all others.
GATEWAY_ON, OTHERS_ON = 0, 1


@contextmanager
def on_processor(number: int) -> Iterator[None]:
    """Stay on one processor, with all processes that are started (Linux; elsewhere nothing is bound)."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {number} & allowed or allowed)
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def move(pid: int, number: int) -> None:
    """Have a process, with all its threads, on this processor."""
    if hasattr(os, "sched_setaffinity"):
        for thread in os.listdir(f"/proc/{pid}/task"):
            os.sched_setaffinity(int(thread), {number})


async def steady(url: str, seconds: float, rate: float) -> Sample:
    """The first tenant's requests, begun at this rate whether or not earlier ones were answered."""
    sample = Sample()
    begun = time.perf_counter()

    async def ask(http: aiohttp.ClientSession, due: float) -> None:
        try:
            async with http.post(url, json={"query": ASKED}, headers=FIRST) as response:
                answer = await response.json()
        except (aiohttp.ClientError, TimeoutError) as error:
            sample.ends[type(error).__name__] += 1
            return
        end = answer["errors"][0]["extensions"]["code"] if answer.get("errors") else "good"
        sample.ends[end] += 1
        if end == "good":
            sample.seconds.append(time.perf_counter() - due)

    async with session() as http, asyncio.TaskGroup() as tasks:
        for number in range(int(seconds * rate)):
            due = begun + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.create_task(ask(http, due))
    sample.took = time.perf_counter() - begun
    return sample


@asynccontextmanager
async def flood(kind: str, url: str, seconds: float) -> AsyncIterator[Callable[[], Awaitable[str]]]:
    """The second tenant at work; gives what tells at the end what came of it."""
    query = FLOODS[kind]
    if kind == "subscriptions":
        task = asyncio.create_task(_subscribe(url, seconds + WARM))
    else:
        task = asyncio.create_task(_ask(url, query, seconds + WARM))
    try:
        yield lambda: task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _ask(url: str, query: str, seconds: float) -> str:
    found = await wrk.load(url, query, seconds=seconds, connections=CONNECTIONS, headers=SECOND)
    return f"{found.rate:.0f}/s let through, {found.refused / found.seconds:.0f}/s refused"


async def _subscribe(url: str, seconds: float) -> str:
    """As many streams as there may be, each begun again as soon as it has ended."""
    end = time.monotonic() + seconds
    begun = open_ = 0
    headers = {**SECOND, "Accept": "text/event-stream"}

    async def client(http: aiohttp.ClientSession) -> None:
        nonlocal begun, open_
        while time.monotonic() < end:
            begun += 1
            with suppress(aiohttp.ClientError, TimeoutError):
                async with http.post(url, json={"query": FLOODS["subscriptions"]}, headers=headers) as response:
                    open_ += response.content_type == "text/event-stream"
                    # Gone again as soon as it is there.
                    await asyncio.sleep(0)

    async with session() as http:
        await asyncio.gather(*(client(http) for _ in range(CONNECTIONS)))
    return f"{begun / seconds:.0f}/s begun, {open_ / seconds:.0f}/s let through"


async def beside(seconds: float, rate: float, latency: float, floods: Sequence[str]) -> bool:
    settings = {
        "GATEWAY_AUTH": "forward",
        "SQUARE_MERCHANT_ID": "MERCHANT",
        "SQUARE_WEBHOOK_SIGNATURE_KEY": "key",
        "SQUARE_WEBHOOK_URL": "https://shop.example/webhooks/square",
        "GATEWAY_LOG_LEVEL": "warning",
    }
    good = True
    async with upstream() as square, serving("gateway", square, **settings) as on, aiohttp.ClientSession() as http:
        move(on.pid, GATEWAY_ON)
        await (await http.get(f"{square}/latency/{latency:g}")).read()
        url = f"{on.url}/graphql"
        await steady(url, WARM, rate)
        for kind in floods:
            alone = await steady(url, seconds, rate)
            async with flood(kind, url, seconds) as came:
                await asyncio.sleep(WARM)
                before = processor_seconds(on.pid)
                found = await steady(url, seconds, rate)
                busy = (processor_seconds(on.pid) - before) / found.took
                came_of_it = await came()
            more = found.percentile(0.99) / alone.percentile(0.99)
            wrong = {end: count for end, count in found.ends.items() if end != "good"}
            click.echo(
                f"{kind}: p50 {alone.percentile(0.5):.0f} -> {found.percentile(0.5):.0f} ms, "
                f"p99 {alone.percentile(0.99):.0f} -> {found.percentile(0.99):.0f} ms, {more:.2f} times as much, of "
                f"{len(found.seconds)}; {wrong or 'no errors'}; gateway {busy:.0%} busy; the other one {came_of_it}"
            )
            good &= more <= MAX_RATIO and not wrong
    return good


async def over_replicas(seconds: float, limit: float) -> bool:
    """What is let through of one caller by two replicas of two workers."""
    port = free_port()
    with running_redis() as redis, tempfile.TemporaryDirectory() as folder:
        settings = {
            "GATEWAY_AUTH": "forward",
            "GATEWAY_WORKERS": "2",
            "GATEWAY_STORE": redis.url,
            "GATEWAY_SECRET": SECRET_OF_GATEWAYS,
            "GATEWAY_CALLER_REQUESTS": f"{limit}",
            "GATEWAY_LOG_LEVEL": "warning",
        }
        async with (
            upstream() as square,
            serving("gateway", square, **settings) as one,
            serving("gateway", square, **settings) as other,
            balancer(Path(folder), port, [int(each.url.rpartition(":")[2]) for each in (one, other)]),
        ):
            url = f"http://127.0.0.1:{port}/graphql"
            await wrk.load(url, "{ __typename }", seconds=WARM, connections=CONNECTIONS, headers=SECOND)
            found = await wrk.load(url, "{ __typename }", seconds=seconds, connections=CONNECTIONS, headers=SECOND)
    click.echo(f"a limit of {limit:g}/s over two replicas of two workers: {found.rate:.1f}/s let through")
    return abs(found.rate / limit - 1) <= TOLERANCE


async def bench(seconds: float, rate: float, latency: float, limit: float, floods: Sequence[str]) -> bool:
    with on_processor(OTHERS_ON):
        good = await beside(seconds, rate, latency, floods)
    return await over_replicas(seconds, limit) and good if limit else good


@click.command(help=__doc__)
@click.option("--seconds", type=click.FloatRange(1), default=20, show_default=True, help="Of each measurement.")
@click.option("--rate", type=float, default=50, show_default=True, help="The first tenant's requests a second.")
@click.option("--latency", type=float, default=30, show_default=True, help="Milliseconds that Square takes.")
@click.option("--limit", type=float, default=40, show_default=True, help="A second, over replicas; 0 leaves them out.")
@click.option("--flood", "floods", multiple=True, type=click.Choice([*FLOODS]), default=[*FLOODS], help="Which ones.")
def main(seconds: float, rate: float, latency: float, limit: float, floods: tuple[str, ...]) -> None:
    sys.exit(not uvloop.run(bench(seconds, rate, latency, limit, floods)))


if __name__ == "__main__":
    main()
