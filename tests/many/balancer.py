"""HAProxy as a plain TCP balancer: those replicas that are ready get new connections. It reads nothing but probes.

It cuts no connection itself: a replica that is late with a probe, as all callers of another come to it, still answers.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.benchmarks.processes import started

# Debian keeps it where only administrators look.
PROGRAM = shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")

_CONFIGURATION = """\
defaults
    mode tcp
    timeout connect 1s
    timeout client 1h
    timeout server 1h
    timeout check 10s
    retries 3
    option redispatch 1
frontend gateway
    bind 127.0.0.1:{port}
    default_backend replicas
backend replicas
    balance leastconn
    option httpchk GET /readyz
    default-server check inter 200ms fall 2 rise 1
{servers}
"""


@asynccontextmanager
async def balancer(folder: Path, port: int, ports: Sequence[int]) -> AsyncIterator[int]:
    """Balance between these ports of this machine until the block ends; the id of the process."""
    assert PROGRAM is not None
    servers = "\n".join(f"    server replica{place} 127.0.0.1:{each}" for place, each in enumerate(ports))
    file = folder / "haproxy.cfg"
    await asyncio.to_thread(file.write_text, _CONFIGURATION.format(port=port, servers=servers))
    async with started([PROGRAM, "-db", "-q", "-f", str(file)], port) as pid:
        yield pid
