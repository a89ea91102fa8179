"""Where the time of the gateway goes in one workload: cProfile inside its process, without a line of its code.

`inside/profile/sitecustomize.py`, put on the path of that process alone, profiles it between two signals.
"""

from __future__ import annotations

import asyncio
import os
import pstats
import signal
import tempfile
from pathlib import Path

from tests.benchmarks.comparison import servers
from tests.benchmarks.comparison.loading import connections, load
from tests.benchmarks.comparison.workloads import Workload

INSIDE = Path(__file__).parent.parent / "inside" / "profile"
LINES = 60
TURN = 0.05


async def of_gateway(workload: Workload, seconds: float) -> str:
    """A table of functions, those first in which most time is spent: microseconds and calls for each request."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "profile"
        paths = os.pathsep.join([f"{INSIDE}", os.environ.get("PYTHONPATH", "")])
        environment = {"PYTHONPATH": paths, "PROFILE_TO": f"{file}"}
        async with servers.upstream() as square, servers.serving("gateway", square, **environment) as gateway:
            url = gateway.url_of(workload)
            assert url is not None
            await load(url, workload.bodies, 1, connections(workload))
            os.kill(gateway.pid, signal.SIGUSR1)
            done = await load(url, workload.bodies, seconds, connections(workload))
            os.kill(gateway.pid, signal.SIGUSR2)
            while not file.exists():  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(TURN)
            return _table(workload.name, done.requests, pstats.Stats(f"{file}"))


def _table(name: str, requests: int, stats: pstats.Stats) -> str:
    found = stats.stats  # type: ignore[attr-defined]
    rows = sorted(((own, total, calls, where) for where, (_, calls, own, total, _) in found.items()), reverse=True)
    whole = sum(own for own, *_ in rows)
    lines = [
        f"{name}: {whole / requests * 1e6:.0f} microseconds for each of {requests} requests, slower for being profiled",
        f"{'own':>8} {'with all':>9} {'calls':>8}  microseconds and calls for each request",
    ]
    for own, total, calls, (file, line, function) in rows[:LINES]:
        place = f"{file.removeprefix(f'{Path.cwd()}/').rpartition('site-packages/')[2]}:{line} " if line else ""
        figures = f"{own / requests * 1e6:8.1f} {total / requests * 1e6:9.1f} {calls / requests:8.2f}"
        lines.append(f"{figures}  {place}{function}")
    return "\n".join(lines)
