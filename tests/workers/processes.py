"""The workers of a gateway that runs as a command: which they are, and who of them holds a connection. Linux only."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from tests.patience import PATIENCE


def children(pid: int) -> list[int]:
    """The child processes of a process that have not ended: the system lists others until they are waited for."""
    there = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [each for each in there if _runs(each)]


def _runs(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    # The state follows the name, which is in parentheses and may hold any character.
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


async def first_child(pid: int) -> int:
    """The first child process that a process starts, as soon as there is one."""
    async with asyncio.timeout(PATIENCE):
        while not (there := children(pid)):  # noqa: ASYNC110 - of another process
            await asyncio.sleep(0)
    return there[0]


@contextmanager
def endings(pids: list[int]) -> Iterator[Callable[[], Awaitable[None]]]:
    """Gives what waits until all these processes, which run now, have ended."""
    files = [os.pidfd_open(pid) for pid in pids]

    async def ended() -> None:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(PATIENCE):
            for each in files:
                over = asyncio.Event()
                loop.add_reader(each, over.set)
                await over.wait()
                loop.remove_reader(each)

    try:
        yield ended
    finally:
        for each in files:
            os.close(each)


def holder(pids: list[int], server_port: int, client_port: int) -> int | None:
    """Which of these processes holds the server's end of a connection."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ends = (f":{server_port:04X}", f":{client_port:04X}")
    inodes = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(ends[0]) and row[2].endswith(ends[1])}
    for pid in pids:
        # A file may be closed, and a process end, while they are looked through.
        with suppress(FileNotFoundError):
            for each in os.listdir(f"/proc/{pid}/fd"):
                with suppress(FileNotFoundError):
                    if os.readlink(f"/proc/{pid}/fd/{each}") in inodes:
                        return pid
    return None


async def _holder(pid: int, url: str, client: socket.socket) -> int:
    """Which child of a process has answered over a connection, as soon as the system's table shows it."""
    ports = int(url.rpartition(":")[2]), client.getsockname()[1]
    while (found := holder(children(pid), *ports)) is None:  # noqa: ASYNC110 - a table tells nobody
        await asyncio.sleep(0)
    return found


@asynccontextmanager
async def one_on_each(pid: int, url: str) -> AsyncIterator[list[aiohttp.ClientSession]]:
    """Clients of a gateway's two workers, each with one connection to its own, which it keeps."""
    found: dict[int, aiohttp.ClientSession] = {}
    async with AsyncExitStack() as stack, asyncio.timeout(PATIENCE):
        # The kernel chooses: sooner or later each has one.
        while len(found) < 2:
            sockets: list[socket.socket] = []

            def make(place: tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[object, ...]],
                     made: list[socket.socket] = sockets) -> socket.socket:  # fmt: skip
                made.append(socket.socket(*place[:3]))
                return made[-1]

            http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1, socket_factory=make))
            await stack.enter_async_context(http)
            async with http.get(f"{url}/livez") as response:
                await response.read()
            found.setdefault(await _holder(pid, url, sockets[-1]), http)
        yield list(found.values())


async def figures(http: aiohttp.ClientSession, url: str) -> dict[str, float]:
    """What /metrics shows, by name and labels. Of a worker that takes long, it may be what there was before."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with http.get(f"{url}/metrics") as response:
                text = await response.text()
            if response.status == 200:
                break
            # The parent takes long to answer.
            assert response.status == 503, text
    families = text_string_to_metric_families(text)
    return {
        ",".join((sample.name, *(value for _, value in sorted(sample.labels.items())))): sample.value
        for each in families
        for sample in each.samples
    }


async def until(http: aiohttp.ClientSession, url: str, **expected: float) -> dict[str, float]:
    """Ask for the figures until these are as expected."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = await figures(http, url)
            if all(found.get(name) == value for name, value in expected.items()):
                return found
