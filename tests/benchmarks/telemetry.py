"""What traces cost a request: processor time with telemetry off, for one operation of twenty, and for all. Run by hand:

python -m tests.benchmarks.telemetry [--seconds 4] [--rounds 3]

The gateway sends its spans to a collector that takes all of them; Square answers at once. Exit code 1 when the default
ratio costs more than 10 % of what a request costs without.
"""

from __future__ import annotations

import statistics
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import click
import uvloop
from aiohttp import web

from gateway.server.connections.listener import listen
from tests.benchmarks import wrk
from tests.benchmarks.comparison.servers import serving, upstream
from tests.benchmarks.comparison.workloads import BY_NAME
from tests.benchmarks.processes import processor_seconds

WORKLOADS = ("W0", "W2")
CONNECTIONS = 16
WARM = 1.0
MOST = 1.1
# Of what is traced; None is no telemetry.
RATIOS: dict[str, str | None] = {"off": None, "1 of 20": "0.05", "all": "1"}


@dataclass
class Collector:
    """An OpenTelemetry collector that counts what it is sent."""

    url: str = ""
    requests: int = 0
    kilobytes: float = 0.0

    async def take(self, request: web.Request) -> web.Response:
        self.kilobytes += len(await request.read()) / 1e3
        self.requests += 1
        return web.Response(content_type="application/x-protobuf")


@asynccontextmanager
async def collector() -> AsyncIterator[Collector]:
    found, app = Collector(), web.Application(client_max_size=64 * 2**20)
    app.router.add_post("/v1/{kind}", found.take)
    listening = await listen(app, "127.0.0.1", 0)
    found.url = listening.url
    try:
        yield found
    finally:
        await listening.close()


async def measure(square: str, sink: Collector, ratio: str | None, query: str, seconds: float) -> float:
    """Microseconds of a processor for each request."""
    settings = {"GATEWAY_LOG_LEVEL": "warning"}
    if ratio is not None:
        settings |= {
            "GATEWAY_TELEMETRY": "otlp",
            "GATEWAY_TRACE_RATIO": ratio,
            "OTEL_EXPORTER_OTLP_ENDPOINT": sink.url,
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        }
    async with serving("gateway", square, **settings) as on:
        await wrk.load(f"{on.url}/graphql", query, seconds=WARM, connections=CONNECTIONS)
        used = processor_seconds(on.pid)
        found = await wrk.load(f"{on.url}/graphql", query, seconds=seconds, connections=CONNECTIONS)
        used = processor_seconds(on.pid) - used
    if found.refused or found.broken:
        raise RuntimeError(f"{found.refused} requests were refused, {found.broken} broken")
    return used / found.requests * 1e6


async def bench(seconds: float, rounds: int) -> bool:
    good = True
    async with upstream() as square, collector() as sink:
        for name in WORKLOADS:
            workload = BY_NAME[name]
            costs: defaultdict[str, list[float]] = defaultdict(list)
            # In turn, so that a noisy minute strikes all of them.
            for _ in range(rounds):
                for each, ratio in RATIOS.items():
                    costs[each].append(await measure(square, sink, ratio, workload.query, seconds))
            middle = {each: statistics.median(found) for each, found in costs.items()}
            shown = ", ".join(
                f"{each} {cost:.0f} us ({cost / middle['off'] - 1:+.1%})" for each, cost in middle.items()
            )
            click.echo(f"{workload.title}: {shown}")
            good &= middle["1 of 20"] <= middle["off"] * MOST
        click.echo(f"the collector was sent {sink.requests} requests, {sink.kilobytes:.0f} kB")
        good &= sink.requests > 0
    return good


@click.command(help=__doc__)
@click.option("--seconds", type=click.FloatRange(1), default=4, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
def main(seconds: float, rounds: int) -> None:
    sys.exit(not uvloop.run(bench(seconds, rounds)))


if __name__ == "__main__":
    main()
