"""A Redis that Sentinels name, and one that is a cluster: found by their URLs, and used as any other."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.redis.connection import Redis
from tests.patience import PATIENCE
from tests.ports import free_port
from tests.redis_server import PROGRAM, needs_redis, running_redis


@contextmanager
def running(port: int, *given: str) -> Iterator[None]:
    """A server of another kind, until the block ends."""
    process = subprocess.Popen([str(PROGRAM), *given], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + PATIENCE
    try:
        while ask(port, "PING") != b"+PONG\r\n":
            assert time.monotonic() < deadline
        yield
    finally:
        process.kill()
        process.wait()


def ask(port: int, command: str) -> bytes:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
            connection.sendall(f"{command}\r\n".encode())
            return connection.recv(4096)
    except OSError:
        return b""


async def counted(url: str) -> object:
    """What a script and who waits for news find there, once it is ready."""
    redis = Redis(url, "test")
    count = redis.script("redis.call('XADD', KEYS[2], '*', 'a', 1) return redis.call('INCR', KEYS[1])")
    returned = asyncio.Event()
    redis.on_return(returned.set)
    try:
        await redis.check()
        if not redis.up:
            async with asyncio.timeout(PATIENCE):
                await returned.wait()
        counted = await count([redis.key("a"), redis.key("b")], [])
        news = await redis.wait(lambda client: client.xread({redis.key("b"): "0-0"}, block=100), 0.1)
        return counted, len(news[0][1])
    finally:
        await redis.close()


@needs_redis
async def test_sentinels_name_the_server_and_one_that_is_away_is_passed_over(tmp_path: Path) -> None:
    port = free_port()
    with running_redis() as server:
        config = tmp_path / "sentinel.conf"
        config.write_text(f"port {port}\ndir {tmp_path}\nsentinel monitor shop 127.0.0.1 {server.port} 1\n")
        with running(port, str(config), "--sentinel"):
            found = await counted(f"redis+sentinel://127.0.0.1:1,127.0.0.1:{port}/shop/1")

        assert found == (1, 1)
        assert ask(server.port, "INFO keyspace").splitlines()[2].startswith(b"db1:keys=")


@needs_redis
async def test_all_keys_are_in_one_slot_of_a_cluster(tmp_path: Path) -> None:
    # Nodes talk to one another on a port that is higher by 10,000.
    while (port := free_port()) > 55_000:
        pass
    with running(port, "--port", str(port), "--cluster-enabled", "yes", "--dir", str(tmp_path), "--save", ""):
        assert ask(port, "CLUSTER ADDSLOTSRANGE 0 16383") == b"+OK\r\n"

        assert await counted(f"redis+cluster://127.0.0.1:{port}") == (1, 1)
