"""Where the time of the gateway goes in one workload: cProfile inside its process, without a line of its code.

`profiled/sitecustomize.py`, put on the path of that process alone, starts the profile and writes it at the end.
"""

from __future__ import annotations

import io
import os
import pstats
import tempfile
from pathlib import Path

from tests.benchmarks.comparison import servers
from tests.benchmarks.comparison.loading import load
from tests.benchmarks.comparison.workloads import Workload

INSIDE = Path(__file__).parent / "profiled"
LINES = 45


async def of_gateway(workload: Workload, seconds: float) -> str:
    """A table of functions by the time spent in them, and another by the time until they came back."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "profile"
        paths = os.pathsep.join([f"{INSIDE}", os.environ.get("PYTHONPATH", "")])
        environment = {"PYTHONPATH": paths, "PROFILE_TO": f"{file}"}
        async with servers.upstream() as square, servers.serving("gateway", square, **environment) as gateway:
            url = gateway.url_of(workload)
            assert url is not None
            done = await load(url, workload.bodies, seconds)
        text = io.StringIO()
        stats = pstats.Stats(f"{file}", stream=text)
    text.write(f"{workload.name}: {done.requests} requests, profiled\n")
    for order in ("tottime", "cumulative"):
        stats.sort_stats(order).print_stats(LINES)
    return text.getvalue().replace(f"{Path.cwd()}/", "")
