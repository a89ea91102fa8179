"""What a request costs, side by side: the gateway, the same answers by hand, and other people's gateways. Run by hand:

    npm ci --prefix tests/benchmarks/peers
    python -m tests.benchmarks.compare

Each round asks every server for each workload in turn. Compared is the processor time for each request, user and
system time of the server's processes: what else the machine does hardly changes it, as it does requests a second.
"""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from contextlib import AsyncExitStack

import aiohttp
import click
import uvloop

from tests.benchmarks.comparison import history, profile, servers, table
from tests.benchmarks.comparison.answers import check
from tests.benchmarks.comparison.history import Figure, Run
from tests.benchmarks.comparison.loading import connections, load
from tests.benchmarks.comparison.servers import Server
from tests.benchmarks.comparison.workloads import BY_NAME, Workload
from tests.benchmarks.processes import processor_seconds

LATENCY_MS = 50
# Those with a JIT need many requests until they are as fast as they get.
WARM_UP_REQUESTS, MAX_WARM_UPS = 2000, 5


async def _get(http: aiohttp.ClientSession, url: str) -> bytes:
    async with http.get(url) as response:
        return await response.read()


async def warm_up(server: Server, workload: Workload, url: str) -> None:
    requests = 0
    for _ in range(MAX_WARM_UPS):
        requests += (await load(url, server.bodies(workload), 1, connections(workload))).requests
        if requests >= WARM_UP_REQUESTS:
            return


async def measured(
    http: aiohttp.ClientSession, square: str, server: Server, workload: Workload, seconds: float
) -> Figure:
    """What one server needs for one workload."""
    url = server.url_of(workload)
    assert url is not None
    await _get(http, f"{square}/calls")
    before = processor_seconds(server.pid)
    done = await load(url, server.bodies(workload), seconds, connections(workload))
    used = processor_seconds(server.pid) - before
    calls = int(await _get(http, f"{square}/calls"))
    return Figure(used / done.requests * 1000, done.rate, calls / done.requests)


async def median_latency(http: aiohttp.ClientSession, square: str, server: Server, requests: int) -> float:
    """The milliseconds of the middle answer to W2 when each answer of Square takes `LATENCY_MS`, one client asking."""
    workload = BY_NAME["W2"]
    url = server.url_of(workload)
    assert url is not None
    await _get(http, f"{square}/latency/{LATENCY_MS}")
    took = []
    for _ in range(requests):
        began = time.perf_counter()
        async with http.post(url, data=server.bodies(workload)[0], headers={"Content-Type": "application/json"}) as got:
            await got.read()
        took.append((time.perf_counter() - began) * 1000)
    await _get(http, f"{square}/latency/0")
    return statistics.median(took)


async def compare(names: list[str], workloads: list[Workload], rounds: int, seconds: float, latency: int) -> Run:
    """Check the answers, then measure; the figures are medians of the rounds."""
    figures: dict[str, dict[str, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    async with AsyncExitStack() as stack:
        square = await stack.enter_async_context(servers.upstream())
        http = await stack.enter_async_context(aiohttp.ClientSession())
        running = {name: await stack.enter_async_context(servers.serving(name, square)) for name in names}
        for workload in workloads:
            await check(http, running, workload)
        for number in range(rounds):
            for workload in workloads:
                for server in running.values():
                    if (url := server.url_of(workload)) is None:
                        continue
                    if not number:
                        await warm_up(server, workload, url)
                    figure = await measured(http, square, server, workload, seconds)
                    figures[workload.name][server.name].append(figure)
            click.echo(f"round {number + 1} of {rounds}", err=True)
        waits = {name: await median_latency(http, square, running[name], latency) for name in names if latency}
    medians = {workload: {name: Figure.median(found) for name, found in of.items()} for workload, of in figures.items()}
    return Run.now(medians, waits)


@click.command(help=__doc__)
@click.option("--workload", "chosen", multiple=True, type=click.Choice(list(BY_NAME)), help="Only these.")
@click.option("--server", "named", multiple=True, type=click.Choice(servers.NAMES), help="Only these, and the floor.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--seconds", type=click.IntRange(1), default=3, show_default=True, help="Of each measurement.")
@click.option("--latency", type=click.IntRange(0), default=30, show_default=True, help="Requests to a slow Square.")
@click.option("--history", "show", is_flag=True, help="Show how the figures moved, and measure nothing.")
@click.option("--profile", "profiled", type=click.Choice(list(BY_NAME)), help="Where the gateway's time goes.")
def main(
    chosen: tuple[str, ...],
    named: tuple[str, ...],
    rounds: int,
    seconds: int,
    latency: int,
    show: bool,
    profiled: str | None,
) -> None:
    if show:
        click.echo(table.moved(history.runs()))
        return
    if profiled:
        click.echo(uvloop.run(profile.of_gateway(BY_NAME[profiled], seconds)))
        return
    names = []
    for name in servers.NAMES:
        if named and name not in (*named, "floor"):
            continue
        if command := servers.missing(name):
            click.echo(f"{name} is left out: {command}", err=True)
        else:
            names.append(name)
    workloads = [BY_NAME[name] for name in chosen or BY_NAME]
    run = uvloop.run(compare(names, workloads, rounds, seconds, latency))
    history.add(run)
    click.echo(table.of(run))


if __name__ == "__main__":
    main()
