"""wrk, the load generator in C (Debian: `apt-get install wrk`): one GraphQL request again and again. Judges nothing."""

from __future__ import annotations

import asyncio
import json
import resource
import shutil
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

PROGRAM = shutil.which("wrk")

_SCRIPT = """\
wrk.method = "POST"
wrk.body = [==[{body}]==]
{headers}
done = function(summary, latency, requests)
  io.write(string.format(
    '\\nFOUND {{"requests": %d, "seconds": %f, "refused": %d, "broken": %d, "p50": %f, "p99": %f}}\\n',
    summary.requests, summary.duration / 1e6, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
"""


@dataclass(frozen=True)
class Load:
    """What was answered. `refused` of the requests got another status than 2xx, `broken` none."""

    requests: int
    seconds: float
    refused: int
    broken: int
    # Milliseconds.
    p50: float
    p99: float
    # What wrk itself has used of processors.
    used: float

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return (self.requests - self.refused) / self.seconds


async def load(
    url: str,
    query: str,
    *,
    seconds: float,
    connections: int,
    threads: int = 1,
    variables: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Load:
    """Ask over so many connections, each again as soon as it has its answer."""
    if PROGRAM is None:
        raise RuntimeError("needs wrk (Debian: apt-get install wrk)")
    body = orjson.dumps({"query": query, "variables": variables or {}}).decode()
    given = {"Content-Type": "application/json", **(headers or {})}
    lines = "\n".join(f'wrk.headers["{name}"] = "{value}"' for name, value in given.items())
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "ask.lua")
        await asyncio.to_thread(script.write_text, _SCRIPT.format(body=body, headers=lines))
        before = _used()
        process = await asyncio.create_subprocess_exec(
            PROGRAM, f"-t{threads}", f"-c{connections}", f"-d{round(seconds)}", "-s", str(script), url,
            stdout=PIPE, stderr=PIPE,
        )  # fmt: skip
        out, errors = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"wrk: {(errors or out).decode()}")
    found = json.loads(out.decode().partition("FOUND ")[2])
    return Load(**found, used=_used() - before)


def _used() -> float:
    """Processor seconds of all processes that were started and have ended."""
    found = resource.getrusage(resource.RUSAGE_CHILDREN)
    return found.ru_utime + found.ru_stime
